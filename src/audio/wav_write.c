/* wav_write.c: samples -> 16-bit PCM WAV; see sound_file.h. The 44-byte header is written by hand: it is
 * shorter than asking a library, and the same samples always give the same bytes. */
#include "sound_file.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { HEADER_BYTES = 44, BYTES_PER_SAMPLE = 2 };

static void put16(unsigned char *bytes, unsigned value) {
    bytes[0] = (unsigned char)(value & 255);
    bytes[1] = (unsigned char)(value >> 8 & 255);
}

static void put32(unsigned char *bytes, uint32_t value) {
    put16(bytes, value & 0xffff);
    put16(bytes + 2, value >> 16);
}

static void put_header(unsigned char *bytes, uint32_t data_bytes, unsigned channels, uint32_t rate_hz) {
    unsigned frame_bytes = channels * BYTES_PER_SAMPLE;
    memcpy(bytes, "RIFF", 4);
    put32(bytes + 4, HEADER_BYTES - 8 + data_bytes);
    memcpy(bytes + 8, "WAVEfmt ", 8);
    put32(bytes + 16, 16);
    put16(bytes + 20, 1); /* PCM */
    put16(bytes + 22, channels);
    put32(bytes + 24, rate_hz);
    put32(bytes + 28, rate_hz * frame_bytes);
    put16(bytes + 32, frame_bytes);
    put16(bytes + 34, 8 * BYTES_PER_SAMPLE);
    memcpy(bytes + 36, "data", 4);
    put32(bytes + 40, data_bytes);
}

/* Full scale +-1 to +-32768, clipped. */
static sx_status put_samples(const float *samples, size_t count, unsigned char *bytes, sx_error *err) {
    for (size_t i = 0; i < count; i++) {
        if (isnan(samples[i])) return sx_fail(err, SX_E_NUMERIC, "cannot write sample %zu: it is NaN", i);
        float scaled = rintf(samples[i] * 32768.0f);
        if (scaled > 32767.0f) scaled = 32767.0f;
        if (scaled < -32768.0f) scaled = -32768.0f;
        put16(bytes + i * BYTES_PER_SAMPLE, (unsigned)((int)scaled & 0xffff));
    }
    return SX_OK;
}

sx_status sx_sound_write_wav16(const char *path, const float *samples, size_t frames, int channels,
                               int rate_hz, sx_error *err) {
    assert(path != NULL && (samples != NULL || frames == 0));
    if (channels < 1 || channels > 1024)
        return sx_fail(err, SX_E_ARGUMENT, "a WAV file has 1 to 1024 channels, not %d", channels);
    if (rate_hz < 1 || rate_hz > 768000)
        return sx_fail(err, SX_E_ARGUMENT, "a WAV file has a rate of 1 to 768000 Hz, not %d", rate_hz);
    size_t frame_bytes = (size_t)channels * BYTES_PER_SAMPLE;
    if (frames > (UINT32_MAX - HEADER_BYTES) / frame_bytes)
        return sx_fail(err, SX_E_ARGUMENT, "%zu frames of %d channels do not fit into a WAV file of 4 GiB",
                       frames, channels);
    size_t data_bytes = frames * frame_bytes;
    unsigned char *bytes = sx_alloc(HEADER_BYTES + data_bytes, 1);
    if (bytes == NULL) return sx_fail_memory(err, HEADER_BYTES + data_bytes);
    put_header(bytes, (uint32_t)data_bytes, (unsigned)channels, (uint32_t)rate_hz);
    sx_status status = put_samples(samples, frames * (size_t)channels, bytes + HEADER_BYTES, err);
    if (status == SX_OK) status = sx_file_write(path, bytes, HEADER_BYTES + data_bytes, err);
    sx_free(bytes);
    return status;
}
