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

/* Tiles that Winograd's convolution takes at once: enough to use weights often, few enough for the cache. */
static inline size_t sx_winograd_at_once(size_t from, size_t to) {
    size_t fit = ((size_t)1 << 20) / (36 * sizeof(float) * (from + to));
    return fit < 27 ? 27 : fit < 54 ? fit / 9 * 9 : 54;
}

#endif
