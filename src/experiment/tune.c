/* tune.c: the grid, what of it is missing, and the choice. */
#include "experiment/tune.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/watch.h"
#include "experiment/study.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- options ---------------------------------------------------------------------------------------- */

static bool has_twice(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (values[i] <= values[j] && values[i] >= values[j]) return true;
    return false;
}

static sx_status check_momenta(const sx_compare_options *options, sx_error *err) {
    const sx_tune_options *tune = &options->tune;
    if (tune->momentum_count == 0) return SX_OK;
    for (size_t i = 0; i < tune->momentum_count; i++)
        if (!(tune->momenta[i] >= 0 && tune->momenta[i] < 1))
            return sx_fail(err, SX_E_ARGUMENT, "tuning: momentum %g, must be 0 to below 1", tune->momenta[i]);
    if (options->statistics != SX_STATISTICS_MOVING)
        return sx_fail(err, SX_E_ARGUMENT,
                       "tuning: the momentum of moving statistics changes no weight and the verdict rests on "
                       "%s statistics, so there is nothing to tune; score with moving statistics",
                       sx_statistics_name(options->statistics));
    return SX_OK;
}

sx_status sx_tune_check(const sx_compare_options *options, sx_error *err) {
    const sx_tune_options *tune = &options->tune;
    if (tune->rate_count > SX_MAX_TRIED || tune->momentum_count > SX_MAX_TRIED)
        return sx_fail(err, SX_E_ARGUMENT, "tuning: %zu learning rates and %zu momenta, at most %d of each",
                       tune->rate_count, tune->momentum_count, SX_MAX_TRIED);
    if (tune->rate_count == 0 && tune->momentum_count > 0)
        return sx_fail(err, SX_E_ARGUMENT,
                       "tuning: momenta are given, but no learning rate to try them with");
    if (tune->rate_count == 0) return SX_OK;
    for (size_t i = 0; i < tune->rate_count; i++)
        if (!(tune->rates[i] > 0 && tune->rates[i] <= 1e6))
            return sx_fail(err, SX_E_ARGUMENT, "tuning: learning rate %g, must be above 0 and at most 1e6",
                           tune->rates[i]);
    if (has_twice(tune->rates, tune->rate_count) || has_twice(tune->momenta, tune->momentum_count))
        return sx_fail(err, SX_E_ARGUMENT, "tuning: a learning rate or momentum is given twice");
    if (!(options->folds.validation > 0))
        return sx_fail(err, SX_E_ARGUMENT,
                       "tuning is judged on a validation part, and none is set aside (such as 0.2)");
    return check_momenta(options, err);
}

size_t sx_tune_choices(const sx_tune_options *tune) {
    return tune->rate_count * (tune->momentum_count > 0 ? tune->momentum_count : 1);
}

/* --- the choice ------------------------------------------------------------------------------------- */

static double distance(double a, double b) { return fabs(log(fmax(a, 1e-300) / fmax(b, 1e-300))); }

/* Ties of accuracy are common: validation parts are small. */
static bool is_better(const sx_trial *a, const sx_trial *b, double rate, double momentum) {
    if (isnan(a->accuracy)) return false;
    if (isnan(b->accuracy) || a->accuracy > b->accuracy) return true;
    if (a->accuracy < b->accuracy) return false;
    const double nearer = distance(b->learning_rate, rate) - distance(a->learning_rate, rate);
    if (fabs(nearer) > 1e-9) return nearer > 0;
    return distance(1 - a->momentum, 1 - momentum) < distance(1 - b->momentum, 1 - momentum) - 1e-9;
}

bool sx_tune_choose(sx_trial *trials, size_t count, double rate, double momentum) {
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (is_better(&trials[i], &trials[best], rate, momentum)) best = i;
    for (size_t i = 0; i < count; i++)
        trials[i].chosen = i == best;
    return !isnan(trials[best].accuracy);
}

