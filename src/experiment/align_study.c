/* align_study.c: two studies that differ in nothing but jitter while fitting, and what their nets lose when
 * recordings begin later. */
#include "experiment/align_probe.h"
#include "experiment/align_words.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/watch.h"
#include "data/shift.h"
#include "stats/resampled.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void sx_align_default(sx_align_options *options) {
    *options = (sx_align_options){.jitter_ms = 300, .lag_ms = 300};
    sx_compare_default(&options->compare);
    options->compare.folder = "sonaxis-align";
}

void sx_align_study_free(sx_align_study *study) {
    if (!study) return;
    sx_free(study->scores);
    sx_free(study);
}

/* --- what to do -------------------------------------------------------------------------------------- */

/* One frame, then steps that grow by a quarter, up to the last. */
static void list_lags(int last, sx_probe *probe) {
    for (int lag = 1; lag < last && probe->lag_count + 1 < SX_ALIGN_MOST_LAGS;) {
        probe->lags[probe->lag_count++] = lag;
        int next = (int)lround(1.25 * lag);
        lag = next > lag ? next : lag + 1;
    }
    probe->lags[probe->lag_count++] = last;
}

static sx_status make_probe(const sx_features *features, const sx_align_options *options, sx_probe *probe,
                            sx_error *err) {
    int last = 0;
    *probe = (sx_probe){0};
    if (features->from_arrays)
        return sx_fail(err, SX_E_ARGUMENT,
                       "nets cannot be probed with arrays, which do not tell how long a frame is; give "
                       "recordings");
    if (options->compare.train.jitter_ms > 0)
        return sx_fail(err, SX_E_ARGUMENT, "jitter_ms of training is %g, must be 0: align trains both ways",
                       options->compare.train.jitter_ms);
    if (options->compare.statistics == SX_STATISTICS_BATCH)
        return sx_fail(err, SX_E_ARGUMENT, "statistics: batch cannot be probed; take moving or recomputed");
    sx_status status = sx_shift_frames(features, options->jitter_ms, "jitter", &probe->jitter, err);
    if (status == SX_OK) status = sx_shift_frames(features, options->lag_ms, "lag", &last, err);
    if (status != SX_OK) return status;
    if (probe->jitter < 1 || last < 1)
        return sx_fail(err, SX_E_ARGUMENT, "jitter %g ms and lag %g ms must be at least one frame (%g ms)",
                       options->jitter_ms, options->lag_ms, sx_features_hop_ms(features));
    list_lags(last, probe);
    return SX_OK;
}

/* --- from scores to intervals ------------------------------------------------------------------------- */

typedef struct table {
    const sx_align_study *study;
    size_t conditions;
    double ratio, floor; /* of the corrected resampled t */
    double *first, *second;
} table;

static double score_at(const table *t, size_t trained, size_t axis, size_t run, size_t condition) {
    const sx_align_study *study = t->study;
    return study
        ->scores[((trained * study->axis_count + axis) * study->runs + run) * t->conditions + condition];
}

static sx_interval interval_of(const table *t, const double *values) {
    sx_resampled all = sx_resampled_from(values, t->study->runs, t->ratio, t->floor);
    double half = sx_resampled_half_width(&all, t->study->confidence);
    return (sx_interval){all.mean, all.mean - half, all.mean + half};
}

static sx_interval accuracy_of(const table *t, size_t trained, size_t axis, size_t condition) {
    for (size_t run = 0; run < t->study->runs; run++)
        t->first[run] = score_at(t, trained, axis, run, condition);
    sx_interval interval = interval_of(t, t->first);
    interval.low = fmax(interval.low, 0);
    interval.high = fmin(interval.high, 1);
    return interval;
}

/* Losses of every run from as is to a condition. */
static void fill_losses(const table *t, size_t trained, size_t axis, size_t condition, double *losses) {
    for (size_t run = 0; run < t->study->runs; run++)
        losses[run] =
            score_at(t, trained, axis, run, SX_PROBE_AS_IS) - score_at(t, trained, axis, run, condition);
}

