/* compress.h: loudness scales of finished bands: natural logarithm and decibels. PCEN has its own file. */
#ifndef SIGNAL_COMPRESS_H
#define SIGNAL_COMPRESS_H

#include "kernels/spectrum.h"
#include "sonaxis/frontend.h"

/* In place on the values of so many bands of a group; nothing where the options ask for neither logarithm nor
 * decibels. */
void sx_compress_run(const sx_frontend_options *options, const sx_spectrum_kernels *kernels, float *values,
                     size_t bands);
/* Decibels with top_db: raises values[i * stride], i < count, to that much below the largest of them. */
void sx_compress_raise(const sx_frontend_options *options, float *values, size_t count, size_t stride);

#endif
