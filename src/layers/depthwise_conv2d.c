/* depthwise_conv2d.c: Keras's DepthwiseConv2D: every channel has its own depth_multiplier kernels. Weights
 * kernel (time, frequency, in, multiplier) and bias (in * multiplier). */
#include "base/error.h"
#include "layers/initialiser.h"
#include "layers/shard.h"
#include "layers/window.h"

typedef struct depthwise_options {
    size_t multiplier;
    sx_window window;
    bool use_bias;
    sx_initialiser kernel, bias;
} depthwise_options;

static sx_status depthwise_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    depthwise_options *o = options;
    *o = (depthwise_options){.multiplier = 1, .use_bias = true};
    sx_status status = sx_window_read(spec, where, &o->window, err);
    if (status == SX_OK && sx_json_get(spec, "depth_multiplier"))
        status = sx_read_count(spec, "depth_multiplier", 65536, where, &o->multiplier, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "use_bias", where, &o->use_bias, err);
    if (status == SX_OK) status = sx_initialiser_read(spec, "initializer", where, &o->kernel, err);
    if (status == SX_OK) status = sx_initialiser_read(spec, "bias_initializer", where, &o->bias, err);
    return status;
}

static sx_conv_sizes depthwise_sizes(const depthwise_options *o, sx_shape in) {
    return sx_window_conv_sizes(&o->window, in, in.channels * o->multiplier);
}

static sx_status depthwise_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                sx_layer_plan *plan, sx_error *err) {
    const depthwise_options *o = options;
    (void)input_count;
    (void)batch;
    sx_window_fit fit;
    sx_status status = sx_window_check(&o->window, inputs[0], "convolution", &fit, err);
    if (status != SX_OK) return status;
    size_t channels = inputs[0].channels * o->multiplier;
    sx_shape output = {fit.out.time, fit.out.frequency, channels};
    status = sx_shape_check(output, err);
    if (status != SX_OK) return status;
    size_t kt = o->window.size.time, kf = o->window.size.frequency;
    const size_t limit = (size_t)1 << 40; /* many layers of that size still do not overflow their sum */
    if (kt * kf > limit / channels)
        return sx_fail(err, SX_E_SHAPE, "a %zux%zu kernel for each of %zu channels is too large", kt, kf,
                       channels);
    *plan = (sx_layer_plan){.output = output, .weight_count = o->use_bias ? 2 : 1};
    plan->weights[0] = (sx_weight_plan){.name = "kernel",
                                        .dims = {kt, kf, inputs[0].channels, o->multiplier},
                                        .rank = 4,
                                        .count = kt * kf * channels,
                                        .initial = SX_INITIAL_GLOROT_UNIFORM,
                                        .fan_in = kt * kf * inputs[0].channels,
                                        .fan_out = kt * kf * o->multiplier,
                                        .trainable = true};
    sx_initialiser_apply(&o->kernel, &plan->weights[0]);
    plan->weights[1] = sx_bias_plan(channels, &o->bias);
    plan->multiply_adds = sx_shape_count(output) * kt * kf;
    return SX_OK;
}

static bool depthwise_lead(const void *options, sx_shape in, sx_lead *lead) {
    const depthwise_options *o = options;
    *lead = (sx_lead){.sizes = depthwise_sizes(o, in), .depthwise = true, .use_bias = o->use_bias};
    return o->multiplier == 1;
}

static void depthwise_forward_part(const void *options, const sx_layer_call *call, size_t shard,
                                   sx_shard part) {
    const depthwise_options *o = options;
    (void)shard;
    sx_conv_sizes sizes = depthwise_sizes(o, call->input_shapes[0]);
    call->kernels->depthwise_forward(&sizes, part.count, part.x, call->weights[0],
                                     o->use_bias ? call->weights[1] : NULL, part.y);
}

static void depthwise_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, depthwise_forward_part);
}

static void depthwise_backward_part(const void *options, const sx_layer_call *call, size_t shard,
                                    sx_shard part) {
    const depthwise_options *o = options;
    sx_conv_sizes sizes = depthwise_sizes(o, call->input_shapes[0]);
    call->kernels->depthwise_gradient(&sizes, part.count, part.x, part.dy, sx_shard_gradient(call, shard, 0),
                                      o->use_bias ? sx_shard_gradient(call, shard, 1) : NULL);
    if (part.dx) call->kernels->depthwise_backward(&sizes, part.count, part.dy, call->weights[0], part.dx);
}

static void depthwise_backward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, depthwise_backward_part);
}

static const char *const keys[] = {"kernel_size", "depth_multiplier", "strides",
                                   "dilation",    "padding",          "use_bias",
                                   "initializer", "bias_initializer", NULL};

const sx_layer_ops sx_layer_depthwise_conv2d = {.type = "depthwise_conv2d",
                                                .options_size = sizeof(depthwise_options),
                                                .keys = keys,
                                                .min_inputs = 1,
                                                .max_inputs = 1,
                                                .read = depthwise_read,
                                                .plan = depthwise_plan,
                                                .forward = depthwise_forward,
                                                .backward = depthwise_backward,
                                                .forward_part = depthwise_forward_part,
                                                .backward_part = depthwise_backward_part,
                                                .lead = depthwise_lead};
