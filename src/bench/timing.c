/* timing.c: repetitions, and what is said about them. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "kernels/kernels.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void sx_samples_add(sx_samples *samples, double seconds) {
    if (samples->count == samples->capacity) {
        size_t more = samples->capacity ? 2 * samples->capacity : 64;
        double *grown = sx_resize(samples->seconds, more, sizeof *grown);
        samples->failed = samples->failed || !grown;
        if (!grown) return;
        samples->seconds = grown;
        samples->capacity = more;
    }
    samples->seconds[samples->count++] = seconds;
    samples->sum += seconds;
}

void sx_samples_clear(sx_samples *samples) {
    sx_free(samples->seconds);
    *samples = (sx_samples){0};
}

bool sx_samples_enough(const sx_samples *samples, const sx_bench_options *options) {
    if (samples->failed) return true;
    return samples->count >= (size_t)options->repetitions && samples->sum >= options->seconds;
}

double sx_samples_turn(const sx_samples *samples, const sx_bench_options *options, size_t compared) {
    return compared > 1 ? samples->sum + options->seconds / 10 : INFINITY;
}

static int by_size(const void *a, const void *b) {
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

void sx_samples_sum_up(sx_samples *samples, sx_bench_row *row) {
    const size_t n = samples->count;
    const double *sorted = samples->seconds;
    qsort(samples->seconds, n, sizeof *samples->seconds, by_size);
    row->count = n;
    row->best_s = sorted[0];
    row->median_s = n % 2 ? sorted[n / 2] : 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]);
    row->spread = row->median_s > 0 ? (sorted[3 * (n - 1) / 4] - sorted[(n - 1) / 4]) / row->median_s : 0;
}

bool sx_bench_cancelled(const sx_bench *bench) {
    return bench->watch && bench->watch->cancelled && bench->watch->cancelled(bench->watch->context);
}

sx_status sx_bench_finish(const sx_bench *bench, sx_samples *samples, sx_bench_row *row, sx_error *err) {
    if (samples->failed || samples->count == 0) return sx_fail_memory(err, samples->count * sizeof(double));
    sx_samples_sum_up(samples, row);
    if (bench->hook) bench->hook(bench->context, row);
    return SX_OK;
}

/* The first call of a turn warms up. */
static sx_status take_turn(const sx_bench *bench, void (*work)(void *context), void *context, size_t compared,
                           const char *name, sx_samples *samples, sx_error *err) {
    const double end = sx_samples_turn(samples, bench->options, compared);
    work(context);
    do {
        const double start = sx_clock_seconds();
        work(context);
        sx_samples_add(samples, sx_clock_seconds() - start);
        if (sx_bench_cancelled(bench)) return sx_fail(err, SX_E_CANCELLED, "stopped in %s", name);
    } while (samples->sum < end && !sx_samples_enough(samples, bench->options));
    return SX_OK;
}

sx_status sx_bench_measure_in_turns(const sx_bench *bench, void (*work)(void *context), void *const *contexts,
                                    sx_bench_row *rows, size_t count, sx_error *err) {
    sx_samples samples[SX_BENCH_AXES] = {{0}};
    sx_status status = SX_OK;
    assert(count <= SX_BENCH_AXES);
    for (bool more = true; more && !status;) {
        more = false;
        for (size_t i = 0; i < count && !status; i++) {
            if (sx_samples_enough(&samples[i], bench->options)) continue;
            status = take_turn(bench, work, contexts[i], count, rows[i].name, &samples[i], err);
            more = true;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!status) status = sx_bench_finish(bench, &samples[i], &rows[i], err);
        sx_samples_clear(&samples[i]);
    }
    return status;
}

sx_status sx_bench_measure(const sx_bench *bench, void (*work)(void *context), void *context,
                           sx_bench_row *row, sx_error *err) {
    return sx_bench_measure_in_turns(bench, work, &context, row, 1, err);
}

sx_bench_row sx_bench_row_for(const char *what, const char *name, int threads) {
    sx_bench_row row = {.what = what, .threads = threads};
    snprintf(row.impl, sizeof row.impl, "sonaxis-%s", sx_kernels_get()->name);
    snprintf(row.name, sizeof row.name, "%s", name);
    return row;
}

int sx_bench_threads(const sx_bench *bench) {
    return bench->options->threads > 0 ? bench->options->threads : sx_core_count();
}

void sx_bench_fill(float *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        values[i] = (float)((uint32_t)i * 2654435761u % 1000u) / 1000.0f - 0.5f;
}
