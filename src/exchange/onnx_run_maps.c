/* onnx_run_maps.c: ONNX operators on maps (N, channels, height, width): convolution, pools, batch
 * normalisation. */
#include "exchange/onnx_read.h"

#include "base/error.h"

#include <math.h>

typedef struct window {
    int64_t size[2], stride[2], dilation[2], pads[4];
    size_t out[2];
} window;

static sx_status read_window(const sx_read_node *node, const sx_tensor *x, const size_t *size, window *w,
                             sx_error *err) {
    *w = (window){.stride = {1, 1}, .dilation = {1, 1}};
    if (x->rank != 4) return sx_fail(err, SX_E_SHAPE, "an input of %d axes", x->rank);
    for (int i = 0; i < 2; i++)
        w->size[i] = size ? (int64_t)size[i] : 1;
    sx_read_ints(node, "kernel_shape", w->size, 2);
    sx_read_ints(node, "strides", w->stride, 2);
    sx_read_ints(node, "dilations", w->dilation, 2);
    sx_read_ints(node, "pads", w->pads, 4);
    for (int i = 0; i < 2; i++) {
        const int64_t most = 1 << 24;
        if (w->size[i] < 1 || w->stride[i] < 1 || w->dilation[i] < 1 || w->size[i] > most ||
            w->stride[i] > most || w->dilation[i] > most || w->pads[i] < 0 || w->pads[i] > most ||
            w->pads[i + 2] < 0 || w->pads[i + 2] > most || (size && w->size[i] != (int64_t)size[i]))
            return sx_fail(err, SX_E_FORMAT, "its window has impossible sizes");
        int64_t reach = (w->size[i] - 1) * w->dilation[i] + 1;
        int64_t rest = (int64_t)x->dims[2 + i] + w->pads[i] + w->pads[i + 2] - reach;
        if (rest < 0) return sx_fail(err, SX_E_SHAPE, "its window is larger than the map");
        w->out[i] = (size_t)(rest / w->stride[i]) + 1;
    }
    return SX_OK;
}

/* Row or column under tap k of output place o; -1 in the padding. */
static int64_t under(const window *w, int axis, size_t o, int64_t k, size_t extent) {
    int64_t place = (int64_t)o * w->stride[axis] - w->pads[axis] + k * w->dilation[axis];
    return place < (int64_t)extent ? (place < 0 ? -1 : place) : -1;
}

static double conv_at(const window *w, const sx_tensor *x, const double *map, const double *kernel,
                      size_t channels, size_t row, size_t column) {
    size_t height = x->dims[2], width = x->dims[3];
    double sum = 0;
    for (size_t c = 0; c < channels; c++, map += height * width)
        for (int64_t i = 0; i < w->size[0]; i++) {
            int64_t y = under(w, 0, row, i, height);
            for (int64_t j = 0; j < w->size[1]; j++, kernel++) {
                int64_t z = under(w, 1, column, j, width);
                if (y >= 0 && z >= 0) sum += map[y * (int64_t)width + z] * *kernel;
            }
        }
    return sum;
}

static sx_status run_conv(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                          sx_error *err) {
    const sx_tensor *x = in[0], *kernel = in[1];
    size_t groups = (size_t)sx_read_integer(node, "group", 1);
    window w;
    if (kernel->rank != 4) return sx_fail(err, SX_E_SHAPE, "a kernel of %d axes", kernel->rank);
    sx_status status = read_window(node, x, kernel->dims + 2, &w, err);
    if (status != SX_OK) return status;
    size_t filters = kernel->dims[0], channels = kernel->dims[1];
    if (groups < 1 || filters % groups != 0 || channels * groups != x->dims[1] ||
        (node->input_count > 2 && in[2]->count != filters))
        return sx_fail(err, SX_E_SHAPE, "its kernel, groups and bias do not fit %zu channels", x->dims[1]);
    const size_t dims[4] = {x->dims[0], filters, w.out[0], w.out[1]};
    status = sx_tensor_create(x->element, dims, 4, out, err);
    if (status != SX_OK) return status;
    size_t map = x->dims[2] * x->dims[3], weights = channels * kernel->dims[2] * kernel->dims[3], at = 0;
    for (size_t n = 0; n < dims[0]; n++)
        for (size_t f = 0; f < filters; f++) {
            const double *from = x->values + (n * x->dims[1] + f / (filters / groups) * channels) * map;
            double bias = node->input_count > 2 ? in[2]->values[f] : 0;
            for (size_t i = 0; i < dims[2]; i++)
                for (size_t j = 0; j < dims[3]; j++)
                    out->values[at++] =
                        bias + conv_at(&w, x, from, kernel->values + f * weights, channels, i, j);
        }
    return SX_OK;
}

