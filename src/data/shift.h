/* shift.h: examples moved in time by whole frames: jitter while fitting, probes afterwards.
 *
 * A shifted example is not made again from its samples: what it moves away from is filled with silence. The
 * one or two frames that would hold a piece of silence and a piece of sound are therefore all silence. */
#ifndef DATA_SHIFT_H
#define DATA_SHIFT_H

#include "sonaxis/features.h"

/* Copies an example, moved by features->shifts[item] where there are shifts. out: one example. */
void sx_shift_take(const sx_features *features, size_t item, float *out);

/* What the front-end makes of silence in the middle of a clip; free with sx_free. */
SX_MUST_USE sx_status sx_shift_silence(const sx_frontend *frontend, size_t samples, size_t channels,
                                       float **silence, sx_error *err);

/* Milliseconds as whole frames, rounded. Arrays, which do not tell how long a frame is, and more than a clip
 * are SX_E_ARGUMENT; `name` is what the error calls it. */
SX_MUST_USE sx_status sx_shift_frames(const sx_features *features, double ms, const char *name, int *frames,
                                      sx_error *err);

/* What a draw is for: each has numbers of its own. */
typedef enum sx_shift_use { SX_SHIFT_FIT, SX_SHIFT_STATISTICS, SX_SHIFT_TEST, SX_SHIFT_INDEX } sx_shift_use;

/* shifts[item] of `count` items becomes 0 to range frames, a function of seed, use, step and item. */
void sx_shift_draw(int range, uint64_t seed, sx_shift_use use, uint32_t step, const size_t *items,
                   size_t count, int *shifts);

#endif
