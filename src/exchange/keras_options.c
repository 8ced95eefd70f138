/* keras_options.c: see keras_options.h. */
#include "exchange/keras_options.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

sx_status sx_keras_refuse(const sx_keras_layer *layer, const char *option, const char *advice,
                          sx_error *err) {
    const sx_json *value = sx_json_get(layer->config, option);
    char *text = value ? sx_json_dump(value, 0) : NULL;
    sx_status status = sx_fail(err, SX_E_UNSUPPORTED, "%s: %s is %.60s; %s", layer->where, option,
                               text ? text : "missing", advice);
    sx_free(text);
    return status;
}

bool sx_keras_has(const sx_keras_layer *layer, const char *option) {
    const sx_json *value = sx_json_get(layer->config, option);
    return value && !sx_json_is_null(value);
}

double sx_keras_number(const sx_keras_layer *layer, const char *option, double missing) {
    const sx_json *value = sx_json_get(layer->config, option);
    return sx_json_is_number(value) ? sx_json_number(value) : missing;
}

int64_t sx_keras_integer(const sx_keras_layer *layer, const char *option, int64_t missing) {
    const sx_json *value = sx_json_get(layer->config, option);
    return sx_json_is_integer(value) ? sx_json_integer(value) : missing;
}

bool sx_keras_flag(const sx_keras_layer *layer, const char *option, bool missing) {
    const sx_json *value = sx_json_get(layer->config, option);
    return sx_json_is_bool(value) ? sx_json_bool(value) : missing;
}

const char *sx_keras_text(const sx_keras_layer *layer, const char *option, const char *missing) {
    const char *text = sx_json_text(sx_json_get(layer->config, option));
    return text ? text : missing;
}

/* Integers of a value that is one or a list of them; false where it is something else. */
static bool read_integers(const sx_json *value, int64_t out[KERAS_AXES], int *count) {
    size_t length = sx_json_is_array(value) ? sx_json_count(value) : 1;
    if (length > KERAS_AXES) return false;
    for (size_t i = 0; i < length; i++) {
        const sx_json *one = sx_json_is_array(value) ? sx_json_at(value, i) : value;
        if (!sx_json_is_integer(one)) return false;
        out[i] = sx_json_integer(one);
    }
    *count = (int)length;
    return true;
}

sx_status sx_keras_set_pair(const sx_keras_layer *layer, const char *option, int axes, int64_t other,
                            sx_json *native, const char *key, sx_error *err) {
    int64_t values[KERAS_AXES] = {0};
    int count = 0;
    if (!sx_keras_has(layer, option)) return SX_OK;
    const sx_json *value = sx_json_get(layer->config, option);
    if (!read_integers(value, values, &count) || (sx_json_is_array(value) && count != axes))
        return sx_keras_refuse(layer, option, "an integer, or one for each axis, is expected", err);
    if (!sx_json_is_array(value)) values[1] = values[0];
    sx_json *pair = sx_json_array();
    sx_json_append_integer(pair, values[0]);
    sx_json_append_integer(pair, axes == 1 ? other : values[1]);
    sx_json_set(native, key, pair);
    return SX_OK;
}

sx_status sx_keras_set_single(const sx_keras_layer *layer, const char *option, sx_json *native,
                              const char *key, sx_error *err) {
    int64_t values[KERAS_AXES] = {0};
    int count = 0;
    if (!sx_keras_has(layer, option)) return SX_OK;
    if (!read_integers(sx_json_get(layer->config, option), values, &count) || count != 1)
        return sx_keras_refuse(layer, option, "an integer is expected", err);
    sx_json_set_integer(native, key, values[0]);
    return SX_OK;
}

sx_status sx_keras_set_count(const sx_keras_layer *layer, const char *option, sx_json *native,
                             const char *key, sx_error *err) {
    if (!sx_json_is_integer(sx_json_get(layer->config, option)))
        return sx_keras_refuse(layer, option, "an integer is expected", err);
    sx_json_set_integer(native, key, sx_keras_integer(layer, option, 0));
    return SX_OK;
}

sx_status sx_keras_check_format(const sx_keras_layer *layer, sx_error *err) {
    if (strcmp(sx_keras_text(layer, "data_format", "channels_last"), "channels_last") == 0) return SX_OK;
    return sx_keras_refuse(
        layer, "data_format",
        "build the model with channels_last, Keras's default, and permute the arrays to it", err);
}

/* --- axes ------------------------------------------------------------------------------------------- */

int64_t sx_keras_axis_positive(int rank, int64_t axis) { return axis < 0 ? axis + rank : axis; }

const char *sx_keras_axis_name(int rank, int64_t axis) {
    int64_t positive = sx_keras_axis_positive(rank, axis);
    if (positive < 1 || positive >= rank) return NULL;
    if (positive == rank - 1) return "channels";
    return positive == 1 ? "time" : "frequency";
}

sx_status sx_keras_read_axes(const sx_keras_layer *layer, const char *option, int rank, int64_t missing,
                             int64_t axes[KERAS_AXES], int *count, sx_error *err) {
    axes[0] = missing;
    *count = 1;
    if (sx_keras_has(layer, option) && !read_integers(sx_json_get(layer->config, option), axes, count))
        return sx_keras_refuse(layer, option, "an axis or a list of axes is expected", err);
    for (int i = 0; i < *count; i++) {
        axes[i] = sx_keras_axis_positive(rank, axes[i]);
        bool twice = false;
        for (int k = 0; k < i; k++)
            twice = twice || axes[k] == axes[i];
        if (twice || !sx_keras_axis_name(rank, axes[i]))
            return sx_keras_refuse(layer, option,
                                   "it must name axes of its input once each, and not the batch", err);
    }
    return SX_OK;
}

bool sx_keras_along_time(const sx_keras_layer *layer) { return strstr(layer->class_name, "1D") != NULL; }
