/* binomial.h: counts of yes among so many, exactly. */
#ifndef STATS_BINOMIAL_H
#define STATS_BINOMIAL_H

#include "stats/bootstrap.h"

/* P(at most `hits` of `count`) when each is a hit with probability `share`. */
double sx_binomial_cdf(size_t hits, size_t count, double share);
/* Clopper and Pearson's interval of the share (Biometrika 26, 1934): covers it with probability `confidence`
 * or more. 0 to 1 where count is 0. hits <= count. */
sx_range sx_binomial_range(size_t hits, size_t count, double confidence);
/* McNemar's test of two nets on the same clips, exact: only_a clips that a alone got right, only_b those that
 * b alone did; two-sided p. No clip on which they differ gives 1. */
double sx_mcnemar_p(size_t only_a, size_t only_b);

#endif
