/* lag.h: how far moving statistics trail, seen without any further pass over the data.
 *
 * A step moves them by (1 - momentum) times what its batch had, so the batch's own mean and variance can be
 * had back from before and after. Those of the last steps of an epoch, averaged, are what the moving ones are
 * held against. */
#ifndef TRAIN_LAG_H
#define TRAIN_LAG_H

#include "model/net.h"
#include "sonaxis/train.h"

/* One normalisation's place in the model's block of statistics. */
typedef struct sx_lag_place {
    size_t mean, variance, groups;
    float momentum, share; /* as the layer uses them */
} sx_lag_place;

typedef struct sx_lag_watch {
    sx_lag_place *places;
    size_t count; /* normalisations that keep moving statistics, in the net's order */
    float *before;
    size_t statistics_count;
    double *away; /* scratch of the largest normalisation */
} sx_lag_watch;

/* On failure nothing is owned. */
SX_MUST_USE sx_status sx_lag_open(sx_model *model, sx_lag_watch *watch, sx_error *err);
void sx_lag_close(sx_lag_watch *watch);
/* True for the steps that count: the last few whole batches of an epoch. */
bool sx_lag_counts(size_t items, size_t batch, uint64_t epoch_step);
/* Around a step that counts; sums: a double a statistic, added to. */
void sx_lag_before(sx_lag_watch *watch, sx_model *model);
void sx_lag_after(const sx_lag_watch *watch, sx_model *model, double *sums);
/* The batches' statistics take the place of the moving ones, which are kept until sx_lag_give_back; nothing
 * may be trained between. */
void sx_lag_lend(sx_lag_watch *watch, sx_model *model, const double *sums, uint64_t steps);
void sx_lag_give_back(const sx_lag_watch *watch, sx_model *model);
/* lags: one a normalisation. */
void sx_lag_finish(const sx_lag_watch *watch, sx_model *model, const double *sums, uint64_t steps,
                   sx_lag *lags);

#endif
