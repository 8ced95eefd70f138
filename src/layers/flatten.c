/* flatten.c: Keras's Flatten: (time, frequency, channels) as one row of channels. The values stay where they
 * are, so in place there is nothing to do. */
#include "layers/shard.h"

#include <string.h>

typedef struct flatten_options {
    bool unused; /* C has no empty struct */
} flatten_options;

static sx_status flatten_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    (void)spec;
    (void)where;
    (void)err;
    *(flatten_options *)options = (flatten_options){false};
    return SX_OK;
}

static sx_status flatten_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                              sx_layer_plan *plan, sx_error *err) {
    (void)options;
    (void)input_count;
    (void)batch;
    (void)err;
    *plan = (sx_layer_plan){.output = {1, 1, sx_shape_count(inputs[0])}, .in_place = true};
    return SX_OK;
}

static void flatten_forward(const void *options, const sx_layer_call *call) {
    (void)options;
    size_t count = call->batch * sx_shape_count(call->output_shape);
    if (call->output != call->inputs[0]) memcpy(call->output, call->inputs[0], count * sizeof(float));
}

static void flatten_backward(const void *options, const sx_layer_call *call) {
    (void)options;
    size_t count = call->batch * sx_shape_count(call->output_shape);
    if (call->input_gradients[0])
        memcpy(call->input_gradients[0], call->output_gradient, count * sizeof(float));
}

static const char *const keys[] = {NULL};

const sx_layer_ops sx_layer_flatten = {.type = "flatten",
                                       .options_size = sizeof(flatten_options),
                                       .keys = keys,
                                       .min_inputs = 1,
                                       .max_inputs = 1,
                                       .read = flatten_read,
                                       .plan = flatten_plan,
                                       .forward = flatten_forward,
                                       .backward = flatten_backward};
