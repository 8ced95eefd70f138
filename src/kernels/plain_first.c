/* plain_first.c: sums over a first layer's image, and its weights' gradient from winners alone. */
#include "kernels/plain.h"

/* Neighbour `lag` of value (r, c); beyond the image it is 0. */
static double neighbour(const sx_image_sizes *s, const float *x, size_t r, size_t c, size_t lag) {
    if (lag == SX_IMAGE_ONE) return 1.0;
    size_t row = r + (lag < 3 ? 0 : lag < 8 ? 1 : 2);
    size_t column = lag < 3 ? c + lag : c + (lag < 8 ? lag - 3 : lag - 8) - 2; /* before the image: large */
    if (row >= s->rows || column >= s->columns) return 0.0;
    return (double)x[row * s->row_step + column * s->column_step];
}

static double class_sum(const sx_image_sizes *s, const float *x, size_t class, size_t lag, size_t c) {
    size_t from = class == SX_IMAGE_FIRST ? 0 : class == SX_IMAGE_MIDDLE ? 1 : s->rows - 1;
    size_t to = class == SX_IMAGE_FIRST ? 1 : class == SX_IMAGE_MIDDLE ? s->rows - 1 : s->rows;
    double sum = 0.0;
    for (size_t r = from; r < to; r++)
        sum += (double)x[r * s->row_step + c * s->column_step] * neighbour(s, x, r, c, lag);
    return sum;
}

void sx_plain_image_products(const sx_image_sizes *s, size_t examples, const float *x, double *sums,
                             double *scratch) {
    (void)scratch;
    for (size_t example = 0; example < examples; example++, x += s->rows * s->columns) {
        for (size_t i = 0; i < (size_t)SX_IMAGE_CLASSES * SX_IMAGE_LAGS * s->columns; i++) {
            size_t row = i / s->columns;
            sums[i] += class_sum(s, x, row / SX_IMAGE_LAGS, row % SX_IMAGE_LAGS, i % s->columns);
        }
    }
}

/* One winner's gradient at output (t, f), channel c. */
static void add_winner(const sx_conv_sizes *s, const float *x, size_t t, size_t f, size_t c, float g,
                       float *dw) {
    for (size_t k = 0; k < 9; k++) {
        size_t row = t + k / 3 - 1, column = f + k % 3 - 1; /* before the image: large */
        if (row < s->in_time && column < s->in_frequency)
            dw[k * s->out_channels + c] += x[row * s->in_frequency + column] * g;
    }
}

void sx_plain_winner_gradient(const sx_conv_sizes *s, const sx_block_sizes *block, size_t examples,
                              const float *x, const float *dy, const uint8_t *winner, const float *a,
                              float *dw, float *db, float *scratch) {
    const sx_pool_sizes *p = &block->pool;
    const sx_norm_sizes *n = &block->norm;
    size_t pixels = p->out_time * p->out_frequency;
    (void)scratch;
    for (size_t i = 0; i < examples * pixels * p->channels; i++) {
        if (winner[i] == SX_BLOCK_NONE) continue;
        size_t pixel = i / p->channels, c = i % p->channels, at = pixel % pixels;
        size_t t = at / p->out_frequency * 2 + winner[i] / SX_BLOCK_FREQUENCY;
        size_t f = at % p->out_frequency * 2 + winner[i] % SX_BLOCK_FREQUENCY;
        float g = dy[i] * a[t * n->step_time + f * n->step_frequency + c * n->step_channels];
        add_winner(s, x + pixel / pixels * s->in_time * s->in_frequency, t, f, c, g, dw);
        if (db) db[c] += g;
    }
}
