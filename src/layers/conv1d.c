/* conv1d.c: Keras's Conv1D: a convolution along time, the same for every frequency. Weights kernel (time, in
 * / groups, filters) and bias (filters). */
#include "layers/conv.h"

static sx_status read_along_time(const sx_json *spec, const char *key, const char *where, size_t *value,
                                 sx_error *err) {
    return sx_json_get(spec, key) ? sx_read_count(spec, key, SX_WINDOW_LIMIT, where, value, err) : SX_OK;
}

static sx_status conv1d_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    sx_conv_options *o = options;
    sx_status status = sx_conv_read(spec, where, o, err);
    o->along_time = true;
    o->window = (sx_window){.size = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}};
    if (status == SX_OK)
        status = sx_read_count(spec, "kernel_size", SX_WINDOW_LIMIT, where, &o->window.size.time, err);
    if (status == SX_OK) status = read_along_time(spec, "strides", where, &o->window.stride.time, err);
    if (status == SX_OK) status = read_along_time(spec, "dilation", where, &o->window.dilation.time, err);
    if (status == SX_OK) status = sx_read_time_padding(spec, where, &o->window, err);
    return status;
}

static const char *const keys[] = {"filters", "kernel_size", "strides",     "dilation",         "padding",
                                   "groups",  "use_bias",    "initializer", "bias_initializer", NULL};

const sx_layer_ops sx_layer_conv1d = {.type = "conv1d",
                                      .options_size = sizeof(sx_conv_options),
                                      .keys = keys,
                                      .min_inputs = 1,
                                      .max_inputs = 1,
                                      .read = conv1d_read,
                                      .plan = sx_conv_plan,
                                      .prepare = sx_conv_prepare,
                                      .prepare_backward = sx_conv_prepare_backward,
                                      .forward = sx_conv_forward,
                                      .backward = sx_conv_backward,
                                      .forward_part = sx_conv_forward_part,
                                      .backward_part = sx_conv_backward_part,
                                      .lead = sx_conv_lead};
