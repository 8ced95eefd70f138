/* calibration.c: do probabilities mean what they say? Log loss and expected calibration error. */
#include "train/metrics.h"

#include "train/loss.h"

#include <assert.h>
#include <float.h>
#include <math.h>

enum { MOST_BINS = 64 };

double sx_log_loss(const float *probabilities, const int *labels, size_t count, size_t classes) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double p = (double)probabilities[i * classes + (size_t)labels[i]];
        if (isnan(p)) return NAN;
        sum -= log(fmin(fmax(p, (double)FLT_EPSILON), 1 - (double)FLT_EPSILON));
    }
    return count > 0 ? sum / (double)count : NAN;
}

double sx_calibration_error(const float *probabilities, const int *labels, size_t count, size_t classes,
                            int bins) {
    assert(bins >= 1 && bins <= MOST_BINS);
    double surplus[MOST_BINS] = {0}, sum = 0; /* of each bin: items that are right minus what they promised */
    for (size_t i = 0; i < count; i++) {
        const float *row = probabilities + i * classes;
        size_t guess = sx_argmax(row, classes);
        double promised = (double)row[guess];
        if (isnan(promised)) return NAN;
        int bin = (int)ceil(promised * bins) - 1;
        surplus[bin < 0 ? 0 : bin >= bins ? bins - 1 : bin] += (guess == (size_t)labels[i]) - promised;
    }
    for (int bin = 0; bin < bins; bin++)
        sum += fabs(surplus[bin]);
    return count > 0 ? sum / (double)count : NAN;
}
