/* sound_file.h: any sound file libsndfile knows -> float samples, rate and channels; samples -> 16-bit WAV.
 *
 * WAV (8, 16, 24, 32 bit, float, RF64), FLAC, Ogg Vorbis, Opus, MP3 and whatever else libsndfile reads.
 * Errors are one sentence WITHOUT the path: the caller knows which file it was. Header counts are never
 * believed: memory grows with what was really decoded. */
#ifndef AUDIO_SOUND_FILE_H
#define AUDIO_SOUND_FILE_H

#include "sonaxis/status.h"

#include <stddef.h>

/* Integer formats are scaled to [-1, 1). Start with {0}; free with sx_sound_clear. */
typedef struct sx_sound {
    float *samples; /* interleaved: sample of (frame, channel) at frame * channels + channel; all finite */
    size_t frames;  /* at least 1 */
    int channels;   /* at least 1 */
    int rate_hz;    /* at least 1000 */
} sx_sound;

typedef struct sx_sound_header {
    size_t frames; /* what the header promises; 0 = it does not say */
    int channels, rate_hz;
} sx_sound_header;

/* Reads from start_s to end_s (0 = to the end; an end behind the file's own is cut to it). *out is
 * overwritten, not cleared first. SX_E_FILE: not there, not a regular file; SX_E_FORMAT: not a sound file,
 * empty, truncated (also behind the piece asked for, where the header tells), no rate or channels;
 * SX_E_NUMERIC: a sample is NaN or infinite; SX_E_ARGUMENT: the piece lies outside the file. FIFOs and
 * devices are refused without opening them. */
SX_MUST_USE sx_status sx_sound_read(const char *path, double start_s, double end_s, sx_sound *out,
                                    sx_error *err);
void sx_sound_clear(sx_sound *sound); /* NULL is fine */

/* The header alone, nothing decoded: for planning only, since frames is a promise. */
SX_MUST_USE sx_status sx_sound_look(const char *path, sx_sound_header *out, sx_error *err);

/* samples: frames * channels, interleaved; beyond full scale is clipped, NaN refused (SX_E_NUMERIC). Atomic.
 * The same samples give the same bytes. Errors of the file system name the path. */
SX_MUST_USE sx_status sx_sound_write_wav16(const char *path, const float *samples, size_t frames,
                                           int channels, int rate_hz, sx_error *err);

#endif
