/* runner.c: see runner.h. A run: build, fit, then score three ways. Moving statistics come first, since
 * recomputing overwrites them. Everything that runs share (store, watch, counters) is behind one lock. */
#include "experiment/runner.h"

#include "experiment/align_probe.h"
#include "experiment/lags.h"
#include "experiment/settled.h"
#include "experiment/tune.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/watch.h"

#include <math.h>
#include <string.h>

typedef struct runner {
    const sx_run_plan *plan;
    sx_store *store;
    const sx_choice *choice;
    const size_t *pending;
    size_t pending_count;
    const sx_watch *watch; /* may be NULL */
    sx_lock *lock;
    uint64_t epochs_done;
    sx_status status; /* of the first run that did not finish */
    sx_error error;
} runner;

/* One run on one worker. */
typedef struct job {
    runner *runner;
    sx_run_id id;
    size_t axis;
    const sx_fold *fold;
    const sx_standardise *standardise;
    sx_watch watch; /* what the fit sees: no progress of its own, cancelled by the user or by a failed run */
    size_t epochs_counted;
    sx_model *model;
} job;

/* --- what runs share -------------------------------------------------------------------------------- */

static void show_progress(const runner *all) {
    uint64_t total = (uint64_t)all->pending_count * (uint64_t)all->plan->options->train.epochs;
    sx_watch_progress(all->watch, "epochs of all runs", all->epochs_done, total);
}

static void count_epochs(job *one, size_t now) {
    runner *all = one->runner;
    if (now <= one->epochs_counted) return;
    sx_lock_take(all->lock);
    all->epochs_done += now - one->epochs_counted;
    show_progress(all);
    sx_lock_give(all->lock);
    one->epochs_counted = now;
}

static void after_epoch(void *context, size_t epoch, const sx_epoch *values) {
    (void)values;
    count_epochs(context, epoch + 1);
}

static bool is_cancelled(void *context) {
    job *one = context;
    runner *all = one->runner;
    sx_lock_take(all->lock);
    bool cancelled = all->status != SX_OK || sx_watch_is_cancelled(all->watch);
    sx_lock_give(all->lock);
    return cancelled;
}

static void pass_note(void *context, const char *text) {
    job *one = context;
    runner *all = one->runner;
    sx_lock_take(all->lock);
    sx_watch_note(all->watch, text);
    sx_lock_give(all->lock);
}

/* A run that was only told to stop must not hide the error of the one that failed. */
static void remember_failure(job *one, sx_status status, const sx_error *error) {
    runner *all = one->runner;
    sx_lock_take(all->lock);
    if (all->status == SX_OK || (all->status == SX_E_CANCELLED && status != SX_E_CANCELLED)) {
        all->status = status;
        all->error = *error;
        if (status != SX_E_CANCELLED)
            sx_error_prefix(&all->error, "run of %s, fold %s, seed %d", sx_axis_name(one->id.axis),
                            one->fold->name, one->id.repetition + 1);
    }
    sx_lock_give(all->lock);
}

/* --- one run ---------------------------------------------------------------------------------------- */

static sx_status build(job *one, sx_error *err) {
    const sx_run_plan *plan = one->runner->plan;
    sx_model_options options = {.input = plan->features->shape,
                                .classes = plan->features->label_count,
                                .batch = (size_t)plan->options->train.batch,
                                .training = true,
                                .seed = sx_run_plan_seed(plan, one->id.fold, one->id.repetition),
                                .threads = one->runner->choice->threads,
                                .exact = plan->options->train.exact};
    return sx_tuned_build(plan, one->axis, one->id.fold, &options, &one->model, err);
}

static sx_status fit(job *one, sx_record *record, sx_error *err) {
    const sx_run_plan *plan = one->runner->plan;
    const sx_fold *fold = one->fold;
    char *checkpoint = sx_run_plan_checkpoint(plan, one->id);
    if (!checkpoint) return sx_fail(err, SX_E_MEMORY, "out of memory for the name of a checkpoint");
    sx_train_options options = sx_plan_train(plan);
    options.seed = sx_run_plan_seed(plan, one->id.fold, one->id.repetition);
    options.threads = one->runner->choice->threads;
    options.checkpoint = checkpoint;
    sx_tuned_train(plan, one->axis, one->id.fold, &options);
    sx_history history = {0};
    sx_status status = sx_train_fit(one->model, plan->features, one->standardise, fold->train,
                                    fold->train_count, fold->validation, fold->validation_count, &options,
                                    &one->watch, after_epoch, one, &history, err);
    sx_free(checkpoint);
    if (status != SX_OK) return status;
    record->epochs = sx_alloc(history.count, sizeof *record->epochs);
    record->epoch_count = history.count;
    if (!record->epochs)
        status = sx_fail_memory(err, history.count * sizeof *record->epochs);
    else if (history.count > 0)
        memcpy(record->epochs, history.epochs, history.count * sizeof *record->epochs);
    if (status == SX_OK) status = sx_lags_keep(plan, one->id, one->model, &history, err);
    if (history.count > 0) record->train_accuracy = history.epochs[history.count - 1].accuracy;
    sx_history_clear(&history);
    return status;
}

