/* plain_conv.c: convolution, depthwise convolution and dense layers as their formulas say. */
#include "kernels/conv_sizes.h"
#include "kernels/plain.h"

#include <string.h>

void sx_plain_conv_pack(const sx_conv_sizes *s, const float *weights, float *packed) {
    size_t count = s->kernel_time * s->kernel_frequency * s->in_channels * s->out_channels;
    memcpy(packed, weights, count * sizeof *packed);
}

/* Every pair of an output pixel and a real (not padded) input pixel it sees, with the tap between them. */
typedef struct pair {
    size_t in, out, tap; /* pixel indices within the whole batch, and kernel position */
} pair;

typedef void pair_visit(const sx_conv_sizes *s, pair at, const float *a, const float *b, float *out);

static void for_row_pairs(const sx_conv_sizes *s, pair row, size_t kt, pair_visit *visit, const float *a,
                          const float *b, float *out) {
    for (size_t f = 0; f < s->out_frequency; f++) {
        for (size_t kf = 0; kf < s->kernel_frequency; kf++) {
            size_t from;
            if (!sx_window_index(f, s->stride_frequency, kf, s->dilation_frequency, s->pad_frequency,
                                 s->in_frequency, &from)) {
                continue;
            }
            visit(s, (pair){row.in + from, row.out + f, kt * s->kernel_frequency + kf}, a, b, out);
        }
    }
}

static void for_pairs(const sx_conv_sizes *s, size_t examples, pair_visit *visit, const float *a,
                      const float *b, float *out) {
    for (size_t row = 0; row < examples * s->out_time; row++) {
        size_t first = row / s->out_time * s->in_time; /* row 0 of this example's input */
        for (size_t kt = 0; kt < s->kernel_time; kt++) {
            size_t from;
            if (!sx_window_index(row % s->out_time, s->stride_time, kt, s->dilation_time, s->pad_time,
                                 s->in_time, &from)) {
                continue;
            }
            pair start = {(first + from) * s->in_frequency, row * s->out_frequency, 0};
            for_row_pairs(s, start, kt, visit, a, b, out);
        }
    }
}

static void fill_with_bias(size_t pixels, size_t channels, const float *bias, float *y) {
    for (size_t p = 0; p < pixels; p++) {
        for (size_t c = 0; c < channels; c++)
            y[p * channels + c] = bias ? bias[c] : 0.0f;
    }
}

static void add_columns(size_t pixels, size_t channels, const float *dy, float *db) {
    for (size_t p = 0; p < pixels; p++) {
        for (size_t c = 0; c < channels; c++)
            db[c] += dy[p * channels + c];
    }
}

static size_t in_floats(const sx_conv_sizes *s) { return s->in_time * s->in_frequency * s->in_channels; }

static size_t out_pixels(const sx_conv_sizes *s) { return s->out_time * s->out_frequency; }

/* y (out) += x (in) * w (in, out) */
static void add_product(size_t in, size_t out, const float *x, const float *w, float *y) {
    for (size_t i = 0; i < in; i++) {
        for (size_t o = 0; o < out; o++)
            y[o] += x[i] * w[i * out + o];
    }
}

/* dx (in) += w (in, out) * dy (out) */
static void add_transposed_product(size_t in, size_t out, const float *dy, const float *w, float *dx) {
    for (size_t i = 0; i < in; i++) {
        float sum = 0.0f;
        for (size_t o = 0; o < out; o++)
            sum += dy[o] * w[i * out + o];
        dx[i] += sum;
    }
}

/* dw (in, out) += x (in) times dy (out) */
static void add_outer_product(size_t in, size_t out, const float *x, const float *dy, float *dw) {
    for (size_t i = 0; i < in; i++) {
        for (size_t o = 0; o < out; o++)
            dw[i * out + o] += x[i] * dy[o];
    }
}

static void visit_forward(const sx_conv_sizes *s, pair at, const float *x, const float *w, float *y) {
    size_t in = s->in_channels, out = s->out_channels;
    add_product(in, out, x + at.in * in, w + at.tap * in * out, y + at.out * out);
}

static void visit_backward(const sx_conv_sizes *s, pair at, const float *dy, const float *w, float *dx) {
    size_t in = s->in_channels, out = s->out_channels;
    add_transposed_product(in, out, dy + at.out * out, w + at.tap * in * out, dx + at.in * in);
}

