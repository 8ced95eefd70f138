/* fit.c: the training loop: batches in a drawn order, forward, loss, backward, step; after each epoch the
 * validation part, early stopping, the hook and the checkpoint.
 *
 * All that a step depends on is in sx_state or a function of counters, so a run that continues from a
 * checkpoint takes the same steps as one that was never stopped. */
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/watch.h"
#include "data/shift.h"
#include "train/checkpoint.h"
#include "train/identity.h"
#include "train/lag.h"
#include "train/loss.h"
#include "train/order.h"
#include "train/schedule.h"
#include "train/score.h"

#include <math.h>
#include <stdio.h>

typedef struct fit {
    sx_source source;
    sx_features moved; /* the features as jitter moves them while fitting */
    int *shifts;       /* of moved: a frame count for every item of the features */
    int jitter;        /* frames */
    const size_t *train, *validation;
    size_t train_count, validation_count;
    const sx_train_options *options;
    const sx_watch *watch;
    sx_epoch_hook hook;
    void *hook_context;
    size_t classes, steps_per_epoch;
    char *identity; /* NULL without a checkpoint */
    sx_state state;
    sx_lag_watch lag;
    size_t *order;        /* train_count: items as this epoch shows them */
    int *labels;          /* of a batch */
    float *weights;       /* of a batch: item weight times class weight */
    float *class_weights; /* classes */
    float *gradient;      /* of a batch, by the logits; and a row of scratch when scoring */
    double learning_rate; /* of the last step */
    double resumed_at;    /* clock when this call took up the epoch */
} fit;

/* --- setting up ------------------------------------------------------------------------------------------
 */

static sx_status check_call(const fit *f, sx_error *err) {
    const size_t batch = sx_model_batch(f->source.model);
    sx_status status = sx_train_check(f->options, err);
    if (status != SX_OK) return status;
    if (!sx_model_gradients(f->source.model))
        return sx_fail(err, SX_E_ARGUMENT, "the net was not built for training");
    if (batch < (size_t)f->options->batch)
        return sx_fail(err, SX_E_ARGUMENT, "batch %d is larger than the %zu the net was built for",
                       f->options->batch, batch);
    if (f->train_count == 0) return sx_fail(err, SX_E_ARGUMENT, "there are no items to train on");
    if (f->options->patience > 0 && f->validation_count == 0)
        return sx_fail(err, SX_E_ARGUMENT, "early stopping (patience %d) needs a validation part",
                       f->options->patience);
    status = sx_source_check(&f->source, f->train, f->train_count, true, err);
    if (status != SX_OK) return status;
    return sx_source_check(&f->source, f->validation, f->validation_count, true, err);
}

/* count / (labels that occur * count of this label): the mean over the training items is 1. */
static void fill_class_weights(fit *f) {
    const int *labels = f->source.features->labels;
    size_t present = 0;
    for (size_t i = 0; i < f->train_count; i++) {
        float *count = &f->class_weights[labels[f->train[i]]];
        present += *count < 1.0f;
        *count += 1.0f;
    }
    for (size_t label = 0; label < f->classes; label++) {
        const double count = (double)f->class_weights[label];
        const bool weighted = f->options->class_weights && count > 0;
        f->class_weights[label] =
            weighted ? (float)((double)f->train_count / ((double)present * count)) : 1.0f;
    }
}

static sx_status prepare_jitter(fit *f, sx_error *err) {
    f->moved = *f->source.features;
    sx_status status = sx_shift_frames(f->source.features, f->options->jitter_ms, "jitter", &f->jitter, err);
    if (status != SX_OK || f->jitter == 0) return status;
    f->shifts = sx_alloc(f->moved.count, sizeof *f->shifts);
    if (!f->shifts) return sx_fail_memory(err, f->moved.count * sizeof *f->shifts);
    f->moved.shifts = f->shifts;
    return SX_OK;
}

