/* power.h: how small a difference a paired design can find, before it is run, and how many pairs one takes.
 *
 * For pairs whose training parts overlap so that two of them correlate by r / (1 + r), r = n_test / n_train,
 * the corrected statistic of sx_resampled_p follows the noncentral t distribution exactly: the power is that
 * of the test that is used. r = 0: the plain paired t test, as in Cohen, "Statistical power analysis" (1988).
 */
#ifndef STATS_POWER_H
#define STATS_POWER_H

#include <stddef.h>

typedef struct sx_pairs_design {
    size_t count;     /* pairs */
    double ratio;     /* n_test / n_train; 0 = independent pairs */
    double deviation; /* of one pair's difference, >= 0 */
    double alpha;     /* of the two-sided test, in (0, 1) */
} sx_pairs_design;

/* P(T > t) for noncentral t with df >= 1; absolute accuracy about 1e-7 for |t| up to 40. */
double sx_noncentral_t_tail(double t, double df, double shift);
/* Probability that the test finds a true mean difference; NaN below 2 pairs. */
double sx_power_of(const sx_pairs_design *design, double difference);
/* The smallest true difference found with probability `power` in (alpha, 1); 0 where the deviation is 0; NaN
 * below 2 pairs. Proportional to the deviation. */
double sx_power_smallest(const sx_pairs_design *design, double power);
/* The fewest pairs, at least 2, that find `difference` with probability `power`; the design's count does not
 * matter. SIZE_MAX: no number below a million does, since the overlap limits what more pairs can tell. */
size_t sx_power_pairs(const sx_pairs_design *design, double difference, double power);

#endif
