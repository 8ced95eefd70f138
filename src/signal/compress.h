/* compress.h: loudness scales of finished bands: natural logarithm and decibels. PCEN has its own file. */
#ifndef SIGNAL_COMPRESS_H
#define SIGNAL_COMPRESS_H

#include "sonaxis/frontend.h"

/* In place on values[i * stride], i < count: the bands of a whole clip. */
void sx_compress_log(const sx_frontend_options *options, float *values, size_t count, size_t stride);
void sx_compress_db(const sx_frontend_options *options, float *values, size_t count, size_t stride);

#endif
