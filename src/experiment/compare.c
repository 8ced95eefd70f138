/* compare.c: the main job, joined from its parts: plan, study on disk, runs, results, verdict. */
#include "sonaxis/answer.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/watch.h"
#include "experiment/lags.h"
#include "experiment/runner.h"
#include "experiment/study.h"
#include "experiment/tune.h"
#include "experiment/verdict.h"

#include <stdio.h>
#include <string.h>

void sx_compare_default(sx_compare_options *options) {
    *options = (sx_compare_options){.model = "small",
                                    .axes = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME},
                                    .axis_count = 3,
                                    .order = SX_ORDER_UNKNOWN,
                                    .seeds = 2,
                                    .moving_momentum = -1,
                                    .statistics = SX_STATISTICS_RECOMPUTED,
                                    .margin = 0.01,
                                    .confidence = 0.95,
                                    .folder = "sonaxis-out"};
    sx_folds_default(&options->folds);
    sx_train_default(&options->train);
}

void sx_comparison_free(sx_comparison *comparison) {
    if (!comparison) return;
    for (size_t i = 0; comparison->runs && i < comparison->run_count; i++) {
        sx_free(comparison->runs[i].epochs);
        sx_free(comparison->runs[i].lags);
        sx_free(comparison->runs[i].confusion);
    }
    sx_answer_free(comparison->answer);
    sx_free(comparison->runs);
    sx_free(comparison->trials);
    sx_names_free(comparison->lag_layers, comparison->lag_layer_count);
    sx_names_free(comparison->fold_names, comparison->fold_count);
    sx_net_about_free(comparison->net);
    sx_free(comparison);
}

/* --- running what is missing ------------------------------------------------------------------------ */

/* pending: room for every run of the plan. */
static sx_status find_pending(const sx_run_plan *plan, sx_store *store, size_t *pending, size_t *count,
                              sx_error *err) {
    *count = 0;
    for (size_t i = 0; i < plan->run_count; i++) {
        size_t axis;
        bool found = false;
        sx_run_id id = sx_run_plan_at(plan, i, &axis);
        sx_status status = sx_store_has(store, id, &found, err);
        if (status != SX_OK) return status;
        if (!found) pending[(*count)++] = i;
    }
    return SX_OK;
}

/* Checkpoints of finished runs, left behind by a crash between commit and removal; in a new study all of
 * them, since they are another one's. pending is ascending. */
static void drop_checkpoints(const sx_run_plan *plan, const sx_store *store, const size_t *pending,
                             size_t count) {
    size_t axis, next = 0;
    for (size_t i = 0; i < plan->run_count; i++) {
        bool is_pending = next < count && pending[next] == i;
        next += is_pending;
        if (!is_pending || sx_store_is_new(store))
            sx_run_plan_drop_checkpoint(plan, sx_run_plan_at(plan, i, &axis));
    }
}

static sx_choice choose_for(const sx_run_plan *plan, size_t pending_count) {
    const sx_compare_options *options = plan->options;
    sx_demand demand = {.runs = pending_count,
                        .cores = options->threads > 0 ? options->threads : sx_core_count(),
                        .jobs = options->jobs,
                        .run_bytes = plan->run_bytes,
                        .memory_bytes = sx_memory_budget()};
    return sx_choose(&demand);
}

/* "Stopped" alone would leave the user wondering what is lost. */
static sx_status explain_stop(const sx_run_plan *plan, sx_store *store, size_t *pending, sx_error *err) {
    size_t left = plan->run_count;
    sx_status status = find_pending(plan, store, pending, &left, err);
    if (status != SX_OK) return status;
    return sx_fail(err, SX_E_CANCELLED,
                   "stopped: %zu of %zu runs are finished and saved in %s; the same call continues",
                   plan->run_count - left, plan->run_count, sx_store_path(store));
}