static sx_status allocate(fit *f, sx_error *err) {
    const size_t batch = (size_t)f->options->batch;
    f->order = sx_alloc(f->train_count, sizeof *f->order);
    f->labels = sx_alloc(batch, sizeof *f->labels);
    f->weights = sx_alloc(batch, sizeof *f->weights);
    f->class_weights = sx_alloc(f->classes, sizeof *f->class_weights);
    f->gradient = sx_alloc(batch * f->classes, sizeof *f->gradient);
    if (!f->order || !f->labels || !f->weights || !f->class_weights || !f->gradient)
        return sx_fail_memory(err, f->train_count * sizeof *f->order + batch * f->classes * sizeof(float));
    sx_model *model = f->source.model;
    sx_status status = sx_lag_open(model, &f->lag, err);
    if (status != SX_OK) return status;
    return sx_state_init(&f->state, f->options, sx_model_weights(model), sx_model_trainable_count(model),
                         sx_model_statistics(model), sx_model_statistics_count(model), f->lag.count, err);
}

static void release(fit *f) {
    sx_state_clear(&f->state);
    sx_lag_close(&f->lag);
    sx_free(f->identity);
    sx_free(f->shifts);
    sx_free(f->order);
    sx_free(f->labels);
    sx_free(f->weights);
    sx_free(f->class_weights);
    sx_free(f->gradient);
}

/* --- checkpoint ------------------------------------------------------------------------------------------
 */

static sx_status take_up(fit *f, sx_error *err) {
    const char *path = f->options->checkpoint;
    char text[256];
    if (!path) return SX_OK;
    f->identity =
        sx_run_identity(&f->source, f->train, f->train_count, f->validation, f->validation_count, f->options);
    if (!f->identity) return sx_fail_memory(err, 0);
    if (sx_file_look(path, NULL) == SX_FILE_NONE) return SX_OK;
    sx_status status = sx_checkpoint_read(path, f->identity, &f->state, err);
    if (status != SX_OK) return status;
    sx_model_weights_changed(f->source.model);
    snprintf(text, sizeof text, "continuing from %.160s after %llu of %d epochs", path,
             (unsigned long long)f->state.counters.epoch, f->options->epochs);
    sx_watch_note(f->watch, text);
    return SX_OK;
}

static sx_status save(fit *f, sx_error *err) {
    if (!f->options->checkpoint) return SX_OK;
    return sx_checkpoint_write(f->options->checkpoint, f->identity, &f->state, err);
}

/* --- one step ----------------------------------------------------------------------------------------------
 */

static void add_seconds(fit *f) {
    const double now = sx_clock_seconds();
    f->state.counters.seconds += now - f->resumed_at;
    f->resumed_at = now;
}

/* First layer with a weight or moving statistic that is no finite number; NULL = none. */
static const char *find_bad_weight(const fit *f) {
    sx_model *model = f->source.model;
    for (size_t layer = 0; layer < sx_model_layer_count(model); layer++) {
        const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
        for (int w = 0; w < plan->weight_count; w++) {
            const float *values = sx_model_layer_weight(model, layer, w);
            for (size_t i = 0; i < plan->weights[w].count; i++) {
                if (!isfinite(values[i])) return sx_model_layer_name(model, layer);
            }
        }
    }
    return NULL;
}

/* count: examples of the last forward pass whose outputs are looked at; 0 = weights only. */
static sx_status stop_for_number(const fit *f, size_t count, const char *what, sx_error *err) {
    const char *layer = count ? sx_model_find_nonfinite(f->source.model, count) : NULL;
    if (!layer) layer = find_bad_weight(f);
    return sx_fail(
        err, SX_E_NUMERIC,
        "%s at step %llu (epoch %llu of %d, learning rate %g); first layer with such a number: %s; "
        "a smaller learning rate may help",
        what, (unsigned long long)f->state.counters.step, (unsigned long long)f->state.counters.epoch + 1,
        f->options->epochs, f->learning_rate,
        layer   ? layer
        : count ? "none, it is in the loss itself"
                : "none, it is in the optimiser's memory");
}