static void visit_gradient(const sx_conv_sizes *s, pair at, const float *x, const float *dy, float *dw) {
    size_t in = s->in_channels, out = s->out_channels;
    add_outer_product(in, out, x + at.in * in, dy + at.out * out, dw + at.tap * in * out);
}

void sx_plain_conv_forward(const sx_conv_sizes *s, size_t examples, const float *x, const float *packed,
                           const float *bias, float *y, float *scratch) {
    (void)scratch;
    fill_with_bias(examples * out_pixels(s), s->out_channels, bias, y);
    for_pairs(s, examples, visit_forward, x, packed, y);
}

void sx_plain_conv_backward(const sx_conv_sizes *s, size_t examples, const float *dy, const float *packed,
                            float *dx, float *scratch) {
    (void)scratch;
    memset(dx, 0, examples * in_floats(s) * sizeof *dx);
    for_pairs(s, examples, visit_backward, dy, packed, dx);
}

void sx_plain_conv_gradient(const sx_conv_sizes *s, size_t examples, const float *x, const float *dy,
                            float *dw, float *db, float *scratch) {
    (void)scratch;
    for_pairs(s, examples, visit_gradient, x, dy, dw);
    if (db) add_columns(examples * out_pixels(s), s->out_channels, dy, db);
}

static void visit_depthwise_forward(const sx_conv_sizes *s, pair at, const float *x, const float *w,
                                    float *y) {
    size_t in = s->in_channels, out = s->out_channels, multiplier = out / in;
    for (size_t o = 0; o < out; o++) {
        y[at.out * out + o] += x[at.in * in + o / multiplier] * w[at.tap * out + o];
    }
}

static void visit_depthwise_backward(const sx_conv_sizes *s, pair at, const float *dy, const float *w,
                                     float *dx) {
    size_t in = s->in_channels, out = s->out_channels, multiplier = out / in;
    for (size_t o = 0; o < out; o++) {
        dx[at.in * in + o / multiplier] += dy[at.out * out + o] * w[at.tap * out + o];
    }
}

static void visit_depthwise_gradient(const sx_conv_sizes *s, pair at, const float *x, const float *dy,
                                     float *dw) {
    size_t in = s->in_channels, out = s->out_channels, multiplier = out / in;
    for (size_t o = 0; o < out; o++) {
        dw[at.tap * out + o] += x[at.in * in + o / multiplier] * dy[at.out * out + o];
    }
}

void sx_plain_depthwise_forward(const sx_conv_sizes *s, size_t examples, const float *x, const float *weights,
                                const float *bias, float *y) {
    fill_with_bias(examples * out_pixels(s), s->out_channels, bias, y);
    for_pairs(s, examples, visit_depthwise_forward, x, weights, y);
}

void sx_plain_depthwise_backward(const sx_conv_sizes *s, size_t examples, const float *dy,
                                 const float *weights, float *dx) {
    memset(dx, 0, examples * in_floats(s) * sizeof *dx);
    for_pairs(s, examples, visit_depthwise_backward, dy, weights, dx);
}

void sx_plain_depthwise_gradient(const sx_conv_sizes *s, size_t examples, const float *x, const float *dy,
                                 float *dw, float *db) {
    for_pairs(s, examples, visit_depthwise_gradient, x, dy, dw);
    if (db) add_columns(examples * out_pixels(s), s->out_channels, dy, db);
}

void sx_plain_dense_forward(size_t rows, size_t in, size_t out, const float *x, const float *w,
                            const float *bias, float *y) {
    fill_with_bias(rows, out, bias, y);
    for (size_t r = 0; r < rows; r++)
        add_product(in, out, x + r * in, w, y + r * out);
}

void sx_plain_dense_backward(size_t rows, size_t in, size_t out, const float *dy, const float *w, float *dx) {
    memset(dx, 0, rows * in * sizeof *dx);
    for (size_t r = 0; r < rows; r++)
        add_transposed_product(in, out, dy + r * out, w, dx + r * in);
}

void sx_plain_dense_gradient(size_t rows, size_t in, size_t out, const float *x, const float *dy, float *dw,
                             float *db) {
    for (size_t r = 0; r < rows; r++)
        add_outer_product(in, out, x + r * in, dy + r * out, dw);
    if (db) add_columns(rows, out, dy, db);
}
