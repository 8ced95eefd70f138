/* recompute.c: exact statistics of every normalisation over chosen items.
 *
 * Moving averages lag behind the weights; these do not. Normalisations are taken in the net's order, so that
 * what reaches a later one has been through the exact statistics of those before it. One pass each, of sums
 * and squares about the mean of one batch spread over the items: a large mean does not eat the variance, and
 * what is left of the difference of the two means is at most as many times the variance as there are batches.
 */
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
    double *sum, *squares; /* of the largest normalisation */
    float *centre;
    size_t *spread; /* a batch of items, evenly from first to last */
    size_t spread_count;
} recompute;

static int find_weight(const sx_layer_plan *plan, const char *name) {
    for (int w = 0; w < plan->weight_count; w++)
        if (strcmp(plan->weights[w].name, name) == 0) return w;
    return -1;
}

static void measure_batch(recompute *r, size_t layer, const size_t *items, size_t rows, sx_measure *measure) {
    sx_source_load(r->source, items, rows);
    sx_model_measure(r->source->model, rows, layer, measure);
}

static sx_measure begin_pass(const recompute *r, size_t groups, int pass) {
    memset(r->sum, 0, groups * sizeof *r->sum);
    memset(r->squares, 0, groups * sizeof *r->squares);
    return (sx_measure){.pass = pass, .sum = r->sum, .squares = r->squares, .centre = r->centre};
}

static void find_centre(recompute *r, size_t layer, size_t groups) {
    sx_measure measure = begin_pass(r, groups, 0);
    measure_batch(r, layer, r->spread, r->spread_count, &measure);
    for (size_t g = 0; g < groups; g++)
        r->centre[g] = (float)(r->sum[g] / measure.count);
}

static sx_status measure_all(recompute *r, size_t layer, size_t groups, double *count, sx_error *err) {
    const size_t batch = sx_model_batch(r->source->model);
    sx_measure measure = begin_pass(r, groups, 1);
    for (size_t first = 0; first < r->count; first += batch) {
        const size_t rows = r->count - first < batch ? r->count - first : batch;
        if (sx_watch_is_cancelled(r->watch))
            return sx_fail(err, SX_E_CANCELLED, "stopped while recomputing the statistics of %s",
                           sx_model_layer_name(r->source->model, layer));
        measure_batch(r, layer, r->items + first, rows, &measure);
    }
    *count = measure.count;
    r->passes_done++;
    sx_watch_progress(r->watch, "statistics", r->passes_done, r->passes);
    return SX_OK;
}

static sx_status recompute_layer(recompute *r, size_t layer, sx_error *err) {
    sx_model *model = r->source->model;
    const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
    const int mean = find_weight(plan, "moving_mean"), variance = find_weight(plan, "moving_variance");
    const size_t groups = plan->weights[mean].count;
    double count = 0;
    find_centre(r, layer, groups);
    sx_status status = measure_all(r, layer, groups, &count, err);
    if (status != SX_OK) return status;
    float *means = sx_model_layer_weight(model, layer, mean);
    float *variances = sx_model_layer_weight(model, layer, variance);
    for (size_t g = 0; g < groups; g++) {
        const double off = r->sum[g] / count;
        means[g] = (float)((double)r->centre[g] + off);
        variances[g] = (float)fmax(r->squares[g] / count - off * off, 0);
        if (!isfinite(means[g]) || !isfinite(variances[g]) || !isfinite(r->squares[g]))
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

static sx_status allocate(recompute *r, size_t floats, sx_error *err) {
    const size_t batch = sx_model_batch(r->source->model);
    r->spread_count = r->count < batch ? r->count : batch;
    r->sum = sx_alloc(floats, sizeof *r->sum);
    r->squares = sx_alloc(floats, sizeof *r->squares);
    r->centre = sx_alloc(floats, sizeof *r->centre);
    r->spread = sx_alloc(r->spread_count, sizeof *r->spread);
    if (!r->sum || !r->squares || !r->centre || !r->spread)
        return sx_fail_memory(err, floats * sizeof *r->sum);
    for (size_t i = 0; i < r->spread_count; i++)
        r->spread[i] = r->items[i * r->count / r->spread_count];
    return SX_OK;
}

static void release(recompute *r) {
    sx_free(r->sum);
    sx_free(r->squares);
    sx_free(r->centre);
    sx_free(r->spread);
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
        r.passes += sx_model_layer_plan(model, layer)->has_statistics;
    float *before = sx_alloc(floats, sizeof *before);
    status = before ? allocate(&r, floats, err) : sx_fail_memory(err, floats * sizeof *before);
    if (status == SX_OK) {
        memcpy(before, sx_model_statistics(model), floats * sizeof *before);
        status = recompute_all(&r, err);
        if (status != SX_OK) {
            memcpy(sx_model_statistics(model), before, floats * sizeof *before);
            sx_model_weights_changed(model);
        }
    }
    sx_free(before);
    release(&r);
    return status;
}

sx_status sx_train_recompute(sx_model *model, const sx_features *features, const sx_standardise *standardise,
                             const size_t *items, size_t count, const sx_watch *watch, sx_error *err) {
    if (sx_model_can_measure(model))
        return recompute_in(model, features, standardise, items, count, watch, err);
    sx_model *twin = NULL;
    sx_status status = sx_model_measuring_twin(model, &twin, err);
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
