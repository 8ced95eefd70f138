/* collect.c: see collect.h. */
#include "experiment/collect.h"

#include "base/error.h"
#include "base/memory.h"
#include "experiment/duel.h"
#include "experiment/verdict.h"

#include <string.h>

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

static sx_status load_run(sx_store *store, const sx_comparison *comparison, size_t label_count, sx_run *run,
                          sx_error *err) {
    sx_run_id id = {
        .axis = comparison->axes[run->axis].axis, .fold = run->fold, .repetition = run->repetition};
    sx_record record = {0};
    sx_status status = sx_store_load(store, id, label_count, &record, err);
    if (status == SX_OK) status = run_from(&record, comparison->statistics, run, err);
    sx_record_clear(&record);
    return status;
}

static sx_status load_runs(sx_store *store, size_t label_count, sx_comparison *comparison, sx_error *err) {
    size_t seeds = (size_t)comparison->seeds, folds = comparison->fold_count;
    size_t count = comparison->axis_count * folds * seeds;
    comparison->runs = sx_alloc(count, sizeof *comparison->runs);
    if (!comparison->runs) return sx_fail_memory(err, count * sizeof *comparison->runs);
    for (size_t i = 0; i < count; i++) {
        sx_run *run = &comparison->runs[comparison->run_count++];
        run->axis = i / seeds / folds;
        run->fold = i / seeds % folds;
        run->repetition = (int)(i % seeds);
        sx_status status = load_run(store, comparison, label_count, run, err);
        if (status != SX_OK) return status;
        comparison->run_wall_s += run->wall_s;
    }
    return SX_OK;
}

sx_status sx_collect(sx_store *store, size_t label_count, const sx_basis *basis, sx_comparison *comparison,
                     sx_error *err) {
    sx_status status = load_runs(store, label_count, comparison, err);
    if (status == SX_OK) status = sx_results_fill(comparison, basis, err);
    if (status == SX_OK) status = sx_verdict_fill(comparison, basis, err);
    return status == SX_OK ? sx_duels_fill(store, comparison, err) : status;
}
