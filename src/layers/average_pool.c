/* average_pool.c: Keras's AveragePooling2D, also for the global one: the mean of the real elements in a
 * window. */
#include "layers/pool.h"

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    (void)shard;
    sx_pool_sizes sizes = sx_pool_sizes_of(options, call->input_shapes[0]);
    call->kernels->average_pool_forward(&sizes, part.count, part.x, part.y);
}

void sx_average_pool_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    (void)shard;
    sx_pool_sizes sizes = sx_pool_sizes_of(options, call->input_shapes[0]);
    call->kernels->average_pool_backward(&sizes, part.count, part.dy, part.dx);
}

void sx_average_pool_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

const sx_layer_ops sx_layer_average_pool = {.type = "average_pool",
                                            .options_size = sizeof(sx_pool_options),
                                            .keys = sx_pool_keys,
                                            .min_inputs = 1,
                                            .max_inputs = 1,
                                            .read = sx_pool_read,
                                            .plan = sx_pool_plan,
                                            .forward = sx_average_pool_forward,
                                            .backward = sx_average_pool_backward};
