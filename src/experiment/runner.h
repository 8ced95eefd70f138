/* runner.h: trains and scores the runs of a plan that the store does not hold yet, several side by side. */
#ifndef EXPERIMENT_RUNNER_H
#define EXPERIMENT_RUNNER_H

#include "experiment/choose.h"
#include "experiment/plan.h"

/* pending: indices of runs. Those that another living process has claimed are left out; look again. Each
 * finished run is committed before its worker takes the next. Cancelled: runs in progress keep their
 * checkpoint and SX_E_CANCELLED comes back. The first run that fails stops the others in the same way; its
 * error names it. What a run computes does not depend on the choice. */
SX_MUST_USE sx_status sx_runner_run(const sx_run_plan *plan, sx_store *store, const sx_choice *choice,
                                    const size_t *pending, size_t pending_count, const sx_watch *watch,
                                    sx_error *err);

#endif
