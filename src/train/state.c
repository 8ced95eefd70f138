/* state.c: memory and bookkeeping of a run; early stopping as keras/src/callbacks/early_stopping.py. */
#include "train/state.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

sx_status sx_state_init(sx_state *state, const sx_train_options *options, float *weights, size_t weight_count,
                        float *statistics, size_t statistics_count, size_t lag_layers, sx_error *err) {
    *state = (sx_state){.counters = {.best_loss = INFINITY},
                        .epoch_capacity = (size_t)options->epochs,
                        .weights = weights,
                        .statistics = statistics,
                        .weight_count = weight_count,
                        .statistics_count = statistics_count,
                        .lag_layers = lag_layers};
    sx_status status = sx_slots_init(&state->slots, options->optimiser, weight_count, err);
    state->epochs = sx_alloc(state->epoch_capacity, sizeof *state->epochs);
    state->lags = sx_alloc(state->epoch_capacity * lag_layers, sizeof *state->lags);
    state->lag_sums = sx_alloc(statistics_count, sizeof *state->lag_sums);
    bool complete = state->epochs && state->lags && state->lag_sums;
    if (options->patience > 0) {
        state->best_weights = sx_alloc(weight_count, sizeof(float));
        state->best_statistics = sx_alloc(statistics_count, sizeof(float));
        complete = complete && state->best_weights && state->best_statistics;
    }
    if (status == SX_OK && !complete)
        status = sx_fail_memory(err, state->epoch_capacity * sizeof *state->epochs +
                                         (weight_count + statistics_count) * sizeof(float));
    if (status != SX_OK) sx_state_clear(state);
    return status;
}

void sx_state_clear(sx_state *state) {
    sx_slots_clear(&state->slots);
    sx_free(state->epochs);
    sx_free(state->lags);
    sx_free(state->lag_sums);
    sx_free(state->best_weights);
    sx_free(state->best_statistics);
    *state = (sx_state){0};
}

static void keep_weights(sx_state *state) {
    state->counters.best_epoch = state->counters.epoch;
    memcpy(state->best_weights, state->weights, state->weight_count * sizeof(float));
    memcpy(state->best_statistics, state->statistics, state->statistics_count * sizeof(float));
}

static void watch_validation(sx_state *state, double loss, int patience) {
    sx_counters *counters = &state->counters;
    if (counters->epoch == 0) keep_weights(state); /* something must be kept even if every loss is NaN */
    counters->waited++;
    if (loss < counters->best_loss) {
        counters->best_loss = loss;
        counters->waited = 0;
        keep_weights(state);
    } else if (counters->epoch > 0) {
        counters->stopped = counters->waited >= (uint64_t)patience;
    }
}

void sx_state_end_epoch(sx_state *state, const sx_epoch *values, int patience) {
    sx_counters *counters = &state->counters;
    state->epochs[counters->epoch] = *values;
    if (patience > 0)
        watch_validation(state, values->validation_loss, patience);
    else
        counters->best_epoch = counters->epoch;
    counters->epoch++;
    counters->epoch_step = counters->seen = counters->correct = 0;
    counters->loss_sum = counters->seconds = 0;
    counters->lag_steps = 0;
    memset(state->lag_sums, 0, state->statistics_count * sizeof *state->lag_sums);
}

void sx_state_restore_best(sx_state *state) {
    if (!state->best_weights || state->counters.epoch == 0) return;
    memcpy(state->weights, state->best_weights, state->weight_count * sizeof(float));
    memcpy(state->statistics, state->best_statistics, state->statistics_count * sizeof(float));
}

static bool all_finite(const float *values, size_t count) {
    size_t bad = 0;
    for (size_t i = 0; values && i < count; i++)
        bad += isfinite(values[i]) ? 0 : 1;
    return bad == 0;
}

bool sx_state_is_finite(const sx_state *state) {
    return all_finite(state->weights, state->weight_count) &&
           all_finite(state->statistics, state->statistics_count) &&
           all_finite(state->slots.first, state->slots.count) &&
           all_finite(state->slots.second, state->slots.count);
}