static sx_status stop_for_weights(const fit *f, sx_error *err) {
    return stop_for_number(f, 0, "a weight, moving statistic or moment is not finite", err);
}

static sx_status stop_for_cancel(fit *f, sx_error *err) {
    const sx_counters *counters = &f->state.counters;
    if (!sx_state_is_finite(&f->state)) return stop_for_weights(f, err);
    add_seconds(f);
    sx_status status = save(f, err);
    if (status != SX_OK) return status;
    return sx_fail(err, SX_E_CANCELLED, "stopped after step %llu (epoch %llu of %d); %s%s",
                   (unsigned long long)counters->step, (unsigned long long)counters->epoch + 1,
                   f->options->epochs, f->options->checkpoint ? "saved in " : "no checkpoint was asked for",
                   f->options->checkpoint ? f->options->checkpoint : "");
}

static void fill_batch(fit *f, const size_t *items, size_t count) {
    const sx_features *features = f->source.features;
    for (size_t i = 0; i < count; i++) {
        const float weight = features->weights ? features->weights[items[i]] : 1.0f;
        f->labels[i] = features->labels[items[i]];
        f->weights[i] = weight * f->class_weights[f->labels[i]];
    }
    sx_source moved = {f->source.model, &f->moved, f->source.standardise};
    sx_source_load(&moved, items, count);
}

static sx_status take_step(fit *f, sx_error *err) {
    sx_counters *counters = &f->state.counters;
    sx_model *model = f->source.model;
    const size_t batch = (size_t)f->options->batch, first = (size_t)counters->epoch_step * batch;
    const size_t rest = f->train_count - first, count = rest < batch ? rest : batch;
    const uint32_t draw = (uint32_t)counters->step;
    size_t correct;
    fill_batch(f, f->order + first, count);
    const float *logits = sx_model_forward(model, count, SX_RUN_TRAIN, draw);
    const double loss = sx_loss_batch(f->options->loss, logits, f->labels, f->weights, count, f->classes,
                                      f->gradient, &correct);
    f->learning_rate = sx_schedule_rate(f->options, counters->step, f->steps_per_epoch);
    if (!isfinite(loss)) return stop_for_number(f, count, "the loss is not finite", err);
    sx_model_backward(model, count, f->gradient, draw);
    counters->step++;
    counters->epoch_step++;
    sx_optimiser_step(f->options, f->learning_rate, counters->step, sx_kernels_get(), sx_model_pool(model),
                      sx_model_gradients(model), sx_model_weights(model), &f->state.slots);
    sx_model_weights_changed(model);
    counters->loss_sum += loss * (double)count;
    counters->seen += count;
    counters->correct += correct;
    return SX_OK;
}

/* --- one epoch ---------------------------------------------------------------------------------------------
 */

static sx_status take_steps(fit *f, sx_error *err) {
    sx_counters *counters = &f->state.counters;
    const uint64_t total = (uint64_t)f->options->epochs * f->steps_per_epoch;
    sx_order_epoch(f->options->seed, (size_t)counters->epoch, f->train, f->train_count, f->order);
    if (f->jitter > 0)
        sx_shift_draw(f->jitter, f->options->seed, SX_SHIFT_FIT, (uint32_t)counters->epoch, f->train,
                      f->train_count, f->shifts);
    while (counters->epoch_step < f->steps_per_epoch) {
        if (sx_watch_is_cancelled(f->watch)) return stop_for_cancel(f, err);
        const bool counts = sx_lag_counts(f->train_count, (size_t)f->options->batch, counters->epoch_step);
        if (counts) sx_lag_before(&f->lag, f->source.model);
        sx_status status = take_step(f, err);
        if (status != SX_OK) return status;
        if (counts) sx_lag_after(&f->lag, f->source.model, f->state.lag_sums);
        counters->lag_steps += counts;
        sx_watch_progress(f->watch, "training", counters->step, total);
    }
    return SX_OK;
}

