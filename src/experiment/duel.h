/* duel.h: two nets of a study on the same recordings, from the predictions that it keeps. */
#ifndef EXPERIMENT_DUEL_H
#define EXPERIMENT_DUEL_H

#include "experiment/store.h"

/* The nets of two axes in one repetition: on every fold its own; of two studies, whose recordings and folds
 * must then be the same. duel->a, b and seed are filled in any case; items stays 0 where a run or its
 * predictions are not there. */
typedef struct sx_duel_side {
    sx_store *store;
    sx_axis axis;
} sx_duel_side;

SX_MUST_USE sx_status sx_duel_fight(const sx_duel_side *a, const sx_duel_side *b, const sx_test_items *items,
                                    int repetition, sx_statistics statistics, double confidence,
                                    sx_duel *duel, sx_error *err);
/* Every pair of the comparison with its first seed. */
SX_MUST_USE sx_status sx_duels_fill(sx_store *store, sx_comparison *comparison, sx_error *err);

#endif
