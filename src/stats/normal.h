/* normal.h: the normal distribution with mean 0 and deviation 1. */
#ifndef STATS_NORMAL_H
#define STATS_NORMAL_H

double sx_normal_density(double z);
/* cdf: P(Z <= z); tail: P(Z > z), without cancellation for large z. */
double sx_normal_cdf(double z);
double sx_normal_tail(double z);
/* The z with P(Z > z) = tail; infinity at 0, -infinity at 1, NaN outside [0, 1]. Taking the tail keeps its
 * digits where it is small. */
double sx_normal_quantile(double tail);

#endif
