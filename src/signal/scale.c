/* scale.c: see scale.h. */
#include "scale.h"

#include <math.h>

static const double slaney_hz_per_mel = 200.0 / 3, slaney_break_hz = 1000, slaney_break_mel = 15;

static double slaney_step(void) { return log(6.4) / 27; }

double sx_scale_from_hz(sx_band_kind kind, double hz) {
    switch (kind) {
    case SX_BANDS_MEL_HTK:
        return 2595 * log10(1 + hz / 700);
    case SX_BANDS_MEL_SLANEY:
        return hz < slaney_break_hz ? hz / slaney_hz_per_mel
                                    : slaney_break_mel + log(hz / slaney_break_hz) / slaney_step();
    case SX_BANDS_LOG:
        return log(hz);
    default:
        return hz;
    }
}

double sx_scale_to_hz(sx_band_kind kind, double place) {
    switch (kind) {
    case SX_BANDS_MEL_HTK:
        return 700 * (pow(10, place / 2595) - 1);
    case SX_BANDS_MEL_SLANEY:
        return place < slaney_break_mel ? place * slaney_hz_per_mel
                                        : slaney_break_hz * exp(slaney_step() * (place - slaney_break_mel));
    case SX_BANDS_LOG:
        return exp(place);
    default:
        return place;
    }
}
