/* spec_axis.c: "$axis" filled in every layer, or in the layers that are named. */
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/spec.h"

#include <string.h>

static int find_layer(const sx_model_spec *spec, const char *name, size_t length) {
    for (size_t i = 0; i < sx_spec_layer_count(spec); i++) {
        const char *candidate = sx_spec_layer_name(spec, i);
        if (strlen(candidate) == length && strncmp(candidate, name, length) == 0) return (int)i;
    }
    return -1;
}

static sx_status fill_named(sx_model_spec *spec, const char *axis, const char *name, size_t length,
                            sx_error *err) {
    int index = find_layer(spec, name, length);
    if (index < 0)
        return sx_fail(err, SX_E_ARGUMENT, "net \"%s\" has no layer called \"%.*s\"",
                       sx_model_spec_name(spec), (int)length, name);
    sx_json *layer = sx_spec_layer(spec, (size_t)index);
    if (!sx_spec_has(layer, sx_spec_axis))
        return sx_fail(err, SX_E_ARGUMENT, "layer \"%.*s\" of net \"%s\" has no \"$axis\" to fill",
                       (int)length, name, sx_model_spec_name(spec));
    sx_spec_fill(layer, sx_spec_axis, axis, 0);
    return SX_OK;
}

static sx_status fill_list(sx_model_spec *spec, const char *axis, const char *names, sx_error *err) {
    for (const char *name = names;; name++) {
        size_t length = strcspn(name, ",");
        sx_status status = fill_named(spec, axis, name, length, err);
        if (status != SX_OK) return status;
        name += length;
        if (!*name) return SX_OK;
    }
}

static sx_status fill_all(sx_model_spec *spec, const char *axis, sx_error *err) {
    if (!sx_model_spec_needs_axis(spec))
        return sx_fail(err, SX_E_ARGUMENT, "net \"%s\" has no \"$axis\" that could be varied",
                       sx_model_spec_name(spec));
    for (size_t i = 0; i < sx_spec_layer_count(spec); i++)
        sx_spec_fill(sx_spec_layer(spec, i), sx_spec_axis, axis, 0);
    return SX_OK;
}

sx_status sx_model_spec_set_axis(sx_model_spec *spec, sx_axis axis, const char *layer_names, sx_error *err) {
    if (axis != SX_AXIS_TIME && axis != SX_AXIS_FREQUENCY && axis != SX_AXIS_CHANNELS)
        return sx_fail(err, SX_E_ARGUMENT, "\"$axis\" takes channels, frequency or time");
    sx_model_spec *copy = sx_model_spec_copy(spec);
    if (!copy) return sx_fail_memory(err, 4096);
    const char *name = sx_axis_name(axis);
    sx_status status = layer_names ? fill_list(copy, name, layer_names, err) : fill_all(copy, name, err);
    if (status == SX_OK) return sx_spec_take(spec, copy, err);
    sx_model_spec_free(copy);
    return status;
}
