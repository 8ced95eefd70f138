/* clip.h: recordings of different length cut or padded to one length. */
#ifndef DATA_CLIP_H
#define DATA_CLIP_H

#include "sonaxis/features.h"

/* How a clip of `wanted` frames is taken from a recording: `wanted` frames begin at source frame `skip` after
 * `pad` frames of silence; `copy` frames are taken, the rest is silence. */
typedef struct sx_clip {
    size_t skip, pad, copy;
} sx_clip;

/* samples: frames * channels, interleaved (read by LOUDEST only). seed and item choose the place for RANDOM.
 */
sx_clip sx_clip_place(sx_clip_policy policy, const float *samples, size_t frames, int channels, size_t wanted,
                      uint64_t seed, uint64_t item);
/* The same clip with the sound moved `later` frames; what is moved out at the end is lost, what the recording
 * holds before is let in. frames: of the recording. */
sx_clip sx_clip_delay(sx_clip clip, size_t frames, size_t wanted, size_t later);
/* 0 to `range` frames, drawn for an item. */
size_t sx_clip_random_offset(size_t range, uint64_t seed, uint64_t item);
/* out: `wanted` samples of one channel. */
void sx_clip_take(const sx_clip *clip, const float *samples, int channels, int channel, size_t wanted,
                  float *out);

#endif
