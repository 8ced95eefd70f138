/* lags.h: how far moving statistics trailed in the runs of a study: kept beside each run as
 * FOLDER/lags/<run>.json, read back for the comparison, and warned of before the first run. */
#ifndef EXPERIMENT_LAGS_H
#define EXPERIMENT_LAGS_H

#include "base/json.h"
#include "experiment/plan.h"
#include "model/net.h"

/* Before the runs: a note where the moving statistics cannot settle in the planned steps. */
void sx_lags_warn(const sx_run_plan *plan, const sx_watch *watch);
/* Of a finished fit; there before the run counts as finished. */
SX_MUST_USE sx_status sx_lags_keep(const sx_run_plan *plan, sx_run_id id, const sx_model *model,
                                   const sx_history *history, sx_error *err);
/* Into the run, whose epochs are there, and, from the first that has them, the names of the layers into the
 * comparison. A file that is missing, damaged or of other epochs leaves the run without. */
SX_MUST_USE sx_status sx_lags_take(const sx_run_plan *plan, sx_run_id id, sx_comparison *comparison,
                                   sx_run *run, sx_error *err);
/* Mean over the runs of an axis that reached the epoch; NaN where none did. */
sx_lag sx_lags_mean(const sx_comparison *comparison, size_t axis, size_t layer, size_t epoch);
/* The member "moving_statistics" of the comparison's document. */
sx_json *sx_lags_json(const sx_comparison *comparison);

#endif
