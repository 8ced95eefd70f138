/* plain_finish.c: a convolution and its block where only the result is wanted: one after the other. */
#include "kernels/plain.h"

static size_t in_count(const sx_conv_sizes *s) { return s->in_time * s->in_frequency * s->in_channels; }

static size_t out_count(const sx_pool_sizes *p) { return p->out_time * p->out_frequency * p->channels; }

static void finish(const sx_finish *f, size_t example, const float *middle, float *y) {
    sx_plain_block_forward(&f->block, 1, middle, f->scale, f->shift, NULL,
                           y + example * out_count(&f->block.pool), NULL, NULL);
}

void sx_plain_conv_finish(const sx_conv_sizes *s, const sx_finish *f, size_t examples, const float *x,
                          const float *packed, const float *bias, float *y, float *middle, float *scratch) {
    for (size_t example = 0; example < examples; example++) {
        sx_plain_conv_forward(s, 1, x + example * in_count(s), packed, bias, middle, scratch);
        finish(f, example, middle, y);
    }
}

void sx_plain_depthwise_finish(const sx_conv_sizes *s, const sx_finish *f, size_t examples, const float *x,
                               const float *weights, const float *bias, float *y, float *middle) {
    for (size_t example = 0; example < examples; example++) {
        sx_plain_depthwise_forward(s, 1, x + example * in_count(s), weights, bias, middle);
        finish(f, example, middle, y);
    }
}
