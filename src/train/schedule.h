/* schedule.h: the learning rate of a step. */
#ifndef TRAIN_SCHEDULE_H
#define TRAIN_SCHEDULE_H

#include "sonaxis/train.h"

/* step: from 0, over the whole run; steps_per_epoch > 0. Warm-up gives 0 at step 0, as Keras's CosineDecay
 * with warmup_target; cosine then falls to 0 at the end of the last epoch. */
double sx_schedule_rate(const sx_train_options *options, uint64_t step, uint64_t steps_per_epoch);
/* base to an integer power by squaring: the same bits with every C library. */
double sx_power(double base, uint64_t exponent);

#endif