static sx_status choose_all(sx_run_plan *plan, sx_error *err) {
    const size_t each = sx_tune_choices(&plan->options->tune);
    for (size_t i = 0; i < plan->trial_count; i += each) {
        const sx_trial *first = &plan->trials[i];
        if (!sx_tune_choose(plan->trials + i, each, plan->options->train.learning_rate, plan->momentum))
            return sx_fail(err, SX_E_NUMERIC,
                           "tuning: with %s kept, fold %s, training ran away at every learning rate that was "
                           "tried (from %g on); try smaller ones",
                           sx_axis_name(plan->options->axes[first->axis]),
                           plan->folds->folds[first->fold].name, first->learning_rate);
    }
    return SX_OK;
}

static const sx_trial *chosen(const sx_run_plan *plan, size_t axis, size_t fold) {
    for (size_t i = 0; i < plan->trial_count; i++)
        if (plan->trials[i].chosen && plan->trials[i].axis == axis && plan->trials[i].fold == fold)
            return &plan->trials[i];
    return NULL;
}

sx_train_options sx_plan_train(const sx_run_plan *plan) {
    sx_train_options train = plan->options->train;
    train.settled_validation = train.patience > 0 && plan->options->statistics != SX_STATISTICS_MOVING;
    return train;
}

void sx_tuned_train(const sx_run_plan *plan, size_t axis, size_t fold, sx_train_options *train) {
    const sx_trial *trial = chosen(plan, axis, fold);
    if (trial) train->learning_rate = trial->learning_rate;
}

sx_status sx_tune_build(const sx_run_plan *plan, size_t axis, double momentum,
                        const sx_model_options *options, sx_model **out, sx_error *err) {
    sx_model_spec *spec = sx_model_spec_copy(plan->specs[axis]);
    if (!spec) return sx_fail_memory(err, 4096);
    sx_model *model = NULL;
    sx_status status = SX_OK;
    if (plan->options->tune.momentum_count > 0) status = sx_model_spec_set_momentum(spec, momentum, err);
    if (status == SX_OK) status = sx_model_build(spec, options, &model, err);
    if (status == SX_OK) status = sx_net_begin(&plan->net, model, err);
    sx_model_spec_free(spec);
    if (status == SX_OK)
        *out = model;
    else
        sx_model_free(model);
    return status;
}

sx_status sx_tuned_build(const sx_run_plan *plan, size_t axis, size_t fold, const sx_model_options *options,
                         sx_model **out, sx_error *err) {
    const sx_trial *trial = chosen(plan, axis, fold);
    return sx_tune_build(plan, axis, trial ? trial->momentum : plan->momentum, options, out, err);
}

/* --- all of it -------------------------------------------------------------------------------------- */

static sx_status make_trials(sx_run_plan *plan, sx_error *err) {
    const sx_tune_options *tune = &plan->options->tune;
    const size_t each = sx_tune_choices(tune), momenta = each / tune->rate_count, folds = plan->folds->count;
    const size_t count = plan->options->axis_count * folds * each;
    plan->trials = sx_alloc(count, sizeof *plan->trials);
    if (!plan->trials) return sx_fail_memory(err, count * sizeof *plan->trials);
    plan->trial_count = count;
    for (size_t i = 0; i < count; i++)
        plan->trials[i] =
            (sx_trial){.axis = i / each / folds,
                       .fold = i / each % folds,
                       .learning_rate = tune->rates[i % each / momenta],
                       .momentum = tune->momentum_count ? tune->momenta[i % momenta] : plan->momentum,
                       .accuracy = (double)NAN,
                       .loss = (double)NAN};
    return SX_OK;
}

/* What decides the trials' numbers is what decides the runs'. */
static sx_status study_hash(const sx_run_plan *plan, uint64_t *hash, sx_error *err) {
    sx_study study = {0};
    sx_status status = sx_study_describe(plan, &study, err);
    *hash = 0;
    for (size_t i = 0; i < study.count; i++) {
        *hash = sx_hash(study.settings[i].name, strlen(study.settings[i].name) + 1, *hash);
        *hash = sx_hash(study.settings[i].value, strlen(study.settings[i].value) + 1, *hash);
    }
    sx_study_clear(&study);
    return status;
}

