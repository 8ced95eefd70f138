/* bootstrap.h: intervals of a mean by drawing again from what was seen.
 *
 * Bias-corrected and accelerated percentiles (BCa): Efron, "Better bootstrap confidence intervals" (JASA 82,
 * 1987); Efron and Tibshirani, "An introduction to the bootstrap" (1993), chapter 14. */
#ifndef STATS_BOOTSTRAP_H
#define STATS_BOOTSTRAP_H

#include "sonaxis/status.h"

#include <stddef.h>
#include <stdint.h>

enum { SX_BOOTSTRAP_DRAWS = 9999 };

typedef struct sx_range {
    double low, high;
} sx_range;

/* Interval of the mean of `values` at `confidence` in (0, 1), from SX_BOOTSTRAP_DRAWS draws that `seed`
 * decides. Values without spread give their mean twice; fewer than 2, or one that is NaN, give NaN. Too
 * narrow for few values: below about 10 take it for a hint. */
SX_MUST_USE sx_status sx_bootstrap_mean(const double *values, size_t count, double confidence, uint64_t seed,
                                        sx_range *range, sx_error *err);
/* The same from means that were drawn already: draws >= 1 of them, rising. */
sx_range sx_bca_range(const double *values, size_t count, const double *means, size_t draws,
                      double confidence);

/* Mean of `values` where values of one group belong together (clips of one speaker, of one recording): whole
 * groups are drawn, with replacement, as many as there are, and their values' mean taken (Davison and
 * Hinkley, "Bootstrap methods and their application", 1997, section 3.8). For two nets scored on the same
 * clips the values are right(a) - right(b). Percentiles of SX_BOOTSTRAP_DRAWS draws. groups: each value's
 * group, below group_count; groups without values are left out. Fewer than 2 groups with values give NaN. */
SX_MUST_USE sx_status sx_bootstrap_groups(const double *values, const size_t *groups, size_t count,
                                          size_t group_count, double confidence, uint64_t seed,
                                          sx_range *range, sx_error *err);

#endif
