/* spectrum.h: the front-end's fast loops: SX_FRAMES frames of a clip side by side, one in each lane of a
 * vector.
 *
 * A frame's number is what its lane computes, whatever the other lanes hold, so a group that is only partly
 * filled gives the same bits. `plain` and "sse2" round each product and agree to the bit; so do the others,
 * which use fused multiply-add.
 *
 * In float. Rounding then leaves an error of about 2e-7 of the spectrum's root mean square in every bin,
 * which is nothing in a loud band and too much in a quiet one beside a loud one: `find_weak` names the frames
 * that have such a band, and the loops of exact.h do these again in double. */
#ifndef KERNELS_SPECTRUM_H
#define KERNELS_SPECTRUM_H

#include "kernels/exact.h"

#include <stdbool.h>

enum {
    SX_FRAMES = 16,          /* lanes of a group */
    SX_RUN = 4,              /* bins of a band that are taken at a time */
    SX_POINT = 2 * SX_FRAMES /* floats of one complex point: real parts of all lanes, then imaginary */
};

/* Most weights of a triangle are 0: a band keeps the run of bins where they are not. Its weights are followed
 * by zeros to a multiple of SX_RUN, and by so many at least as one run where it has none. */
typedef struct sx_band {
    size_t first, count; /* bins */
    size_t weights_at;   /* first of its weights */
} sx_band;

typedef struct sx_spectrum_kernels {
    const char *name;
    const sx_exact_kernels *exact;
    /* Frame l begins at samples + l * stride: points[i * SX_FRAMES + l] = sample i * window[i], i < length.
     */
    void (*load)(const float *samples, size_t stride, size_t length, const float *window, float *points);
    /* power 1: |X|, 2: |X|^2 of bins k = 0 to half at bins[k * SX_FRAMES], from HALF of each sample (a window
     * halved beforehand costs nothing): count points of pairs, those behind them are zeros. points has room
     * for all, and holds nothing afterwards. totals[lane]: the sum of |X|^2 over these bins. */
    void (*spectrum)(const sx_fft_plan *plan, float *points, size_t count, int power, float *bins,
                     float *totals);
    /* out[i * SX_FRAMES] = sum over its run of weight * bin; above 1e30, or NaN, it becomes 1e30. Behind the
     * last bin stand SX_RUN - 1 numbers of each lane more, which are finite. */
    void (*bands)(size_t count, const sx_band *bands, const float *weights, const float *bins, float *out);
    /* Bit l of the result: lane l has a value not as large as its error asks for, or its total is no number
     * below 1e18. With v = value and f = v + floor or max(v, floor), the test of band i is
     * f^2 >= shares[i] totals[l] v for power 2 and f^2 >= shares[i] totals[l] for power 1. */
    unsigned (*find_weak)(size_t count, const float *shares, int power, float floor, bool is_added,
                          const float *totals, const float *values);
    /* factor * ln(max(value, floor)) - offset, or factor * ln(value + floor) - offset, of count times all
     * lanes; in place. floor > 0. Within 2 units in the last place of the logarithm. */
    void (*logarithm)(size_t count, float floor, bool is_added, float factor, float offset, float *values);
    /* rows[l * count + i] = values[i * SX_FRAMES + l]. */
    void (*transpose)(size_t count, const float *values, float *rows);
} sx_spectrum_kernels;

/* The table of the same name as sx_kernels_get's: SONAXIS_KERNELS chooses it too. */
const sx_spectrum_kernels *sx_spectrum_kernels_get(void);
/* NULL where this machine or build has none of that name (sx_kernel_names). */
const sx_spectrum_kernels *sx_spectrum_kernels_named(const char *name);

#endif