/* Checkpoints of trials that are finished or were another study's. */
static void drop_checkpoint(const sx_run_plan *plan, const sx_trial *trial) {
    char *path = sx_tune_path(plan, trial, "checkpoint");
    sx_status status = path ? sx_file_remove(path, NULL) : SX_OK;
    (void)status; /* one that stays behind is never read again */
    sx_free(path);
}

static sx_status find_pending(sx_run_plan *plan, uint64_t study, bool is_new, size_t *pending, size_t *count,
                              sx_error *err) {
    *count = 0;
    for (size_t i = 0; i < plan->trial_count; i++) {
        bool found = false;
        sx_status status = sx_tune_read(plan, study, &plan->trials[i], &found, err);
        if (status != SX_OK) return status;
        if (found || is_new) drop_checkpoint(plan, &plan->trials[i]);
        if (!found) pending[(*count)++] = i;
    }
    return SX_OK;
}

static sx_status explain_stop(sx_run_plan *plan, uint64_t study, size_t *pending, sx_error *err) {
    size_t left = plan->trial_count;
    sx_status status = find_pending(plan, study, false, pending, &left, err);
    if (status != SX_OK) return status;
    return sx_fail(
        err, SX_E_CANCELLED,
        "stopped while tuning: %zu of %zu trials are finished and saved in %s/tuning; the same call "
        "continues",
        plan->trial_count - left, plan->trial_count, plan->options->folder);
}

static sx_status run_missing(sx_run_plan *plan, uint64_t study, bool is_new, const sx_watch *watch,
                             sx_error *err) {
    size_t count = 0, *pending = sx_alloc(plan->trial_count, sizeof *pending);
    if (!pending) return sx_fail_memory(err, plan->trial_count * sizeof *pending);
    sx_status status = find_pending(plan, study, is_new, pending, &count, err);
    if (status == SX_OK && count > 0) {
        char text[256];
        snprintf(text, sizeof text,
                 "tuning: %zu trials, %zu for every axis on every fold, judged on the validation parts; %zu "
                 "are still to do",
                 plan->trial_count, sx_tune_choices(&plan->options->tune), count);
        sx_watch_note(watch, text);
        status = sx_tune_run(plan, study, pending, count, watch, err);
        if (status == SX_E_CANCELLED) status = explain_stop(plan, study, pending, err);
    }
    sx_free(pending);
    return status;
}

static sx_status check_validation(const sx_run_plan *plan, sx_error *err) {
    for (size_t i = 0; i < plan->folds->count; i++)
        if (plan->folds->folds[i].validation_count == 0)
            return sx_fail(err, SX_E_DATA, "tuning: fold %s has no validation recordings to judge by",
                           plan->folds->folds[i].name);
    return SX_OK;
}

sx_status sx_tune(sx_run_plan *plan, bool is_new, const sx_watch *watch, sx_error *err) {
    uint64_t study = 0;
    if (plan->options->tune.rate_count == 0) return SX_OK;
    sx_status status = check_validation(plan, err);
    if (status == SX_OK) status = make_trials(plan, err);
    if (status == SX_OK) status = study_hash(plan, &study, err);
    if (status == SX_OK) status = run_missing(plan, study, is_new, watch, err);
    return status == SX_OK ? choose_all(plan, err) : status;
}

sx_status sx_tune_report(const sx_run_plan *plan, sx_comparison *comparison, sx_error *err) {
    if (plan->trial_count == 0) return SX_OK;
    comparison->trials = sx_alloc(plan->trial_count, sizeof *comparison->trials);
    if (!comparison->trials) return sx_fail_memory(err, plan->trial_count * sizeof *comparison->trials);
    memcpy(comparison->trials, plan->trials, plan->trial_count * sizeof *comparison->trials);
    comparison->trial_count = plan->trial_count;
    return SX_OK;
}
