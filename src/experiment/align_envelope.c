/* align_envelope.c: see align_envelope.h. */
#include "experiment/align_envelope.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEADY_WINDOWS = 20 - SX_ENVELOPE_WINDOW_MS + 1 };

static const double below_peak_db = 30, above_quiet_db = 10, level_range_db = 40;

static size_t frame_at(double ms, int rate_hz) { return (size_t)llround(ms * 1e-3 * rate_hz); }

sx_status sx_envelope_make(const float *samples, size_t frames, int rate_hz, sx_envelope *envelope,
                           sx_error *err) {
    double length_ms = 1e3 * (double)frames / rate_hz;
    size_t count = length_ms > SX_ENVELOPE_WINDOW_MS ? (size_t)(length_ms - SX_ENVELOPE_WINDOW_MS) + 1 : 1;
    double *sums = sx_alloc(frames + 1, sizeof *sums); /* of squares up to a sample */
    float *energy = sx_alloc(count, sizeof *energy);
    if (!sums || !energy) {
        sx_free(sums);
        sx_free(energy);
        return sx_fail_memory(err, frames * sizeof *sums);
    }
    for (size_t i = 0; i < frames; i++)
        sums[i + 1] = sums[i] + (double)samples[i] * (double)samples[i];
    for (size_t i = 0; i < count; i++) {
        size_t first = frame_at((double)i, rate_hz),
               last = frame_at((double)i + SX_ENVELOPE_WINDOW_MS, rate_hz);
        if (last > frames) last = frames;
        energy[i] = (float)((sums[last] - sums[first]) / (double)(last - first));
    }
    sx_free(sums);
    *envelope = (sx_envelope){energy, count};
    return SX_OK;
}

void sx_envelope_clear(sx_envelope *envelope) {
    sx_free(envelope->energy);
    *envelope = (sx_envelope){0};
}

double sx_envelope_loudest(const sx_envelope *envelope) {
    size_t span = SX_LOUD_WINDOW_MS - SX_ENVELOPE_WINDOW_MS + 1;
    if (span > envelope->count) span = envelope->count;
    double sum = 0, best;
    size_t place = 0;
    for (size_t i = 0; i < span; i++)
        sum += (double)envelope->energy[i];
    best = sum;
    for (size_t i = span; i < envelope->count; i++) {
        sum += (double)envelope->energy[i] - (double)envelope->energy[i - span];
        if (sum <= best * (1 + 1e-6)) continue; /* more than rounding */
        best = sum;
        place = i - span + 1;
    }
    return (double)place + 0.5 * (double)(span - 1 + SX_ENVELOPE_WINDOW_MS);
}

static float peak_of(const sx_envelope *envelope) {
    float peak = 0;
    for (size_t i = 0; i < envelope->count; i++)
        peak = envelope->energy[i] > peak ? envelope->energy[i] : peak;
    return peak;
}

static int by_value(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return a < b ? -1 : a > b;
}

/* Energy below which the quietest tenth lies; windows of digital silence are not counted, so that padding
 * changes nothing. Where memory is out: 0. */
static double quiet_of(const sx_envelope *envelope) {
    float *sorted = sx_alloc(envelope->count, sizeof *sorted);
    if (!sorted) return 0;
    size_t count = 0;
    for (size_t i = 0; i < envelope->count; i++)
        if (envelope->energy[i] > 0) sorted[count++] = envelope->energy[i];
    qsort(sorted, count, sizeof *sorted, by_value);
    double quiet = count > 0 ? (double)sorted[count / 10] : 0;
    sx_free(sorted);
    return quiet;
}

static double times_db(double energy, double db) { return energy * pow(10, 0.1 * db); }

double sx_envelope_onset(const sx_envelope *envelope) {
    double peak = (double)peak_of(envelope);
    if (!(peak > 0)) return 0;
    double threshold = fmax(times_db(peak, -below_peak_db), times_db(quiet_of(envelope), above_quiet_db));
    threshold = fmin(threshold, times_db(peak, -above_quiet_db));
    size_t steady = 0;
    for (size_t i = 0; i < envelope->count; i++) {
        steady = (double)envelope->energy[i] >= threshold ? steady + 1 : 0;
        if (steady == STEADY_WINDOWS) return (double)(i + 1 - steady);
    }
    for (size_t i = 0; i < envelope->count; i++) /* nothing lasts 20 ms: a click */
        if ((double)envelope->energy[i] >= threshold) return (double)i;
    return 0;
}

size_t sx_level_count(const sx_envelope *envelope) {
    return (envelope->count + SX_LEVEL_STEP_MS - 1) / SX_LEVEL_STEP_MS;
}

void sx_envelope_levels(const sx_envelope *envelope, float *levels) {
    double floor_energy = times_db((double)peak_of(envelope), -level_range_db);
    for (size_t i = 0; i < sx_level_count(envelope); i++) {
        double energy = (double)envelope->energy[i * SX_LEVEL_STEP_MS];
        levels[i] =
            floor_energy > 0 && energy > floor_energy ? (float)(10 * log10(energy / floor_energy)) : 0;
    }
}
