/* collect.h: from the runs of a study on disk to a comparison with its verdict. */
#ifndef EXPERIMENT_COLLECT_H
#define EXPERIMENT_COLLECT_H

#include "experiment/results.h"
#include "experiment/store.h"

/* comparison: its settings (axes, folds, seeds, statistics, margin, confidence, growth) are there; fills
 * runs, results, verdict and duels. Every run must be in the store. */
SX_MUST_USE sx_status sx_collect(sx_store *store, size_t label_count, const sx_basis *basis,
                                 sx_comparison *comparison, sx_error *err);

#endif
