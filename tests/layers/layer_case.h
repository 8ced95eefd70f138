/* layer_case.h: one layer with its buffers, for tests. Memory that a layer must not rely on starts as NaN. */
#ifndef TESTS_LAYERS_LAYER_CASE_H
#define TESTS_LAYERS_LAYER_CASE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/layer.h"

typedef struct layer_case {
    const sx_layer_ops *ops;
    sx_json *spec; /* options may point into it */
    void *options;
    sx_layer_plan plan;
    sx_layer_call call;
    float *inputs[SX_LAYER_INPUTS];               /* the same memory as call.inputs, to be written */
    size_t in_counts[SX_LAYER_INPUTS], out_count; /* floats of the planned batch */
    size_t in_count;                              /* of input 0 */
    float *output_gradient;
} layer_case;

static inline void *case_memory(size_t bytes) {
    void *block = malloc(bytes ? bytes : 1);
    assert_non_null(block);
    memset(block, 0xff, bytes);
    return block;
}

/* Deterministic values in [-1, 1). */
static inline double case_random(uint32_t layer, uint64_t item) {
    const sx_stream stream = {.seed = 7, .purpose = SX_PURPOSE_TEST, .layer = layer};
    return 2 * sx_random_uniform(&stream, item) - 1;
}

static inline void case_buffers(layer_case *c, size_t batch) {
    for (int i = 0; i < c->call.input_count; i++) {
        c->inputs[i] = case_memory(c->in_counts[i] * sizeof(float));
        c->call.inputs[i] = c->inputs[i];
        c->call.input_gradients[i] = case_memory(c->in_counts[i] * sizeof(float));
    }
    c->call.output = case_memory(c->out_count * sizeof(float));
    c->output_gradient = case_memory(c->out_count * sizeof(float));
    c->call.output_gradient = c->output_gradient;
    for (int w = 0; w < c->plan.weight_count; w++) {
        size_t count = c->plan.weights[w].count;
        c->call.weight_counts[w] = count;
        c->call.weights[w] = case_memory(count * sizeof(float));
        if (c->plan.weights[w].trainable)
            c->call.shard_gradients[w] = case_memory(SX_SHARDS * count * sizeof(float));
    }
    c->call.saved = case_memory(c->plan.saved_bytes);
    c->call.scratch = case_memory(c->plan.scratch_bytes);
    c->call.packed = case_memory(c->plan.packed_bytes);
    c->call.batch = batch;
}

/* False where the plan refuses the shapes; err then says why. */
static inline bool case_open_shapes(layer_case *c, const sx_layer_ops *ops, const char *json,
                                    const sx_shape *shapes, int input_count, size_t batch, sx_error *err) {
    *c = (layer_case){.ops = ops};
    if (sx_json_parse(json, strlen(json), "test", &c->spec, err) != SX_OK)
        fail_msg("%s: %s", json, err->text);
    if (sx_json_check_keys(c->spec, ops->keys, ops->type, err) != SX_OK) fail_msg("%s: %s", json, err->text);
    c->options = case_memory(ops->options_size);
    if (ops->read(c->spec, ops->type, c->options, err) != SX_OK)
        fail_msg("layer %s with %s: %s", ops->type, json, err->text);
    if (ops->plan(c->options, shapes, input_count, batch, &c->plan, err) != SX_OK) {
        free(c->options);
        sx_json_free(c->spec);
        return false;
    }
    for (int i = 0; i < input_count; i++)
        c->in_counts[i] = batch * sx_shape_count(shapes[i]);
    c->in_count = c->in_counts[0];
    c->out_count = batch * sx_shape_count(c->plan.output);
    c->call = (sx_layer_call){.mode = SX_RUN_TRAIN,
                              .input_count = input_count,
                              .output_shape = c->plan.output,
                              .stream = {.seed = 3, .purpose = SX_PURPOSE_DROPOUT},
                              .kernels = sx_kernels_get()};
    memcpy(c->call.input_shapes, shapes, (size_t)input_count * sizeof *shapes);
    case_buffers(c, batch);
    return true;
}

/* The same where all inputs have one shape. */
static inline bool case_open(layer_case *c, const sx_layer_ops *ops, const char *json, sx_shape shape,
                             int input_count, size_t batch, sx_error *err) {
    sx_shape shapes[SX_LAYER_INPUTS];
    for (int i = 0; i < input_count; i++)
        shapes[i] = shape;
    return case_open_shapes(c, ops, json, shapes, input_count, batch, err);
}

static inline void case_close(layer_case *c) {
    for (int i = 0; i < c->call.input_count; i++) {
        free(c->inputs[i]);
        free(c->call.input_gradients[i]);
    }
    for (int w = 0; w < c->plan.weight_count; w++) {
        free(c->call.weights[w]);
        free(c->call.shard_gradients[w]);
    }
    free(c->call.output);
    free(c->output_gradient);
    free(c->call.saved);
    free(c->call.scratch);
    free(c->call.packed);
    free(c->options);
    sx_json_free(c->spec);
}

/* Distinct values, .07 apart, in a random order; 0, 1/2, 1 and 3, where activations have their kinks, are
 * .015 off: no kink or tie within a step of .01. */
static inline void case_spread(float *values, size_t count, uint32_t layer) {
    size_t *order = case_memory(count * sizeof *order);
    const sx_stream stream = {.seed = 11, .purpose = SX_PURPOSE_TEST, .layer = layer};
    sx_random_permutation(&stream, count, order);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(0.07 * ((double)order[i] - (double)(count / 2)) + 0.035);
    free(order);
}

/* Inputs lie .023 from each other, so that no two values at one place are equal. */
static inline void case_fill(layer_case *c) {
    for (int i = 0; i < c->call.input_count; i++) {
        size_t example = c->in_counts[i] / c->call.batch;
        for (size_t e = 0; e < c->call.batch; e++)
            case_spread(c->inputs[i] + e * example, example, (uint32_t)(100 * (size_t)i + e));
        for (size_t k = 0; k < c->in_counts[i]; k++)
            c->inputs[i][k] += 0.023f * (float)i;
    }
    for (size_t i = 0; i < c->out_count; i++)
        c->output_gradient[i] = (float)case_random(500, i);
    for (int w = 0; w < c->plan.weight_count; w++)
        for (size_t i = 0; i < c->plan.weights[w].count; i++)
            c->call.weights[w][i] = c->plan.weights[w].initial == SX_INITIAL_ONES
                                        ? (float)(1 + 0.5 * case_random(600 + (uint32_t)w, i))
                                        : (float)case_random(600 + (uint32_t)w, i);
}

static inline void case_forward(layer_case *c) {
    memset(c->call.scratch, 0xff, c->plan.scratch_bytes);
    if (c->ops->prepare) c->ops->prepare(c->options, &c->call);
    /* backward may come, whatever mode forward is in */
    if (c->ops->prepare_backward) c->ops->prepare_backward(c->options, &c->call);
    c->ops->forward(c->options, &c->call);
}

static inline void case_backward(layer_case *c) {
    memset(c->call.scratch, 0xff, c->plan.scratch_bytes);
    for (int w = 0; w < c->plan.weight_count; w++)
        if (c->plan.weights[w].trainable)
            memset(c->call.shard_gradients[w], 0, SX_SHARDS * c->plan.weights[w].count * sizeof(float));
    c->ops->backward(c->options, &c->call);
}

#endif
