/* wav_header.c: see wav_header.h. Walks the chunks of a RIFF file, believing no size. */
#include "wav_header.h"

#include <string.h>

static unsigned little16(const unsigned char *bytes) { return bytes[0] | (unsigned)bytes[1] << 8; }

static unsigned little32(const unsigned char *bytes) { return little16(bytes) | little16(bytes + 2) << 16; }

bool sx_wav_header_is_wave(const unsigned char *bytes, size_t size) {
    if (size < 12) return false;
    bool riff = memcmp(bytes, "RIFF", 4) == 0 || memcmp(bytes, "RF64", 4) == 0;
    return riff && memcmp(bytes + 8, "WAVE", 4) == 0;
}

bool sx_wav_header_find(const unsigned char *bytes, size_t size, sx_wav_header *out) {
    if (!sx_wav_header_is_wave(bytes, size)) return false;
    size_t at = 12;
    while (size - at >= 8) {
        size_t length = little32(bytes + at + 4);
        const unsigned char *content = bytes + at + 8;
        if (length > size - at - 8) return false;
        if (memcmp(bytes + at, "fmt ", 4) == 0 && length >= 16) {
            *out = (sx_wav_header){.format = little16(content),
                                   .channels = little16(content + 2),
                                   .rate_hz = little32(content + 4),
                                   .bits = little16(content + 14)};
            return true;
        }
        length += length & 1; /* chunks start at even places */
        if (length > size - at - 8) return false;
        at += 8 + length;
    }
    return false;
}
