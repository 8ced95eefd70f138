/* special.c: incomplete beta by the continued fraction of DLMF 8.17.22, evaluated with Lentz's method;
 * Student's t through it; quantiles by bisection, which cannot miss. */
#include "stats/special.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

static double log_gamma(double x) {
    int sign;
    return lgamma_r(x, &sign);
}

static double away_from_zero(double x) { return fabs(x) < DBL_MIN ? DBL_MIN : x; }

/* 1 + d1/(1 + d2/(1 + ...)) turned upside down; converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), fraction = d;
    for (int m = 1; m <= 100000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        fraction *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        double change = d * c;
        fraction *= change;
        if (fabs(change - 1) < 1e-15) break;
    }
    return fraction;
}

/* y = 1 - x, given apart because near 1 it cannot be had from x without losing digits. */
static double beta_of(double a, double b, double x, double y) {
    if (isnan(x) || isnan(y) || !(a > 0) || !(b > 0)) return NAN;
    if (x <= 0) return 0;
    if (y <= 0) return 1;
    double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log(y));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, y) / b;
}

double sx_incomplete_beta(double a, double b, double x) { return beta_of(a, b, x, 1 - x); }

double sx_beta_quantile(double a, double b, double p) {
    if (!(p >= 0 && p <= 1) || !(a > 0) || !(b > 0)) return NAN;
    double low = 0, high = 1;
    for (int step = 0; step < 1100 && high - low > 2 * DBL_EPSILON * high; step++) {
        double middle = low + (high - low) / 2;
        if (sx_incomplete_beta(a, b, middle) < p)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

double sx_student_tail(double t, double df) {
    if (isnan(t) || !(df > 0)) return NAN;
    if (isinf(t)) return t > 0 ? 0 : 1;
    double square = t * t;
    double both = isinf(square) ? 0 : beta_of(df / 2, 0.5, df / (df + square), square / (df + square));
    return t > 0 ? both / 2 : 1 - both / 2;
}

double sx_student_cdf(double t, double df) { return sx_student_tail(-t, df); }

double sx_student_quantile(double p, double df) {
    if (!(p >= 0 && p <= 1) || !(df > 0)) return NAN;
    if (p <= 0 || p >= 1) return p <= 0 ? -INFINITY : INFINITY;
    bool upper = p > 0.5;
    double tail = upper ? 1 - p : p;
    double low = 0, high = 1;
    while (sx_student_tail(high, df) > tail && high < 1e150) {
        low = high;
        high *= 2;
    }
    for (int step = 0; step < 1100 && high - low > 2 * DBL_EPSILON * high; step++) {
        double middle = low + (high - low) / 2;
        if (sx_student_tail(middle, df) > tail)
            low = middle;
        else
            high = middle;
    }
    double t = low + (high - low) / 2;
    return upper ? t : -t;
}
