/* align_envelope.h: the level of a recording over time, and the moments that can be aligned. */
#ifndef EXPERIMENT_ALIGN_ENVELOPE_H
#define EXPERIMENT_ALIGN_ENVELOPE_H

#include "sonaxis/status.h"

#include <stddef.h>

/* Energy in windows of 10 ms, one each ms. */
typedef struct sx_envelope {
    float *energy; /* mean square; window i begins at i ms. Free with sx_envelope_clear */
    size_t count;  /* at least 1 */
} sx_envelope;

enum { SX_ENVELOPE_WINDOW_MS = 10, SX_LOUD_WINDOW_MS = 100 };

/* samples: one channel. A recording shorter than a window is one window. */
SX_MUST_USE sx_status sx_envelope_make(const float *samples, size_t frames, int rate_hz,
                                       sx_envelope *envelope, sx_error *err);
void sx_envelope_clear(sx_envelope *envelope);

/* Middle of the loudest 100 ms, in ms; the first of equals. */
double sx_envelope_loudest(const sx_envelope *envelope);
/* Where 20 ms begin that are all within 30 dB of the peak and, as far as that is not closer to the peak than
 * 10 dB, 10 dB above the quietest tenth of the recording. 0 for silence. */
double sx_envelope_onset(const sx_envelope *envelope);

/* Levels for correlation: dB above the peak less 40 dB, below that 0, one each SX_LEVEL_STEP_MS. count =
 * sx_level_count(envelope). */
enum { SX_LEVEL_STEP_MS = 5 };
size_t sx_level_count(const sx_envelope *envelope);
void sx_envelope_levels(const sx_envelope *envelope, float *levels);

#endif
