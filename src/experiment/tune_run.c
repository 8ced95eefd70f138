/* tune_run.c: trials side by side: build, fit, statistics as the verdict wants them, validation part. What
 * trials share (watch, counters) is behind one lock. */
#include "experiment/tune.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/watch.h"
#include "experiment/choose.h"

#include <stdio.h>

typedef struct tuner {
    sx_run_plan *plan;
    uint64_t study;
    const size_t *pending;
    size_t count, done;
    int threads; /* within a trial */
    const sx_watch *watch;
    sx_lock *lock;
    sx_status status; /* of the first trial that did not finish */
    sx_error error;
} tuner;

typedef struct attempt {
    tuner *all;
    sx_trial *trial;
    const sx_fold *fold;
    const sx_standardise *standardise;
    sx_watch watch;
    sx_model *model;
} attempt;

static bool is_cancelled(void *context) {
    attempt *one = context;
    sx_lock_take(one->all->lock);
    bool cancelled = one->all->status != SX_OK || sx_watch_is_cancelled(one->all->watch);
    sx_lock_give(one->all->lock);
    return cancelled;
}

static void remember_failure(attempt *one, sx_status status, const sx_error *error) {
    tuner *all = one->all;
    sx_lock_take(all->lock);
    if (all->status == SX_OK || (all->status == SX_E_CANCELLED && status != SX_E_CANCELLED)) {
        all->status = status;
        all->error = *error;
        if (status != SX_E_CANCELLED)
            sx_error_prefix(&all->error, "tuning of %s, fold %s, learning rate %g",
                            sx_axis_name(all->plan->options->axes[one->trial->axis]), one->fold->name,
                            one->trial->learning_rate);
    }
    sx_lock_give(all->lock);
}

/* --- one trial -------------------------------------------------------------------------------------- */

static sx_train_options options_of(const attempt *one) {
    sx_train_options options = sx_plan_train(one->all->plan);
    options.seed = sx_run_plan_seed(one->all->plan, one->trial->fold, -1);
    options.threads = one->all->threads;
    options.learning_rate = one->trial->learning_rate;
    return options;
}

static sx_status fit(attempt *one, sx_train_options *options, sx_error *err) {
    const sx_run_plan *plan = one->all->plan;
    const sx_fold *fold = one->fold;
    const sx_model_options build = {.input = plan->features->shape,
                                    .classes = plan->features->label_count,
                                    .batch = (size_t)options->batch,
                                    .training = true,
                                    .seed = options->seed,
                                    .threads = options->threads,
                                    .exact = options->exact};
    char *checkpoint = sx_tune_path(plan, one->trial, "checkpoint");
    if (!checkpoint) return sx_fail_memory(err, 256);
    options->checkpoint = checkpoint;
    sx_history history = {0};
    sx_status status = sx_tune_build(plan, one->trial->axis, one->trial->momentum, &build, &one->model, err);
    if (status == SX_OK)
        status = sx_train_fit(one->model, plan->features, one->standardise, fold->train, fold->train_count,
                              fold->validation, fold->validation_count, options, &one->watch, NULL, NULL,
                              &history, err);
    sx_history_clear(&history);
    options->checkpoint = NULL;
    sx_free(checkpoint);
    return status;
}

static sx_status judge(attempt *one, const sx_train_options *options, sx_error *err) {
    const sx_run_plan *plan = one->all->plan;
    const sx_fold *fold = one->fold;
    sx_score score = {0};
    sx_status status = SX_OK;
    if (plan->options->statistics == SX_STATISTICS_RECOMPUTED)
        status = sx_train_recompute_as_fitted(one->model, plan->features, one->standardise, fold->train,
                                              fold->train_count, options, &one->watch, err);
    if (plan->options->statistics == SX_STATISTICS_BATCH)
        status = sx_train_recompute(one->model, plan->features, one->standardise, fold->validation,
                                    fold->validation_count, &one->watch, err);
    if (status == SX_OK)
        status = sx_evaluate(one->model, plan->features, one->standardise, fold->validation,
                             fold->validation_count, options->loss == SX_LOSS_SIGMOID, NULL, &score, err);
    if (status != SX_OK) return status;
    one->trial->accuracy = score.accuracy;
    one->trial->loss = score.loss;
    sx_score_clear(&score);
    return SX_OK;
}

