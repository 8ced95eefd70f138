/* conv2d.c: Keras's Conv2D. Weights kernel (time, frequency, in, out) and bias (out); both kinds of packed
 * weights, for forward and for the input's gradient, lie one behind the other. */
#include "base/error.h"
#include "layers/shard.h"
#include "layers/window.h"

typedef struct conv_options {
    size_t filters;
    sx_window window;
    bool use_bias;
} conv_options;

static sx_status conv_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    conv_options *o = options;
    *o = (conv_options){.use_bias = true};
    sx_status status = sx_read_count(spec, "filters", 65536, where, &o->filters, err);
    if (status == SX_OK) status = sx_window_read(spec, where, &o->window, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "use_bias", where, &o->use_bias, err);
    return status;
}

/* Winograd's way where the shapes suit it, by rule, so that every machine does the same. */
static sx_conv_sizes conv_sizes(const conv_options *o, sx_shape in, bool exact) {
    sx_conv_sizes sizes = sx_window_conv_sizes(&o->window, in, o->filters);
    sizes.winograd = !exact && sx_conv_suits_winograd(&sizes);
    return sizes;
}

/* Each part starts on a cache line. */
static size_t rounded_floats(size_t floats) { return (floats + 15) / 16 * 16; }

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static void conv_plan_weights(const conv_options *o, sx_shape in, sx_layer_plan *plan) {
    size_t kt = o->window.size.time, kf = o->window.size.frequency;
    plan->weights[0] = (sx_weight_plan){.name = "kernel",
                                        .dims = {kt, kf, in.channels, o->filters},
                                        .rank = 4,
                                        .count = kt * kf * in.channels * o->filters,
                                        .initial = SX_INITIAL_GLOROT_UNIFORM,
                                        .fan_in = kt * kf * in.channels,
                                        .fan_out = kt * kf * o->filters,
                                        .trainable = true};
    plan->weights[1] = (sx_weight_plan){
        .name = "bias", .dims = {o->filters}, .rank = 1, .count = o->filters, .trainable = true};
    plan->weight_count = o->use_bias ? 2 : 1;
}

static sx_status conv_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                           sx_layer_plan *plan, sx_error *err) {
    const conv_options *o = options;
    (void)input_count;
    (void)batch;
    sx_window_fit fit;
    sx_status status = sx_window_check(&o->window, inputs[0], "convolution", &fit, err);
    if (status != SX_OK) return status;
    sx_shape output = {fit.out.time, fit.out.frequency, o->filters};
    status = sx_shape_check(output, err);
    if (status != SX_OK) return status;
    sx_conv_sizes sizes = conv_sizes(o, inputs[0], false), direct = conv_sizes(o, inputs[0], true);
    size_t forward = sx_conv_packed_floats(&sizes), backward = sx_conv_packed_backward_floats(&sizes);
    size_t scratch = larger(sx_conv_scratch_floats(&sizes), sx_conv_scratch_floats(&direct));
    const size_t limit = (size_t)1 << 40;
    /* Kernels find their way within the scratch by offsets of 32 bits. */
    if (forward > limit || backward > limit || scratch > UINT32_MAX)
        return sx_fail(err, SX_E_SHAPE, "a %zux%zu kernel from %zu to %zu channels is too large",
                       sizes.kernel_time, sizes.kernel_frequency, sizes.in_channels, sizes.out_channels);
    *plan = (sx_layer_plan){.output = output};
    conv_plan_weights(o, inputs[0], plan);
    plan->multiply_adds = fit.out.time * fit.out.frequency * plan->weights[0].count;
    plan->packed_bytes = (rounded_floats(forward) + rounded_floats(backward)) * sizeof(float);
    plan->scratch_bytes = SX_SHARDS * rounded_floats(scratch) * sizeof(float);
    return SX_OK;
}

static float *packed_backward(const sx_conv_sizes *sizes, const sx_layer_call *call) {
    return (float *)call->packed + rounded_floats(sx_conv_packed_floats(sizes));
}

static float *slot_scratch(const sx_conv_sizes *sizes, const sx_layer_call *call, size_t slot) {
    return (float *)call->scratch + slot * rounded_floats(sx_conv_scratch_floats(sizes));
}

static void conv_prepare(const void *options, const sx_layer_call *call) {
    sx_conv_sizes sizes = conv_sizes(options, call->input_shapes[0], call->exact);
    call->kernels->conv_pack(&sizes, call->weights[0], call->packed);
    call->kernels->conv_pack_backward(&sizes, call->weights[0], packed_backward(&sizes, call));
}

static void conv_forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const conv_options *o = options;
    (void)shard;
    sx_conv_sizes sizes = conv_sizes(o, call->input_shapes[0], call->exact);
    call->kernels->conv_forward(&sizes, part.count, part.x, call->packed,
                                o->use_bias ? call->weights[1] : NULL, part.y,
                                slot_scratch(&sizes, call, part.slot));
}

static void conv_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, conv_forward_part);
}

static void conv_backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const conv_options *o = options;
    sx_conv_sizes sizes = conv_sizes(o, call->input_shapes[0], call->exact);
    float *scratch = slot_scratch(&sizes, call, part.slot);
    call->kernels->conv_gradient(&sizes, part.count, part.x, part.dy, sx_shard_gradient(call, shard, 0),
                                 o->use_bias ? sx_shard_gradient(call, shard, 1) : NULL, scratch);
    if (part.dx)
        call->kernels->conv_backward(&sizes, part.count, part.dy, packed_backward(&sizes, call), part.dx,
                                     scratch);
}

static void conv_backward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, conv_backward_part);
}

static const char *const keys[] = {"filters", "kernel_size", "strides", "dilation",
                                   "padding", "use_bias",    NULL};

const sx_layer_ops sx_layer_conv2d = {.type = "conv2d",
                                      .options_size = sizeof(conv_options),
                                      .keys = keys,
                                      .min_inputs = 1,
                                      .max_inputs = 1,
                                      .read = conv_read,
                                      .plan = conv_plan,
                                      .prepare = conv_prepare,
                                      .forward = conv_forward,
                                      .backward = conv_backward,
                                      .forward_part = conv_forward_part,
                                      .backward_part = conv_backward_part};
