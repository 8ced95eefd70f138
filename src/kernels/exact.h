/* exact.h: the front-end's loops in double, for frames whose quiet bands a transform in float would blur
 * (spectrum.h says which). SX_EXACT frames side by side, one in each lane of a vector; each lane's number is
 * its own, whatever the others hold. `plain` and "sse2" round each product and agree to the bit; so do the
 * others, which use fused multiply-add. */
#ifndef KERNELS_EXACT_H
#define KERNELS_EXACT_H

#include "kernels/fft_plan.h"

enum {
    SX_EXACT = 8,                 /* lanes of a group */
    SX_EXACT_POINT = 2 * SX_EXACT /* doubles of one complex point: real parts of all lanes, then imaginary */
};

typedef struct sx_exact_kernels {
    /* Frame l begins at samples + l * stride: points[i * SX_EXACT + l] = sample i * window[i], i < length. */
    void (*load)(const float *samples, size_t stride, size_t length, const double *window, double *points);
    /* half points in place; bin k is left at point order[k]. */
    void (*transform)(const sx_fft_plan *plan, double *points);
    /* power 1: |X|, 2: |X|^2 of bins k = 0 to half at bins[k * SX_FRAMES], from the transform of HALF of each
     * sample (a window halved beforehand costs nothing): half a group of SX_FRAMES. */
    void (*power)(const sx_fft_plan *plan, const double *points, int power, float *bins);
} sx_exact_kernels;

#endif
