/* sound_file.c: see sound_file.h; the only file that names libsndfile.
 *
 * Frame counts of headers are promises: samples are read in blocks into memory that grows with them, and the
 * promise is checked afterwards. Where the container tells how long it was meant to be (WAV, RF64, AIFF data
 * chunks, FLAC and MP3 totals, the last page of an Ogg stream), a shorter file is refused. */
#include "sound_file.h"

#include "base/error.h"
#include "base/finite.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "wav_header.h"

#include <assert.h>
#include <math.h>
#include <sndfile.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK_SAMPLES = 1 << 16, EXPLAIN_BYTES = 64 << 20 };
/* The lowest rate a front-end takes. A few bytes that claim less would be resampled into gigabytes. */
enum { LOWEST_RATE_HZ = 1000 };
/* Digital silence packs to some 400 samples a byte, to 1000 where many channels share a frame; what unpacks
 * far beyond that is no recording. */
static const uint64_t samples_per_byte = 2048, samples_always_allowed = 1 << 20;

typedef struct open_sound {
    SNDFILE *file;
    SF_INFO info;
    uint64_t bytes;   /* size of the file */
    uint64_t promise; /* frames; 0 = unknown */
} open_sound;

/* --- opening ---------------------------------------------------------------------------------------- */

static sx_status look_at_file(const char *path, uint64_t *bytes, sx_error *err) {
    switch (sx_file_look(path, bytes)) {
    case SX_FILE_REGULAR:
        break;
    case SX_FILE_NONE:
        return sx_fail(err, SX_E_FILE, "there is no such file");
    case SX_FILE_FOLDER:
        return sx_fail(err, SX_E_FILE, "it is a folder, not a sound file");
    default:
        return sx_fail(err, SX_E_FILE, "it is a FIFO, socket or device, not a regular file");
    }
    if (*bytes == 0) return sx_fail(err, SX_E_FORMAT, "the file is empty (0 bytes)");
    return SX_OK;
}

/* What libsndfile says of a file it did not open. */
typedef struct refusal {
    int code;
    char reason[128];
} refusal;

/* It keeps that in one place for all threads, and every other open overwrites it. */
static SNDFILE *open_file(const char *path, SF_INFO *info, refusal *why) {
    sx_library_lock_take();
    SNDFILE *file = sf_open(path, SFM_READ, info);
    if (file == NULL) {
        why->code = sf_error(NULL);
        snprintf(why->reason, sizeof why->reason, "%s", sf_strerror(NULL));
    }
    sx_library_lock_give();
    return file;
}

/* libsndfile could not open it: say what is wrong in the user's words where the header shows it. */
static sx_status explain_refusal(const char *path, const refusal *why, sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_wav_header header = {0};
    sx_status status = sx_file_read(path, EXPLAIN_BYTES, &bytes, &size, NULL);
    bool wave = status == SX_OK && sx_wav_header_is_wave(bytes, size);
    bool known = wave && sx_wav_header_find(bytes, size, &header);
    sx_free(bytes);
    if (known && header.rate_hz == 0)
        return sx_fail(err, SX_E_FORMAT, "its header gives a sample rate of 0 Hz");
    if (known && header.rate_hz > INT32_MAX)
        return sx_fail(err, SX_E_FORMAT, "its header gives an impossible sample rate of %u Hz",
                       header.rate_hz);
    if (known && header.channels == 0) return sx_fail(err, SX_E_FORMAT, "its header gives 0 channels");
    if (known && header.channels > 1024)
        return sx_fail(err, SX_E_FORMAT, "its header gives %u channels; at most 1024 can be read",
                       header.channels);
    if (wave && !known)
        return sx_fail(err, SX_E_FORMAT, "it is truncated: the file ends within its WAV header");
    if (status == SX_E_FILE && why->code == SF_ERR_SYSTEM)
        return sx_fail(err, SX_E_FILE, "it cannot be opened: %s", why->reason);
    if (why->code == SF_ERR_UNRECOGNISED_FORMAT)
        return sx_fail(err, SX_E_FORMAT, "it is not a sound file of a known format");
    return sx_fail(err, SX_E_FORMAT, "the decoder refuses it: %s", why->reason);
}

