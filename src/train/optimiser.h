/* optimiser.h: one step of SGD, Adam or AdamW over the block of all trainable weights. */
#ifndef TRAIN_OPTIMISER_H
#define TRAIN_OPTIMISER_H

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "sonaxis/train.h"

/* What an optimiser remembers a weight: SGD its velocity in `first`; Adam both moments. */
typedef struct sx_slots {
    float *first, *second; /* count floats each; second is NULL for SGD */
    size_t count;
} sx_slots;

/* Zeroed. SX_E_MEMORY; slots may then be cleared. */
SX_MUST_USE sx_status sx_slots_init(sx_slots *slots, sx_optimiser optimiser, size_t count, sx_error *err);
void sx_slots_clear(sx_slots *slots);

/* step: 1 for the first. weights and gradients: slots->count floats. Elementwise over a fixed split, so the
 * bits do not depend on the pool. */
void sx_optimiser_step(const sx_train_options *options, double rate, uint64_t step, const sx_kernels *kernels,
                       sx_pool *pool, const float *gradients, float *weights, const sx_slots *slots);

#endif