/* What the net said of each test item. probabilities: item_count x label_count. */
static void keep_guesses(const job *one, sx_statistics statistics, const float *probabilities,
                         sx_record *record) {
    const int *labels = one->runner->plan->features->labels;
    size_t count = record->item_count, classes = record->label_count;
    for (size_t i = 0; i < count; i++) {
        const float *row = probabilities + i * classes;
        size_t best = 0;
        for (size_t c = 1; c < classes; c++)
            if (row[c] > row[best]) best = c;
        int truth = labels[one->fold->test[i]];
        double sure = truth >= 0 && (size_t)truth < classes ? (double)row[truth] : 0;
        record->guesses[(size_t)statistics * count + i] = (uint16_t)best;
        record->certainties[(size_t)statistics * count + i] =
            (uint16_t)lround(fmin(fmax(sure, 0), 1) * SX_CERTAIN);
    }
}

static sx_status score_test(job *one, sx_statistics statistics, sx_record *record, sx_error *err) {
    const sx_run_plan *plan = one->runner->plan;
    size_t cells = record->label_count * record->label_count;
    size_t answers = one->fold->test_count * record->label_count;
    sx_score score = {0};
    float *probabilities = sx_alloc(answers + 1, sizeof *probabilities);
    if (!probabilities) return sx_fail_memory(err, answers * sizeof *probabilities);
    sx_status status =
        sx_evaluate(one->model, plan->features, one->standardise, one->fold->test, one->fold->test_count,
                    plan->options->train.loss == SX_LOSS_SIGMOID, probabilities, &score, err);
    if (status == SX_OK && score.label_count == record->label_count && record->item_count > 0)
        keep_guesses(one, statistics, probabilities, record);
    sx_free(probabilities);
    if (status != SX_OK) return status;
    if (score.label_count != record->label_count)
        status = sx_fail(err, SX_E_SHAPE, "the net has %zu outputs, the recordings %zu labels",
                         score.label_count, record->label_count);
    else
        memcpy(record->confusions + (size_t)statistics * cells, score.confusion,
               cells * sizeof *score.confusion);
    record->scores[statistics] =
        (sx_scores){score.accuracy, score.balanced_accuracy, score.macro_f1, score.loss};
    sx_score_clear(&score);
    return status;
}

static sx_status score_train(job *one, sx_record *record, sx_error *err) {
    const sx_run_plan *plan = one->runner->plan;
    sx_score score = {0};
    sx_status status =
        sx_evaluate(one->model, plan->features, one->standardise, one->fold->train, one->fold->train_count,
                    plan->options->train.loss == SX_LOSS_SIGMOID, NULL, &score, err);
    if (status != SX_OK) return status;
    record->train_accuracy_moving = score.accuracy;
    sx_score_clear(&score);
    return SX_OK;
}

static sx_status recompute(job *one, const size_t *items, size_t count, sx_error *err) {
    return sx_train_recompute(one->model, one->runner->plan->features, one->standardise, items, count,
                              &one->watch, err);
}

static sx_status recompute_as_fitted(job *one, sx_error *err) {
    const sx_run_plan *plan = one->runner->plan;
    sx_train_options options = plan->options->train;
    options.seed = sx_run_plan_seed(plan, one->id.fold, one->id.repetition);
    return sx_train_recompute_as_fitted(one->model, plan->features, one->standardise, one->fold->train,
                                        one->fold->train_count, &options, &one->watch, err);
}

/* For those who look into the nets afterwards. Where examples were moved it is left to them, each to his own.
 */
static sx_status keep_settled(const job *one, sx_error *err) {
    const sx_run_plan *plan = one->runner->plan;
    const sx_source source = {one->model, plan->features, one->standardise};
    if (plan->options->train.jitter_ms > 0) return SX_OK;
    return sx_settled_keep(plan->options->folder, one->id, &source, one->fold->train, one->fold->train_count,
                           err);
}

/* A label is kept in two bytes; nobody has more of them. */
static sx_status make_room_for_guesses(const job *one, sx_record *record, sx_error *err) {
    size_t count = SX_STATISTICS_COUNT * one->fold->test_count;
    if (record->label_count > UINT16_MAX) return SX_OK;
    record->guesses = sx_alloc(count, sizeof *record->guesses);
    record->certainties = sx_alloc(count, sizeof *record->certainties);
    if (!record->guesses || !record->certainties) return sx_fail_memory(err, 2 * count * sizeof(uint16_t));
    record->item_count = one->fold->test_count;
    return SX_OK;
}

