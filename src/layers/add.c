/* add.c: Keras's Add without broadcasting: the sum of inputs of one shape, in the order they are listed. */
#include "base/error.h"
#include "layers/shard.h"

#include <string.h>

typedef struct add_options {
    bool unused; /* C has no empty struct */
} add_options;

static sx_status add_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    (void)spec;
    (void)where;
    (void)err;
    *(add_options *)options = (add_options){false};
    return SX_OK;
}

static sx_status add_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                          sx_layer_plan *plan, sx_error *err) {
    (void)options;
    (void)batch;
    for (int i = 1; i < input_count; i++) {
        sx_shape a = inputs[0], b = inputs[i];
        if (a.time != b.time || a.frequency != b.frequency || a.channels != b.channels)
            return sx_fail(err, SX_E_SHAPE,
                           "cannot add input %d of shape %zux%zux%zu to input 1 of shape %zux%zux%zu; all "
                           "must be the same",
                           i + 1, b.time, b.frequency, b.channels, a.time, a.frequency, a.channels);
    }
    *plan = (sx_layer_plan){.output = inputs[0]};
    return SX_OK;
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    (void)options;
    (void)shard;
    size_t example = sx_shape_count(call->output_shape), count = part.count * example;
    const float *sum = part.x;
    for (int i = 1; i < call->input_count; i++) {
        call->kernels->add(count, sum, call->inputs[i] + part.first * example, part.y);
        sum = part.y;
    }
}

static void add_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void add_backward(const void *options, const sx_layer_call *call) {
    (void)options;
    size_t count = call->batch * sx_shape_count(call->output_shape);
    for (int i = 0; i < call->input_count; i++)
        if (call->input_gradients[i])
            memcpy(call->input_gradients[i], call->output_gradient, count * sizeof(float));
}

static const char *const keys[] = {NULL};

const sx_layer_ops sx_layer_add = {.type = "add",
                                   .options_size = sizeof(add_options),
                                   .keys = keys,
                                   .min_inputs = 2,
                                   .max_inputs = SX_LAYER_INPUTS,
                                   .read = add_read,
                                   .plan = add_plan,
                                   .forward = add_forward,
                                   .backward = add_backward};
