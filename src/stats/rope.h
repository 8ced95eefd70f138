/* rope.h: how probable it is that one of two nets is better, the other is, or that it does not matter.
 *
 * Bayesian correlated t test with a region of practical equivalence (Corani and Benavoli, "A Bayesian
 * approach for comparing cross-validated algorithms on multiple data sets", Machine Learning 100, 2015;
 * Benavoli and others, "Time for a change", JMLR 18, 2017). With a flat prior the mean difference follows
 * Student's t with n - 1 degrees of freedom around the mean seen, with the standard error of
 * sx_resampled_error: for k folds their correlation 1 / k gives the same 1 / n + 1 / (k - 1) as Nadeau and
 * Bengio's correction. */
#ifndef STATS_ROPE_H
#define STATS_ROPE_H

#include "stats/resampled.h"

typedef struct sx_rope {
    double below, within,
        above; /* P(mean < -margin), P(within +-margin), P(mean > margin); they add up to 1 */
} sx_rope;

/* All NaN below 2 values. Without any spread all of the probability lies where the mean is; the ends of the
 * region belong to it. margin >= 0. */
sx_rope sx_rope_from(const sx_resampled *resampled, double margin);

#endif