static void score_validation(fit *f, sx_score_sums *sums) {
    const bool lent = f->options->settled_validation;
    if (lent) sx_lag_lend(&f->lag, f->source.model, f->state.lag_sums, f->state.counters.lag_steps);
    sx_sum_scores(&f->source, f->options->loss, f->validation, f->validation_count, f->gradient, sums);
    if (lent) sx_lag_give_back(&f->lag, f->source.model);
}

static sx_epoch summarise(fit *f) {
    const sx_counters *counters = &f->state.counters;
    sx_epoch values = {.loss = counters->loss_sum / (double)counters->seen,
                       .accuracy = (double)counters->correct / (double)counters->seen,
                       .validation_loss = NAN,
                       .validation_accuracy = NAN,
                       .learning_rate = sx_schedule_rate(f->options, counters->step - 1, f->steps_per_epoch)};
    if (f->validation_count > 0) {
        sx_score_sums sums = {0};
        score_validation(f, &sums);
        values.validation_loss = sums.loss_sum / (double)f->validation_count;
        values.validation_accuracy = (double)sums.correct / (double)f->validation_count;
    }
    add_seconds(f);
    values.seconds = counters->seconds;
    return values;
}

static sx_status run_epoch(fit *f, sx_error *err) {
    const size_t epoch = (size_t)f->state.counters.epoch;
    f->resumed_at = sx_clock_seconds();
    sx_status status = take_steps(f, err);
    if (status != SX_OK) return status;
    if (!sx_state_is_finite(&f->state)) return stop_for_weights(f, err);
    const sx_epoch values = summarise(f);
    sx_lag_finish(&f->lag, f->source.model, f->state.lag_sums, f->state.counters.lag_steps,
                  f->state.lags + epoch * f->lag.count);
    sx_state_end_epoch(&f->state, &values, f->options->patience);
    status = save(f, err);
    if (status == SX_OK && f->hook) f->hook(f->hook_context, epoch, &values);
    return status;
}

static bool is_finished(const fit *f) {
    return f->state.counters.stopped || f->state.counters.epoch >= (uint64_t)f->options->epochs;
}

/* A checkpoint keeps the last weights and the best; the model gets the best only here. */
static void hand_over(fit *f, sx_history *history) {
    sx_state_restore_best(&f->state);
    sx_model_weights_changed(f->source.model);
    *history = (sx_history){.epochs = f->state.epochs,
                            .count = (size_t)f->state.counters.epoch,
                            .best = (size_t)f->state.counters.best_epoch,
                            .lags = f->state.lags,
                            .lag_layers = f->lag.count,
                            .stopped_early = f->state.counters.stopped != 0};
    f->state.epochs = NULL;
    f->state.lags = NULL;
}

sx_status sx_train_fit(sx_model *model, const sx_features *features, const sx_standardise *standardise,
                       const size_t *train, size_t train_count, const size_t *validation,
                       size_t validation_count, const sx_train_options *options, const sx_watch *watch,
                       sx_epoch_hook hook, void *hook_context, sx_history *history, sx_error *err) {
    fit f = {.source = {model, features, standardise},
             .train = train,
             .train_count = train_count,
             .validation = validation,
             .validation_count = validation_count,
             .options = options,
             .watch = watch,
             .hook = hook,
             .hook_context = hook_context,
             .classes = sx_model_class_count(model)};
    sx_status status = check_call(&f, err);
    if (status != SX_OK) return status;
    f.steps_per_epoch = (train_count - 1) / (size_t)options->batch + 1;
    status = prepare_jitter(&f, err);
    if (status == SX_OK) status = allocate(&f, err);
    if (status == SX_OK) {
        fill_class_weights(&f);
        status = take_up(&f, err);
    }
    while (status == SX_OK && !is_finished(&f))
        status = run_epoch(&f, err);
    if (status == SX_OK) hand_over(&f, history);
    release(&f);
    return status;
}
