/* plan.h: what there is to run: every axis on every fold with every seed.
 *
 * A (fold, repetition) has one run seed, whatever the axis: the same initial weights, batch order and draws.
 */
#ifndef EXPERIMENT_PLAN_H
#define EXPERIMENT_PLAN_H

#include "experiment/net.h"
#include "experiment/store.h"

typedef struct sx_run_plan {
    const sx_features *features;       /* borrowed, or view */
    sx_features view;                  /* the features in the shape that the net takes them */
    const sx_compare_options *options; /* borrowed */
    sx_folds *folds;
    sx_standardise *standardise; /* one a fold, of its training part */
    sx_study_net net;            /* as read, "$axis" still open */
    sx_model_spec *specs[SX_MAX_AXES];
    size_t parameters[SX_MAX_AXES];
    double momentum;  /* of the moving statistics, the slowest layer's; 0 = none keeps any */
    size_t run_bytes; /* about what one run needs in memory */
    int seeds;        /* options->seeds at first; a study may grow */
    size_t run_count; /* axes x folds x seeds */
    sx_trial *trials; /* of the tuning, filled by sx_tune; NULL = none */
    size_t trial_count;
} sx_run_plan;

/* Ranges of everything but the training options, folds and net, which their own code checks. */
SX_MUST_USE sx_status sx_compare_check(const sx_compare_options *options, sx_error *err);
/* Splits the data, reads the net and builds it once for every axis, so that what cannot work fails here.
 * features and options must outlive the plan. */
SX_MUST_USE sx_status sx_run_plan_create(const sx_features *features, const sx_compare_options *options,
                                         sx_run_plan **out, sx_error *err);
void sx_run_plan_free(sx_run_plan *plan); /* NULL is fine */

/* Runs in the order they are made: the axes of one fold and repetition side by side, so that an interrupted
 * study holds whole comparisons. *axis: index into the options' axes. */
sx_run_id sx_run_plan_at(const sx_run_plan *plan, size_t index, size_t *axis);
/* A study grows by repetitions of every fold; runs keep their index. */
void sx_run_plan_set_seeds(sx_run_plan *plan, int seeds);
/* True where the run with this index belongs to the plan's shard: whole comparisons (all axes of a fold and
 * repetition) are dealt out in turn. */
bool sx_run_plan_is_ours(const sx_run_plan *plan, size_t index);
/* repetition -1: of the trials of the tuning. */
uint64_t sx_run_plan_seed(const sx_run_plan *plan, size_t fold, int repetition);
/* Optimiser steps of one run on a fold. */
size_t sx_run_plan_steps(const sx_run_plan *plan, size_t fold);
/* Test items for each training item, mean over folds; and test items a fold, mean over folds. */
double sx_run_plan_test_train_ratio(const sx_run_plan *plan);
double sx_run_plan_test_count(const sx_run_plan *plan);

/* Where a run in progress keeps its checkpoint, in the study's folder; free with sx_free; NULL when out of
 * memory. */
char *sx_run_plan_checkpoint(const sx_run_plan *plan, sx_run_id id);
/* Removes a checkpoint that is no longer of use, if there is one. */
void sx_run_plan_drop_checkpoint(const sx_run_plan *plan, sx_run_id id);

#endif
