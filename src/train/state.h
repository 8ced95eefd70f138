/* state.h: everything a run has to remember between two steps: what a checkpoint holds. */
#ifndef TRAIN_STATE_H
#define TRAIN_STATE_H

#include "train/optimiser.h"

/* Plain numbers, saved as they are: eight bytes each, no gaps. */
typedef struct sx_counters {
    uint64_t step;       /* optimiser steps done */
    uint64_t epoch;      /* epochs done */
    uint64_t epoch_step; /* steps done in the epoch under way */
    uint64_t seen, correct;
    double loss_sum; /* of the epoch under way, each loss times its batch size */
    double seconds;  /* spent in the epoch under way */
    double best_loss;
    uint64_t best_epoch, waited; /* early stopping */
    uint64_t stopped;
    uint64_t lag_steps; /* of the epoch under way, that lag_sums hold */
} sx_counters;

typedef struct sx_state {
    sx_counters counters;
    sx_slots slots;
    sx_epoch *epochs; /* epoch_capacity, of which counters.epoch are filled */
    size_t epoch_capacity;
    float *weights, *statistics; /* the model's own, borrowed */
    size_t weight_count, statistics_count;
    float *best_weights, *best_statistics; /* NULL without early stopping */
    double *lag_sums;                      /* statistics_count, see lag.h */
    sx_lag *lags;                          /* epoch_capacity * lag_layers */
    size_t lag_layers;
} sx_state;

/* weights and statistics are borrowed. On failure nothing is owned. */
SX_MUST_USE sx_status sx_state_init(sx_state *state, const sx_train_options *options, float *weights,
                                    size_t weight_count, float *statistics, size_t statistics_count,
                                    size_t lag_layers, sx_error *err);
void sx_state_clear(sx_state *state);
/* Adds an epoch, keeps its weights when it is the best so far, and sets counters.stopped when patience is
 * used up. Keras's EarlyStopping: better is smaller, a NaN is never better. */
void sx_state_end_epoch(sx_state *state, const sx_epoch *values, int patience);
/* With early stopping the best weights and statistics go back into the model's. */
void sx_state_restore_best(sx_state *state);
/* False where a weight, a statistic or an optimiser slot is NaN or infinite. */
bool sx_state_is_finite(const sx_state *state);

#endif
