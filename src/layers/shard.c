/* shard.c: one shard's part of a layer call with one input, and what several layers do with it. */
#include "layers/shard.h"

#include <string.h>

sx_shard sx_shard_of(const sx_layer_call *call, size_t shard) {
    size_t in = sx_shape_count(call->input_shapes[0]), out = sx_shape_count(call->output_shape);
    sx_shard part = {.slot = shard};
    part.count = sx_shard_range(call->batch, shard, &part.first);
    if (call->inputs[0]) part.x = call->inputs[0] + part.first * in;
    if (call->output) part.y = call->output + part.first * out;
    if (call->output_gradient) part.dy = call->output_gradient + part.first * out;
    if (call->input_gradients[0]) part.dx = call->input_gradients[0] + part.first * in;
    return part;
}

size_t sx_shard_slot(const sx_layer_call *call, size_t shard, int worker) {
    return sx_pool_threads(call->pool) <= SX_SHARDS ? (size_t)worker : shard;
}

typedef struct work {
    const void *options;
    const sx_layer_call *call;
    sx_part_run run;
} work;

static void run_shard(void *context, size_t shard, int worker) {
    const work *all = context;
    sx_shard part = sx_shard_of(all->call, shard);
    part.slot = sx_shard_slot(all->call, shard, worker);
    all->run(all->options, all->call, shard, part);
}

void sx_run_parts(const void *options, const sx_layer_call *call, sx_part_run run) {
    work all = {options, call, run};
    sx_for_shards(call, run_shard, &all);
}

float *sx_shard_gradient(const sx_layer_call *call, size_t shard, int weight) {
    return call->shard_gradients[weight] + shard * call->weight_counts[weight];
}

void sx_copy_forward(const void *options, const sx_layer_call *call) {
    (void)options;
    size_t count = call->batch * sx_shape_count(call->output_shape);
    if (call->output != call->inputs[0]) memcpy(call->output, call->inputs[0], count * sizeof(float));
}

void sx_copy_backward(const void *options, const sx_layer_call *call) {
    (void)options;
    size_t count = call->batch * sx_shape_count(call->output_shape);
    if (call->input_gradients[0])
        memcpy(call->input_gradients[0], call->output_gradient, count * sizeof(float));
}

void sx_draw_mask(const sx_layer_call *call, double rate, uint64_t item, size_t count, float *mask) {
    const float kept = (float)(1.0 / (1.0 - rate));
    const uint32_t below = (uint32_t)(rate * 4294967296.0);
    for (size_t i = 0; i < count; i++)
        mask[i] = sx_random_bits(&call->stream, item + i) < below ? 0 : kept;
}
