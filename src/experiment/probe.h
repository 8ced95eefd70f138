/* probe.h: spectrograms changed in a known way, to see what a net bears.
 *
 * A gain adds a constant to every logarithm, an equaliser one constant a band; near the floor of ln(x +
 * floor) less, which is kept here: values go back to power, are changed, and return. */
#ifndef EXPERIMENT_PROBE_H
#define EXPERIMENT_PROBE_H

#include "sonaxis/features.h"

typedef enum sx_probe {
    SX_PROBE_SHIFT,  /* frames, later for > 0; the quietest frame of the item moves in */
    SX_PROBE_ROLL,   /* bands, upwards for > 0; the outermost band is repeated */
    SX_PROBE_GAIN,   /* dB */
    SX_PROBE_TILT,   /* dB from the lowest to the highest band, straight over bands, 0 in the middle */
    SX_PROBE_RIPPLE, /* dB, amplitude of three periods of a sine over the bands */
    SX_PROBE_NOISE   /* dB, noise alike in all bands against the item's mean power */
} sx_probe;
enum { SX_PROBE_COUNT = 6 };

/* False where the features do not allow it: levels in dB need spectra whose power is known (not arrays, not
 * PCEN). */
bool sx_probe_is_possible(const sx_features *features, sx_probe probe);
/* out: the changed item, not the same memory as values. item: whose draws the noise takes. */
void sx_probe_apply(const sx_features *features, sx_probe probe, double amount, uint64_t item,
                    const float *values, float *out);

#endif
