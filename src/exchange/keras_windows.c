/* keras_windows.c: options of Keras's convolutions, dense layers and pools as those of native layers. */
#include "exchange/keras_options.h"

#include <string.h>

/* --- convolutions and dense ------------------------------------------------------------------------- */

static sx_status set_padding(const sx_keras_layer *layer, bool may_be_causal, sx_json *native,
                             sx_error *err) {
    const char *padding = sx_keras_text(layer, "padding", "valid");
    bool good = strcmp(padding, "valid") == 0 || strcmp(padding, "same") == 0 ||
                (may_be_causal && strcmp(padding, "causal") == 0);
    if (!good) return sx_keras_refuse(layer, "padding", "valid and same are there", err);
    sx_json_set_text(native, "padding", padding);
    return SX_OK;
}

/* What all convolutions have; pairs along both axes. */
static sx_status window(sx_keras_layer *layer, sx_json *native, sx_error *err) {
    int axes = sx_keras_along_time(layer) ? 1 : 2;
    layer->has_weights = true;
    sx_json_set_bool(native, "use_bias", sx_keras_flag(layer, "use_bias", true));
    sx_status status = sx_keras_check_format(layer, err);
    if (status == SX_OK) status = set_padding(layer, false, native, err);
    if (status == SX_OK)
        status = sx_keras_set_pair(layer, "kernel_size", axes, 1, native, "kernel_size", err);
    if (status == SX_OK) status = sx_keras_set_pair(layer, "strides", axes, 1, native, "strides", err);
    if (status == SX_OK) status = sx_keras_set_pair(layer, "dilation_rate", axes, 1, native, "dilation", err);
    return status;
}

sx_status sx_keras_conv2d(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    int64_t groups = sx_keras_integer(layer, "groups", 1);
    sx_status status = sx_keras_set_count(layer, "filters", native, "filters", err);
    if (groups != 1) sx_json_set_integer(native, "groups", groups);
    return status == SX_OK ? window(layer, native, err) : status;
}

sx_status sx_keras_conv1d(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    int64_t groups = sx_keras_integer(layer, "groups", 1);
    layer->has_weights = true;
    sx_json_set_bool(native, "use_bias", sx_keras_flag(layer, "use_bias", true));
    if (groups != 1) sx_json_set_integer(native, "groups", groups);
    sx_status status = sx_keras_check_format(layer, err);
    if (status == SX_OK) status = sx_keras_set_count(layer, "filters", native, "filters", err);
    if (status == SX_OK) status = set_padding(layer, true, native, err);
    if (status == SX_OK) status = sx_keras_set_single(layer, "kernel_size", native, "kernel_size", err);
    if (status == SX_OK) status = sx_keras_set_single(layer, "strides", native, "strides", err);
    if (status == SX_OK) status = sx_keras_set_single(layer, "dilation_rate", native, "dilation", err);
    return status;
}

sx_status sx_keras_depthwise(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    sx_json_set_integer(native, "depth_multiplier", sx_keras_integer(layer, "depth_multiplier", 1));
    return window(layer, native, err);
}

sx_status sx_keras_separable(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    sx_status status = sx_keras_set_count(layer, "filters", native, "filters", err);
    return status == SX_OK ? sx_keras_depthwise(job, layer, native, err) : status;
}

sx_status sx_keras_dense(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    layer->has_weights = true;
    sx_json_set_bool(native, "use_bias", sx_keras_flag(layer, "use_bias", true));
    return sx_keras_set_count(layer, "units", native, "units", err);
}

/* --- pools ------------------------------------------------------------------------------------------ */

sx_status sx_keras_pool(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    int axes = sx_keras_along_time(layer) ? 1 : 2;
    sx_status status = sx_keras_check_format(layer, err);
    if (status == SX_OK) status = set_padding(layer, false, native, err);
    if (status == SX_OK) status = sx_keras_set_pair(layer, "pool_size", axes, 1, native, "pool_size", err);
    if (status == SX_OK) status = sx_keras_set_pair(layer, "strides", axes, 1, native, "strides", err);
    return status;
}

sx_status sx_keras_global_pool(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    if (sx_keras_flag(layer, "keepdims", false))
        sx_json_set_bool(native, "keepdims", true);
    else
        layer->rank = 2;
    return sx_keras_check_format(layer, err);
}
