/* build.c: every number of a model gets its place in one arena, and weights their first values. */
#include "base/error.h"
#include "base/hash.h"
#include "layers/numbers.h"
#include "model/graph.h"
#include "model/lifetime.h"

#include <math.h>
#include <string.h>

/* --- the arena -------------------------------------------------------------------------------------- */

static void add_need(size_t *total, size_t count, size_t size) {
    size_t need = sx_arena_need(count, size);
    *total = need > SIZE_MAX - *total ? SIZE_MAX : *total + need;
}

static size_t input_floats(const sx_model *model) {
    return model->options.batch * sx_shape_count(model->options.input);
}

static size_t shard_gradient_floats(const sx_model *model) {
    size_t shards = model->options.batch < SX_SHARDS ? model->options.batch : SX_SHARDS;
    return model->options.training && shards > 1 ? shards * model->shard_gradient_count : 0;
}

static size_t block_saved_bytes(const sx_model *model, const sx_node *node) {
    return node->tail >= 0 && model->options.training ? node->block.saved_bytes : 0;
}

static size_t arena_bytes(const sx_model *model, size_t output_bytes) {
    size_t total = 0;
    add_need(&total, model->trainable_count, sizeof(float));
    if (model->options.training) add_need(&total, model->trainable_count, sizeof(float));
    add_need(&total, model->statistics_count, sizeof(float));
    add_need(&total, input_floats(model), sizeof(float));
    for (size_t i = 0; i < model->run_count; i++) {
        add_need(&total, model->nodes[i].plan.packed_bytes, 1);
        add_need(&total, model->nodes[i].plan.saved_bytes, 1);
        add_need(&total, block_saved_bytes(model, &model->nodes[i]), 1);
        add_need(&total, sx_node_inference_bytes(&model->nodes[i]), 1);
    }
    add_need(&total, shard_gradient_floats(model), sizeof(float));
    add_need(&total, model->scratch_bytes, 1);
    add_need(&total, output_bytes, 1);
    return total;
}

static void take_all(sx_model *model, const sx_lifetimes *lifetimes) {
    sx_arena *arena = &model->arena;
    model->weights = sx_arena_take(arena, model->trainable_count, sizeof(float));
    if (model->options.training)
        model->gradients = sx_arena_take(arena, model->trainable_count, sizeof(float));
    model->statistics = sx_arena_take(arena, model->statistics_count, sizeof(float));
    model->input = sx_arena_take(arena, input_floats(model), sizeof(float));
    for (size_t i = 0; i < model->run_count; i++) {
        model->nodes[i].packed = sx_arena_take(arena, model->nodes[i].plan.packed_bytes, 1);
        model->nodes[i].saved = sx_arena_take(arena, model->nodes[i].plan.saved_bytes, 1);
        model->nodes[i].block_saved = sx_arena_take(arena, block_saved_bytes(model, &model->nodes[i]), 1);
        model->nodes[i].infer_memory = sx_arena_take(arena, sx_node_inference_bytes(&model->nodes[i]), 1);
    }
    model->shard_gradients = sx_arena_take(arena, shard_gradient_floats(model), sizeof(float));
    model->scratch = sx_arena_take(arena, model->scratch_bytes, 1);
    sx_lifetimes_wire(model, lifetimes, sx_arena_take(arena, lifetimes->bytes, 1));
}

static void wire_weights(sx_model *model) {
    size_t trainable = 0, statistics = 0;
    for (size_t i = 0; i < model->node_count; i++) {
        sx_node *node = &model->nodes[i];
        for (int w = 0; w < node->plan.weight_count; w++) {
            const sx_weight_plan *weight = &node->plan.weights[w];
            if (weight->trainable) {
                node->weights[w] = model->weights + trainable;
                if (model->gradients) node->weight_gradients[w] = model->gradients + trainable;
                trainable += weight->count;
            } else {
                node->weights[w] = model->statistics + statistics;
                statistics += weight->count;
            }
        }
    }
}

sx_status sx_graph_allocate(sx_model *model, sx_error *err) {
    sx_lifetimes lifetimes = {0};
    sx_status status = sx_lifetimes_plan(model, &lifetimes, err);
    if (status == SX_OK) {
        status = sx_arena_init(&model->arena, arena_bytes(model, lifetimes.bytes), err);
        if (status != SX_OK) sx_error_prefix(err, "net \"%s\"", sx_model_spec_name(model->spec));
    }
    if (status == SX_OK) status = sx_pool_create(model->options.threads, &model->pool, err);
    if (status == SX_OK) {
        model->kernels = sx_kernels_get();
        take_all(model, &lifetimes);
        wire_weights(model);
    }
    sx_lifetimes_clear(&lifetimes);
    return status;
}

/* --- first values ----------------------------------------------------------------------------------- */

sx_stream sx_graph_stream(const sx_model *model, const sx_node *node, sx_purpose purpose, uint32_t step) {
    return (sx_stream){.seed = sx_hash(node->name, strlen(node->name), model->options.seed),
                       .purpose = purpose,
                       .step = step};
}

/* Draws again, as other items, what lies too far out. */
static double truncated_normal(const sx_stream *stream, size_t item, size_t count) {
    double value = sx_random_normal(stream, item);
    for (size_t again = 1; fabs(value) > 2; again++)
        value = sx_random_normal(stream, item + again * count);
    return value;
}

static double first_value(const sx_weight_plan *plan, const sx_stream *stream, size_t i) {
    double a = plan->initial_a, b = plan->initial_b;
    switch (plan->initial) {
    case SX_INITIAL_ZEROS:
        return 0;
    case SX_INITIAL_ONES:
        return 1;
    case SX_INITIAL_GLOROT_UNIFORM:
        return (2 * sx_random_uniform(stream, i) - 1) *
               sqrt(6.0 / ((double)plan->fan_in + (double)plan->fan_out));
    case SX_INITIAL_CONSTANT:
        return a;
    case SX_INITIAL_UNIFORM:
        return a + (b - a) * sx_random_uniform(stream, i);
    case SX_INITIAL_NORMAL:
        return a + b * sx_random_normal(stream, i);
    case SX_INITIAL_TRUNCATED_NORMAL:
        return a + b * truncated_normal(stream, i, plan->count);
    }
    return 0;
}

static void draw_weight(const sx_weight_plan *plan, const sx_stream *stream, float *values) {
    for (size_t i = 0; i < plan->count; i++)
        values[i] = (float)(plan->numbers ? sx_number_at(plan->numbers, i, 0) : first_value(plan, stream, i));
}

void sx_graph_draw_weights(sx_model *model) {
    for (size_t i = 0; i < model->node_count; i++) {
        const sx_node *node = &model->nodes[i];
        for (int w = 0; w < node->plan.weight_count; w++) {
            sx_stream stream = sx_graph_stream(model, node, SX_PURPOSE_WEIGHTS, (uint32_t)w);
            draw_weight(&node->plan.weights[w], &stream, node->weights[w]);
        }
    }
}

sx_status sx_model_build(const sx_model_spec *spec, const sx_model_options *options, sx_model **out,
                         sx_error *err) {
    sx_model *model = NULL;
    sx_status status = sx_graph_plan(spec, options, &model, err);
    if (status != SX_OK) return status;
    status = sx_graph_allocate(model, err);
    if (status != SX_OK) {
        sx_model_free(model);
        return status;
    }
    sx_graph_draw_weights(model);
    sx_model_weights_changed(model);
    *out = model;
    return SX_OK;
}