/* Another process on the same study may make the same trials: what it has finished is taken over, also where
 * it took the checkpoint away under our hands. A rate at which training runs away is an answer, not a
 * failure: the trial keeps its NaN. */
static sx_status run(attempt *one, sx_error *err) {
    sx_train_options options = options_of(one);
    bool found = false;
    sx_status status = sx_tune_read(one->all->plan, one->all->study, one->trial, &found, err);
    if (status != SX_OK || found) return status;
    status = fit(one, &options, err);
    if (status == SX_OK) status = judge(one, &options, err);
    sx_model_free(one->model);
    if (status == SX_E_FILE &&
        sx_tune_read(one->all->plan, one->all->study, one->trial, &found, NULL) == SX_OK && found)
        return SX_OK;
    if (status != SX_OK && status != SX_E_NUMERIC) return status;
    return sx_tune_write(one->all->plan, one->all->study, one->trial, err);
}

static void finish(attempt *one) {
    tuner *all = one->all;
    char *path = sx_tune_path(all->plan, one->trial, "checkpoint");
    sx_status removed = path ? sx_file_remove(path, NULL) : SX_OK;
    (void)removed; /* the next call removes it */
    sx_free(path);
    sx_lock_take(all->lock);
    all->done++;
    sx_watch_progress(all->watch, "tuning", all->done, all->count);
    sx_lock_give(all->lock);
}

static void run_task(void *context, size_t index, int worker) {
    (void)worker;
    tuner *all = context;
    attempt one = {.all = all, .trial = &all->plan->trials[all->pending[index]]};
    one.fold = &all->plan->folds->folds[one.trial->fold];
    one.standardise = &all->plan->standardise[one.trial->fold];
    one.watch = (sx_watch){.cancelled = is_cancelled, .context = &one};
    sx_error error = {0};
    sx_status status = is_cancelled(&one) ? sx_fail(&error, SX_E_CANCELLED, "stopped") : run(&one, &error);
    if (status != SX_OK)
        remember_failure(&one, status, &error);
    else
        finish(&one);
}

static sx_choice choose_for(const sx_run_plan *plan, size_t count) {
    const sx_compare_options *options = plan->options;
    const sx_demand demand = {.runs = count,
                              .cores = options->threads > 0 ? options->threads : sx_core_count(),
                              .jobs = options->jobs,
                              .run_bytes = plan->run_bytes,
                              .memory_bytes = sx_memory_budget()};
    return sx_choose(&demand);
}

static sx_status make_folder(const sx_run_plan *plan, sx_error *err) {
    char *folder = sx_path_join(plan->options->folder, "tuning");
    sx_status status = folder ? sx_folder_create(folder, err) : sx_fail_memory(err, 256);
    sx_free(folder);
    return status;
}

sx_status sx_tune_run(sx_run_plan *plan, uint64_t study, const size_t *pending, size_t count,
                      const sx_watch *watch, sx_error *err) {
    const sx_choice choice = choose_for(plan, count);
    tuner all = {.plan = plan,
                 .study = study,
                 .pending = pending,
                 .count = count,
                 .threads = choice.threads,
                 .watch = watch};
    sx_pool *pool = NULL;
    sx_status status = make_folder(plan, err);
    if (status == SX_OK) status = sx_lock_create(&all.lock, err);
    if (status == SX_OK && choice.jobs > 1) status = sx_pool_create(choice.jobs, &pool, err);
    if (status == SX_OK) {
        sx_watch_progress(watch, "tuning", 0, count);
        sx_pool_run(pool, count, run_task, &all);
        status = all.status;
        if (status != SX_OK && err) *err = all.error;
    }
    sx_pool_free(pool);
    sx_lock_free(all.lock);
    return status;
}
