/* shift.c: see shift.h. */
#include "data/shift.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <string.h>

/* --- filling ---------------------------------------------------------------------------------------- */

static double sum_of(const float *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)values[i];
    return sum;
}

/* The frame of an example whose values are smallest in all. */
static const float *quietest_frame(const float *row, size_t frames, size_t width) {
    const float *quietest = row;
    double least = sum_of(row, width);
    for (size_t t = 1; t < frames; t++) {
        double sum = sum_of(row + t * width, width);
        if (sum >= least) continue;
        least = sum;
        quietest = row + t * width;
    }
    return quietest;
}

static float largest(const float *values, size_t count) {
    float most = values[0];
    for (size_t i = 1; i < count; i++)
        most = values[i] > most ? values[i] : most;
    return most;
}

/* top_db raises silence to so much below the example's own maximum. */
static void fill_frame(const sx_features *features, const float *row, float *out) {
    size_t width = features->shape.frequency * features->shape.channels;
    if (features->silence == NULL) {
        memcpy(out, quietest_frame(row, features->shape.time, width), width * sizeof *out);
        return;
    }
    memcpy(out, features->silence, width * sizeof *out);
    const sx_frontend_options *frontend = &features->frontend;
    if (frontend->compression != SX_COMPRESS_DB || !(frontend->top_db > 0)) return;
    float least = largest(row, features->shape.time * width) - (float)frontend->top_db;
    for (size_t i = 0; i < width; i++)
        out[i] = out[i] > least ? out[i] : least;
}

void sx_shift_take(const sx_features *features, size_t item, float *out) {
    size_t frames = features->shape.time, width = features->shape.frequency * features->shape.channels;
    const float *row = features->values + item * frames * width;
    long shift = features->shifts != NULL ? features->shifts[item] : 0;
    if (shift == 0) {
        memcpy(out, row, frames * width * sizeof *out);
        return;
    }
    size_t moved = (size_t)(shift < 0 ? -shift : shift);
    if (moved > frames) moved = frames;
    size_t kept = frames - moved, from = shift < 0 ? moved : 0, to = shift < 0 ? 0 : moved;
    memcpy(out + to * width, row + from * width, kept * width * sizeof *out);
    float *open = out + (shift < 0 ? kept : 0) * width;
    fill_frame(features, row, open);
    for (size_t t = 1; t < moved; t++)
        memcpy(open + t * width, open, width * sizeof *open);
}

sx_status sx_shift_silence(const sx_frontend *frontend, size_t samples, size_t channels, float **silence,
                           sx_error *err) {
    size_t frames = sx_frontend_frame_count(frontend, samples), bands = sx_frontend_band_count(frontend);
    float *zeros = sx_alloc(samples, sizeof *zeros), *filled = sx_alloc(bands * channels, sizeof *filled);
    float *scratch = sx_alloc(sx_frontend_scratch_floats(frontend, samples), sizeof *scratch);
    float *values = sx_alloc(frames * bands, sizeof *values);
    sx_status status = SX_OK;
    if (zeros == NULL || filled == NULL || scratch == NULL || values == NULL) {
        status = sx_fail_memory(err, (samples + frames * bands) * sizeof *values);
    } else {
        sx_frontend_run(frontend, zeros, samples, scratch, values, 1);
        for (size_t i = 0; i < bands * channels; i++)
            filled[i] = values[frames / 2 * bands + i / channels];
        *silence = filled;
        filled = NULL;
    }
    sx_free(values);
    sx_free(scratch);
    sx_free(filled);
    sx_free(zeros);
    return status;
}

/* --- how far ---------------------------------------------------------------------------------------- */

double sx_features_hop_ms(const sx_features *features) {
    const sx_frontend_options *frontend = &features->frontend;
    if (features->from_arrays || frontend->rate_hz <= 0) return 0;
    return frontend->hop_samples ? 1e3 * frontend->hop_samples / frontend->rate_hz : frontend->hop_ms;
}

sx_status sx_shift_frames(const sx_features *features, double ms, const char *name, int *frames,
                          sx_error *err) {
    double hop_ms = sx_features_hop_ms(features);
    if (ms > 0 && !(hop_ms > 0))
        return sx_fail(err, SX_E_ARGUMENT, "%s is %g ms, but arrays do not tell how long a frame is", name,
                       ms);
    double wanted = ms > 0 ? round(ms / hop_ms) : 0;
    if (!(ms >= 0 && wanted < (double)features->shape.time))
        return sx_fail(err, SX_E_ARGUMENT, "%s is %g ms; it must be 0 to less than a clip (%g ms)", name, ms,
                       hop_ms * (double)features->shape.time);
    *frames = (int)wanted;
    return SX_OK;
}

void sx_shift_draw(int range, uint64_t seed, sx_shift_use use, uint32_t step, const size_t *items,
                   size_t count, int *shifts) {
    sx_stream stream = {seed, SX_PURPOSE_JITTER, (uint32_t)use, step};
    for (size_t i = 0; i < count; i++)
        shifts[items[i]] = (int)sx_random_below(&stream, items[i], (uint64_t)range + 1);
}