static sx_interval loss_of(const table *t, size_t trained, size_t axis, size_t condition) {
    fill_losses(t, trained, axis, condition, t->first);
    return interval_of(t, t->first);
}

/* first - second, run by run. */
static sx_interval difference_of(const table *t) {
    for (size_t run = 0; run < t->study->runs; run++)
        t->first[run] -= t->second[run];
    return interval_of(t, t->first);
}

/* --- tolerance ---------------------------------------------------------------------------------------- */

typedef enum end { END_LOW, END_MEAN, END_HIGH } end;

static double loss_end(const sx_interval *loss, end which) {
    return which == END_LOW ? loss->low : which == END_HIGH ? loss->high : loss->mean;
}

/* The first lag at which one end of the loss reaches the margin, linear from 0 at lag 0. */
static double crossing(const sx_align_study *study, const sx_interval *losses, end which) {
    double before = 0, before_ms = 0;
    for (size_t i = 0; i < study->lag_count; i++) {
        double loss = loss_end(&losses[i], which);
        if (loss >= study->margin) {
            double share = (study->margin - before) / (loss - before);
            return before_ms + share * (study->lags_ms[i] - before_ms);
        }
        before = loss;
        before_ms = study->lags_ms[i];
    }
    return INFINITY;
}

static void fill_axis(const table *t, size_t a, sx_align_axis *axis) {
    const sx_align_study *study = t->study;
    for (size_t trained = 0; trained < SX_ALIGN_STATES; trained++) {
        for (size_t tested = 0; tested < SX_ALIGN_STATES; tested++)
            axis->accuracy[trained][tested] = accuracy_of(t, trained, a, SX_PROBE_AS_IS + tested);
        axis->drop[trained] = loss_of(t, trained, a, SX_PROBE_JITTERED);
        for (size_t i = 0; i < study->lag_count; i++)
            axis->loss[trained][i] = loss_of(t, trained, a, SX_PROBE_FIRST_LAG + i);
        axis->tolerance[trained] = (sx_tolerance){.ms = crossing(study, axis->loss[trained], END_MEAN),
                                                  .low_ms = crossing(study, axis->loss[trained], END_HIGH),
                                                  .high_ms = crossing(study, axis->loss[trained], END_LOW)};
    }
    fill_losses(t, SX_ALIGN_AS_IS, a, SX_PROBE_JITTERED, t->first);
    fill_losses(t, SX_ALIGN_JITTERED, a, SX_PROBE_JITTERED, t->second);
    axis->cured = difference_of(t);
    for (size_t run = 0; run < study->runs; run++) {
        t->first[run] = score_at(t, SX_ALIGN_AS_IS, a, run, SX_PROBE_AS_IS);
        t->second[run] = score_at(t, SX_ALIGN_JITTERED, a, run, SX_PROBE_AS_IS);
    }
    axis->cost = difference_of(t);
    axis->drop_more = (sx_interval){NAN, NAN, NAN};
    if (a == 0) return;
    fill_losses(t, SX_ALIGN_AS_IS, a, SX_PROBE_JITTERED, t->first);
    fill_losses(t, SX_ALIGN_AS_IS, 0, SX_PROBE_JITTERED, t->second);
    axis->drop_more = difference_of(t);
}

static sx_status fill_results(const sx_run_plan *plan, const sx_probe *probe, sx_align_study *study,
                              sx_error *err) {
    double tests = sx_run_plan_test_count(plan);
    double *values = sx_alloc(2 * study->runs, sizeof *values);
    if (!values) return sx_fail_memory(err, 2 * study->runs * sizeof *values);
    table t = {.study = study,
               .conditions = sx_probe_conditions(probe),
               .ratio = sx_run_plan_test_train_ratio(plan),
               .floor = 1 / (12 * tests * tests), /* accuracies are counts of items */
               .first = values,
               .second = values + study->runs};
    for (size_t i = 0; i < probe->lag_count; i++)
        study->lags_ms[i] = probe->lags[i] * study->hop_ms;
    study->lag_count = probe->lag_count;
    for (size_t a = 0; a < study->axis_count; a++)
        fill_axis(&t, a, &study->axes[a]);
    sx_align_write_words(study);
    sx_free(values);
    return SX_OK;
}

