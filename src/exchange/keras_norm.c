/* keras_norm.c: Keras's normalisations as the native layer's two sets of axes, and what is said of each. */
#include "exchange/keras_options.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* What the reader of a summary wants to know and the native layer does not keep. */
static sx_json *describe(sx_keras_job *job, const sx_keras_layer *layer, const int64_t *axes, int count) {
    sx_json *norm = sx_json_object(), *list = sx_json_array();
    for (int i = 0; i < count; i++)
        sx_json_append_integer(list, axes[i]);
    sx_json_set_text(norm, "layer", layer->native);
    sx_json_set_text(norm, "class", layer->class_name);
    sx_json_set_integer(norm, "rank", layer->rank);
    sx_json_set(norm, "axes", list);
    sx_json_append(job->norms, norm);
    return norm;
}

static void set_common(const sx_keras_layer *layer, sx_json *native) {
    sx_json_set_number(native, "epsilon", sx_keras_number(layer, "epsilon", 1e-3));
    sx_json_set_bool(native, "scale", sx_keras_flag(layer, "scale", true));
    sx_json_set_bool(native, "center", sx_keras_flag(layer, "center", true));
}

static sx_json *axis_list(int rank, const int64_t *axes, int count) {
    sx_json *list = sx_json_array();
    for (int i = 0; i < count; i++)
        sx_json_append_text(list, sx_keras_axis_name(rank, axes[i]));
    return list;
}

sx_status sx_keras_batch_norm(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    int64_t axes[KERAS_AXES];
    int count = 0;
    if (sx_keras_flag(layer, "renorm", false))
        return sx_keras_refuse(layer, "renorm", "batch renormalisation is not there; use the plain layer",
                               err);
    if (sx_keras_has(layer, "virtual_batch_size"))
        return sx_keras_refuse(layer, "virtual_batch_size", "it is not there; leave it out", err);
    sx_status status = sx_keras_read_axes(layer, "axis", layer->rank, -1, axes, &count, err);
    if (status != SX_OK) return status;
    double momentum = sx_keras_number(layer, "momentum", 0.99);
    layer->has_weights = true;
    if (count == 1)
        sx_json_set_text(native, "axis", sx_keras_axis_name(layer->rank, axes[0]));
    else
        sx_json_set(native, "axis", axis_list(layer->rank, axes, count));
    sx_json_set_number(native, "momentum", momentum);
    set_common(layer, native);
    sx_json_set_number(describe(job, layer, axes, count), "momentum", momentum);
    return SX_OK;
}

/* Keeps what it does not name, the batch too; gamma and beta keep what it names. */
sx_status sx_keras_layer_norm(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    int64_t axes[KERAS_AXES];
    int count = 0;
    if (sx_keras_flag(layer, "rms_scaling", false))
        return sx_keras_refuse(layer, "rms_scaling", "it is not there; leave it out", err);
    sx_status status = sx_keras_read_axes(layer, "axis", layer->rank, -1, axes, &count, err);
    if (status != SX_OK) return status;
    sx_json *keep = sx_json_array();
    sx_json_append_text(keep, "batch");
    for (int axis = 1; axis < layer->rank; axis++) {
        bool named = false;
        for (int i = 0; i < count; i++)
            named = named || axes[i] == axis;
        if (!named) sx_json_append_text(keep, sx_keras_axis_name(layer->rank, axis));
    }
    layer->has_weights = true;
    sx_json_set(native, "keep", keep);
    sx_json_set(native, "affine", axis_list(layer->rank, axes, count));
    set_common(layer, native);
    (void)describe(job, layer, axes, count);
    return SX_OK;
}

sx_status sx_keras_group_norm(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    int64_t axes[KERAS_AXES];
    int count = 0;
    sx_status status = sx_keras_read_axes(layer, "axis", layer->rank, -1, axes, &count, err);
    if (status != SX_OK) return status;
    layer->has_weights = true;
    sx_json_set_integer(native, "groups", sx_keras_integer(layer, "groups", 32));
    sx_json_set_text(native, "axis", sx_keras_axis_name(layer->rank, axes[0]));
    set_common(layer, native);
    (void)describe(job, layer, axes, 1);
    return SX_OK;
}

/* --- Normalization ---------------------------------------------------------------------------------- */

/* Numbers within lists within lists, in their order. */
static sx_status flatten(const sx_json *value, sx_json *list, int depth, const sx_keras_layer *layer,
                         sx_error *err) {
    if (sx_json_is_number(value)) {
        sx_json_append_number(list, sx_json_number(value));
        return SX_OK;
    }
    if (!sx_json_is_array(value) || depth > 6)
        return sx_fail(err, SX_E_FORMAT, "%s: mean and variance must be numbers", layer->where);
    for (size_t i = 0; i < sx_json_count(value); i++) {
        sx_status status = flatten(sx_json_at(value, i), list, depth + 1, layer, err);
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

static sx_status from_config(const sx_keras_layer *layer, const char *option, sx_json *native,
                             sx_error *err) {
    sx_json *list = sx_json_array();
    const sx_json *value = sx_json_get(layer->config, option);
    /* NumPy arrays: {"class_name": "__numpy__", "config": {"value": [...]}} */
    if (sx_json_is_object(value)) value = sx_json_get(sx_json_get(value, "config"), "value");
    sx_status status = flatten(value, list, 0, layer, err);
    if (status != SX_OK) {
        sx_json_free(list);
        return status;
    }
    if (sx_json_count(list) == 1) {
        sx_json_set_number(native, option, sx_json_number(sx_json_at(list, 0)));
        sx_json_free(list);
    } else {
        sx_json_set(native, option, list);
    }
    return SX_OK;
}

static sx_status from_weights(sx_keras_job *job, const sx_keras_layer *layer, const char *key, size_t index,
                              sx_json *native, sx_error *err) {
    sx_h5_array array = {0};
    sx_status status = sx_keras_weight_read(job, layer, index, &array, err);
    if (status != SX_OK) return status;
    sx_json *list = sx_json_array();
    for (size_t i = 0; i < array.count; i++)
        sx_json_append_number(list, (double)array.values[i]);
    if (array.count == 1) {
        sx_json_set_number(native, key, (double)array.values[0]);
        sx_json_free(list);
    } else {
        sx_json_set(native, key, list);
    }
    sx_free(array.values);
    return SX_OK;
}

/* mean and variance go into the spec: they were measured once and belong to the net, not to its training. */
sx_status sx_keras_standardise(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    int64_t axes[KERAS_AXES];
    int count = 0;
    bool whole = sx_json_is_null(sx_json_get(layer->config, "axis"));
    sx_status status = sx_keras_read_axes(layer, "axis", layer->rank, -1, axes, &count, err);
    if (status != SX_OK) return status;
    sx_json_set(native, "keep", axis_list(layer->rank, axes, whole ? 0 : count));
    sx_json_set_bool(native, "invert", sx_keras_flag(layer, "invert", false));
    if (sx_keras_has(layer, "mean")) {
        status = from_config(layer, "mean", native, err);
        return status == SX_OK ? from_config(layer, "variance", native, err) : status;
    }
    status = from_weights(job, layer, "mean", 0, native, err);
    return status == SX_OK ? from_weights(job, layer, "variance", 1, native, err) : status;
}
