/* separable_conv2d.c: Keras's SeparableConv2D: a depthwise convolution, then a dense layer along its
 * channels. Weights depthwise_kernel (time, frequency, in, multiplier), pointwise_kernel (1, 1, in *
 * multiplier, filters) and bias (filters). saved: what lies between, of the whole batch; scratch: its
 * gradient, an example a shard. */
#include "base/error.h"
#include "layers/initialiser.h"
#include "layers/shard.h"
#include "layers/window.h"

typedef struct separable_options {
    size_t filters, multiplier;
    sx_window window;
    bool use_bias;
    sx_initialiser kernels, bias;
} separable_options;

static sx_status separable_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    separable_options *o = options;
    *o = (separable_options){.multiplier = 1, .use_bias = true};
    sx_status status = sx_read_count(spec, "filters", 65536, where, &o->filters, err);
    if (status == SX_OK) status = sx_window_read(spec, where, &o->window, err);
    if (status == SX_OK && sx_json_get(spec, "depth_multiplier"))
        status = sx_read_count(spec, "depth_multiplier", 65536, where, &o->multiplier, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "use_bias", where, &o->use_bias, err);
    if (status == SX_OK) status = sx_initialiser_read(spec, "initializer", where, &o->kernels, err);
    if (status == SX_OK) status = sx_initialiser_read(spec, "bias_initializer", where, &o->bias, err);
    return status;
}

static sx_conv_sizes depthwise_sizes(const separable_options *o, sx_shape in) {
    return sx_window_conv_sizes(&o->window, in, in.channels * o->multiplier);
}

static void plan_weights(const separable_options *o, sx_shape in, sx_layer_plan *plan) {
    size_t kt = o->window.size.time, kf = o->window.size.frequency, between = in.channels * o->multiplier;
    plan->weights[0] = (sx_weight_plan){.name = "depthwise_kernel",
                                        .dims = {kt, kf, in.channels, o->multiplier},
                                        .rank = 4,
                                        .count = kt * kf * between,
                                        .initial = SX_INITIAL_GLOROT_UNIFORM,
                                        .fan_in = kt * kf * in.channels,
                                        .fan_out = kt * kf * o->multiplier,
                                        .trainable = true};
    plan->weights[1] = (sx_weight_plan){.name = "pointwise_kernel",
                                        .dims = {1, 1, between, o->filters},
                                        .rank = 4,
                                        .count = between * o->filters,
                                        .initial = SX_INITIAL_GLOROT_UNIFORM,
                                        .fan_in = between,
                                        .fan_out = o->filters,
                                        .trainable = true};
    for (int w = 0; w < 2; w++)
        sx_initialiser_apply(&o->kernels, &plan->weights[w]);
    plan->weights[2] = sx_bias_plan(o->filters, &o->bias);
    plan->weight_count = o->use_bias ? 3 : 2;
}

static sx_status separable_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                sx_layer_plan *plan, sx_error *err) {
    const separable_options *o = options;
    (void)input_count;
    sx_window_fit fit;
    sx_status status = sx_window_check(&o->window, inputs[0], "convolution", &fit, err);
    if (status != SX_OK) return status;
    sx_shape between = {fit.out.time, fit.out.frequency, inputs[0].channels * o->multiplier};
    sx_shape output = {fit.out.time, fit.out.frequency, o->filters};
    status = sx_shape_check(between, err);
    if (status == SX_OK) status = sx_shape_check(output, err);
    if (status != SX_OK) return status;
    size_t taps = o->window.size.time * o->window.size.frequency;
    const size_t limit = (size_t)1 << 40; /* many layers of that size still do not overflow their sum */
    if (taps > limit / between.channels)
        return sx_fail(err, SX_E_SHAPE, "a %zux%zu kernel for each of %zu channels is too large",
                       o->window.size.time, o->window.size.frequency, between.channels);
    *plan = (sx_layer_plan){.output = output,
                            .multiply_adds = sx_shape_count(between) * (taps + o->filters),
                            .saved_bytes = batch * sx_shape_count(between) * sizeof(float),
                            .scratch_bytes = SX_SHARDS * sx_shape_count(between) * sizeof(float)};
    plan_weights(o, inputs[0], plan);
    return SX_OK;
}

/* Places of the output, floats between, of one example. */
static size_t place_count(const sx_layer_call *call) {
    return call->output_shape.time * call->output_shape.frequency;
}

static size_t between_count(const sx_conv_sizes *sizes) {
    return sizes->out_time * sizes->out_frequency * sizes->out_channels;
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const separable_options *o = options;
    sx_conv_sizes sizes = depthwise_sizes(o, call->input_shapes[0]);
    float *between = (float *)call->saved + part.first * between_count(&sizes);
    (void)shard;
    call->kernels->depthwise_forward(&sizes, part.count, part.x, call->weights[0], NULL, between);
    call->kernels->dense_forward(part.count * place_count(call), sizes.out_channels, o->filters, between,
                                 call->weights[1], o->use_bias ? call->weights[2] : NULL, part.y);
}

static void separable_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const separable_options *o = options;
    sx_conv_sizes sizes = depthwise_sizes(o, call->input_shapes[0]);
    size_t in = sx_shape_count(call->input_shapes[0]), out = sx_shape_count(call->output_shape);
    size_t middle = between_count(&sizes), rows = place_count(call);
    const float *between = (const float *)call->saved + part.first * middle;
    float *gradient = (float *)call->scratch + shard * middle;
    call->kernels->dense_gradient(part.count * rows, sizes.out_channels, o->filters, between, part.dy,
                                  sx_shard_gradient(call, shard, 1),
                                  o->use_bias ? sx_shard_gradient(call, shard, 2) : NULL);
    for (size_t e = 0; e < part.count; e++) {
        call->kernels->dense_backward(rows, sizes.out_channels, o->filters, part.dy + e * out,
                                      call->weights[1], gradient);
        call->kernels->depthwise_gradient(&sizes, 1, part.x + e * in, gradient,
                                          sx_shard_gradient(call, shard, 0), NULL);
        if (part.dx)
            call->kernels->depthwise_backward(&sizes, 1, gradient, call->weights[0], part.dx + e * in);
    }
}

static void separable_backward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"filters",          "kernel_size", "depth_multiplier", "strides",
                                   "dilation",         "padding",     "use_bias",         "initializer",
                                   "bias_initializer", NULL};

const sx_layer_ops sx_layer_separable_conv2d = {.type = "separable_conv2d",
                                                .options_size = sizeof(separable_options),
                                                .keys = keys,
                                                .min_inputs = 1,
                                                .max_inputs = 1,
                                                .read = separable_read,
                                                .plan = separable_plan,
                                                .forward = separable_forward,
                                                .backward = separable_backward};
