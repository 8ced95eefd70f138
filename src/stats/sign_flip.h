/* sign_flip.h: paired permutation test: were each difference as likely to have had the other sign, how often
 * would their sum be as far from 0 as it is? Asks for no normal distribution (Fisher, "The design of
 * experiments", 1935, section 21; Good, "Permutation, parametric and bootstrap tests", 2005). */
#ifndef STATS_SIGN_FLIP_H
#define STATS_SIGN_FLIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SX_SIGN_FLIP_EXACT = 20, SX_SIGN_FLIP_DRAWS = 99999 };

typedef struct sx_sign_flip {
    double p;         /* two-sided */
    double p_greater; /* one-sided, of "the mean is 0 or below" */
    bool exact;       /* all 2^count signs were tried; otherwise SX_SIGN_FLIP_DRAWS random ones */
} sx_sign_flip;

/* Exact up to SX_SIGN_FLIP_EXACT values; beyond, p = (1 + draws as extreme) / (1 + draws), which is never 0
 * (Phipson and Smyth, "Permutation p-values should never be zero", 2010); seed decides the draws. Sums that
 * agree but for rounding count as equal. No value, or one that is NaN, gives NaN. */
sx_sign_flip sx_sign_flip_test(const double *differences, size_t count, uint64_t seed);

/* The smallest two-sided p that so many pairs can give: 2^(1 - count), 1 for none. */
double sx_sign_flip_smallest_p(size_t count);

#endif
