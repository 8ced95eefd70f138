/* bands.h: bins of a spectrum -> weighted sums over bands: triangles on a scale of pitch, or the bins as they
 * are. */
#ifndef SIGNAL_BANDS_H
#define SIGNAL_BANDS_H

#include "kernels/spectrum.h"
#include "sonaxis/frontend.h"

typedef struct sx_bands {
    size_t count;
    sx_band *bands;
    float *weights;
    double *centre_hz;
} sx_bands;

/* options: checked and resolved. A band without a bin is SX_E_ARGUMENT, unless the options started from a
 * preset of another tool, which would give a band of zeros. *out is filled only on success. */
SX_MUST_USE sx_status sx_bands_init(const sx_frontend_options *options, sx_bands *out, sx_error *err);
void sx_bands_clear(sx_bands *bands);

#endif
