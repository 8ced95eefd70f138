/* sizes.c: how many floats of packed weights and of scratch a convolution needs, for any table. */
#include "kernels/conv_sizes.h"

#include <stdint.h>

/* Products and sums that stay at SIZE_MAX once they overflow. */
static size_t times(size_t a, size_t b) {
    size_t product;
    return __builtin_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

static size_t plus(size_t a, size_t b) {
    size_t sum;
    return __builtin_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static size_t in_blocks(size_t count, size_t block) {
    size_t padded = plus(count, block - 1);
    return padded == SIZE_MAX ? SIZE_MAX : padded / block * block;
}

static size_t round_up(size_t count) { return in_blocks(count, SX_LANES); }

static size_t packed_floats(const sx_conv_sizes *s, size_t from, size_t to) {
    return times(times(s->kernel_time, s->kernel_frequency), times(from, round_up(to)));
}

static bool tiles_fill(size_t time, size_t frequency) {
    size_t tiled = (time + 3) / 4 * 4 * ((frequency + 3) / 4 * 4);
    return tiled <= 2 * time * frequency;
}

static bool is_dense_3x3(const sx_conv_sizes *s) {
    return s->kernel_time == 3 && s->kernel_frequency == 3 && s->stride_time == 1 &&
           s->stride_frequency == 1 && s->dilation_time == 1 && s->dilation_frequency == 1;
}

bool sx_conv_suits_winograd(const sx_conv_sizes *s) {
    bool window = is_dense_3x3(s) && s->pad_time <= 2 && s->pad_frequency <= 2;
    bool channels = s->in_channels >= SX_LANES && s->out_channels >= SX_LANES && s->in_channels <= 4096 &&
                    s->out_channels <= 4096;
    return window && channels && tiles_fill(s->out_time, s->out_frequency) &&
           tiles_fill(s->in_time, s->in_frequency);
}

size_t sx_winograd_tiles_of(const sx_conv_sizes *s) {
    return (s->out_time + 3) / 4 * ((s->out_frequency + 3) / 4);
}

size_t sx_winograd_examples(const sx_conv_sizes *s) {
    return sx_winograd_tiles(s->in_channels, s->out_channels) / sx_winograd_tiles_of(s);
}

bool sx_conv_suits_halves(const sx_conv_sizes *s) {
    enum { FAR_WEIGHTS = 128 * 128, FEW_TILES = 9 };
    return s->winograd && s->in_channels * s->out_channels >= FAR_WEIGHTS &&
           sx_winograd_tiles_of(s) <= FEW_TILES;
}

bool sx_conv_suits_winners(const sx_conv_sizes *s, const sx_block_sizes *b) {
    const sx_pool_sizes *p = &b->pool;
    bool window = is_dense_3x3(s) && s->pad_time == 1 && s->pad_frequency == 1;
    bool same = s->out_time == s->in_time && s->out_frequency == s->in_frequency && s->in_time >= 3 &&
                s->in_frequency >= 3;
    bool quads = p->window_time == 2 && p->window_frequency == 2 && p->pad_time == 0 &&
                 p->pad_frequency == 0 && 2 * p->out_time <= p->in_time &&
                 2 * p->out_frequency <= p->in_frequency;
    return window && same && quads && b->relu && s->in_channels == 1 && s->out_channels % SX_LANES == 0;
}

/* 36 points of a pair of channels and a line between one point and the next, or half as many values, where
 * there are nine taps. */
static size_t winograd_packed(size_t from, size_t to, bool halves) {
    size_t pairs = times(from, round_up(to));
    return halves ? times(18, pairs) : times(36, plus(pairs, SX_LANES));
}

/* Points of tiles on both sides, and zeros. */
static size_t winograd_tiles(size_t from, size_t to, size_t at_once) {
    size_t points =
        plus(times(36, plus(times(at_once, from), SX_LANES)), times(36, plus(times(at_once, to), SX_LANES)));
    return plus(points, sx_winograd_zeros(from));
}

/* And sums of the weights' gradient. */
static size_t winograd_scratch(size_t from, size_t to) {
    size_t sums =
        times(36, times(in_blocks(from, SX_WINOGRAD_SUM_ROWS), in_blocks(to, SX_WINOGRAD_SUM_LANES)));
    return plus(winograd_tiles(round_up(from), round_up(to), SX_WINOGRAD_MOST_TILES), sums);
}

size_t sx_conv_packed_floats(const sx_conv_sizes *sizes) {
    if (sizes->winograd) return winograd_packed(sizes->in_channels, sizes->out_channels, sizes->halves);
    return packed_floats(sizes, sizes->in_channels, sizes->out_channels);
}

size_t sx_conv_packed_backward_floats(const sx_conv_sizes *sizes) {
    if (sizes->winograd) return winograd_packed(sizes->out_channels, sizes->in_channels, sizes->halves);
    return packed_floats(sizes, sizes->out_channels, sizes->in_channels);
}

/* (out - 1) * stride + (kernel - 1) * dilation + 1 without overflow. */
static size_t reach(size_t out, size_t stride, size_t kernel, size_t dilation) {
    return plus(plus(times(out, stride), times(kernel, dilation)), 1);
}

/* An image with its zeros around it, and the offsets of its pixels and of the window's values. */
static size_t image_floats(size_t time, size_t frequency, size_t channels, size_t pixels, size_t window) {
    size_t image = round_up(times(times(time, frequency), channels));
    return plus(image, plus(round_up(plus(pixels, 2 * SX_LANES)), round_up(times(window, channels))));
}

static size_t forward_scratch(const sx_conv_sizes *s) {
    return image_floats(
        reach(s->out_time, s->stride_time, s->kernel_time, s->dilation_time),
        reach(s->out_frequency, s->stride_frequency, s->kernel_frequency, s->dilation_frequency),
        s->in_channels, times(s->out_time, s->out_frequency), times(s->kernel_time, s->kernel_frequency));
}

size_t sx_conv_finish_scratch_floats(const sx_conv_sizes *s) {
    size_t from = s->in_channels, to = s->out_channels;
    return s->winograd ? winograd_tiles(from, to, sx_winograd_tiles(from, to)) : forward_scratch(s);
}

size_t sx_conv_scratch_floats(const sx_conv_sizes *s) {
    size_t window = times(s->kernel_time, s->kernel_frequency), forward = forward_scratch(s);
    size_t backward = image_floats(reach(s->in_time, 1, s->kernel_time, s->dilation_time),
                                   reach(s->in_frequency, 1, s->kernel_frequency, s->dilation_frequency),
                                   s->out_channels, times(s->in_time, s->in_frequency), window);
    if (!s->winograd) return larger(forward, backward);
    return larger(winograd_scratch(s->in_channels, s->out_channels),
                  winograd_scratch(s->out_channels, s->in_channels));
}
