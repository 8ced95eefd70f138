/* growth.h: how many seeds a study shall have now, and whether it goes on after a look. */
#ifndef EXPERIMENT_GROWTH_H
#define EXPERIMENT_GROWTH_H

#include "experiment/plan.h"

/* Fills *growth from the options and what the folder's study knows, and sets the plan's seeds for the next
 * look. SX_E_ARGUMENT where the study cannot grow as asked. */
SX_MUST_USE sx_status sx_growth_begin(sx_run_plan *plan, sx_store *store, sx_growth *growth, sx_error *err);
/* When the plan's runs are there: fixes the planned end at the first look, and adds this look to *growth.
 * jobs: runs side by side. */
SX_MUST_USE sx_status sx_growth_look(const sx_run_plan *plan, sx_store *store, int jobs, sx_growth *growth,
                                     sx_error *err);
/* After the verdict: sets comparison->growth.chance and end. *next_seeds: 0, or the seeds at the next look.
 * spent_s: time this call has taken so far; seed_s: time one seed takes, as far as it is known. */
SX_MUST_USE sx_status sx_growth_judge(const sx_run_plan *plan, double spent_s, double seed_s,
                                      sx_comparison *comparison, int *next_seeds, sx_error *err);
/* Seconds one seed of all axes and folds takes with so many runs side by side; 0 = unknown. */
SX_MUST_USE sx_status sx_growth_seed_time(const sx_run_plan *plan, sx_store *store, int jobs, double *seed_s,
                                          sx_error *err);

/* What the folder's study knows of its growth, up to the last look; `complete` seeds count as a look where
 * none was taken yet. */
SX_MUST_USE sx_status sx_growth_read(sx_store *store, int complete, sx_growth *growth, sx_error *err);
/* Keeps why the study ended. */
SX_MUST_USE sx_status sx_growth_keep(sx_store *store, const sx_growth *growth, sx_error *err);
/* After the verdict of a study that is only read: what its end was, as far as its numbers tell. */
void sx_growth_tell(sx_comparison *comparison);

#endif
