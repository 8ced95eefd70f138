/* conv_options.c: options and weights of all convolutions. */
#include "base/error.h"
#include "layers/conv.h"

sx_status sx_conv_read(const sx_json *spec, const char *where, sx_conv_options *o, sx_error *err) {
    *o = (sx_conv_options){.groups = 1, .use_bias = true};
    sx_status status = sx_read_count(spec, "filters", 65536, where, &o->filters, err);
    if (status == SX_OK && sx_json_get(spec, "groups"))
        status = sx_read_count(spec, "groups", 65536, where, &o->groups, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "use_bias", where, &o->use_bias, err);
    if (status == SX_OK) status = sx_initialiser_read(spec, "initializer", where, &o->kernel, err);
    if (status == SX_OK) status = sx_initialiser_read(spec, "bias_initializer", where, &o->bias, err);
    return status;
}

static void plan_kernel(const sx_conv_options *o, size_t in, sx_weight_plan *kernel) {
    size_t kt = o->window.size.time, kf = o->window.size.frequency;
    *kernel = (sx_weight_plan){.name = "kernel",
                               .dims = {kt, kf, in, o->filters},
                               .rank = 4,
                               .count = kt * kf * in * o->filters,
                               .initial = SX_INITIAL_GLOROT_UNIFORM,
                               .fan_in = kt * kf * in,
                               .fan_out = kt * kf * o->filters,
                               .trainable = true};
    if (o->along_time) {
        kernel->rank = 3;
        kernel->dims[1] = in;
        kernel->dims[2] = o->filters;
    }
    sx_initialiser_apply(&o->kernel, kernel);
}

sx_status sx_conv_plan_weights(const sx_conv_options *o, sx_shape in, sx_layer_plan *plan, sx_error *err) {
    const size_t limit = (size_t)1 << 40; /* many layers of that size still do not overflow their sum */
    size_t group = in.channels / o->groups, window = o->window.size.time * o->window.size.frequency;
    sx_window_fit fit;
    sx_status status = sx_window_check(&o->window, in, "convolution", &fit, err);
    if (status != SX_OK) return status;
    sx_shape output = {fit.out.time, fit.out.frequency, o->filters};
    status = sx_shape_check(output, err);
    if (status != SX_OK) return status;
    if (in.channels % o->groups != 0 || o->filters % o->groups != 0)
        return sx_fail(err, SX_E_SHAPE, "%zu channels and %zu filters do not both fall into %zu groups",
                       in.channels, o->filters, o->groups);
    if (window > limit / o->filters / group)
        return sx_fail(err, SX_E_SHAPE, "a %zux%zu kernel from %zu to %zu channels is too large",
                       o->window.size.time, o->window.size.frequency, group, o->filters);
    *plan = (sx_layer_plan){.output = output, .weight_count = o->use_bias ? 2 : 1};
    plan_kernel(o, group, &plan->weights[0]);
    plan->weights[1] = sx_bias_plan(o->filters, &o->bias);
    plan->multiply_adds = fit.out.time * fit.out.frequency * plan->weights[0].count;
    return SX_OK;
}