static sx_status score(job *one, sx_record *record, sx_error *err) {
    const sx_fold *fold = one->fold;
    size_t cells = record->label_count * record->label_count;
    record->confusions = sx_alloc(SX_STATISTICS_COUNT * cells, sizeof *record->confusions);
    if (!record->confusions)
        return sx_fail_memory(err, SX_STATISTICS_COUNT * cells * sizeof *record->confusions);
    sx_status status = make_room_for_guesses(one, record, err);
    if (status == SX_OK) status = score_train(one, record, err);
    if (status == SX_OK) status = score_test(one, SX_STATISTICS_MOVING, record, err);
    if (status == SX_OK) status = recompute_as_fitted(one, err);
    if (status == SX_OK) status = keep_settled(one, err);
    if (status == SX_OK) status = score_test(one, SX_STATISTICS_RECOMPUTED, record, err);
    if (status == SX_OK) status = recompute(one, fold->test, fold->test_count, err);
    if (status == SX_OK) status = score_test(one, SX_STATISTICS_BATCH, record, err);
    return status;
}

/* Weights and moving statistics as trained; there before the run counts as finished. */
static sx_status keep_model(const job *one, sx_error *err) {
    const sx_run_plan *plan = one->runner->plan;
    sx_model_card card = {0};
    char *folder = sx_path_join(plan->options->folder, "models");
    char *path = sx_run_model_path(plan->options->folder, one->id);
    sx_status status = !folder || !path ? sx_fail_memory(err, 256) : sx_folder_create(folder, err);
    if (status == SX_OK) status = sx_model_card_from_features(plan->features, one->standardise, &card, err);
    card.sigmoid = plan->options->train.loss == SX_LOSS_SIGMOID;
    card.seed = sx_run_plan_seed(plan, one->id.fold, one->id.repetition);
    if (status == SX_OK) status = sx_model_save(one->model, &card, path, err);
    sx_model_card_clear(&card);
    sx_free(path);
    sx_free(folder);
    return status;
}

static sx_status save(job *one, const sx_record *record, sx_error *err) {
    runner *all = one->runner;
    sx_lock_take(all->lock);
    sx_status status = sx_store_save(all->store, one->id, record, err);
    if (status == SX_OK) sx_run_plan_drop_checkpoint(all->plan, one->id);
    sx_lock_give(all->lock);
    return status;
}

static sx_status run(job *one, sx_error *err) {
    sx_record record = {.label_count = one->runner->plan->features->label_count};
    double start = sx_clock_seconds();
    sx_status status = build(one, err);
    if (status == SX_OK) status = fit(one, &record, err);
    if (status == SX_OK) status = keep_model(one, err);
    if (status == SX_OK) status = score(one, &record, err);
    record.wall_s = sx_clock_seconds() - start;
    if (status == SX_OK) status = save(one, &record, err);
    sx_model_free(one->model);
    sx_record_clear(&record);
    return status;
}

/* A run that another process has made or is making is left to it. */
static sx_status take(job *one, sx_claim *claim, sx_error *err) {
    runner *all = one->runner;
    sx_lock_take(all->lock);
    sx_status status = sx_store_claim(all->store, one->id, claim, err);
    sx_lock_give(all->lock);
    return status;
}

static void run_task(void *context, size_t index, int worker) {
    (void)worker;
    runner *all = context;
    job one = {.runner = all};
    one.id = sx_run_plan_at(all->plan, all->pending[index], &one.axis);
    one.fold = &all->plan->folds->folds[one.id.fold];
    one.standardise = &all->plan->standardise[one.id.fold];
    one.watch = (sx_watch){.note = pass_note, .cancelled = is_cancelled, .context = &one};
    sx_error error = {0};
    sx_claim claim = SX_CLAIM_MINE;
    sx_status status =
        is_cancelled(&one) ? sx_fail(&error, SX_E_CANCELLED, "stopped") : take(&one, &claim, &error);
    if (status == SX_OK && claim == SX_CLAIM_MINE) status = run(&one, &error);
    if (status != SX_OK)
        remember_failure(&one, status, &error);
    else
        count_epochs(&one, (size_t)all->plan->options->train.epochs);
}

sx_status sx_runner_run(const sx_run_plan *plan, sx_store *store, const sx_choice *choice,
                        const size_t *pending, size_t pending_count, const sx_watch *watch, sx_error *err) {
    runner all = {.plan = plan,
                  .store = store,
                  .choice = choice,
                  .pending = pending,
                  .pending_count = pending_count,
                  .watch = watch};
    sx_pool *pool = NULL;
    sx_status status = sx_lock_create(&all.lock, err);
    if (status == SX_OK && choice->jobs > 1) status = sx_pool_create(choice->jobs, &pool, err);
    if (status == SX_OK) {
        show_progress(&all);
        sx_pool_run(pool, pending_count, run_task, &all);
        status = all.status;
        if (status != SX_OK && err) *err = all.error;
    }
    sx_pool_free(pool);
    sx_lock_free(all.lock);
    return status;
}