static sx_status run_pending(const sx_run_plan *plan, sx_store *store, const sx_watch *watch, char note[256],
                             sx_error *err) {
    size_t count = 0, *pending = sx_alloc(plan->run_count, sizeof *pending);
    if (!pending) return sx_fail_memory(err, plan->run_count * sizeof *pending);
    sx_status status = find_pending(plan, store, pending, &count, err);
    if (status == SX_OK && count < plan->run_count) {
        char text[256];
        snprintf(text, sizeof text, "%zu of %zu runs are taken from an earlier call", plan->run_count - count,
                 plan->run_count);
        sx_watch_note(watch, text);
    }
    if (status == SX_OK) {
        drop_checkpoints(plan, store, pending, count);
        sx_choice choice = choose_for(plan, count);
        snprintf(note, 256, "%s", choice.note);
        sx_watch_note(watch, note);
        if (count > 0) status = sx_runner_run(plan, store, &choice, pending, count, watch, err);
        if (status == SX_E_CANCELLED) status = explain_stop(plan, store, pending, err);
    }
    sx_free(pending);
    return status;
}

/* --- collecting ------------------------------------------------------------------------------------- */

static sx_status copy_fold_names(const sx_folds *folds, sx_comparison *comparison, sx_error *err) {
    comparison->fold_names = sx_alloc(folds->count, sizeof *comparison->fold_names);
    if (!comparison->fold_names) return sx_fail_memory(err, folds->count * sizeof *comparison->fold_names);
    for (size_t i = 0; i < folds->count; i++) {
        comparison->fold_names[i] = sx_copy_text(folds->folds[i].name);
        if (!comparison->fold_names[i]) return sx_fail_memory(err, strlen(folds->folds[i].name) + 1);
    }
    return SX_OK;
}

/* Takes the record apart: the run keeps its epochs and the confusion table of the verdict's statistics. */
static sx_status run_from(sx_record *record, sx_statistics statistics, sx_run *run, sx_error *err) {
    size_t cells = record->label_count * record->label_count;
    run->confusion = sx_alloc(cells, sizeof *run->confusion);
    if (!run->confusion) return sx_fail_memory(err, cells * sizeof *run->confusion);
    memcpy(run->confusion, record->confusions + (size_t)statistics * cells, cells * sizeof *run->confusion);
    memcpy(run->scores, record->scores, sizeof run->scores);
    run->train_accuracy = record->train_accuracy;
    run->train_accuracy_moving = record->train_accuracy_moving;
    run->wall_s = record->wall_s;
    run->epochs = record->epochs;
    run->epoch_count = record->epoch_count;
    record->epochs = NULL;
    return SX_OK;
}

static sx_status load_run(const sx_run_plan *plan, sx_store *store, sx_comparison *comparison, sx_run *run,
                          sx_error *err) {
    sx_run_id id = {.axis = plan->options->axes[run->axis], .fold = run->fold, .repetition = run->repetition};
    sx_record record = {0};
    sx_status status = sx_store_load(store, id, plan->features->label_count, &record, err);
    if (status == SX_OK) status = run_from(&record, plan->options->statistics, run, err);
    sx_record_clear(&record);
    if (status == SX_OK) status = sx_lags_take(plan, id, comparison, run, err);
    return status;
}

static sx_status load_runs(const sx_run_plan *plan, sx_store *store, sx_comparison *comparison,
                           sx_error *err) {
    comparison->runs = sx_alloc(plan->run_count, sizeof *comparison->runs);
    if (!comparison->runs) return sx_fail_memory(err, plan->run_count * sizeof *comparison->runs);
    size_t seeds = (size_t)plan->options->seeds, folds = plan->folds->count;
    for (size_t i = 0; i < plan->run_count; i++) {
        sx_run *run = &comparison->runs[comparison->run_count++];
        run->axis = i / seeds / folds;
        run->fold = i / seeds % folds;
        run->repetition = (int)(i % seeds);
        sx_status status = load_run(plan, store, comparison, run, err);
        if (status != SX_OK) return status;
        comparison->run_wall_s += run->wall_s;
    }
    return SX_OK;
}

