/* wav_header.h: what the header of a RIFF or RF64 file says, for a clear sentence where libsndfile gives up.
 */
#ifndef AUDIO_WAV_HEADER_H
#define AUDIO_WAV_HEADER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct sx_wav_header {
    unsigned channels, rate_hz, bits, format;
} sx_wav_header;

/* False where the bytes are not RIFF or RF64 WAVE, or end before the "fmt " chunk does. */
bool sx_wav_header_find(const unsigned char *bytes, size_t size, sx_wav_header *out);
/* True where the bytes start as a RIFF or RF64 WAVE does. */
bool sx_wav_header_is_wave(const unsigned char *bytes, size_t size);

#endif
