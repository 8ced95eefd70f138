/* plain_block.c: normalisation, ReLU and max pooling as one, as their formulas say. */
#include "kernels/plain.h"

typedef struct element {
    size_t t, f, c; /* of the block's input */
    bool real;
} element;

static size_t in_count(const sx_pool_sizes *p) { return p->in_time * p->in_frequency * p->channels; }

static size_t out_count(const sx_pool_sizes *p) { return p->out_time * p->out_frequency * p->channels; }

/* Element `place` (as a winner is written) of the window of output i. */
static element element_of(const sx_pool_sizes *p, size_t i, size_t place) {
    element e = {.c = i % p->channels};
    size_t pixel = i / p->channels;
    size_t t = pixel / p->out_frequency * p->window_time + place / SX_BLOCK_FREQUENCY;
    size_t f = pixel % p->out_frequency * p->window_frequency + place % SX_BLOCK_FREQUENCY;
    e.real = place / SX_BLOCK_FREQUENCY < p->window_time &&
             place % SX_BLOCK_FREQUENCY < p->window_frequency && t >= p->pad_time &&
             t - p->pad_time < p->in_time && f >= p->pad_frequency && f - p->pad_frequency < p->in_frequency;
    e.t = t - p->pad_time;
    e.f = f - p->pad_frequency;
    return e;
}

static size_t offset(const sx_pool_sizes *p, element e) {
    return (e.t * p->in_frequency + e.f) * p->channels + e.c;
}

static size_t group(const sx_norm_sizes *n, element e) {
    return e.t * n->step_time + e.f * n->step_frequency + e.c * n->step_channels;
}

void sx_plain_block_forward(const sx_block_sizes *s, size_t examples, const float *x, const float *scale,
                            const float *shift, const float *mean, float *y, float *deviation,
                            uint8_t *winner) {
    const sx_pool_sizes *p = &s->pool;
    for (size_t i = 0; i < examples * out_count(p); i++) {
        const float *image = x + i / out_count(p) * in_count(p);
        bool found = false;
        for (size_t place = 0; place < SX_BLOCK_NONE; place++) {
            element e = element_of(p, i % out_count(p), place);
            if (!e.real) continue;
            size_t g = group(&s->norm, e);
            float value = image[offset(p, e)] * scale[g] + shift[g];
            if (found && !(value > y[i])) continue;
            found = true;
            y[i] = value;
            if (winner) winner[i] = (uint8_t)place;
            if (winner) deviation[i] = image[offset(p, e)] - mean[g];
        }
        if (winner && s->relu && !(y[i] > 0.0f)) winner[i] = SX_BLOCK_NONE;
        if (s->relu && y[i] < 0.0f) y[i] = 0.0f;
    }
}

void sx_plain_block_gradient_sums(const sx_block_sizes *s, size_t examples, const float *dy,
                                  const float *deviation, const uint8_t *winner, const float *inv_std,
                                  double *sum_dy, double *sum_dy_xhat) {
    const sx_pool_sizes *p = &s->pool;
    for (size_t i = 0; i < examples * out_count(p); i++) {
        if (winner[i] == SX_BLOCK_NONE) continue;
        size_t g = group(&s->norm, element_of(p, i % out_count(p), winner[i]));
        sum_dy[g] += (double)dy[i];
        sum_dy_xhat[g] += (double)dy[i] * (double)deviation[i] * (double)inv_std[g];
    }
}

void sx_plain_block_backward(const sx_block_sizes *s, size_t examples, const float *x, const float *dy,
                             const uint8_t *winner, const float *a, const float *b, const float *c,
                             float *dx) {
    const sx_pool_sizes *p = &s->pool;
    for (size_t i = 0; i < examples * in_count(p); i++) {
        size_t at = i % in_count(p) / p->channels;
        size_t g =
            group(&s->norm, (element){at / p->in_frequency, at % p->in_frequency, i % p->channels, true});
        dx[i] = 0.0f * a[g] + (x[i] * b[g] + c[g]);
    }
    for (size_t i = 0; i < examples * out_count(p); i++) {
        if (winner[i] == SX_BLOCK_NONE) continue;
        element e = element_of(p, i % out_count(p), winner[i]);
        size_t to = i / out_count(p) * in_count(p) + offset(p, e), g = group(&s->norm, e);
        dx[to] = dy[i] * a[g] + dx[to]; /* not x: dx may be in its place */
    }
}
