/* resampled.h: means, intervals and paired tests over runs whose training parts overlap.
 *
 * Runs of a cross-validation share most of their training items, so the plain t test takes them for more
 * independent than they are. Nadeau and Bengio, "Inference for the generalization error" (Machine Learning
 * 52, 2003), widen the variance of the mean from s^2 / n to s^2 (1 / n + n_test / n_train). */
#ifndef STATS_RESAMPLED_H
#define STATS_RESAMPLED_H

#include <stdbool.h>
#include <stddef.h>

double sx_mean(const double *values, size_t count);     /* NaN for none */
double sx_variance(const double *values, size_t count); /* divided by count - 1; NaN below 2 values */

/* What is known of a mean. */
typedef struct sx_resampled {
    size_t count;
    double mean;
    double variance; /* of one value */
    double ratio;    /* n_test / n_train; 0 = the plain t test */
} sx_resampled;

/* floor: the variance is never taken for smaller than this: values that are rounded (accuracies are counts of
 * items) can all agree by luck. 0 = none. */
sx_resampled sx_resampled_from(const double *values, size_t count, double ratio, double floor);
/* Standard error of the mean, corrected; NaN below 2 values. */
double sx_resampled_error(const sx_resampled *resampled);
/* Half of the two-sided interval at `confidence` in (0, 1); NaN below 2 values. */
double sx_resampled_half_width(const sx_resampled *resampled, double confidence);
/* Two-sided p of "the mean is 0". A mean of 0 without any spread gives 1, another mean without spread 0. */
double sx_resampled_p(const sx_resampled *resampled);
/* Two one-sided tests: the p of "the mean lies at or beyond +-margin". Below alpha: equivalent. */
double sx_resampled_p_equivalent(const sx_resampled *resampled, double margin);

/* Smallest number of further values after which, if mean and variance stay as they are, either the two-sided
 * test at `alpha` excludes 0 or the two one-sided tests at `alpha_equivalent` stay within the margin. 0 =
 * that is so already; SIZE_MAX = no number of values does it: the overlap of the training parts is what
 * limits, and only more items help. Below 2 values: 2 - count. */
size_t sx_resampled_further(const sx_resampled *resampled, double margin, double alpha,
                            double alpha_equivalent);

#endif