static void copy_settings(const sx_run_plan *plan, sx_comparison *comparison) {
    const sx_compare_options *options = plan->options;
    comparison->axis_count = options->axis_count;
    for (size_t i = 0; i < options->axis_count; i++) {
        comparison->axes[i].axis = options->axes[i];
        comparison->parameters[i] = plan->parameters[i];
    }
    comparison->runs_planned = plan->run_count;
    comparison->fold_count = plan->folds->count;
    comparison->seeds = options->seeds;
    comparison->statistics = options->statistics;
    comparison->margin = options->margin;
    comparison->confidence = options->confidence;
    snprintf(comparison->model, sizeof comparison->model, "%s", sx_model_spec_name(plan->net.spec));
    comparison->train = options->train;
    comparison->train.checkpoint = NULL;
    comparison->steps = sx_run_plan_steps(plan, 0);
    comparison->momentum = plan->momentum;
    comparison->order = sx_model_spec_order(plan->net.spec);
    comparison->net = sx_net_about_share(plan->net.about);
}

static sx_status collect(const sx_run_plan *plan, sx_store *store, sx_comparison *comparison, sx_error *err) {
    sx_basis basis = {.test_train_ratio = sx_run_plan_test_train_ratio(plan),
                      .test_count = sx_run_plan_test_count(plan)};
    copy_settings(plan, comparison);
    sx_status status = copy_fold_names(plan->folds, comparison, err);
    if (status == SX_OK) status = sx_tune_report(plan, comparison, err);
    if (status == SX_OK) status = load_runs(plan, store, comparison, err);
    if (status == SX_OK) status = sx_results_fill(comparison, &basis, err);
    if (status == SX_OK) status = sx_verdict_fill(comparison, &basis, err);
    return status;
}

/* Before the runs: what they will be able to tell. */
static void promise(const sx_run_plan *plan, const sx_watch *watch) {
    char text[256];
    const sx_study_design design = {.folds = plan->folds->count,
                                    .seeds = plan->options->seeds,
                                    .axes = plan->options->axis_count,
                                    .test_train_ratio = sx_run_plan_test_train_ratio(plan),
                                    .confidence = plan->options->confidence};
    sx_study_promise(&design, text, sizeof text);
    sx_watch_note(watch, text);
}

static sx_status compare_in(const sx_run_plan *plan, sx_store *store, const sx_watch *watch, double start_s,
                            sx_comparison **out, sx_error *err) {
    sx_comparison *comparison = sx_alloc(1, sizeof *comparison);
    if (!comparison) return sx_fail_memory(err, sizeof *comparison);
    promise(plan, watch);
    sx_lags_warn(plan, watch);
    sx_status status = run_pending(plan, store, watch, comparison->schedule_note, err);
    if (status == SX_OK) status = collect(plan, store, comparison, err);
    if (status != SX_OK) {
        sx_comparison_free(comparison);
        return status;
    }
    comparison->wall_s = sx_clock_seconds() - start_s;
    *out = comparison;
    return SX_OK;
}

static sx_status open_study(const sx_run_plan *plan, sx_store **store, sx_error *err) {
    sx_study study = {0};
    sx_status status = sx_study_describe(plan, &study, err);
    if (status == SX_OK)
        status = sx_store_open(plan->options->folder, study.settings, study.count, store, err);
    sx_study_clear(&study);
    return status;
}

sx_status sx_compare(const sx_features *features, const sx_compare_options *options, const sx_watch *watch,
                     sx_comparison **out, sx_error *err) {
    double start_s = sx_clock_seconds();
    sx_run_plan *plan = NULL;
    sx_store *store = NULL;
    sx_comparison *made = NULL;
    sx_status status = sx_compare_check(options, err);
    if (status == SX_OK) status = sx_run_plan_create(features, options, &plan, err);
    if (status == SX_OK) status = open_study(plan, &store, err);
    if (status == SX_OK) status = sx_tune(plan, sx_store_is_new(store), watch, err);
    if (status == SX_OK) status = compare_in(plan, store, watch, start_s, &made, err);
    sx_store_close(store);
    sx_run_plan_free(plan);
    if (status == SX_OK || status == SX_E_CANCELLED) *out = made;
    return status;
}
