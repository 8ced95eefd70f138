/* dense.c: Keras's Dense: along the channels, the same for every (time, frequency) position. */
#include "layers/initialiser.h"
#include "layers/shard.h"
#include "layers/window.h"

typedef struct dense_options {
    size_t units;
    bool use_bias;
    sx_initialiser kernel, bias;
} dense_options;

static sx_status dense_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    dense_options *o = options;
    *o = (dense_options){.use_bias = true};
    sx_status status = sx_read_count(spec, "units", 65536, where, &o->units, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "use_bias", where, &o->use_bias, err);
    if (status == SX_OK) status = sx_initialiser_read(spec, "initializer", where, &o->kernel, err);
    if (status == SX_OK) status = sx_initialiser_read(spec, "bias_initializer", where, &o->bias, err);
    return status;
}

static sx_status dense_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                            sx_layer_plan *plan, sx_error *err) {
    const dense_options *o = options;
    (void)input_count;
    (void)batch;
    size_t in = inputs[0].channels;
    sx_shape output = {inputs[0].time, inputs[0].frequency, o->units};
    sx_status status = sx_shape_check(output, err);
    if (status != SX_OK) return status;
    *plan = (sx_layer_plan){.output = output, .weight_count = o->use_bias ? 2 : 1};
    plan->weights[0] = (sx_weight_plan){.name = "kernel",
                                        .dims = {in, o->units},
                                        .rank = 2,
                                        .count = in * o->units,
                                        .initial = SX_INITIAL_GLOROT_UNIFORM,
                                        .fan_in = in,
                                        .fan_out = o->units,
                                        .trainable = true};
    sx_initialiser_apply(&o->kernel, &plan->weights[0]);
    plan->weights[1] = sx_bias_plan(o->units, &o->bias);
    plan->multiply_adds = output.time * output.frequency * in * o->units;
    return SX_OK;
}

static size_t rows_per_example(const sx_layer_call *call) {
    return call->input_shapes[0].time * call->input_shapes[0].frequency;
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const dense_options *o = options;
    (void)shard;
    call->kernels->dense_forward(part.count * rows_per_example(call), call->input_shapes[0].channels,
                                 o->units, part.x, call->weights[0], o->use_bias ? call->weights[1] : NULL,
                                 part.y);
}

static void dense_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const dense_options *o = options;
    size_t rows = part.count * rows_per_example(call), in = call->input_shapes[0].channels;
    call->kernels->dense_gradient(rows, in, o->units, part.x, part.dy, sx_shard_gradient(call, shard, 0),
                                  o->use_bias ? sx_shard_gradient(call, shard, 1) : NULL);
    if (part.dx) call->kernels->dense_backward(rows, in, o->units, part.dy, call->weights[0], part.dx);
}

static void dense_backward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"units", "use_bias", "initializer", "bias_initializer", NULL};

const sx_layer_ops sx_layer_dense = {.type = "dense",
                                     .options_size = sizeof(dense_options),
                                     .keys = keys,
                                     .min_inputs = 1,
                                     .max_inputs = 1,
                                     .read = dense_read,
                                     .plan = dense_plan,
                                     .forward = dense_forward,
                                     .backward = dense_backward};
