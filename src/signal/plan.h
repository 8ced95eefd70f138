/* plan.h: what a front-end is made of. */
#ifndef SIGNAL_PLAN_H
#define SIGNAL_PLAN_H

#include "bands.h"
#include "fft.h"
#include "frame.h"

struct sx_frontend {
    sx_frontend_options options; /* resolved */
    sx_framing framing;
    /* Half of it, as the kernels want; with zeros around where frames are as long as the FFT. */
    double *window;
    float *float_window; /* the same, rounded */
    sx_fft *fft;
    sx_bands bands;
    float *shares;    /* of each band, as find_weak of kernels/spectrum.h wants them; see weakness.c */
    float weak_floor; /* what is added to a value, or the least it counts as, before its error is judged */
    const sx_spectrum_kernels *kernels;
};

/* Fills shares and weak_floor; options and bands must be there. Fails with SX_E_MEMORY only. */
SX_MUST_USE sx_status sx_weakness_init(sx_frontend *frontend, sx_error *err);
/* Bit l: frame l of the group has a band whose number in float may be off by more than weakness.c
 * allows. values: before compression; totals: the sums of all bins' powers. */
unsigned sx_weakness_find(const sx_frontend *frontend, const float *totals, const float *values);

#endif