/* --- what the container promises -------------------------------------------------------------------- */

static uint64_t sample_bytes(int format) {
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW:
        return 1;
    case SF_FORMAT_PCM_16:
        return 2;
    case SF_FORMAT_PCM_24:
        return 3;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
        return 4;
    case SF_FORMAT_DOUBLE:
        return 8;
    default:
        return 0; /* packed: bytes do not tell frames */
    }
}

static SF_CHUNK_ITERATOR *find_chunk(SNDFILE *file, const char *id, SF_CHUNK_INFO *chunk) {
    memset(chunk, 0, sizeof *chunk);
    memcpy(chunk->id, id, 4);
    chunk->id_size = 4;
    SF_CHUNK_ITERATOR *found = sf_get_chunk_iterator(file, chunk);
    if (found == NULL || sf_get_chunk_size(found, chunk) != SF_ERR_NO_ERROR) return NULL;
    return found;
}

/* RF64 keeps its 64-bit sizes in a chunk of their own: RIFF size, data size, sample count. */
static uint64_t rf64_data_bytes(SNDFILE *file) {
    unsigned char content[28] = {0};
    SF_CHUNK_INFO chunk;
    SF_CHUNK_ITERATOR *found = find_chunk(file, "ds64", &chunk);
    if (found == NULL || chunk.datalen < sizeof content) return 0;
    chunk.datalen = sizeof content;
    chunk.data = content;
    if (sf_get_chunk_data(found, &chunk) != SF_ERR_NO_ERROR) return 0;
    uint64_t bytes = 0;
    for (int i = 7; i >= 0; i--)
        bytes = bytes << 8 | content[8 + i];
    return bytes;
}

/* Bytes of samples the data chunk says it holds; 0 = unknown. All ones is what a pipe writes for "unknown".
 */
static uint64_t data_chunk_bytes(SNDFILE *file, int format) {
    SF_CHUNK_INFO chunk;
    switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
        if (find_chunk(file, "data", &chunk) == NULL || chunk.datalen == UINT32_MAX) return 0;
        return chunk.datalen;
    case SF_FORMAT_RF64:
        return rf64_data_bytes(file);
    case SF_FORMAT_AIFF:
        if (find_chunk(file, "SSND", &chunk) == NULL || chunk.datalen < 8) return 0;
        return chunk.datalen - 8; /* offset and block size come first */
    default:
        return 0;
    }
}

static uint64_t promised_frames(SNDFILE *file, const SF_INFO *info) {
    uint64_t frame_bytes = sample_bytes(info->format) * (uint64_t)info->channels;
    uint64_t data_bytes = data_chunk_bytes(file, info->format);
    if (frame_bytes > 0 && data_bytes > 0) return data_bytes / frame_bytes;
    return info->frames == SF_COUNT_MAX || info->frames < 0 ? 0 : (uint64_t)info->frames;
}

