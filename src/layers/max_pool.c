/* max_pool.c: Keras's MaxPooling2D, also for the global one. The first of equal values wins and gets the
 * whole gradient. */
#include "layers/pool.h"

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    (void)shard;
    sx_pool_sizes sizes = sx_pool_sizes_of(options, call->input_shapes[0]);
    uint32_t *winners = (uint32_t *)call->saved + part.first * sx_shape_count(call->output_shape);
    call->kernels->max_pool_forward(&sizes, part.count, part.x, part.y, winners);
}

void sx_max_pool_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    (void)shard;
    sx_pool_sizes sizes = sx_pool_sizes_of(options, call->input_shapes[0]);
    const uint32_t *winners = (const uint32_t *)call->saved + part.first * sx_shape_count(call->output_shape);
    call->kernels->max_pool_backward(&sizes, part.count, part.dy, winners, part.dx);
}

void sx_max_pool_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

const sx_layer_ops sx_layer_max_pool = {.type = "max_pool",
                                        .options_size = sizeof(sx_pool_options),
                                        .keys = sx_pool_keys,
                                        .min_inputs = 1,
                                        .max_inputs = 1,
                                        .read = sx_pool_read,
                                        .plan = sx_max_pool_plan,
                                        .forward = sx_max_pool_forward,
                                        .backward = sx_max_pool_backward};
