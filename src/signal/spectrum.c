/* spectrum.c: see spectrum.h. */
#include "spectrum.h"

#include <math.h>

/* Far from the largest float, so that sums over bands stay finite. */
static const float largest = 1e30f;

static float to_float(double value) { return value < (double)largest ? (float)value : largest; }

void sx_spectrum_run(const double *real, const double *imaginary, size_t bins, int power, float *out) {
    if (power == 2) {
        for (size_t k = 0; k < bins; k++)
            out[k] = to_float(real[k] * real[k] + imaginary[k] * imaginary[k]);
        return;
    }
    for (size_t k = 0; k < bins; k++)
        out[k] = to_float(sqrt(real[k] * real[k] + imaginary[k] * imaginary[k]));
}
