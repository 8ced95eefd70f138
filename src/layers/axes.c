/* axes.c: axes read from JSON, and what they make of an example. */
#include "layers/axes.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

static sx_status axis_of(const sx_json *value, const char *key, const char *where, bool with_batch,
                         sx_axis *axis, sx_error *err) {
    char text[32];
    const char *name = sx_json_text(value);
    if (name && strcmp(name, "$axis") == 0)
        return sx_fail(err, SX_E_ARGUMENT,
                       "%s: \"$axis\" is not chosen yet; say which axis to keep: "
                       "channels, frequency or time",
                       where);
    if (with_batch && name && strcmp(name, sx_axis_name(SX_AXIS_BATCH)) == 0) {
        *axis = SX_AXIS_BATCH;
        return SX_OK;
    }
    if (sx_json_is_integer(value))
        snprintf(text, sizeof text, "%lld", (long long)sx_json_integer(value));
    else if (name)
        snprintf(text, sizeof text, "%.31s", name);
    else
        return sx_fail(err, SX_E_FORMAT, "%s: %s takes channels, frequency, time, or Keras's -1, 2, 1", where,
                       key);
    sx_status status = sx_axis_parse(text, axis, err);
    if (status != SX_OK) sx_error_prefix(err, "%s: %s", where, key);
    return status;
}

sx_status sx_axis_of_json(const sx_json *value, const char *key, const char *where, sx_axis *axis,
                          sx_error *err) {
    return axis_of(value, key, where, false, axis, err);
}

sx_status sx_read_axis(const sx_json *spec, const char *key, const char *where, sx_axis *axis,
                       sx_error *err) {
    const sx_json *value = sx_json_get(spec, key);
    return value ? sx_axis_of_json(value, key, where, axis, err) : SX_OK;
}

sx_status sx_read_axes(const sx_json *spec, const char *key, const char *where, bool with_batch,
                       sx_axes *axes, sx_error *err) {
    const sx_json *list = sx_json_get(spec, key);
    sx_axes read = 0;
    if (!list) return SX_OK;
    size_t count = sx_json_is_array(list) ? sx_json_count(list) : 1;
    for (size_t i = 0; i < count; i++) {
        sx_axis axis = SX_AXIS_CHANNELS;
        const sx_json *value = sx_json_is_array(list) ? sx_json_at(list, i) : list;
        sx_status status = axis_of(value, key, where, with_batch, &axis, err);
        if (status != SX_OK) return status;
        if (read >> axis & 1U)
            return sx_fail(err, SX_E_FORMAT, "%s: %s names %s twice", where, key, sx_axis_name(axis));
        read |= 1U << axis;
    }
    *axes = read;
    return SX_OK;
}

size_t sx_axis_extent(sx_shape shape, sx_axis axis) {
    const size_t extents[SX_AXIS_COUNT] = {1, shape.time, shape.frequency, shape.channels};
    return extents[axis];
}

sx_axis_view sx_axis_view_of(sx_shape shape, sx_axis axis) {
    switch (axis) {
    case SX_AXIS_TIME:
        return (sx_axis_view){1, shape.time, shape.frequency * shape.channels};
    case SX_AXIS_FREQUENCY:
        return (sx_axis_view){shape.time, shape.frequency, shape.channels};
    default:
        return (sx_axis_view){shape.time * shape.frequency, shape.channels, 1};
    }
}

sx_norm_sizes sx_kept_groups(sx_shape shape, sx_axes kept) {
    sx_norm_sizes sizes = {.time = shape.time, .frequency = shape.frequency, .channels = shape.channels};
    size_t step = 1;
    if (kept >> SX_AXIS_CHANNELS & 1U) {
        sizes.step_channels = step;
        step *= shape.channels;
    }
    if (kept >> SX_AXIS_FREQUENCY & 1U) {
        sizes.step_frequency = step;
        step *= shape.frequency;
    }
    if (kept >> SX_AXIS_TIME & 1U) {
        sizes.step_time = step;
        step *= shape.time;
    }
    sizes.groups = step;
    return sizes;
}

sx_weight_plan sx_kept_weight(const char *name, sx_axes kept, sx_shape shape) {
    sx_weight_plan weight = {.name = name, .count = 1};
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
        if (!(kept >> axis & 1U)) continue;
        weight.dims[weight.rank++] = sx_axis_extent(shape, (sx_axis)axis);
        weight.count *= sx_axis_extent(shape, (sx_axis)axis);
    }
    if (weight.rank == 0) weight.dims[weight.rank++] = 1;
    return weight;
}
