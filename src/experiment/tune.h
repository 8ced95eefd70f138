/* tune.h: equal tuning, see sx_tune_options: the trials of every axis and fold, and the choice among them.
 *
 * A finished trial is a file of its own in FOLDER/tuning, so that an interrupted tuning goes on where it was,
 * and everyone can read what was tried. */
#ifndef EXPERIMENT_TUNE_H
#define EXPERIMENT_TUNE_H

#include "base/json.h"
#include "base/text.h"
#include "experiment/plan.h"

SX_MUST_USE sx_status sx_tune_check(const sx_compare_options *options, sx_error *err);
/* Runs the trials that are not in the folder yet and chooses; nothing where the options ask for none. is_new:
 * what the folder holds belongs to another study. Cancelled: trials in progress keep their checkpoint. */
SX_MUST_USE sx_status sx_tune(sx_run_plan *plan, bool is_new, const sx_watch *watch, sx_error *err);
/* Copies the trials. */
SX_MUST_USE sx_status sx_tune_report(const sx_run_plan *plan, sx_comparison *comparison, sx_error *err);

/* What every run and trial trains with, before a rate is chosen. A verdict that does not rest on moving
 * statistics should not let them choose the epoch. */
sx_train_options sx_plan_train(const sx_run_plan *plan);
/* The net and the rate that were chosen for the runs of an axis on a fold; untuned: those of all. */
SX_MUST_USE sx_status sx_tuned_build(const sx_run_plan *plan, size_t axis, size_t fold,
                                     const sx_model_options *options, sx_model **out, sx_error *err);
void sx_tuned_train(const sx_run_plan *plan, size_t axis, size_t fold, sx_train_options *train);

/* How many trials one choice is made among. */
size_t sx_tune_choices(const sx_tune_options *tune);
/* Marks the best of the trials of one axis and fold; false where all ran away. */
bool sx_tune_choose(sx_trial *trials, size_t count, double rate, double momentum);
/* One or two sentences: what every axis tried and what was taken, or that nothing was tuned. */
void sx_tune_say(sx_text *text, const sx_comparison *comparison);
/* The member "tuning" of the comparison's document. */
sx_json *sx_tune_json(const sx_comparison *comparison);

/* --- between tune.c, tune_run.c and tune_file.c ----------------------------------------------------------
 */

/* The trials of `pending` (indices), side by side; each is written before its worker takes the next. */
SX_MUST_USE sx_status sx_tune_run(sx_run_plan *plan, uint64_t study, const size_t *pending, size_t count,
                                  const sx_watch *watch, sx_error *err);
SX_MUST_USE sx_status sx_tune_build(const sx_run_plan *plan, size_t axis, double momentum,
                                    const sx_model_options *options, sx_model **out, sx_error *err);
/* FOLDER/tuning/<trial>.<ending>; free with sx_free, NULL when out of memory. */
char *sx_tune_path(const sx_run_plan *plan, const sx_trial *trial, const char *ending);
SX_MUST_USE sx_status sx_tune_write(const sx_run_plan *plan, uint64_t study, const sx_trial *trial,
                                    sx_error *err);
/* *found: there is a file of this study's trial, and accuracy and loss are filled in. A damaged one is made
 * anew. */
SX_MUST_USE sx_status sx_tune_read(const sx_run_plan *plan, uint64_t study, sx_trial *trial, bool *found,
                                   sx_error *err);

#endif