/* --- both studies ------------------------------------------------------------------------------------- */

/* Trains one of the two studies, as far as its folder does not hold it, and probes its nets. */
static sx_status run_state(const sx_run_plan *plan, const sx_align_options *options, sx_align_state state,
                           const sx_probe *probe, const sx_watch *watch, double *scores, sx_error *err) {
    sx_compare_options compare = options->compare;
    compare.train.jitter_ms = state == SX_ALIGN_JITTERED ? options->jitter_ms : 0;
    char *folder = sx_path_join(options->compare.folder, state == SX_ALIGN_JITTERED ? "jittered" : "as-is");
    if (!folder) return sx_fail(err, SX_E_MEMORY, "out of memory for the name of a folder");
    compare.folder = folder;
    sx_watch_note(watch, state == SX_ALIGN_JITTERED ? "training with jitter" : "training as is");
    sx_comparison *comparison = NULL;
    sx_status status = sx_compare(plan->features, &compare, watch, &comparison, err);
    if (status == SX_OK) status = sx_probe_run(plan, folder, &compare.train, probe, watch, scores, err);
    sx_comparison_free(comparison);
    sx_free(folder);
    return status;
}

static void copy_settings(const sx_run_plan *plan, const sx_align_options *options, sx_align_study *study) {
    study->axis_count = options->compare.axis_count;
    for (size_t a = 0; a < study->axis_count; a++)
        study->axes[a].axis = options->compare.axes[a];
    study->runs = plan->run_count / study->axis_count;
    study->seeds = options->compare.seeds;
    study->fold_count = plan->folds->count;
    study->hop_ms = sx_features_hop_ms(plan->features);
    study->jitter_ms = options->jitter_ms;
    study->margin = options->compare.margin;
    study->confidence = options->compare.confidence;
    study->statistics = options->compare.statistics;
    snprintf(study->model, sizeof study->model, "%s", sx_model_spec_name(plan->net.spec));
}

static sx_status run_both(const sx_run_plan *plan, const sx_align_options *options, const sx_probe *probe,
                          const sx_watch *watch, sx_align_study *study, sx_error *err) {
    size_t scores = plan->run_count * sx_probe_conditions(probe);
    copy_settings(plan, options, study);
    study->scores = sx_alloc(SX_ALIGN_STATES * scores, sizeof *study->scores);
    if (!study->scores) return sx_fail_memory(err, SX_ALIGN_STATES * scores * sizeof *study->scores);
    sx_status status = SX_OK;
    for (size_t state = 0; status == SX_OK && state < SX_ALIGN_STATES; state++)
        status = run_state(plan, options, (sx_align_state)state, probe, watch, study->scores + state * scores,
                           err);
    return status == SX_OK ? fill_results(plan, probe, study, err) : status;
}

sx_status sx_align_study_run(const sx_features *features, const sx_align_options *options,
                             const sx_watch *watch, sx_align_study **out, sx_error *err) {
    double start = sx_clock_seconds();
    sx_probe probe;
    sx_run_plan *plan = NULL;
    sx_align_study *study = NULL;
    sx_status status = sx_compare_check(&options->compare, err);
    if (status == SX_OK) status = make_probe(features, options, &probe, err);
    if (status == SX_OK) status = sx_run_plan_create(features, &options->compare, &plan, err);
    if (status == SX_OK && !(study = sx_alloc(1, sizeof *study))) status = sx_fail_memory(err, sizeof *study);
    if (status == SX_OK) status = run_both(plan, options, &probe, watch, study, err);
    if (status == SX_OK) {
        study->wall_s = sx_clock_seconds() - start;
        *out = study;
    } else {
        sx_align_study_free(study);
    }
    sx_run_plan_free(plan);
    return status;
}
