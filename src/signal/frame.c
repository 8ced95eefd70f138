/* frame.c: see frame.h. */
#include "frame.h"

#include <assert.h>
#include <stdint.h>

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

static double sample_at(const sx_framing *framing, const float *samples, size_t count, int64_t index) {
    if (index >= 0 && index < (int64_t)count) return (double)samples[index];
    return framing->reflect ? (double)samples[mirrored(index, count)] : 0;
}

void sx_frame_cut(const sx_framing *framing, const float *samples, size_t sample_count, size_t frame,
                  const double *window, double *out) {
    assert(sample_count > 0);
    int64_t start = (int64_t)(frame * framing->hop) - (int64_t)framing->pad;
    size_t length = framing->length;
    if (start >= 0 && (size_t)start + length <= sample_count) {
        const float *first = samples + start;
        for (size_t i = 0; i < length; i++)
            out[i] = (double)first[i] * window[i];
        return;
    }
    for (size_t i = 0; i < length; i++)
        out[i] = sample_at(framing, samples, sample_count, start + (int64_t)i) * window[i];
}
