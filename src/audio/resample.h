/* resample.h: another sample rate, by soxr at its HQ setting. */
#ifndef AUDIO_RESAMPLE_H
#define AUDIO_RESAMPLE_H

#include "sonaxis/status.h"

#include <stddef.h>

/* ceil(frames * to_hz / from_hz): how many frames sx_resample gives. */
size_t sx_resample_frames(size_t frames, int from_hz, int to_hz);

/* in: frames * channels floats, interleaved. *out: sx_resample_frames frames, interleaved, free with sx_free.
 * The same input gives the same bits on every call and thread. Equal rates give a copy. frames >= 1. */
SX_MUST_USE sx_status sx_resample(const float *in, size_t frames, int channels, int from_hz, int to_hz,
                                  float **out, size_t *out_frames, sx_error *err);

#endif
