/* align_correlate.h: recordings moved so that their levels fit the mean of all. */
#ifndef EXPERIMENT_ALIGN_CORRELATE_H
#define EXPERIMENT_ALIGN_CORRELATE_H

#include "base/parallel.h"

/* Levels of one recording; count 0 = it is left out. */
typedef struct sx_levels {
    float *values; /* >= 0, one a step */
    size_t count;
} sx_levels;

/* start: where each recording is first put, in steps (its moment that comes to the common place); found: the
 * same after rounds of "mean level of all recordings as they lie; each recording to where the product of its
 * level with that mean is largest", until nothing moves, at most 20. Ties go to the smallest move. Both
 * `count`. */
SX_MUST_USE sx_status sx_correlate(const sx_levels *levels, size_t count, const long *start, sx_pool *pool,
                                   long *found, sx_error *err);

#endif
