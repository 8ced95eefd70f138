/* frame.h: which samples make frame n of a clip, and what stands where the clip has none. */
#ifndef SIGNAL_FRAME_H
#define SIGNAL_FRAME_H

#include "sonaxis/frontend.h"

#include <stdint.h>

typedef struct sx_framing {
    size_t length, hop;
    size_t
        pad; /* samples before the clip's first (and after its last) that frames may reach; 0 not centred */
    bool reflect; /* the pad mirrors the clip, its edge sample not repeated; else it is zeros */
} sx_framing;

/* A clip in one of the two formats; the other pointer is NULL. Where full scale is 32768, int16 counts as
 * x / 32768, which is exact. */
typedef struct sx_samples {
    const float *floats;
    const int16_t *ints;
    size_t count;
} sx_samples;

/* SX_FRAMES frames, one every `stride` samples. */
typedef struct sx_frame_group {
    const float *first;
    size_t stride;
} sx_frame_group;

/* 0 where the padded clip is shorter than one frame, or has no samples. */
size_t sx_frame_count(const sx_framing *framing, size_t sample_count);
/* Frames frame to frame + SX_FRAMES - 1. Where one of them reaches past the clip, or the samples are not
 * floats, they are put together in rows, SX_FRAMES * framing->length floats; frames behind the last are
 * zeros. samples->count > 0. */
sx_frame_group sx_frame_group_at(const sx_framing *framing, const sx_samples *samples, size_t frame,
                                 float *rows);
/* The samples of one frame into a row of framing->length. */
void sx_frame_copy(const sx_framing *framing, const sx_samples *samples, size_t frame, float *row);

#endif
