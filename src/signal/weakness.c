/* weakness.c: which frames a transform in float is not good enough for.
 *
 * Rounding to float scatters over all bins. With S the mean power of a frame's bins, the amplitude |X| of a
 * quiet bin is off by less than e sqrt(S), e = 5e-7 up to 2^8 samples and growing with the logarithm of the
 * size beyond; this is measured (tests/signal/weakness_test.c, with a factor of 2 to spare), for the bound
 * that can be proven, every rounding pulling the same way, is 20 times as large. A band of weights w is then
 * off by power 2:  2 e sqrt(S) sqrt(max w) sqrt(value)    for the errors of its bins are independent power 1:
 * e sqrt(S) sqrt(sum w^2) and a frame is weak where this is more than 1e-4 of value + floor, or of max(value,
 * floor): 1e-4 of a natural logarithm. With one bin of weight 1 and no floor that is a value 40 dB below S.
 * Where nothing follows that has a floor, the floor is 0. */
#include "plan.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>

static const double error_8 = 5e-7, allowed = 1e-4;

static double share_of(const sx_frontend_options *options, const float *weights, size_t count) {
    double largest = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, (double)weights[i]);
        squares += (double)weights[i] * (double)weights[i];
    }
    double error = error_8 * fmax(1, log2(options->fft_size) / 8) / allowed;
    double bins = options->fft_size / 2 + 1;
    return options->power == 2 ? 4 * error * error * largest / bins : error * error * squares / bins;
}

sx_status sx_weakness_init(sx_frontend *frontend, sx_error *err) {
    const sx_frontend_options *options = &frontend->options;
    const sx_bands *bands = &frontend->bands;
    frontend->shares = sx_alloc(bands->count, sizeof *frontend->shares);
    if (frontend->shares == NULL) return sx_fail_memory(err, bands->count * sizeof *frontend->shares);
    for (size_t i = 0; i < bands->count; i++)
        frontend->shares[i] =
            (float)share_of(options, bands->weights + bands->bands[i].weights_at, bands->bands[i].count);
    bool has_floor = options->compression == SX_COMPRESS_LOG || options->compression == SX_COMPRESS_DB;
    frontend->weak_floor = has_floor ? (float)options->floor : 0;
    return SX_OK;
}

unsigned sx_weakness_find(const sx_frontend *frontend, const float *totals, const float *values) {
    const sx_frontend_options *options = &frontend->options;
    bool is_added = options->compression == SX_COMPRESS_LOG && options->floor_is_added;
    return frontend->kernels->find_weak(frontend->bands.count, frontend->shares, options->power,
                                        frontend->weak_floor, is_added, totals, values);
}
