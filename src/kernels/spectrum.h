/* spectrum.h: the front-end's fast loops: SX_FRAMES frames of a clip side by side, one in each lane of a
 * vector.
 *
 * A frame's number is what its lane computes, whatever the other lanes hold, so a group that is only partly
 * filled gives the same bits. In double as far as the power of a bin: a quiet band beside a loud one must
 * keep its digits for a logarithm that is right to 1e-4; a transform in float misses that 5 to 30 times.
 * `plain` and "sse2" round each product and agree to the bit; so do the others, which use
 * fused multiply-add. */
#ifndef KERNELS_SPECTRUM_H
#define KERNELS_SPECTRUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SX_FRAMES = 8,           /* lanes of a group */
    SX_POINT = 2 * SX_FRAMES /* doubles of one complex point: real parts of all lanes, then imaginary */
};

/* A pass of a decimation in frequency, in place: blocks of `span` points, each cut into `radix` (2, 3, 4 or
 * 5) runs whose points meet in butterflies. */
typedef struct sx_fft_pass {
    size_t radix, span;
    const double *turns; /* exp(-2 pi i k j / span) as (cosine, sine), at 2 (k (radix - 1) + j - 1), j >= 1 */
} sx_fft_pass;

/* Real transform of size 2 half as a complex one of size half over pairs of neighbours. */
typedef struct sx_fft_plan {
    size_t half, pass_count;
    const sx_fft_pass *passes;
    const uint32_t *order; /* point at which bin k of the complex transform ends up */
    const double *turns;   /* exp(-2 pi i k / (2 half)) as (cosine, sine), k = 0 to half / 2 */
} sx_fft_plan;

/* Most weights of a triangle are 0: a band keeps the run of bins where they are not. */
typedef struct sx_band {
    size_t first, count; /* bins */
    size_t weights_at;   /* first of its weights */
} sx_band;

typedef struct sx_spectrum_kernels {
    const char *name;
    /* Frame l begins at samples + l * stride: points[i * SX_FRAMES + l] = sample i * window[i], i < length.
     */
    void (*load)(const float *samples, size_t stride, size_t length, const double *window, double *points);
    /* half points in place; bin k is left at point order[k]. */
    void (*transform)(const sx_fft_plan *plan, double *points);
    /* power 1: |X|, 2: |X|^2 of bins k = 0 to half at bins[k * SX_FRAMES], from the transform of HALF of each
     * sample (a window halved beforehand costs nothing). */
    void (*power)(const sx_fft_plan *plan, const double *points, int power, float *bins);
    /* out[i * SX_FRAMES] = sum over its run of weight * bin; above 1e30, or NaN, it becomes 1e30. */
    void (*bands)(size_t count, const sx_band *bands, const float *weights, const float *bins, float *out);
    /* factor * ln(max(value, floor)) - offset, or factor * ln(value + floor) - offset; in place. floor > 0.
     */
    void (*logarithm)(size_t count, float floor, bool is_added, float factor, float offset, float *values);
} sx_spectrum_kernels;

/* The table of the same name as sx_kernels_get's: SONAXIS_KERNELS chooses it too. */
const sx_spectrum_kernels *sx_spectrum_kernels_get(void);
/* NULL where this machine or build has none of that name (sx_kernel_names). */
const sx_spectrum_kernels *sx_spectrum_kernels_named(const char *name);

#endif
