/* lag.c: see lag.h. */
#include "train/lag.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 8 };
/* Nearer to 1 the float of a moving statistic does not tell what a batch added. */
static const double slowest = 0.9999;
static const double flat = 1e-9; /* no deviation to measure by */

static int find_weight(const sx_layer_plan *plan, const char *name) {
    for (int w = 0; w < plan->weight_count; w++)
        if (strcmp(plan->weights[w].name, name) == 0) return w;
    return -1;
}

static sx_lag_place place_of(sx_model *model, size_t layer) {
    const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
    const int mean = find_weight(plan, "moving_mean"), variance = find_weight(plan, "moving_variance");
    const float *first = sx_model_statistics(model);
    return (sx_lag_place){.mean = (size_t)(sx_model_layer_weight(model, layer, mean) - first),
                          .variance = (size_t)(sx_model_layer_weight(model, layer, variance) - first),
                          .groups = plan->weights[mean].count,
                          .momentum = (float)plan->momentum,
                          .share = plan->momentum > slowest ? 0 : (float)(1.0 - plan->momentum)};
}

sx_status sx_lag_open(sx_model *model, sx_lag_watch *watch, sx_error *err) {
    const size_t layers = sx_model_layer_count(model), floats = sx_model_statistics_count(model);
    *watch = (sx_lag_watch){.statistics_count = floats};
    watch->places = sx_alloc(layers, sizeof *watch->places);
    watch->before = sx_alloc(floats, sizeof *watch->before);
    watch->away = sx_alloc(floats, sizeof *watch->away);
    if (!watch->places || !watch->before || !watch->away) {
        sx_lag_close(watch);
        return sx_fail_memory(err, floats * sizeof *watch->away);
    }
    for (size_t layer = 0; layer < layers; layer++)
        if (sx_model_layer_plan(model, layer)->has_statistics)
            watch->places[watch->count++] = place_of(model, layer);
    return SX_OK;
}

void sx_lag_close(sx_lag_watch *watch) {
    sx_free(watch->places);
    sx_free(watch->before);
    sx_free(watch->away);
    *watch = (sx_lag_watch){0};
}

bool sx_lag_counts(size_t items, size_t batch, uint64_t epoch_step) {
    const size_t whole = items / batch > 0 ? items / batch : 1;
    return epoch_step < whole && epoch_step + STEPS >= whole;
}

void sx_lag_before(sx_lag_watch *watch, sx_model *model) {
    memcpy(watch->before, sx_model_statistics(model), watch->statistics_count * sizeof *watch->before);
}

static void add_batch(const sx_lag_watch *watch, const sx_lag_place *place, size_t first, const float *after,
                      double *sums) {
    for (size_t i = first; i < first + place->groups; i++)
        sums[i] +=
            ((double)after[i] - (double)place->momentum * (double)watch->before[i]) / (double)place->share;
}

void sx_lag_after(const sx_lag_watch *watch, sx_model *model, double *sums) {
    const float *after = sx_model_statistics(model);
    for (size_t p = 0; p < watch->count; p++) {
        if (!(watch->places[p].share > 0)) continue;
        add_batch(watch, &watch->places[p], watch->places[p].mean, after, sums);
        add_batch(watch, &watch->places[p], watch->places[p].variance, after, sums);
    }
}

static void lend(size_t first, size_t count, const double *sums, double steps, float *statistics) {
    for (size_t i = first; i < first + count; i++)
        statistics[i] = (float)(sums[i] / steps);
}

void sx_lag_lend(sx_lag_watch *watch, sx_model *model, const double *sums, uint64_t steps) {
    float *statistics = sx_model_statistics(model);
    sx_lag_before(watch, model);
    for (size_t p = 0; p < watch->count; p++) {
        const sx_lag_place *place = &watch->places[p];
        if (!(place->share > 0) || steps == 0) continue;
        lend(place->mean, place->groups, sums, (double)steps, statistics);
        lend(place->variance, place->groups, sums, (double)steps, statistics);
        for (size_t g = 0; g < place->groups; g++) /* a difference of floats may fall below zero */
            statistics[place->variance + g] = fmaxf(statistics[place->variance + g], 0);
    }
    sx_model_weights_changed(model);
}

void sx_lag_give_back(const sx_lag_watch *watch, sx_model *model) {
    memcpy(sx_model_statistics(model), watch->before, watch->statistics_count * sizeof *watch->before);
    sx_model_weights_changed(model);
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count) {
    if (count == 0) return (double)NAN;
    qsort(values, count, sizeof *values, by_size);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static sx_lag lag_of(const sx_lag_watch *watch, const sx_lag_place *place, const float *moving,
                     const double *sums, double steps) {
    sx_lag lag = {(double)NAN, (double)NAN};
    size_t count = 0;
    if (!(place->share > 0) || steps <= 0) return lag;
    for (size_t g = 0; g < place->groups; g++) {
        const double variance = sums[place->variance + g] / steps;
        if (!(variance > flat)) continue;
        watch->away[count++] =
            fabs((double)moving[place->mean + g] - sums[place->mean + g] / steps) / sqrt(variance);
    }
    lag.mean = median(watch->away, count);
    count = 0;
    for (size_t g = 0; g < place->groups; g++) {
        const double variance = sums[place->variance + g] / steps;
        if (!(variance > flat)) continue;
        watch->away[count++] = fabs(log(fmax((double)moving[place->variance + g], flat) / variance)) / 2;
    }
    lag.deviation = median(watch->away, count);
    return lag;
}

void sx_lag_finish(const sx_lag_watch *watch, sx_model *model, const double *sums, uint64_t steps,
                   sx_lag *lags) {
    for (size_t p = 0; p < watch->count; p++)
        lags[p] = lag_of(watch, &watch->places[p], sx_model_statistics(model), sums, (double)steps);
}
