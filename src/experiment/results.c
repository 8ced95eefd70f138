/* results.c: see results.h. Runs of one fold and repetition are pairs: the axes differ, nothing else does. */
#include "experiment/results.h"

#include "base/error.h"
#include "base/memory.h"
#include "experiment/pairs.h"
#include "stats/resampled.h"

#include <math.h>

static size_t runs_per_axis(const sx_comparison *comparison) {
    return comparison->fold_count * (size_t)comparison->seeds;
}

/* An accuracy is a count of items divided by their number, so it carries a rounding error of variance 1 / (12
 * n^2); no spread is taken for smaller than that, or runs that agree by luck would prove anything. */
static double rounding_variance(const sx_basis *basis) {
    return 1 / (12 * basis->test_count * basis->test_count);
}

static double share(double value) { return value < 0 ? 0 : value > 1 ? 1 : value; }

static sx_interval interval_of(const double *values, size_t count, double confidence, const sx_basis *basis,
                               double floor) {
    sx_resampled runs = sx_resampled_from(values, count, basis->test_train_ratio, floor);
    double half = sx_resampled_half_width(&runs, confidence);
    return (sx_interval){.mean = runs.mean, .low = runs.mean - half, .high = runs.mean + half};
}

/* Of a number between 0 and 1; NaN stays NaN. */
static sx_interval share_interval(const double *values, size_t count, double confidence,
                                  const sx_basis *basis) {
    sx_interval interval = interval_of(values, count, confidence, basis, rounding_variance(basis));
    interval.low = share(interval.low);
    interval.high = share(interval.high);
    return interval;
}

typedef enum measure { ACCURACY, BALANCED_ACCURACY, MACRO_F1, LOSS } measure;

static void gather(const sx_run *runs, size_t count, sx_statistics statistics, measure what, double *values) {
    for (size_t i = 0; i < count; i++) {
        const sx_scores *scores = &runs[i].scores[statistics];
        const double all[] = {scores->accuracy, scores->balanced_accuracy, scores->macro_f1, scores->loss};
        values[i] = all[what];
    }
}

static void fill_axis(const sx_comparison *comparison, size_t axis, const sx_basis *basis, double confidence,
                      double *values, sx_axis_result *result) {
    size_t count = runs_per_axis(comparison);
    const sx_run *runs = comparison->runs + axis * count;
    sx_statistics statistics = comparison->statistics;
    for (int s = 0; s < SX_STATISTICS_COUNT; s++) {
        gather(runs, count, (sx_statistics)s, ACCURACY, values);
        result->by_statistics[s] = share_interval(values, count, confidence, basis);
    }
    result->accuracy = result->by_statistics[statistics];
    gather(runs, count, statistics, BALANCED_ACCURACY, values);
    result->balanced_accuracy_interval = share_interval(values, count, confidence, basis);
    gather(runs, count, statistics, MACRO_F1, values);
    result->macro_f1_interval = share_interval(values, count, confidence, basis);
    gather(runs, count, statistics, LOSS, values);
    result->loss_interval = interval_of(values, count, confidence, basis, 0);
    result->balanced_accuracy = result->balanced_accuracy_interval.mean;
    result->macro_f1 = result->macro_f1_interval.mean;
    result->loss = result->loss_interval.mean;
    result->runs = count;
    double gap = result->by_statistics[SX_STATISTICS_MOVING].mean -
                 result->by_statistics[SX_STATISTICS_RECOMPUTED].mean;
    result->moving_disagrees = fabs(gap) > 2 * comparison->margin;
}

static sx_status make_setting(const sx_comparison *comparison, const sx_basis *basis,
                              sx_pair_setting *setting, sx_error *err) {
    size_t axes = comparison->axis_count, pairs = axes * (axes - 1) / 2;
    *setting = (sx_pair_setting){.method = sx_pair_method_for(comparison->fold_count, comparison->seeds,
                                                              pairs, comparison->confidence),
                                 .pairs = pairs,
                                 .margin = comparison->margin,
                                 .confidence = comparison->confidence,
                                 .ratio = basis->test_train_ratio,
                                 .floor = rounding_variance(basis)};
    return sx_levels_make(comparison, basis->test_train_ratio, &setting->levels, err);
}

/* values: two arrays of one axis' runs each, as scratch. */
static sx_status fill_pairs(const sx_comparison *comparison, sx_statistics statistics,
                            const sx_pair_setting *setting, double *values, double *means,
                            sx_pair_result *pairs, size_t *pair_count, sx_error *err) {
    size_t axes = comparison->axis_count, count = runs_per_axis(comparison), made = 0;
    double *first = values, *second = values + count;
    for (size_t a = 0; a < axes; a++) {
        gather(comparison->runs + a * count, count, statistics, ACCURACY, first);
        means[a] = sx_mean(first, count);
        for (size_t b = a + 1; b < axes; b++) {
            gather(comparison->runs + b * count, count, statistics, ACCURACY, second);
            for (size_t i = 0; i < count; i++)
                second[i] = first[i] - second[i];
            pairs[made] = (sx_pair_result){.a = comparison->axes[a].axis, .b = comparison->axes[b].axis};
            sx_status status = sx_pair_fill(second, count, setting, &pairs[made++], err);
            if (status != SX_OK) return status;
        }
    }
    sx_pairs_correct(1 - comparison->confidence, pairs, made);
    *pair_count = made;
    return SX_OK;
}

static double *scratch_for(const sx_comparison *comparison, sx_error *err) {
    size_t count = 2 * runs_per_axis(comparison);
    double *values = sx_alloc(count, sizeof *values);
    if (!values) (void)sx_fail_memory(err, count * sizeof *values);
    return values;
}

sx_status sx_results_pairs(const sx_comparison *comparison, sx_statistics statistics, const sx_basis *basis,
                           double means[SX_MAX_AXES], sx_pair_result pairs[SX_MAX_PAIRS], size_t *pair_count,
                           sx_error *err) {
    double *values = scratch_for(comparison, err);
    if (!values) return SX_E_MEMORY;
    sx_pair_setting setting;
    sx_status status = make_setting(comparison, basis, &setting, err);
    if (status == SX_OK)
        status = fill_pairs(comparison, statistics, &setting, values, means, pairs, pair_count, err);
    sx_free(values);
    return status;
}

/* Of this look, for those who read the comparison. */
static void fill_growth(const sx_levels_now *levels, sx_growth *growth) {
    growth->level = levels->alone;
    growth->information = levels->looks > 0 ? levels->information[levels->looks - 1] : 1;
}

sx_status sx_results_fill(sx_comparison *comparison, const sx_basis *basis, sx_error *err) {
    double *values = scratch_for(comparison, err), means[SX_MAX_AXES];
    if (!values) return SX_E_MEMORY;
    sx_pair_setting setting;
    sx_status status = make_setting(comparison, basis, &setting, err);
    if (status == SX_OK) {
        comparison->method = setting.method;
        comparison->test_train_ratio = basis->test_train_ratio;
        fill_growth(&setting.levels, &comparison->growth);
        const sx_basis used = {.test_train_ratio = sx_pair_ratio(setting.method, basis->test_train_ratio),
                               .test_count = basis->test_count};
        for (size_t a = 0; a < comparison->axis_count; a++)
            fill_axis(comparison, a, &used, 1 - setting.levels.alone, values, &comparison->axes[a]);
        status = fill_pairs(comparison, comparison->statistics, &setting, values, means, comparison->pairs,
                            &comparison->pair_count, err);
    }
    sx_free(values);
    return status;
}
