/* align_probe.h: trained nets of a study scored on recordings that begin later. */
#ifndef EXPERIMENT_ALIGN_PROBE_H
#define EXPERIMENT_ALIGN_PROBE_H

#include "experiment/plan.h"
#include "sonaxis/align.h"

/* How test recordings are moved: by nothing, by a draw up to `jitter` frames, by each lag. */
typedef struct sx_probe {
    int jitter;
    int lags[SX_ALIGN_MOST_LAGS]; /* frames */
    size_t lag_count;
} sx_probe;

enum { SX_PROBE_AS_IS, SX_PROBE_JITTERED, SX_PROBE_FIRST_LAG };
static inline size_t sx_probe_conditions(const sx_probe *probe) {
    return SX_PROBE_FIRST_LAG + probe->lag_count;
}

/* The net of a finished run, in the study's folder: models/<axis>-fold<k>-rep<r>.sxm, k and r from 0. NULL
 * when out of memory; free with sx_free. */
char *sx_run_model_path(const char *folder, sx_run_id id);

/* Accuracy of every run under every condition: scores[(axis * runs + run) * conditions + condition], run =
 * repetition * folds + fold. Draws depend on the plan's base seed, the repetition and the item, so they are
 * the same for all axes and for both studies. With recomputed statistics these are exact over the training
 * part as the net saw it (train: the options it was fitted with). */
SX_MUST_USE sx_status sx_probe_run(const sx_run_plan *plan, const char *folder, const sx_train_options *train,
                                   const sx_probe *probe, const sx_watch *watch, double *scores,
                                   sx_error *err);

#endif
