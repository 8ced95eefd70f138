/* explain_use.c: what all diagnostics do with a net: look inside, score, change its weights and put them
 * back. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/memory.h"
#include "stats/resampled.h"
#include "train/batch.h"

#include <math.h>
#include <string.h>

size_t sx_items_spread(sx_part_items items, size_t most, size_t *chosen) {
    const size_t count = items.count < most ? items.count : most;
    for (size_t i = 0; i < count; i++)
        chosen[i] = items.items[i * items.count / count];
    return count;
}

sx_status sx_net_look(const sx_net *net, const sx_features *features, sx_part_items items, size_t layer,
                      sx_look look, void *context, sx_error *err) {
    const sx_source source = {net->model, features, &net->standardise};
    const size_t batch = sx_model_batch(net->model);
    const size_t before = sx_shape_count(sx_model_layer_input_shape(net->model, layer));
    const size_t after = sx_shape_count(sx_model_layer_plan(net->model, layer)->output);
    sx_status status = sx_source_check(&source, items.items, items.count, false, err);
    for (size_t first = 0; first < items.count && status == SX_OK; first += batch) {
        const size_t rows = items.count - first < batch ? items.count - first : batch;
        sx_source_load(&source, items.items + first, rows);
        sx_model_forward_to(net->model, rows, layer);
        for (size_t row = 0; row < rows; row++)
            look(context, first + row, sx_model_layer_input(net->model, layer) + row * before,
                 sx_model_layer_output(net->model, layer) + row * after);
    }
    return status;
}

sx_status sx_net_accuracy(const sx_net *net, const sx_features *features, sx_part_items items,
                          double *accuracy, double *right, sx_error *err) {
    const size_t classes = sx_model_class_count(net->model);
    sx_score score = {0};
    float *probabilities = right ? sx_alloc(items.count * classes, sizeof *probabilities) : NULL;
    if (right && !probabilities) return sx_fail_memory(err, items.count * classes * sizeof *probabilities);
    sx_status status = sx_evaluate(net->fast, features, &net->standardise, items.items, items.count,
                                   net->sigmoid, probabilities, &score, err);
    if (status == SX_OK) *accuracy = score.accuracy;
    for (size_t i = 0; i < items.count && right && status == SX_OK; i++) {
        const float *row = probabilities + i * classes;
        size_t best = 0;
        for (size_t c = 1; c < classes; c++)
            if (row[c] > row[best]) best = c;
        right[i] = (int)best == features->labels[items.items[i]];
    }
    sx_score_clear(&score);
    sx_free(probabilities);
    return status;
}

float *sx_net_weight(const sx_net *net, size_t layer, const char *name, size_t *count) {
    const sx_layer_plan *plan = sx_model_layer_plan(net->model, layer);
    for (int w = 0; w < plan->weight_count; w++) {
        if (strcmp(plan->weights[w].name, name) != 0) continue;
        if (count) *count = plan->weights[w].count;
        return sx_model_layer_weight(net->model, layer, w);
    }
    return NULL;
}

sx_status sx_net_keep(const sx_net *net, sx_net_copy *copy, sx_error *err) {
    const size_t weights = sx_model_trainable_count(net->model);
    const size_t statistics = sx_model_statistics_count(net->model);
    *copy = (sx_net_copy){sx_alloc(weights, sizeof(float)), sx_alloc(statistics, sizeof(float))};
    if (!copy->weights || !copy->statistics) {
        sx_net_copy_clear(copy);
        return sx_fail_memory(err, (weights + statistics) * sizeof(float));
    }
    memcpy(copy->weights, sx_model_weights(net->model), weights * sizeof(float));
    memcpy(copy->statistics, sx_model_statistics(net->model), statistics * sizeof(float));
    return SX_OK;
}

void sx_net_changed(const sx_net *net) {
    memcpy(sx_model_weights(net->fast), sx_model_weights(net->model),
           sx_model_trainable_count(net->model) * sizeof(float));
    memcpy(sx_model_statistics(net->fast), sx_model_statistics(net->model),
           sx_model_statistics_count(net->model) * sizeof(float));
    sx_model_weights_changed(net->model);
    sx_model_weights_changed(net->fast);
}

void sx_net_show_statistics(const sx_net *net) {
    memcpy(sx_model_statistics(net->model), sx_model_statistics(net->fast),
           sx_model_statistics_count(net->model) * sizeof(float));
    sx_net_changed(net);
}

sx_status sx_net_recompute(const sx_net *net, const sx_features *features, sx_part_items items,
                           const sx_watch *watch, sx_error *err) {
    sx_status status =
        sx_train_recompute(net->fast, features, &net->standardise, items.items, items.count, watch, err);
    if (status == SX_OK) sx_net_show_statistics(net);
    return status;
}

void sx_net_restore(const sx_net *net, const sx_net_copy *copy) {
    memcpy(sx_model_weights(net->model), copy->weights, sx_model_trainable_count(net->model) * sizeof(float));
    memcpy(sx_model_statistics(net->model), copy->statistics,
           sx_model_statistics_count(net->model) * sizeof(float));
    sx_net_changed(net);
}

void sx_net_copy_clear(sx_net_copy *copy) {
    sx_free(copy->weights);
    sx_free(copy->statistics);
    *copy = (sx_net_copy){0};
}

sx_spread sx_spread_of(const sx_explainer *e, const double *values, size_t count) {
    const sx_resampled known = sx_resampled_from(values, count, e->nets->ratio, 0);
    const double half = sx_resampled_half_width(&known, e->options->confidence);
    return (sx_spread){known.mean, known.mean - half, known.mean + half};
}
