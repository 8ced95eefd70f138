/* bootstrap.c: see bootstrap.h. */
#include "stats/bootstrap.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "stats/normal.h"
#include "stats/resampled.h"

#include <math.h>
#include <stdlib.h>

static const sx_range nothing = {NAN, NAN};

static int by_size(const void *a, const void *b) {
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

/* Between the two values next to the share, as NumPy's percentile does. */
static double percentile(const double *rising, size_t count, double share) {
    double at = share * (double)(count - 1);
    size_t below = (size_t)at;
    if (below + 1 >= count) return rising[count - 1];
    return rising[below] + (at - (double)below) * (rising[below + 1] - rising[below]);
}

/* Share of the drawn means below the one seen; those that are equal but for rounding count half. Never quite
 * 0 or 1. */
static double share_below(const double *means, size_t draws, double seen) {
    double slack = 1e-12 * (fabs(means[0]) + fabs(means[draws - 1])), twice = 2 * (double)draws;
    size_t below = 0, not_above = 0;
    for (size_t i = 0; i < draws; i++) {
        below += means[i] < seen - slack;
        not_above += means[i] <= seen + slack;
    }
    return fmin(fmax((double)(below + not_above), 1), twice - 1) / twice;
}

/* Skewness of the jackknife means, over 6. */
static double acceleration(const double *values, size_t count, double mean) {
    double squares = 0, cubes = 0;
    for (size_t i = 0; i < count; i++) {
        double distance = values[i] - mean;
        squares += distance * distance;
        cubes += distance * distance * distance;
    }
    return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

sx_range sx_bca_range(const double *values, size_t count, const double *means, size_t draws,
                      double confidence) {
    double mean = sx_mean(values, count), variance = sx_variance(values, count);
    if (isnan(mean) || isnan(variance)) return nothing;
    if (variance <= 0) return (sx_range){mean, mean};
    double bias = sx_normal_quantile(1 - share_below(means, draws, mean));
    double bend = acceleration(values, count, mean), ends[2];
    for (int side = 0; side < 2; side++) {
        double z = bias + sx_normal_quantile((1 + (side ? -confidence : confidence)) / 2);
        double room = 1 - bend * z;
        double moved = room > 0 ? bias + z / room : z > 0 ? INFINITY : -INFINITY;
        ends[side] = percentile(means, draws, sx_normal_cdf(moved));
    }
    return (sx_range){ends[0], ends[1]};
}

sx_status sx_bootstrap_mean(const double *values, size_t count, double confidence, uint64_t seed,
                            sx_range *range, sx_error *err) {
    double *means = sx_alloc(SX_BOOTSTRAP_DRAWS, sizeof *means);
    if (!means) return sx_fail_memory(err, SX_BOOTSTRAP_DRAWS * sizeof *means);
    const sx_stream stream = {.seed = seed, .purpose = SX_PURPOSE_RESAMPLE};
    for (size_t draw = 0; draw < SX_BOOTSTRAP_DRAWS; draw++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += values[sx_random_below(&stream, draw * count + i, count)];
        means[draw] = count > 0 ? sum / (double)count : NAN;
    }
    qsort(means, SX_BOOTSTRAP_DRAWS, sizeof *means, by_size);
    *range = sx_bca_range(values, count, means, SX_BOOTSTRAP_DRAWS, confidence);
    sx_free(means);
    return SX_OK;
}

/* Packs the sums and sizes of groups that have values to the front; returns their number. */
static size_t sum_groups(const double *values, const size_t *groups, size_t count, size_t group_count,
                         double *sums, double *sizes) {
    for (size_t i = 0; i < count; i++) {
        sums[groups[i]] += values[i];
        sizes[groups[i]]++;
    }
    size_t kept = 0;
    for (size_t g = 0; g < group_count; g++) {
        if (sizes[g] <= 0) continue;
        sums[kept] = sums[g];
        sizes[kept++] = sizes[g];
    }
    return kept;
}

sx_status sx_bootstrap_groups(const double *values, const size_t *groups, size_t count, size_t group_count,
                              double confidence, uint64_t seed, sx_range *range, sx_error *err) {
    size_t room = SX_BOOTSTRAP_DRAWS + 2 * group_count;
    double *means = sx_alloc(room, sizeof *means), *sums = means + SX_BOOTSTRAP_DRAWS;
    if (!means) return sx_fail_memory(err, room * sizeof *means);
    double *sizes = sums + group_count;
    size_t kept = sum_groups(values, groups, count, group_count, sums, sizes);
    const sx_stream stream = {.seed = seed, .purpose = SX_PURPOSE_RESAMPLE};
    *range = nothing;
    if (kept >= 2 && !isnan(sx_mean(values, count))) {
        for (size_t draw = 0; draw < SX_BOOTSTRAP_DRAWS; draw++) {
            double sum = 0, size = 0;
            for (size_t i = 0; i < kept; i++) {
                size_t group = (size_t)sx_random_below(&stream, draw * kept + i, kept);
                sum += sums[group];
                size += sizes[group];
            }
            means[draw] = sum / size;
        }
        qsort(means, SX_BOOTSTRAP_DRAWS, sizeof *means, by_size);
        *range = (sx_range){percentile(means, SX_BOOTSTRAP_DRAWS, (1 - confidence) / 2),
                            percentile(means, SX_BOOTSTRAP_DRAWS, (1 + confidence) / 2)};
    }
    sx_free(means);
    return SX_OK;
}
