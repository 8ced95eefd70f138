/* pcen.c: see pcen.h. */
#include "pcen.h"

#include "elementary.h"

static const double smallest = 1e-300; /* keeps the logarithm of an exact 0 finite */

static double raise(double base, double exponent) {
    return base < smallest ? 0 : sx_exp(exponent * sx_ln(base));
}

void sx_pcen_run(const sx_frontend_options *options, float *values, size_t frames, size_t bands,
                 size_t stride, double *averages) {
    double smooth = options->pcen_smooth, epsilon = options->pcen_epsilon, power = options->pcen_power;
    double bias = options->pcen_bias, offset = raise(bias, power);
    for (size_t frame = 0; frame < frames; frame++) {
        float *row = values + frame * bands * stride;
        for (size_t band = 0; band < bands; band++) {
            double energy = (double)row[band * stride];
            double old = frame == 0 ? energy : averages[band];
            averages[band] = (1 - smooth) * old + smooth * energy;
            double levelled = energy * sx_exp(-options->pcen_gain * sx_ln(epsilon + averages[band]));
            row[band * stride] = (float)(raise(levelled + bias, power) - offset);
        }
    }
}
