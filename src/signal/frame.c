/* frame.c: see frame.h. */
#include "frame.h"

#include "kernels/spectrum.h"

#include <assert.h>
#include <stdint.h>
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

static float sample_at(const sx_framing *framing, const float *samples, size_t count, int64_t index) {
    if (index >= 0 && index < (int64_t)count) return samples[index];
    return framing->reflect ? samples[mirrored(index, count)] : 0;
}

void sx_frame_copy(const sx_framing *framing, const float *samples, size_t count, size_t frame, float *row) {
    int64_t start = (int64_t)(frame * framing->hop) - (int64_t)framing->pad;
    if (start >= 0 && (size_t)start + framing->length <= count) {
        memcpy(row, samples + start, framing->length * sizeof *row);
        return;
    }
    for (size_t i = 0; i < framing->length; i++)
        row[i] = sample_at(framing, samples, count, start + (int64_t)i);
}

sx_frame_group sx_frame_group_at(const sx_framing *framing, const float *samples, size_t sample_count,
                                 size_t frame, float *rows) {
    assert(sample_count > 0);
    int64_t start = (int64_t)(frame * framing->hop) - (int64_t)framing->pad;
    size_t length = framing->length, reach = (SX_FRAMES - 1) * framing->hop + length;
    if (start >= 0 && (size_t)start + reach <= sample_count)
        return (sx_frame_group){.first = samples + start, .stride = framing->hop};
    size_t left = sx_frame_count(framing, sample_count) - frame;
    for (size_t i = 0; i < SX_FRAMES; i++) {
        if (i < left)
            sx_frame_copy(framing, samples, sample_count, frame + i, rows + i * length);
        else
            memset(rows + i * length, 0, length * sizeof *rows);
    }
    return (sx_frame_group){.first = rows, .stride = length};
}
