/* recompute.c: exact statistics of every normalisation over chosen items.
 *
 * Moving averages lag behind the weights; these do not. Normalisations are taken in the net's order, so that
 * what reaches a later one has been through the exact statistics of those before it. Two passes each, mean
 * first, then squares about it: a large mean does not eat the variance. */
#include "base/error.h"
#include "base/memory.h"
#include "base/watch.h"
#include "data/shift.h"
#include "train/batch.h"

#include <math.h>
#include <string.h>

typedef struct recompute {
    const sx_source *source;
    const size_t *items;
    size_t count;
    const sx_watch *watch;
    uint64_t passes_done, passes;
    double *sum; /* of the largest normalisation */
    float *centre;
} recompute;

static int find_weight(const sx_layer_plan *plan, const char *name) {
    for (int w = 0; w < plan->weight_count; w++)
        if (strcmp(plan->weights[w].name, name) == 0) return w;
    return -1;
}

static sx_status run_pass(recompute *r, size_t layer, size_t groups, int pass, sx_measure *measure,
                          sx_error *err) {
    const size_t batch = sx_model_batch(r->source->model);
    *measure = (sx_measure){.pass = pass, .sum = r->sum, .centre = r->centre};
    memset(r->sum, 0, groups * sizeof *r->sum);
    for (size_t first = 0; first < r->count; first += batch) {
        const size_t rows = r->count - first < batch ? r->count - first : batch;
        if (sx_watch_is_cancelled(r->watch))
            return sx_fail(err, SX_E_CANCELLED, "stopped while recomputing the statistics of %s",
                           sx_model_layer_name(r->source->model, layer));
        sx_source_load(r->source, r->items + first, rows);
        sx_model_measure(r->source->model, rows, layer, measure);
    }
    r->passes_done++;
    sx_watch_progress(r->watch, "statistics", r->passes_done, r->passes);
    return SX_OK;
}

static sx_status recompute_layer(recompute *r, size_t layer, sx_error *err) {
    sx_model *model = r->source->model;
    const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
    const int mean = find_weight(plan, "moving_mean"), variance = find_weight(plan, "moving_variance");
    const size_t groups = plan->weights[mean].count;
    sx_measure measure;
    memset(r->centre, 0, groups * sizeof *r->centre);
    sx_status status = run_pass(r, layer, groups, 0, &measure, err);
    if (status != SX_OK) return status;
    for (size_t g = 0; g < groups; g++)
        r->centre[g] = (float)(r->sum[g] / measure.count);
    status = run_pass(r, layer, groups, 1, &measure, err);
    if (status != SX_OK) return status;
    float *means = sx_model_layer_weight(model, layer, mean);
    float *variances = sx_model_layer_weight(model, layer, variance);
    for (size_t g = 0; g < groups; g++) {
        means[g] = r->centre[g];
        variances[g] = (float)(r->sum[g] / measure.count);
        if (!isfinite(means[g]) || !isfinite(variances[g]))
            return sx_fail(err, SX_E_NUMERIC, "the exact statistics of %s are not finite (group %zu)",
                           sx_model_layer_name(model, layer), g);
    }
    sx_model_weights_changed(model);
    return SX_OK;
}

static sx_status recompute_all(recompute *r, sx_error *err) {
    for (size_t layer = 0; layer < sx_model_layer_count(r->source->model); layer++) {
        if (!sx_model_layer_plan(r->source->model, layer)->has_statistics) continue;
        sx_status status = recompute_layer(r, layer, err);
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

static sx_status recompute_in(sx_model *model, const sx_features *features, const sx_standardise *standardise,
                              const size_t *items, size_t count, const sx_watch *watch, sx_error *err) {
    const sx_source source = {model, features, standardise};
    const size_t floats = sx_model_statistics_count(model);
    if (count == 0) return sx_fail(err, SX_E_ARGUMENT, "there are no items to recompute statistics from");
    sx_status status = sx_source_check(&source, items, count, false, err);
    if (status != SX_OK) return status;
    recompute r = {.source = &source, .items = items, .count = count, .watch = watch};
    for (size_t layer = 0; layer < sx_model_layer_count(model); layer++)
        r.passes += sx_model_layer_plan(model, layer)->has_statistics ? 2 : 0;
    r.sum = sx_alloc(floats, sizeof *r.sum);
    r.centre = sx_alloc(floats, sizeof *r.centre);
    float *before = sx_alloc(floats, sizeof *before);
    if (!r.sum || !r.centre || !before) {
        status = sx_fail_memory(err, floats * sizeof *r.sum);
        goto cleanup;
    }
    memcpy(before, sx_model_statistics(model), floats * sizeof *before);
    status = recompute_all(&r, err);
    if (status != SX_OK) {
        memcpy(sx_model_statistics(model), before, floats * sizeof *before);
        sx_model_weights_changed(model);
    }
cleanup:
    sx_free(before);
    sx_free(r.centre);
    sx_free(r.sum);
    return status;
}

sx_status sx_train_recompute(sx_model *model, const sx_features *features, const sx_standardise *standardise,
                             const size_t *items, size_t count, const sx_watch *watch, sx_error *err) {
    if (sx_model_can_measure(model))
        return recompute_in(model, features, standardise, items, count, watch, err);
    sx_model *twin = NULL;
    sx_status status = sx_model_exact_twin(model, &twin, err);
    if (status == SX_OK) status = recompute_in(twin, features, standardise, items, count, watch, err);
    if (status == SX_OK) {
        memcpy(sx_model_statistics(model), sx_model_statistics(twin),
               sx_model_statistics_count(model) * sizeof(float));
        sx_model_weights_changed(model);
    }
    sx_model_free(twin);
    return status;
}

sx_status sx_train_recompute_as_fitted(sx_model *model, const sx_features *features,
                                       const sx_standardise *standardise, const size_t *items, size_t count,
                                       const sx_train_options *options, const sx_watch *watch,
                                       sx_error *err) {
    const sx_source source = {model, features, standardise};
    int jitter = 0;
    sx_status status = sx_source_check(&source, items, count, false, err);
    if (status == SX_OK) status = sx_shift_frames(features, options->jitter_ms, "jitter", &jitter, err);
    if (status != SX_OK) return status;
    if (jitter == 0) return sx_train_recompute(model, features, standardise, items, count, watch, err);
    sx_features moved = *features;
    int *shifts = sx_alloc(features->count, sizeof *shifts);
    if (!shifts) return sx_fail_memory(err, features->count * sizeof *shifts);
    sx_shift_draw(jitter, options->seed, SX_SHIFT_STATISTICS, 0, items, count, shifts);
    moved.shifts = shifts;
    status = sx_train_recompute(model, &moved, standardise, items, count, watch, err);
    sx_free(shifts);
    return status;
}
