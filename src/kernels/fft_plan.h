/* fft_plan.h: the passes of a Fourier transform and the turns between them, for loops in float and in double.
 * signal/fft.h makes one. */
#ifndef KERNELS_FFT_PLAN_H
#define KERNELS_FFT_PLAN_H

#include <stddef.h>
#include <stdint.h>

/* A pass of a decimation in frequency, in place: blocks of `span` points, each cut into `radix` (2, 3, 4, 5
 * or 8) runs whose points meet in butterflies. */
typedef struct sx_fft_pass {
    size_t radix, span;
    const double *turns; /* exp(-2 pi i k j / span) as (cosine, sine), at 2 (k (radix - 1) + j - 1), j >= 1 */
    const float *float_turns; /* the same, rounded */
} sx_fft_pass;

/* Real transform of size 2 half as a complex one of size half over pairs of neighbours. */
typedef struct sx_fft_plan {
    size_t half, pass_count;
    const sx_fft_pass *passes;
    const uint32_t *order; /* point at which bin k of the complex transform ends up */
    const double *turns;   /* exp(-2 pi i k / (2 half)) as (cosine, sine), k = 0 to half / 2 */
    const float *float_turns;
} sx_fft_plan;

#endif
