/* align_probe.c: see align_probe.h. One task a run: load the net, give it its statistics, score. */
#include "experiment/align_probe.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "data/shift.h"
#include "data/tally.h"

#include <stdatomic.h>
#include <stdio.h>

typedef struct prober {
    const sx_run_plan *plan;
    const char *folder;
    const sx_train_options *train;
    const sx_probe *probe;
    double *scores;
    sx_tally *tally;
    sx_lock *lock;
    atomic_bool failed;
    sx_status status; /* of the first run that failed */
    sx_error error;
} prober;

char *sx_run_model_path(const char *folder, sx_run_id id) {
    char name[96];
    snprintf(name, sizeof name, "models/%s-fold%zu-rep%d.sxm", sx_axis_name(id.axis), id.fold, id.repetition);
    return sx_path_join(folder, name);
}

static void fill_shifts(const prober *all, const sx_fold *fold, int repetition, size_t condition,
                        int *shifts) {
    const sx_probe *probe = all->probe;
    if (condition == SX_PROBE_JITTERED) {
        sx_shift_draw(probe->jitter, all->plan->options->train.seed, SX_SHIFT_TEST, (uint32_t)repetition,
                      fold->test, fold->test_count, shifts);
        return;
    }
    int lag = condition >= SX_PROBE_FIRST_LAG ? probe->lags[condition - SX_PROBE_FIRST_LAG] : 0;
    for (size_t i = 0; i < fold->test_count; i++)
        shifts[fold->test[i]] = lag;
}

static sx_status score_conditions(const prober *all, sx_run_id id, sx_model *model, int *shifts,
                                  double *scores, sx_error *err) {
    const sx_run_plan *plan = all->plan;
    const sx_fold *fold = &plan->folds->folds[id.fold];
    sx_features moved = *plan->features;
    moved.shifts = shifts;
    for (size_t i = 0; i < sx_probe_conditions(all->probe); i++) {
        sx_score score = {0};
        fill_shifts(all, fold, id.repetition, i, shifts);
        sx_status status =
            sx_evaluate(model, &moved, &plan->standardise[id.fold], fold->test, fold->test_count,
                        all->train->loss == SX_LOSS_SIGMOID, NULL, &score, err);
        if (status != SX_OK) return status;
        scores[i] = score.accuracy;
        sx_score_clear(&score);
    }
    return SX_OK;
}

static sx_status give_statistics(const prober *all, sx_run_id id, sx_model *model, sx_error *err) {
    const sx_run_plan *plan = all->plan;
    const sx_fold *fold = &plan->folds->folds[id.fold];
    if (plan->options->statistics == SX_STATISTICS_MOVING) return SX_OK;
    sx_train_options options = *all->train;
    options.seed = sx_run_plan_seed(plan, id.fold, id.repetition);
    return sx_train_recompute_as_fitted(model, plan->features, &plan->standardise[id.fold], fold->train,
                                        fold->train_count, &options, NULL, err);
}

static sx_status probe_run(const prober *all, sx_run_id id, double *scores, sx_error *err) {
    enum { BATCH = 64 };
    sx_model *model = NULL;
    sx_model_card card = {0};
    char *path = sx_run_model_path(all->folder, id);
    int *shifts = sx_alloc(all->plan->features->count, sizeof *shifts);
    sx_status status = SX_OK;
    if (!path || !shifts) status = sx_fail_memory(err, all->plan->features->count * sizeof *shifts);
    if (status == SX_OK && sx_file_look(path, NULL) == SX_FILE_NONE)
        status = sx_fail(err, SX_E_FILE,
                         "%s: the net of a finished run is not there; begin again in another folder", path);
    if (status == SX_OK) status = sx_model_load(path, BATCH, 1, &model, &card, err);
    if (status == SX_OK) status = give_statistics(all, id, model, err);
    if (status == SX_OK) status = score_conditions(all, id, model, shifts, scores, err);
    sx_model_card_clear(&card);
    sx_model_free(model);
    sx_free(shifts);
    sx_free(path);
    return status;
}

static void probe_task(void *context, size_t index, int worker) {
    (void)worker;
    prober *all = context;
    const sx_run_plan *plan = all->plan;
    if (!sx_tally_go_on(all->tally) || atomic_load(&all->failed)) return;
    size_t axis, runs = plan->run_count / plan->options->axis_count;
    sx_run_id id = sx_run_plan_at(plan, index, &axis);
    size_t run = (size_t)id.repetition * plan->folds->count + id.fold;
    sx_error error = {0};
    sx_status status =
        probe_run(all, id, all->scores + (axis * runs + run) * sx_probe_conditions(all->probe), &error);
    if (status != SX_OK) {
        sx_lock_take(all->lock);
        if (all->status == SX_OK) {
            all->status = status;
            all->error = error;
        }
        sx_lock_give(all->lock);
        atomic_store(&all->failed, true);
    }
    sx_tally_step(all->tally);
}

sx_status sx_probe_run(const sx_run_plan *plan, const char *folder, const sx_train_options *train,
                       const sx_probe *probe, const sx_watch *watch, double *scores, sx_error *err) {
    prober all = {.plan = plan, .folder = folder, .train = train, .probe = probe, .scores = scores};
    sx_pool *pool = NULL;
    sx_status status = sx_lock_create(&all.lock, err);
    if (status == SX_OK) status = sx_pool_create(plan->options->threads, &pool, err);
    if (status == SX_OK) status = sx_tally_create(watch, "nets probed", plan->run_count, &all.tally, err);
    if (status == SX_OK) {
        sx_pool_run(pool, plan->run_count, probe_task, &all);
        status = all.status;
        if (status != SX_OK && err) *err = all.error;
        if (status == SX_OK && sx_tally_was_cancelled(all.tally))
            status =
                sx_fail(err, SX_E_CANCELLED, "stopped while nets were probed; they are saved in %s", folder);
    }
    sx_tally_free(all.tally);
    sx_pool_free(pool);
    sx_lock_free(all.lock);
    return status;
}
