/* several.h: what several tests, or several intervals, may say together. */
#ifndef STATS_SEVERAL_H
#define STATS_SEVERAL_H

#include <stddef.h>

/* Holm's step-down adjusted p-values (Scandinavian Journal of Statistics 6, 1979), in the order of p. NaN
 * stays NaN but counts as one of the tests. count <= SX_HOLM_MAX. For comparisons with one control, give
 * their p alone. */
enum { SX_HOLM_MAX = 64 };
void sx_holm(const double *p, size_t count, double *adjusted);

/* The confidence each of `count` intervals needs so that all hold together with `confidence`: Bonferroni's
 * 1 - (1 - confidence) / count, which holds however they depend on each other. */
double sx_confidence_each(double confidence, size_t count);

#endif