static double pool_at(const window *w, const sx_tensor *x, const double *map, bool is_max, size_t row,
                      size_t column) {
    double largest = -INFINITY, sum = 0;
    size_t count = 0;
    for (int64_t i = 0; i < w->size[0]; i++)
        for (int64_t j = 0; j < w->size[1]; j++) {
            int64_t y = under(w, 0, row, i, x->dims[2]), z = under(w, 1, column, j, x->dims[3]);
            if (y < 0 || z < 0) continue;
            double value = map[y * (int64_t)x->dims[3] + z];
            largest = value > largest ? value : largest;
            sum += value;
            count++;
        }
    return is_max ? largest : sum / (double)count;
}

static sx_status pool(const window *w, const sx_tensor *x, bool is_max, sx_tensor *out, sx_error *err) {
    const size_t dims[4] = {x->dims[0], x->dims[1], w->out[0], w->out[1]};
    size_t at = 0;
    sx_status status = sx_tensor_create(x->element, dims, 4, out, err);
    for (size_t m = 0; status == SX_OK && m < dims[0] * dims[1]; m++)
        for (size_t i = 0; i < dims[2]; i++)
            for (size_t j = 0; j < dims[3]; j++)
                out->values[at++] = pool_at(w, x, x->values + m * x->dims[2] * x->dims[3], is_max, i, j);
    return status;
}

static sx_status run_pool(const sx_read_node *node, const sx_tensor *const *in, bool is_max, sx_tensor *out,
                          sx_error *err) {
    window w;
    if (sx_read_integer(node, "ceil_mode", 0) || sx_read_integer(node, "count_include_pad", 0))
        return sx_fail(err, SX_E_UNSUPPORTED, "with ceil_mode or count_include_pad");
    sx_status status = read_window(node, in[0], NULL, &w, err);
    return status == SX_OK ? pool(&w, in[0], is_max, out, err) : status;
}

static sx_status run_max_pool(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                              sx_error *err) {
    return run_pool(node, in, true, out, err);
}

static sx_status run_average_pool(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                                  sx_error *err) {
    return run_pool(node, in, false, out, err);
}

static sx_status run_global(const sx_tensor *x, bool is_max, sx_tensor *out, sx_error *err) {
    if (x->rank != 4) return sx_fail(err, SX_E_SHAPE, "an input of %d axes", x->rank);
    const window w = {.size = {(int64_t)x->dims[2], (int64_t)x->dims[3]},
                      .stride = {1, 1},
                      .dilation = {1, 1},
                      .out = {1, 1}};
    return pool(&w, x, is_max, out, err);
}

static sx_status run_global_max(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                                sx_error *err) {
    (void)node;
    return run_global(in[0], true, out, err);
}

static sx_status run_global_average(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                                    sx_error *err) {
    (void)node;
    return run_global(in[0], false, out, err);
}

/* Inputs: x, scale, bias, mean, variance. */
static sx_status run_batch_normalization(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                                         sx_error *err) {
    const sx_tensor *x = in[0];
    double epsilon = sx_read_number(node, "epsilon", 1e-5);
    size_t channels = x->rank > 1 ? x->dims[1] : 0;
    for (int i = 1; i < 5; i++)
        if (in[i]->count != channels)
            return sx_fail(err, SX_E_SHAPE, "%zu values for %zu channels", in[i]->count, channels);
    sx_status status = sx_tensor_create(x->element, x->dims, x->rank, out, err);
    if (status != SX_OK || x->count == 0) return status;
    size_t inner = x->count / x->dims[0] / channels;
    for (size_t i = 0; i < x->count; i++) {
        size_t c = i / inner % channels;
        double centred = x->values[i] - in[3]->values[c];
        out->values[i] = in[1]->values[c] * centred / sqrt(in[4]->values[c] + epsilon) + in[2]->values[c];
    }
    return SX_OK;
}

const sx_onnx_entry sx_onnx_map_operators[] = {{"Conv", 2, run_conv},
                                               {"MaxPool", 1, run_max_pool},
                                               {"AveragePool", 1, run_average_pool},
                                               {"GlobalMaxPool", 1, run_global_max},
                                               {"GlobalAveragePool", 1, run_global_average},
                                               {"BatchNormalization", 5, run_batch_normalization},
                                               {NULL, 0, NULL}};
