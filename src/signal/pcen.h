/* pcen.h: per-channel energy normalisation (Wang, Getreuer, Hughes, Lyon and Saurous, "Trainable frontend for
 * robust and far-field keyword spotting", arXiv 1607.05666): each band is divided by its own slow average. */
#ifndef SIGNAL_PCEN_H
#define SIGNAL_PCEN_H

#include "sonaxis/frontend.h"

/* In place on values[(frame * bands + band) * stride]:
 *     M = (1 - s) M + s E, starting at the first E
 *     (E / (eps + M)^gain + bias)^power - bias^power
 * averages: bands doubles of scratch. */
void sx_pcen_run(const sx_frontend_options *options, float *values, size_t frames, size_t bands,
                 size_t stride, double *averages);

#endif
