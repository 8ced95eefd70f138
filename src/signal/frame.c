/* frame.c: see frame.h. */
#include "frame.h"

#include "kernels/spectrum.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

size_t sx_frame_count(const sx_framing *framing, size_t sample_count) {
    size_t padded = sample_count + 2 * framing->pad;
    if (sample_count == 0 || padded < framing->length) return 0;
    return 1 + (padded - framing->length) / framing->hop;
}

/* The clip mirrored at both ends again and again; a clip shorter than the pad is mirrored more than once. */
static size_t mirrored(int64_t index, size_t count) {
    if (count == 1) return 0;
    int64_t last = (int64_t)count - 1, period = 2 * last;
    index %= period;
    if (index < 0) index += period;
    return (size_t)(index > last ? period - index : index);
}

static float widened(int16_t sample) { return (float)sample * (1.0f / 32768.0f); }

static float value_at(const sx_samples *samples, size_t index) {
    return samples->floats ? samples->floats[index] : widened(samples->ints[index]);
}

static float sample_at(const sx_framing *framing, const sx_samples *samples, int64_t index) {
    if (index >= 0 && index < (int64_t)samples->count) return value_at(samples, (size_t)index);
    return framing->reflect ? value_at(samples, mirrored(index, samples->count)) : 0;
}

static void copy_run(const sx_samples *samples, size_t start, size_t count, float *to) {
    if (samples->floats) {
        memcpy(to, samples->floats + start, count * sizeof *to);
        return;
    }
    const int16_t *from = samples->ints + start;
    for (size_t i = 0; i < count; i++)
        to[i] = widened(from[i]);
}

void sx_frame_copy(const sx_framing *framing, const sx_samples *samples, size_t frame, float *row) {
    int64_t start = (int64_t)(frame * framing->hop) - (int64_t)framing->pad;
    if (start >= 0 && (size_t)start + framing->length <= samples->count) {
        copy_run(samples, (size_t)start, framing->length, row);
        return;
    }
    for (size_t i = 0; i < framing->length; i++)
        row[i] = sample_at(framing, samples, start + (int64_t)i);
}

static sx_frame_group frames_apart(const sx_framing *framing, const sx_samples *samples, size_t frame,
                                   float *rows) {
    const size_t length = framing->length, left = sx_frame_count(framing, samples->count) - frame;
    for (size_t i = 0; i < SX_FRAMES; i++) {
        if (i < left)
            sx_frame_copy(framing, samples, frame + i, rows + i * length);
        else
            memset(rows + i * length, 0, length * sizeof *rows);
    }
    return (sx_frame_group){.first = rows, .stride = length};
}

sx_frame_group sx_frame_group_at(const sx_framing *framing, const sx_samples *samples, size_t frame,
                                 float *rows) {
    assert(samples->count > 0);
    int64_t start = (int64_t)(frame * framing->hop) - (int64_t)framing->pad;
    size_t length = framing->length, reach = (SX_FRAMES - 1) * framing->hop + length;
    bool inside = start >= 0 && (size_t)start + reach <= samples->count;
    if (inside && samples->floats)
        return (sx_frame_group){.first = samples->floats + start, .stride = framing->hop};
    if (!inside || reach > SX_FRAMES * length) return frames_apart(framing, samples, frame, rows);
    copy_run(samples, (size_t)start, reach, rows);
    return (sx_frame_group){.first = rows, .stride = framing->hop};
}
