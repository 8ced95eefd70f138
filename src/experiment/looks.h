/* looks.h: what the tests and intervals of a comparison must ask for when the study was looked at while it
 * grew. */
#ifndef EXPERIMENT_LOOKS_H
#define EXPERIMENT_LOOKS_H

#include "sonaxis/compare.h"

typedef struct sx_levels_now {
    double alone, together;            /* of one interval, and of each where all shall hold together */
    double information[SX_MOST_LOOKS]; /* shares at the looks, rising; the last is this look's */
    size_t looks;                      /* 0 = a study of fixed size */
} sx_levels_now;

/* From the comparison's growth, axes, folds, seeds and confidence. ratio: n_test / n_train. The information
 * in n runs is n / (1 + n ratio), the inverse of the corrected variance of their mean; with one split, where
 * only seeds vary, n. */
SX_MUST_USE sx_status sx_levels_make(const sx_comparison *comparison, double ratio, sx_levels_now *levels,
                                     sx_error *err);
/* Turns p and p_equivalent of a fixed study into ones that hold over all looks; nothing to do for a fixed
 * one. */
SX_MUST_USE sx_status sx_levels_correct(const sx_levels_now *levels, sx_pair_result *pair, sx_error *err);
/* Share of the information that the planned end would have. */
double sx_levels_share(const sx_comparison *comparison, double ratio, int seeds);
/* Probability that the planned end decides the pair, if what is seen is true; 1 where it is decided. */
SX_MUST_USE sx_status sx_levels_chance(const sx_comparison *comparison, const sx_levels_now *levels,
                                       double ratio, const sx_pair_result *pair, double *chance,
                                       sx_error *err);

#endif
