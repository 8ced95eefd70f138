/* compare.c: the main job, joined from its parts: plan, study on disk, runs, results, verdict. */
#include "sonaxis/answer.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"
#include "base/watch.h"
#include "experiment/collect.h"
#include "experiment/facts.h"
#include "experiment/growth.h"
#include "experiment/lags.h"
#include "experiment/runner.h"
#include "experiment/study.h"
#include "experiment/tune.h"
#include "experiment/verdict_text.h"

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

/* Runs of the plan that are ours, and what the store lacks of them. */
typedef struct to_do {
    size_t *pending; /* room for every run of the plan; ascending */
    size_t count, ours;
} to_do;

static sx_status find_pending(const sx_run_plan *plan, sx_store *store, to_do *work, sx_error *err) {
    work->count = work->ours = 0;
    for (size_t i = 0; i < plan->run_count; i++) {
        size_t axis;
        bool found = false;
        sx_run_id id = sx_run_plan_at(plan, i, &axis);
        if (!sx_run_plan_is_ours(plan, i)) continue;
        sx_status status = sx_store_has(store, id, &found, err);
        if (status != SX_OK) return status;
        work->ours++;
        if (!found) work->pending[work->count++] = i;
    }
    return SX_OK;
}

/* Checkpoints of finished runs, left behind by a crash between commit and removal; in a new study all of
 * them, since they are another one's. */