/* Without the last page libsndfile cannot tell how long an Ogg stream is. */
static bool ogg_lacks_its_end(const SF_INFO *info) {
    return (info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG && info->frames == SF_COUNT_MAX;
}

static sx_status fail_truncated(uint64_t promised, uint64_t there, sx_error *err) {
    return sx_fail(err, SX_E_FORMAT, "it is truncated: its header promises %llu frames, %llu are there",
                   (unsigned long long)promised, (unsigned long long)there);
}

static sx_status check_header(const open_sound *sound, sx_error *err) {
    const SF_INFO *info = &sound->info;
    if (info->samplerate < 1)
        return sx_fail(err, SX_E_FORMAT, "its header gives a sample rate of %d Hz", info->samplerate);
    if (info->samplerate < LOWEST_RATE_HZ)
        return sx_fail(err, SX_E_FORMAT, "its header gives a sample rate of %d Hz; at least %d Hz are needed",
                       info->samplerate, LOWEST_RATE_HZ);
    if (info->channels < 1) return sx_fail(err, SX_E_FORMAT, "its header gives %d channels", info->channels);
    if (ogg_lacks_its_end(info))
        return sx_fail(err, SX_E_FORMAT, "it is truncated: the last page of the Ogg stream is missing");
    if (info->frames != SF_COUNT_MAX && info->frames >= 0 && (uint64_t)info->frames < sound->promise)
        return fail_truncated(sound->promise, (uint64_t)info->frames, err);
    if (info->frames == 0) return sx_fail(err, SX_E_FORMAT, "it holds a header but no samples");
    return SX_OK;
}

static sx_status sound_open(const char *path, open_sound *sound, sx_error *err) {
    memset(sound, 0, sizeof *sound);
    sx_status status = look_at_file(path, &sound->bytes, err);
    if (status != SX_OK) return status;
    refusal why = {0};
    sound->file = open_file(path, &sound->info, &why);
    if (sound->file == NULL) return explain_refusal(path, &why, err);
    sound->promise = promised_frames(sound->file, &sound->info);
    status = check_header(sound, err);
    if (status != SX_OK) sf_close(sound->file);
    return status;
}

sx_status sx_sound_look(const char *path, sx_sound_header *out, sx_error *err) {
    open_sound sound;
    sx_status status = sound_open(path, &sound, err);
    if (status != SX_OK) return status;
    *out = (sx_sound_header){
        .frames = (size_t)sound.promise, .channels = sound.info.channels, .rate_hz = sound.info.samplerate};
    sf_close(sound.file);
    return SX_OK;
}

/* --- samples ---------------------------------------------------------------------------------------- */

typedef struct growing {
    float *samples;
    size_t frames, capacity; /* in frames */
    size_t channels;
} growing;

static bool grow(growing *sound, size_t frames_more) {
    if (sound->capacity - sound->frames >= frames_more) return true;
    size_t capacity = sound->capacity + sound->capacity / 2;
    if (capacity < sound->frames + frames_more) capacity = sound->frames + frames_more;
    float *samples = sx_resize(sound->samples, capacity, sizeof *samples * sound->channels);
    if (samples == NULL) return false;
    sound->samples = samples;
    sound->capacity = capacity;
    return true;
}

/* count samples of 16 bits at the end of the room for as many floats become these floats, full scale +-1. */
static void widen(float *out, size_t count, const char *samples) {
    enum { PIECE = 2048 };
    int16_t piece[PIECE];
    for (size_t first = 0; first < count; first += PIECE) {
        size_t size = count - first < PIECE ? count - first : PIECE;
        memcpy(piece, samples + first * sizeof *piece, size * sizeof *piece);
        for (size_t i = 0; i < size; i++)
            out[first + i] = (float)piece[i] * 0x1p-15f;
    }
}

/* Samples of 16 bits come as they are: libsndfile converts them one at a time, to the same numbers. */
static sf_count_t read_block(const open_sound *source, float *out, size_t frames) {
    if ((source->info.format & SF_FORMAT_SUBMASK) != SF_FORMAT_PCM_16)
        return sf_readf_float(source->file, out, (sf_count_t)frames);
    size_t channels = (size_t)source->info.channels;
    int16_t *samples = (int16_t *)(void *)out + frames * channels;
    sf_count_t got = sf_readf_short(source->file, samples, (sf_count_t)frames);
    if (got > 0) widen(out, (size_t)got * channels, (const char *)samples);
    return got;
}

/* Up to `wanted` frames from where the file stands. */
static sx_status read_frames(const open_sound *source, uint64_t wanted, growing *sound, sx_error *err) {
    uint64_t allowed = samples_always_allowed + samples_per_byte * source->bytes;
    size_t block = BLOCK_SAMPLES / sound->channels;
    while (wanted > 0) {
        size_t ask = wanted < block ? (size_t)wanted : block;
        if (!grow(sound, ask))
            return sx_fail_memory(err, (sound->frames + ask) * sound->channels * sizeof(float));
        sf_count_t got = read_block(source, sound->samples + sound->frames * sound->channels, ask);
        if (got <= 0) break;
        sound->frames += (size_t)got;
        wanted -= (uint64_t)got;
        if ((uint64_t)sound->frames * sound->channels > allowed)
            return sx_fail(err, SX_E_FORMAT,
                           "its %llu bytes unpack to more than %llu samples, which no recording does",
                           (unsigned long long)source->bytes, (unsigned long long)allowed);
    }
    if (sf_error(source->file) != SF_ERR_NO_ERROR && source->promise <= sound->frames)
        return sx_fail(err, SX_E_FORMAT, "it is damaged after %zu frames: %s", sound->frames,
                       sf_strerror(source->file));
    return SX_OK;
}

static sx_status check_finite(const growing *sound, uint64_t first_frame, sx_error *err) {
    if (sx_all_finite(sound->samples, sound->frames * sound->channels)) return SX_OK;
    for (size_t i = 0; i < sound->frames * sound->channels; i++) {
        if (isfinite(sound->samples[i])) continue;
        return sx_fail(err, SX_E_NUMERIC, "sample %llu of channel %zu is %s",
                       (unsigned long long)(first_frame + i / sound->channels), i % sound->channels + 1,
                       isnan(sound->samples[i]) ? "NaN" : "infinite");
    }
    return SX_OK;
}

/* Frames [*first, *first + *count) of the piece; count is "as many as there are" for an open end. */
static sx_status find_piece(const open_sound *source, double start_s, double end_s, uint64_t *first,
                            uint64_t *count, sx_error *err) {
    double rate = source->info.samplerate;
    if (!(start_s >= 0) || !isfinite(start_s) || !isfinite(end_s) || end_s < 0 ||
        (end_s > 0 && end_s <= start_s))
        return sx_fail(err, SX_E_ARGUMENT, "the piece from %g s to %g s is empty or not in order", start_s,
                       end_s);
    double first_frame = round(start_s * rate), end_frame = round(end_s * rate);
    double longest = source->promise > 0 ? (double)source->promise : 9e15;
    if (first_frame >= longest)
        return sx_fail(err, SX_E_ARGUMENT, "the piece starts at %g s, but the recording is %.3f s long",
                       start_s, longest / rate);
    if (end_s == 0 || end_frame > longest) end_frame = longest;
    *first = (uint64_t)first_frame;
    *count = (uint64_t)(end_frame - first_frame);
    if (*count == 0)
        return sx_fail(err, SX_E_ARGUMENT, "the piece from %g s to %g s holds no sample at %g Hz", start_s,
                       end_s, rate);
    return SX_OK;
}

static sx_status read_piece(const open_sound *source, double start_s, double end_s, growing *sound,
                            sx_error *err) {
    uint64_t first = 0, count = 0;
    sx_status status = find_piece(source, start_s, end_s, &first, &count, err);
    if (status != SX_OK) return status;
    if (first > 0 && sf_seek(source->file, (sf_count_t)first, SF_SEEK_SET) != (sf_count_t)first)
        return sx_fail(err, SX_E_FORMAT, "cannot go to frame %llu: %s", (unsigned long long)first,
                       sf_strerror(source->file));
    status = read_frames(source, count, sound, err);
    if (status != SX_OK) return status;
    if (source->promise > 0 && sound->frames < count)
        return fail_truncated(source->promise, first + sound->frames, err);
    if (sound->frames == 0) return sx_fail(err, SX_E_FORMAT, "it holds no samples");
    return check_finite(sound, first, err);
}

sx_status sx_sound_read(const char *path, double start_s, double end_s, sx_sound *out, sx_error *err) {
    assert(path != NULL && out != NULL);
    open_sound source;
    sx_status status = sound_open(path, &source, err);
    if (status != SX_OK) return status;
    growing sound = {.channels = (size_t)source.info.channels};
    status = read_piece(&source, start_s, end_s, &sound, err);
    sf_close(source.file);
    if (status != SX_OK) {
        sx_free(sound.samples);
        return status;
    }
    float *exact = sx_resize(sound.samples, sound.frames, sizeof *exact * sound.channels);
    *out = (sx_sound){.samples = exact != NULL ? exact : sound.samples,
                      .frames = sound.frames,
                      .channels = source.info.channels,
                      .rate_hz = source.info.samplerate};
    return SX_OK;
}

void sx_sound_clear(sx_sound *sound) {
    if (sound == NULL) return;
    sx_free(sound->samples);
    *sound = (sx_sound){0};
}
