/* results.h: from runs to intervals and paired tests. */
#ifndef EXPERIMENT_RESULTS_H
#define EXPERIMENT_RESULTS_H

#include "sonaxis/compare.h"

/* What the runs were made on, as far as the statistics need it. */
typedef struct sx_basis {
    double test_train_ratio; /* n_test / n_train, mean over folds */
    double test_count;       /* items in a test part, mean over folds */
} sx_basis;

/* Fills method, test_train_ratio, axes and pairs from runs, axes[].axis, axis_count, fold_count, seeds,
 * statistics, margin and confidence. */
SX_MUST_USE sx_status sx_results_fill(sx_comparison *comparison, const sx_basis *basis, sx_error *err);
/* The same for accuracies scored with other statistics, without touching the comparison; means: accuracy of
 * each axis. */
SX_MUST_USE sx_status sx_results_pairs(const sx_comparison *comparison, sx_statistics statistics,
                                       const sx_basis *basis, double means[SX_MAX_AXES],
                                       sx_pair_result pairs[SX_MAX_PAIRS], size_t *pair_count, sx_error *err);

#endif
