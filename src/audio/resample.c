/* resample.c: see resample.h; the only file that names soxr. */
#include "resample.h"

#include "base/error.h"
#include "base/memory.h"

#include <assert.h>
#include <soxr.h>
#include <string.h>

size_t sx_resample_frames(size_t frames, int from_hz, int to_hz) {
    assert(from_hz > 0 && to_hz > 0);
    size_t from = (size_t)from_hz, to = (size_t)to_hz;
    /* frames = whole * from + rest: no product beyond the result's own size. */
    size_t whole = frames / from, rest = frames % from;
    return whole * to + (rest * to + from - 1) / from;
}

/* soxr may end a sample short of the count asked for; what is missing stays zero. */
static sx_status convert(const float *in, size_t frames, int channels, int from_hz, int to_hz, float *out,
                         size_t out_frames, sx_error *err) {
    soxr_io_spec_t format = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
    size_t used = 0, made = 0;
    soxr_error_t failure = soxr_oneshot((double)from_hz, (double)to_hz, (unsigned)channels, in, frames, &used,
                                        out, out_frames, &made, &format, &quality, &one_thread);
    if (failure != NULL)
        return sx_fail(err, SX_E_UNSUPPORTED, "cannot resample from %d Hz to %d Hz: %s", from_hz, to_hz,
                       soxr_strerror(failure));
    return SX_OK;
}

sx_status sx_resample(const float *in, size_t frames, int channels, int from_hz, int to_hz, float **out,
                      size_t *out_frames, sx_error *err) {
    assert(in != NULL && frames > 0 && channels > 0 && out != NULL && out_frames != NULL);
    size_t count = sx_resample_frames(frames, from_hz, to_hz);
    float *result = sx_alloc(count, sizeof *result * (size_t)channels);
    if (result == NULL) return sx_fail_memory(err, count * sizeof *result * (size_t)channels);
    if (from_hz == to_hz) {
        memcpy(result, in, frames * (size_t)channels * sizeof *result);
    } else {
        sx_status status = convert(in, frames, channels, from_hz, to_hz, result, count, err);
        if (status != SX_OK) {
            sx_free(result);
            return status;
        }
    }
    *out = result;
    *out_frames = count;
    return SX_OK;
}
