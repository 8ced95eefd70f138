/* power.c: see power.h. T = (Z + shift) / s, where s is the ratio of the deviation seen to the true one: a
 * normal tail is integrated over s by Simpson's rule, as in Owen, "A special case of a bivariate non-central
 * t-distribution" (Biometrika 52, 1965). */
#include "stats/power.h"

#include "stats/normal.h"
#include "stats/special.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

enum { INTERVALS = 1600, MOST_PAIRS = 1000000 };

/* Logarithm of the factor of the density of s that does not depend on it. */
static double log_constant(double df) {
    int sign;
    return log(2) + df / 2 * log(df / 2) - lgamma_r(df / 2, &sign);
}

double sx_noncentral_t_tail(double t, double df, double shift) {
    if (isnan(t) || isnan(shift) || !(df >= 1)) return NAN;
    double reach = 9 / sqrt(df), low = fmax(DBL_MIN, 1 - reach), high = 1 + reach;
    double width = (high - low) / INTERVALS, constant = log_constant(df), sum = 0;
    for (int i = 0; i <= INTERVALS; i++) {
        double s = low + width * i, weight = i == 0 || i == INTERVALS ? 1 : i % 2 ? 4 : 2;
        double density = exp(constant + (df - 1) * log(s) - df * s * s / 2);
        sum += weight * density * sx_normal_tail(t * s - shift);
    }
    return sum * width / 3;
}

/* Of a two-sided test whose true mean lies `shift` standard errors from 0. */
static double power_at(double shift, double df, double critical) {
    return sx_noncentral_t_tail(critical, df, shift) + sx_noncentral_t_tail(critical, df, -shift);
}

static double error_of(const sx_pairs_design *design) {
    return design->deviation * sqrt(1 / (double)design->count + design->ratio);
}

double sx_power_of(const sx_pairs_design *design, double difference) {
    if (design->count < 2 || isnan(difference)) return NAN;
    double error = error_of(design), size = fabs(difference);
    if (isnan(error)) return NAN;
    if (error <= 0) return size > 0 ? 1 : design->alpha;
    double df = (double)design->count - 1;
    return power_at(size / error, df, sx_student_quantile(1 - design->alpha / 2, df));
}

/* The shift at which the test has this power, by false position with Illinois' remedy: an end that stays
 * twice counts half. */
static double shift_for(double power, double df, double alpha) {
    double critical = sx_student_quantile(1 - alpha / 2, df);
    double low = 0, high = 2, below = alpha - power, above = power_at(high, df, critical) - power;
    while (above < 0 && high < 1e6) {
        low = high;
        below = above;
        high *= 2;
        above = power_at(high, df, critical) - power;
    }
    for (int step = 0, side = 0; step < 100 && high - low > 1e-9 * high; step++) {
        double middle = (low * above - high * below) / (above - below);
        double here = power_at(middle, df, critical) - power;
        if (fabs(here) < 1e-12) return middle;
        if (here < 0) {
            low = middle;
            below = here;
            if (side < 0) above /= 2;
            side = -1;
        } else {
            high = middle;
            above = here;
            if (side > 0) below /= 2;
            side = 1;
        }
    }
    return high;
}

double sx_power_smallest(const sx_pairs_design *design, double power) {
    if (design->count < 2 || !(power > design->alpha && power < 1)) return NAN;
    return shift_for(power, (double)design->count - 1, design->alpha) * error_of(design);
}

size_t sx_power_pairs(const sx_pairs_design *design, double difference, double power) {
    sx_pairs_design tried = *design;
    size_t low = 1, high = MOST_PAIRS;
    tried.count = high;
    if (!(sx_power_of(&tried, difference) >= power)) return SIZE_MAX;
    while (high - low > 1) {
        tried.count = low + (high - low) / 2;
        if (sx_power_of(&tried, difference) >= power)
            high = tried.count;
        else
            low = tried.count;
    }
    return high;
}
