/* pairs.h: two axes run side by side: from their differences, pair by pair, to one result. */
#ifndef EXPERIMENT_PAIRS_H
#define EXPERIMENT_PAIRS_H

#include "experiment/looks.h"

typedef struct sx_pair_setting {
    sx_pair_method method;
    size_t pairs; /* how many are compared in the study: what Holm and the intervals are corrected for */
    double margin, confidence;
    sx_levels_now levels; /* of the intervals and tests at this look */
    double ratio;         /* n_test / n_train; counts for SX_PAIRS_CORRECTED_T only */
    double floor;         /* the least variance a difference can have, since accuracies are rounded */
} sx_pair_setting;

/* Sign flips where all runs share one split and there are so many seeds that these can reach the strictest of
 * Holm's levels; otherwise the corrected t test. */
sx_pair_method sx_pair_method_for(size_t folds, int seeds, size_t pairs, double confidence);
/* The ratio by which the variance of a mean over runs is corrected: none where only seeds vary. */
double sx_pair_ratio(sx_pair_method method, double test_train_ratio);

/* Fills all of *pair but a, b, p_holm and p_holm_control. */
SX_MUST_USE sx_status sx_pair_fill(const double *differences, size_t count, const sx_pair_setting *setting,
                                   sx_pair_result *pair, sx_error *err);
/* Fills p_holm and p_holm_control of all pairs, and makes more_runs say whether a pair is decided. */
void sx_pairs_correct(double alpha, sx_pair_result *pairs, size_t count);

#endif
