/* conv_sizes.h: extents of a convolution that its kernels and their scratch agree on. */
#ifndef KERNELS_CONV_SIZES_H
#define KERNELS_CONV_SIZES_H

#include "kernels/kernels.h"

/* Input index that output index `out` sees through kernel index `tap`; false where that is padding. */
static inline bool sx_window_index(size_t out, size_t stride, size_t tap, size_t dilation, size_t pad,
                                   size_t in, size_t *index) {
    size_t padded = out * stride + tap * dilation;
    if (padded < pad || padded - pad >= in) return false;
    *index = padded - pad;
    return true;
}

/* Rows (columns) of padded input that the windows of `out` outputs reach over. */
static inline size_t sx_reach(size_t out, size_t stride, size_t kernel, size_t dilation) {
    return out == 0 ? 0 : (out - 1) * stride + (kernel - 1) * dilation + 1;
}

/* Tiles that Winograd's convolution takes in one turn, at most: few enough that their points stay in the
 * cache, except where every turn reads weights that do not. The weights' gradient takes the most, for every
 * turn adds to sums that are larger still; it sums in blocks of input channels (rows) times output channels
 * (lanes), of this size at most. */
enum {
    SX_WINOGRAD_TILES = 36,
    SX_WINOGRAD_MOST_TILES = 63,
    SX_WINOGRAD_FAR_WEIGHTS = 32768, /* pairs of channels */
    SX_WINOGRAD_SUM_ROWS = 8,
    SX_WINOGRAD_SUM_LANES = 32
};

static inline size_t sx_winograd_tiles(size_t from, size_t to) {
    return from * to < SX_WINOGRAD_FAR_WEIGHTS ? SX_WINOGRAD_TILES : SX_WINOGRAD_MOST_TILES;
}

/* Floats from one point to the next: the channels of tiles, or of weights, and a cache line, without which 36
 * points of the same would share a few sets of the cache. */
static inline size_t sx_winograd_step(size_t rows, size_t channels) { return rows * channels + SX_LANES; }

/* Channels in whole runs of SX_LANES. */
static inline size_t sx_whole_lanes(size_t channels) {
    return (channels + SX_LANES - 1) / SX_LANES * SX_LANES;
}

/* Floats of a row of padding, six pixels long. */
static inline size_t sx_winograd_zeros(size_t channels) { return sx_whole_lanes(6 * channels); }

#endif
