/* verdict.h: from paired tests to one sentence. The rules, in plain words, are in docs/verdict.md. */
#ifndef EXPERIMENT_VERDICT_H
#define EXPERIMENT_VERDICT_H

#include "experiment/results.h"

/* How an axis stands to the best one. */
typedef enum sx_standing {
    SX_STANDING_BEST,
    SX_STANDING_BEATEN, /* the best is better (Holm), and not by less than the margin */
    SX_STANDING_WITHIN, /* the difference is shown to be smaller than the margin */
    SX_STANDING_OPEN
} sx_standing;

typedef struct sx_decision {
    sx_verdict_kind kind;
    size_t best;   /* index of the axis with the highest mean */
    size_t chosen; /* index of the verdict's axis */
    sx_standing standings[SX_MAX_AXES];
    size_t more_runs; /* undecided: further (fold, seed) pairs; SIZE_MAX = seeds alone cannot decide */
} sx_decision;

/* axes, means: axis_count; pairs as made by sx_results_pairs. confidence in (0, 1). */
sx_decision sx_verdict_decide(const sx_axis *axes, const double *means, size_t axis_count,
                              const sx_pair_result *pairs, size_t pair_count, double confidence);

/* Fills comparison->verdict; needs what sx_results_fill made, and steps. */
SX_MUST_USE sx_status sx_verdict_fill(sx_comparison *comparison, const sx_basis *basis, sx_error *err);

#endif
