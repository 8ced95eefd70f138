/* plain_pool.c: max and average pooling as their formulas say. */
#include "kernels/plain.h"

#include <string.h>

/* The real input elements under one output: [first, last) in each direction. */
typedef struct window {
    size_t first_time, last_time, first_frequency, last_frequency;
} window;

static void clip(size_t out, size_t stride, size_t length, size_t pad, size_t in, size_t *first,
                 size_t *last) {
    size_t start = out * stride, end = start + length;
    *first = start > pad ? start - pad : 0;
    *last = end > pad ? end - pad : 0;
    if (*last > in) *last = in;
}

static window window_of(const sx_pool_sizes *s, size_t pixel) {
    window w;
    clip(pixel / s->out_frequency, s->stride_time, s->window_time, s->pad_time, s->in_time, &w.first_time,
         &w.last_time);
    clip(pixel % s->out_frequency, s->stride_frequency, s->window_frequency, s->pad_frequency,
         s->in_frequency, &w.first_frequency, &w.last_frequency);
    return w;
}

static size_t offset(const sx_pool_sizes *s, size_t t, size_t f, size_t c) {
    return (t * s->in_frequency + f) * s->channels + c;
}

static uint32_t largest(const sx_pool_sizes *s, window w, size_t c, const float *x) {
    size_t best = offset(s, w.first_time, w.first_frequency, c);
    for (size_t t = w.first_time; t < w.last_time; t++) {
        for (size_t f = w.first_frequency; f < w.last_frequency; f++) {
            if (x[offset(s, t, f, c)] > x[best]) best = offset(s, t, f, c);
        }
    }
    return (uint32_t)best;
}

static size_t in_count(const sx_pool_sizes *s) { return s->in_time * s->in_frequency * s->channels; }

static size_t out_count(const sx_pool_sizes *s) { return s->out_time * s->out_frequency * s->channels; }

void sx_plain_max_pool_forward(const sx_pool_sizes *s, size_t examples, const float *x, float *y,
                               uint32_t *winner) {
    for (size_t example = 0; example < examples; example++) {
        for (size_t i = 0; i < out_count(s); i++) {
            size_t out = example * out_count(s) + i;
            const float *image = x + example * in_count(s);
            winner[out] = largest(s, window_of(s, i / s->channels), i % s->channels, image);
            y[out] = image[winner[out]];
        }
    }
}

void sx_plain_max_pool_backward(const sx_pool_sizes *s, size_t examples, const float *dy,
                                const uint32_t *winner, float *dx) {
    memset(dx, 0, examples * in_count(s) * sizeof *dx);
    for (size_t example = 0; example < examples; example++) {
        for (size_t i = example * out_count(s); i < (example + 1) * out_count(s); i++) {
            dx[example * in_count(s) + winner[i]] += dy[i];
        }
    }
}

static float share(window w) {
    size_t count = (w.last_time - w.first_time) * (w.last_frequency - w.first_frequency);
    return 1.0f / (float)count;
}

static float window_sum(const sx_pool_sizes *s, window w, size_t c, const float *x) {
    float sum = 0.0f;
    for (size_t t = w.first_time; t < w.last_time; t++) {
        for (size_t f = w.first_frequency; f < w.last_frequency; f++)
            sum += x[offset(s, t, f, c)];
    }
    return sum;
}

static void window_add(const sx_pool_sizes *s, window w, size_t c, float value, float *dx) {
    for (size_t t = w.first_time; t < w.last_time; t++) {
        for (size_t f = w.first_frequency; f < w.last_frequency; f++)
            dx[offset(s, t, f, c)] += value;
    }
}

void sx_plain_average_pool_forward(const sx_pool_sizes *s, size_t examples, const float *x, float *y) {
    for (size_t example = 0; example < examples; example++) {
        for (size_t i = 0; i < out_count(s); i++) {
            window w = window_of(s, i / s->channels);
            float sum = window_sum(s, w, i % s->channels, x + example * in_count(s));
            y[example * out_count(s) + i] = sum * share(w);
        }
    }
}

void sx_plain_average_pool_backward(const sx_pool_sizes *s, size_t examples, const float *dy, float *dx) {
    memset(dx, 0, examples * in_count(s) * sizeof *dx);
    for (size_t example = 0; example < examples; example++) {
        for (size_t i = 0; i < out_count(s); i++) {
            window w = window_of(s, i / s->channels);
            float value = dy[example * out_count(s) + i] * share(w);
            window_add(s, w, i % s->channels, value, dx + example * in_count(s));
        }
    }
}
