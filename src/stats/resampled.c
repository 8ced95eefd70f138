/* resampled.c: see resampled.h. Sums are taken in double and in the order given. */
#include "stats/resampled.h"

#include "stats/special.h"

#include <math.h>
#include <stdint.h>

/* Beyond this many values nothing changes any more in the digits that are shown. */
enum { MOST_VALUES = 1000000 };

double sx_mean(const double *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return count > 0 ? sum / (double)count : NAN;
}

double sx_variance(const double *values, size_t count) {
    if (count < 2) return NAN;
    double mean = sx_mean(values, count), squares = 0, rest = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = values[i] - mean;
        squares += difference * difference;
        rest += difference;
    }
    /* `rest` would be 0 if the mean were exact. */
    double variance = (squares - rest * rest / (double)count) / (double)(count - 1);
    return variance < 0 ? 0 : variance;
}

sx_resampled sx_resampled_from(const double *values, size_t count, double ratio, double floor) {
    double variance = sx_variance(values, count);
    if (variance < floor) variance = floor;
    return (sx_resampled){
        .count = count, .mean = sx_mean(values, count), .variance = variance, .ratio = ratio};
}

double sx_resampled_error(const sx_resampled *resampled) {
    if (resampled->count < 2) return NAN;
    return sqrt((1 / (double)resampled->count + resampled->ratio) * resampled->variance);
}

static double freedom(const sx_resampled *resampled) { return (double)resampled->count - 1; }

double sx_resampled_half_width(const sx_resampled *resampled, double confidence) {
    if (resampled->count < 2) return NAN;
    return sx_student_quantile(0.5 + confidence / 2, freedom(resampled)) * sx_resampled_error(resampled);
}

double sx_resampled_p(const sx_resampled *resampled) {
    double error = sx_resampled_error(resampled);
    if (isnan(error) || isnan(resampled->mean)) return NAN;
    if (error <= 0) return fabs(resampled->mean) > 0 ? 0 : 1;
    return 2 * sx_student_tail(fabs(resampled->mean) / error, freedom(resampled));
}

double sx_resampled_p_equivalent(const sx_resampled *resampled, double margin) {
    double error = sx_resampled_error(resampled);
    if (isnan(error) || isnan(resampled->mean)) return NAN;
    double room = margin - fabs(resampled->mean);
    if (error <= 0) return room > 0 ? 0 : 1;
    return sx_student_tail(room / error, freedom(resampled));
}

static bool decided_at(const sx_resampled *now, size_t count, double margin, double alpha,
                       double alpha_equivalent) {
    sx_resampled then = *now;
    then.count = count;
    return sx_resampled_p(&then) < alpha || sx_resampled_p_equivalent(&then, margin) < alpha_equivalent;
}

size_t sx_resampled_further(const sx_resampled *resampled, double margin, double alpha,
                            double alpha_equivalent) {
    size_t low = resampled->count, high = MOST_VALUES;
    if (low < 2) return 2 - low;
    if (decided_at(resampled, low, margin, alpha, alpha_equivalent)) return 0;
    if (low >= high || !decided_at(resampled, high, margin, alpha, alpha_equivalent)) return SIZE_MAX;
    /* Both p-values only fall as values are added (the one-sided one where it can ever fall below a half), so
     * the first count that decides is found by halving. */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (decided_at(resampled, middle, margin, alpha, alpha_equivalent))
            high = middle;
        else
            low = middle;
    }
    return high - resampled->count;
}
