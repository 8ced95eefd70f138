/* shard.c: one shard's part of a layer call with one input. */
#include "layers/shard.h"

sx_shard sx_shard_of(const sx_layer_call *call, size_t shard) {
    size_t in = sx_shape_count(call->input_shapes[0]), out = sx_shape_count(call->output_shape);
    sx_shard part = {0};
    part.count = sx_shard_range(call->batch, shard, &part.first);
    if (call->inputs[0]) part.x = call->inputs[0] + part.first * in;
    if (call->output) part.y = call->output + part.first * out;
    if (call->output_gradient) part.dy = call->output_gradient + part.first * out;
    if (call->input_gradients[0]) part.dx = call->input_gradients[0] + part.first * in;
    return part;
}

float *sx_shard_gradient(const sx_layer_call *call, size_t shard, int weight) {
    return call->shard_gradients[weight] + shard * call->weight_counts[weight];
}