static void drop_checkpoints(const sx_run_plan *plan, const sx_store *store, const to_do *work) {
    size_t axis, next = 0;
    for (size_t i = 0; i < plan->run_count; i++) {
        bool is_pending = next < work->count && work->pending[next] == i;
        next += is_pending;
        if ((!is_pending && sx_run_plan_is_ours(plan, i)) || sx_store_is_new(store))
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
static sx_status explain_stop(const sx_run_plan *plan, sx_store *store, to_do *work, sx_error *err) {
    sx_status status = find_pending(plan, store, work, err);
    if (status != SX_OK) return status;
    return sx_fail(err, SX_E_CANCELLED,
                   "stopped: %zu of %zu runs are finished and saved in %s; the same call continues",
                   work->ours - work->count, work->ours, sx_store_path(store));
}

/* All that is left is being made by others: they end, or die and leave it to us. */
static sx_status wait_for_others(sx_store *store, const to_do *work, const sx_watch *watch, bool *told,
                                 sx_error *err) {
    sx_text others = {0};
    sx_status status = *told ? SX_OK : sx_store_workers(store, &others, err);
    if (status == SX_OK && others.length > 0) {
        char text[256];
        sx_print(text, sizeof text, "waiting for %zu run%s of %s", work->count, work->count == 1 ? "" : "s",
                 others.chars);
        sx_watch_note(watch, text);
        *told = true;
    }
    sx_text_clear(&others);
    sx_clock_wait(0.2);
    if (status == SX_OK && sx_watch_is_cancelled(watch)) status = sx_fail(err, SX_E_CANCELLED, "stopped");
    return status;
}

/* Until every run is there. Another process on the same study takes its share of them. */
static sx_status work_off(const sx_run_plan *plan, sx_store *store, const sx_choice *choice, to_do *work,
                          const sx_watch *watch, sx_error *err) {
    bool told = false;
    sx_status status = SX_OK;
    while (status == SX_OK && work->count > 0) {
        size_t before = work->count;
        status = sx_runner_run(plan, store, choice, work->pending, work->count, watch, err);
        if (status == SX_OK) status = find_pending(plan, store, work, err);
        if (status == SX_OK && work->count == before)
            status = wait_for_others(store, work, watch, &told, err);
    }
    return status == SX_E_CANCELLED ? explain_stop(plan, store, work, err) : status;
}

static sx_status run_pending(const sx_run_plan *plan, sx_store *store, const sx_watch *watch, bool first,
                             sx_choice *choice, sx_error *err) {
    to_do work = {.pending = sx_alloc(plan->run_count, sizeof *work.pending)};
    if (!work.pending) return sx_fail_memory(err, plan->run_count * sizeof *work.pending);
    sx_status status = find_pending(plan, store, &work, err);
    if (status == SX_OK && first && work.count < work.ours) {
        char text[256];
        snprintf(text, sizeof text, "%zu of %zu runs are taken from an earlier call", work.ours - work.count,
                 work.ours);
        sx_watch_note(watch, text);
    }
    if (status == SX_OK) {
        sx_choice now = choose_for(plan, work.count);
        if (first) drop_checkpoints(plan, store, &work);
        if (first) sx_watch_note(watch, now.note);
        if (first || work.count > 0) *choice = now;
        status = work_off(plan, store, choice, &work, watch, err);
    }
    sx_free(work.pending);
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

static sx_status take_lags(const sx_run_plan *plan, sx_comparison *comparison, sx_error *err) {
    sx_status status = SX_OK;
    for (size_t i = 0; i < comparison->run_count && status == SX_OK; i++) {
        sx_run *run = &comparison->runs[i];
        const sx_run_id id = {plan->options->axes[run->axis], run->fold, run->repetition};
        status = sx_lags_take(plan, id, comparison, run, err);
    }
    return status;
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
    comparison->seeds = plan->seeds;
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

static sx_basis basis_of(const sx_run_plan *plan) {
    return (sx_basis){.test_train_ratio = sx_run_plan_test_train_ratio(plan),
                      .test_count = sx_run_plan_test_count(plan)};
}

static sx_status collect(const sx_run_plan *plan, sx_store *store, const sx_growth *growth,
                         sx_comparison *comparison, sx_error *err) {
    const sx_basis basis = basis_of(plan);
    copy_settings(plan, comparison);
    comparison->growth = *growth;
    sx_status status = copy_fold_names(plan->folds, comparison, err);
    if (status == SX_OK) status = sx_tune_report(plan, comparison, err);
    if (status == SX_OK) status = sx_collect(store, plan->features->label_count, &basis, comparison, err);
    return status == SX_OK ? take_lags(plan, comparison, err) : status;
}

/* What a reader of the study needs who has not got the data. */
static sx_status describe(const sx_run_plan *plan, sx_store *store, sx_error *err) {
    const sx_basis basis = basis_of(plan);
    sx_comparison settings = {0};
    copy_settings(plan, &settings);
    sx_status status = sx_facts_write(store, &settings, &basis, err);
    return status == SX_OK ? sx_store_set_items(store, plan->features, plan->folds, err) : status;
}

/* Before the runs: what they will be able to tell. */
static void promise(const sx_run_plan *plan, const sx_watch *watch) {
    char text[256];
    const sx_study_design design = {.folds = plan->folds->count,
                                    .seeds = plan->seeds,
                                    .axes = plan->options->axis_count,
                                    .test_train_ratio = sx_run_plan_test_train_ratio(plan),
                                    .confidence = plan->options->confidence};
    sx_study_promise(&design, text, sizeof text);
    sx_watch_note(watch, text);
}

/* One look: the verdict of the runs that are there, and whether the study goes on. */
static sx_status look(const sx_run_plan *plan, sx_store *store, const sx_choice *choice, double start_s,
                      sx_growth *growth, sx_comparison *comparison, int *next_seeds, sx_error *err) {
    double seed_s = 0;
    sx_status status = sx_growth_look(plan, store, choice->jobs, growth, err);
    if (status == SX_OK) status = collect(plan, store, growth, comparison, err);
    if (status == SX_OK)
        status = sx_store_add_look(store, plan->seeds, sx_verdict_kind_name(comparison->verdict.kind), err);
    if (status == SX_OK) status = sx_growth_seed_time(plan, store, choice->jobs, &seed_s, err);
    if (status == SX_OK)
        status = sx_growth_judge(plan, sx_clock_seconds() - start_s, seed_s, comparison, next_seeds, err);
    if (status == SX_OK) status = sx_growth_keep(store, &comparison->growth, err);
    if (status != SX_OK) return status;
    sx_verdict_say_growth(comparison, &comparison->verdict);
    snprintf(comparison->schedule_note, sizeof comparison->schedule_note, "%s", choice->note);
    comparison->wall_s = sx_clock_seconds() - start_s;
    return SX_OK;
}

static void note_growth(const sx_comparison *comparison, int next_seeds, const sx_watch *watch) {
    char text[256];
    sx_print(text, sizeof text, "undecided with %d seeds, chance that %d decide it: %.0f %%; going on to %d",
             comparison->seeds, comparison->growth.most_seeds, 100 * comparison->growth.chance, next_seeds);
    sx_watch_note(watch, text);
}

/* Runs and looks until the study is of the size it shall have, or decided. */
static sx_status grow(sx_run_plan *plan, sx_store *store, const sx_watch *watch, double start_s,
                      sx_comparison **out, sx_error *err) {
    sx_growth growth;
    sx_choice choice = {0};
    int next_seeds = 0;
    bool first = true;
    sx_status status = sx_growth_begin(plan, store, &growth, err);
    if (status == SX_OK) promise(plan, watch);
    if (status == SX_OK) sx_lags_warn(plan, watch);
    do {
        sx_comparison *comparison = NULL;
        if (status == SX_OK) status = run_pending(plan, store, watch, first, &choice, err);
        if (status != SX_OK || plan->options->growth.shards > 1) return status;
        if (!(comparison = sx_alloc(1, sizeof *comparison))) return sx_fail_memory(err, sizeof *comparison);
        status = look(plan, store, &choice, start_s, &growth, comparison, &next_seeds, err);
        if (status == SX_OK && next_seeds == 0) {
            *out = comparison;
            return SX_OK;
        }
        if (status == SX_OK) note_growth(comparison, next_seeds, watch);
        sx_comparison_free(comparison);
        if (status == SX_OK) sx_run_plan_set_seeds(plan, next_seeds);
        first = false;
    } while (status == SX_OK);
    return status;
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
    if (status == SX_OK) status = describe(plan, store, err);
    if (status == SX_OK) status = sx_tune(plan, sx_store_is_new(store), watch, err);
    if (status == SX_OK) status = grow(plan, store, watch, start_s, &made, err);
    sx_store_close(store);
    sx_run_plan_free(plan);
    if (status == SX_OK || status == SX_E_CANCELLED) *out = made;
    return status;
}
