/* dropout.c: Keras's Dropout: while training, a value is 0 with probability `rate`, else divided by 1 - rate.
 * Whether it is depends on (stream, item of the step, place within the example) only: not on the number of
 * threads and not on where in a call the example stands. */
#include "layers/shard.h"

typedef struct dropout_options {
    double rate;
} dropout_options;

static sx_status dropout_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    dropout_options *o = options;
    *o = (dropout_options){.rate = 0.5};
    return sx_json_read_double(spec, "rate", 0, 0.999, where, &o->rate, err);
}

static sx_status dropout_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                              sx_layer_plan *plan, sx_error *err) {
    (void)options;
    (void)input_count;
    (void)err;
    *plan = (sx_layer_plan){.output = inputs[0],
                            .saved_bytes = batch * sx_shape_count(inputs[0]) * sizeof(float),
                            .in_place = true};
    return SX_OK;
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const dropout_options *o = options;
    (void)shard;
    size_t count = sx_shape_count(call->output_shape);
    float *mask = (float *)call->saved + part.first * count;
    sx_draw_mask(call, o->rate, (call->first_item + part.first) * count, part.count * count, mask);
    call->kernels->multiply(part.count * count, part.x, mask, part.y);
}

static void dropout_forward(const void *options, const sx_layer_call *call) {
    if (call->mode == SX_RUN_TRAIN)
        sx_run_parts(options, call, forward_part);
    else
        sx_copy_forward(options, call);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    (void)options;
    (void)shard;
    size_t count = sx_shape_count(call->output_shape);
    const float *mask = (const float *)call->saved + part.first * count;
    call->kernels->multiply(part.count * count, part.dy, mask, part.dx);
}

static void dropout_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"rate", NULL};

const sx_layer_ops sx_layer_dropout = {.type = "dropout",
                                       .options_size = sizeof(dropout_options),
                                       .keys = keys,
                                       .min_inputs = 1,
                                       .max_inputs = 1,
                                       .read = dropout_read,
                                       .plan = dropout_plan,
                                       .forward = dropout_forward,
                                       .backward = dropout_backward};
