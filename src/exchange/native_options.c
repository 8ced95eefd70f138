/* native_options.c: see native_options.h. */
#include "exchange/native_options.h"

#include "layers/axes.h"

#include <string.h>

sx_status sx_native_permute(const sx_json *spec, sx_axis from[3], sx_error *err) {
    const sx_json *list = sx_json_get(spec, "dims");
    const sx_axis swapped[3] = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME};
    memcpy(from, swapped, sizeof swapped);
    if (sx_json_count(list) != 3) return SX_OK; /* [2, 1] */
    for (size_t i = 0; i < 3; i++) {
        sx_status status = sx_axis_of_json(sx_json_at(list, i), "dims", "", &from[i], err);
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

void sx_native_sides(const sx_json *spec, int64_t sides[4]) {
    const sx_json *padding = sx_json_get(spec, "padding"), *cropping = sx_json_get(spec, "cropping");
    const sx_json *value = padding ? padding : cropping;
    bool crops = strcmp(sx_json_text(sx_json_get(spec, "type")), "cropping") == 0;
    for (size_t i = 0; i < 4; i++) {
        const sx_json *at = value;
        if (sx_json_is_array(at)) at = sx_json_at(at, i / 2);
        if (sx_json_is_array(at)) at = sx_json_at(at, i % 2);
        sides[i] = at ? sx_json_integer(at) : crops ? 0 : 1;
    }
}

bool sx_native_up_sampling(const sx_json *spec, int64_t size[2]) {
    const sx_json *value = sx_json_get(spec, "size");
    const char *how = sx_json_text(sx_json_get(spec, "interpolation"));
    for (size_t i = 0; i < 2; i++) {
        const sx_json *at = sx_json_is_array(value) ? sx_json_at(value, i) : value;
        size[i] = at ? sx_json_integer(at) : 2;
    }
    return how && strcmp(how, "bilinear") == 0;
}

double sx_native_number(const sx_json *spec, const char *key, double missing) {
    const sx_json *value = sx_json_get(spec, key);
    return value ? sx_json_number(value) : missing;
}

bool sx_native_flag(const sx_json *spec, const char *key, bool missing) {
    const sx_json *value = sx_json_get(spec, key);
    return value ? sx_json_bool(value) : missing;
}
