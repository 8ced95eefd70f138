/* window.c: pairs of sizes read from JSON, and where a window fits; the arithmetic is Keras 3's. */
#include "layers/window.h"

#include "base/error.h"

static bool pair_member(const sx_json *value, size_t *out) {
    int64_t number = sx_json_integer(value);
    if (!sx_json_is_integer(value) || number < 1 || number > SX_WINDOW_LIMIT) return false;
    *out = (size_t)number;
    return true;
}

sx_status sx_read_pair(const sx_json *spec, const char *key, const char *where, sx_pair *value,
                       sx_error *err) {
    const sx_json *member = sx_json_get(spec, key);
    if (!member) return SX_OK;
    sx_pair pair = {0};
    bool good = false;
    if (sx_json_is_array(member)) {
        good = sx_json_count(member) == 2 && pair_member(sx_json_at(member, 0), &pair.time) &&
               pair_member(sx_json_at(member, 1), &pair.frequency);
    } else {
        good = pair_member(member, &pair.time);
        pair.frequency = pair.time;
    }
    if (!good)
        return sx_fail(err, SX_E_FORMAT, "%s: %s must be an integer or [time, frequency], each from 1 to %d",
                       where, key, SX_WINDOW_LIMIT);
    *value = pair;
    return SX_OK;
}

sx_status sx_read_padding(const sx_json *spec, const char *where, bool *same, sx_error *err) {
    static const char *const names[] = {"valid", "same", NULL};
    int index = *same ? 1 : 0;
    sx_status status = sx_json_read_name(spec, "padding", names, where, &index, err);
    if (status == SX_OK) *same = index == 1;
    return status;
}

sx_status sx_read_time_padding(const sx_json *spec, const char *where, sx_window *window, sx_error *err) {
    static const char *const names[] = {"valid", "same", "causal", NULL};
    int index = 0;
    sx_status status = sx_json_read_name(spec, "padding", names, where, &index, err);
    window->same = index > 0;
    window->causal = index == 2;
    return status;
}

sx_status sx_read_count(const sx_json *spec, const char *key, size_t high, const char *where, size_t *value,
                        sx_error *err) {
    if (!sx_json_get(spec, key))
        return sx_fail(err, SX_E_FORMAT, "%s: %s is missing; it must be an integer from 1 to %zu", where, key,
                       high);
    int64_t number = 0;
    sx_status status = sx_json_read_integer(spec, key, 1, (int64_t)high, where, &number, err);
    if (status == SX_OK) *value = (size_t)number;
    return status;
}

static void place(size_t in, size_t size, size_t stride, size_t dilation, bool same, size_t *out,
                  size_t *pad) {
    size_t reach = (size - 1) * dilation + 1;
    *pad = 0;
    if (!same) {
        *out = in < reach ? 0 : (in - reach) / stride + 1;
        return;
    }
    *out = (in + stride - 1) / stride;
    size_t needed = (*out - 1) * stride + reach;
    if (needed > in) *pad = (needed - in) / 2;
}

sx_window_fit sx_window_place(const sx_window *window, sx_shape input) {
    sx_window_fit fit;
    place(input.time, window->size.time, window->stride.time, window->dilation.time, window->same,
          &fit.out.time, &fit.pad.time);
    place(input.frequency, window->size.frequency, window->stride.frequency, window->dilation.frequency,
          window->same, &fit.out.frequency, &fit.pad.frequency);
    if (window->causal) fit.pad.time = (window->size.time - 1) * window->dilation.time;
    return fit;
}

sx_status sx_window_check(const sx_window *window, sx_shape input, const char *verb, sx_window_fit *fit,
                          sx_error *err) {
    sx_window_fit placed = sx_window_place(window, input);
    if (placed.out.time == 0 || placed.out.frequency == 0)
        return sx_fail(err, SX_E_SHAPE,
                       "%zux%zu %s of a %zux%zu map (time x frequency) leaves nothing; use a larger input, "
                       "fewer or smaller layers before it, or padding \"same\"",
                       window->size.time, window->size.frequency, verb, input.time, input.frequency);
    *fit = placed;
    return SX_OK;
}

sx_status sx_shape_check(sx_shape shape, sx_error *err) {
    const size_t limit = INT32_MAX;
    if (shape.time <= limit && shape.frequency <= limit && shape.channels <= limit &&
        shape.time * shape.frequency <= limit && sx_shape_count(shape) <= limit)
        return SX_OK;
    return sx_fail(err, SX_E_SHAPE, "an output of %zux%zux%zu values is more than 2^31 - 1 for one example",
                   shape.time, shape.frequency, shape.channels);
}

sx_status sx_window_read(const sx_json *spec, const char *where, sx_window *window, sx_error *err) {
    *window = (sx_window){.stride = {1, 1}, .dilation = {1, 1}};
    if (!sx_json_get(spec, "kernel_size"))
        return sx_fail(err, SX_E_FORMAT,
                       "%s: kernel_size is missing; it must be an integer or [time, frequency]", where);
    sx_status status = sx_read_pair(spec, "kernel_size", where, &window->size, err);
    if (status == SX_OK) status = sx_read_pair(spec, "strides", where, &window->stride, err);
    if (status == SX_OK) status = sx_read_pair(spec, "dilation", where, &window->dilation, err);
    if (status == SX_OK) status = sx_read_padding(spec, where, &window->same, err);
    return status;
}

sx_conv_sizes sx_window_conv_sizes(const sx_window *window, sx_shape input, size_t out_channels) {
    sx_window_fit fit = sx_window_place(window, input);
    return (sx_conv_sizes){.in_time = input.time,
                           .in_frequency = input.frequency,
                           .in_channels = input.channels,
                           .out_time = fit.out.time,
                           .out_frequency = fit.out.frequency,
                           .out_channels = out_channels,
                           .kernel_time = window->size.time,
                           .kernel_frequency = window->size.frequency,
                           .stride_time = window->stride.time,
                           .stride_frequency = window->stride.frequency,
                           .dilation_time = window->dilation.time,
                           .dilation_frequency = window->dilation.frequency,
                           .pad_time = fit.pad.time,
                           .pad_frequency = fit.pad.frequency};
}
