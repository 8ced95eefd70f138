/* pool.c: options and shapes of pooling layers. */
#include "layers/pool.h"

const char *const sx_pool_keys[] = {"pool_size", "strides", "padding", NULL};
const char *const sx_global_pool_keys[] = {"keepdims", NULL};

sx_status sx_pool_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    sx_pool_options *o = options;
    *o = (sx_pool_options){.window = {.size = {2, 2}, .dilation = {1, 1}}};
    sx_status status = sx_read_pair(spec, "pool_size", where, &o->window.size, err);
    o->window.stride = o->window.size;
    if (status == SX_OK) status = sx_read_pair(spec, "strides", where, &o->window.stride, err);
    if (status == SX_OK) status = sx_read_padding(spec, where, &o->window.same, err);
    return status;
}

/* Whether Keras keeps axes of one changes nothing here: every tensor has all axes. */
sx_status sx_global_pool_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    bool keepdims = false;
    *(sx_pool_options *)options = (sx_pool_options){.global = true};
    return sx_json_read_bool(spec, "keepdims", where, &keepdims, err);
}

static sx_window pool_window(const sx_pool_options *o, sx_shape input) {
    if (!o->global) return o->window;
    sx_pair all = {input.time, input.frequency};
    return (sx_window){.size = all, .stride = all, .dilation = {1, 1}};
}

sx_pool_sizes sx_pool_sizes_of(const sx_pool_options *options, sx_shape input) {
    sx_window window = pool_window(options, input);
    sx_window_fit fit = sx_window_place(&window, input);
    return (sx_pool_sizes){.in_time = input.time,
                           .in_frequency = input.frequency,
                           .channels = input.channels,
                           .out_time = fit.out.time,
                           .out_frequency = fit.out.frequency,
                           .window_time = window.size.time,
                           .window_frequency = window.size.frequency,
                           .stride_time = window.stride.time,
                           .stride_frequency = window.stride.frequency,
                           .pad_time = fit.pad.time,
                           .pad_frequency = fit.pad.frequency};
}

sx_status sx_pool_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                       sx_layer_plan *plan, sx_error *err) {
    (void)input_count;
    (void)batch;
    sx_window window = pool_window(options, inputs[0]);
    sx_window_fit fit;
    sx_status status = sx_window_check(&window, inputs[0], "pooling", &fit, err);
    if (status != SX_OK) return status;
    *plan = (sx_layer_plan){.output = {fit.out.time, fit.out.frequency, inputs[0].channels}};
    return SX_OK;
}

sx_status sx_max_pool_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                           sx_layer_plan *plan, sx_error *err) {
    sx_status status = sx_pool_plan(options, inputs, input_count, batch, plan, err);
    if (status == SX_OK) plan->saved_bytes = batch * sx_shape_count(plan->output) * sizeof(uint32_t);
    return status;
}
