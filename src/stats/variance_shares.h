/* variance_shares.h: how the variance of a tensor (item, time, frequency, channels) divides over its axes.
 *
 * A balanced analysis of variance with one value a cell: the total sum of squares is the sum of 15 parts, one
 * for every set of axes. The part of a set is what the means over all other axes still show once the parts of
 * its subsets are taken out. Items may also carry labels (a class, a group): the part of a set with the items
 * then divides further into "between labels" and "within"; that division is exact for any label counts.
 *
 * Items come one at a time, so the tensor need never be in memory. Sums are taken in double about the first
 * item's mean. */
#ifndef STATS_VARIANCE_SHARES_H
#define STATS_VARIANCE_SHARES_H

#include "sonaxis/status.h"

#include <stddef.h>

/* Sets of the three axes of an item, as bits. */
enum { SX_OF_TIME = 1, SX_OF_FREQUENCY = 2, SX_OF_CHANNELS = 4, SX_OF_SETS = 8 };
enum { SX_LABELLINGS = 2 };

typedef struct sx_shares sx_shares;

typedef struct sx_shares_result {
    size_t items;
    double variance; /* of all values, divided by their number */
    /* Shares of the total sum of squares; the 15 of `fixed` and `item` without fixed[0] add up to 1. All NaN
     * where nothing varies. */
    double fixed[SX_OF_SETS]; /* by set; [0] is 0 */
    double item[SX_OF_SETS];  /* items x set; [0]: items alone */
    /* Of item[set], what lies between the labels of labelling l; NaN for the full set, which is not kept. */
    double between[SX_LABELLINGS][SX_OF_SETS];
} sx_shares_result;

/* extents: time, frequency, channels, all > 0. label_counts: how many labels each labelling has, 0 = none. */
SX_MUST_USE sx_status sx_shares_create(const size_t extents[3], const size_t label_counts[SX_LABELLINGS],
                                       sx_shares **out, sx_error *err);
void sx_shares_free(sx_shares *shares); /* NULL is fine */
/* values: time * frequency * channels, channels contiguous. labels below their counts; negative = unknown,
 * which counts as a label of its own. */
void sx_shares_add(sx_shares *shares, const float *values, const int labels[SX_LABELLINGS]);
void sx_shares_result_of(const sx_shares *shares, sx_shares_result *result);

/* A share between `labels` labels that chance alone would give among `items` items is (labels - 1) /
 * (items - 1); this takes it out (epsilon squared, Kelley 1935): 0 at chance, 1 where labels explain all. NaN
 * where there are not more items than labels. */
double sx_share_beyond_chance(double share, size_t labels, size_t items);

#endif
