/* special.h: the functions of probability theory that t and binomial tests need.
 *
 * Accuracy: about 1e-12 relative for degrees of freedom up to a few thousand, 1e-8 up to a million. */
#ifndef STATS_SPECIAL_H
#define STATS_SPECIAL_H

/* Regularised incomplete beta function I_x(a, b); a, b > 0; x is clamped to [0, 1]. NaN gives NaN. */
double sx_incomplete_beta(double a, double b, double x);
/* The x with I_x(a, b) = p; NaN outside [0, 1]. */
double sx_beta_quantile(double a, double b, double p);

/* Student's t with df > 0 degrees of freedom. cdf: P(T <= t); tail: P(T > t) without cancellation for large
 * t. */
double sx_student_cdf(double t, double df);
double sx_student_tail(double t, double df);
/* The t with P(T <= t) = p; -infinity at 0, infinity at 1, NaN outside [0, 1] or for df that is not > 0. */
double sx_student_quantile(double p, double df);

#endif
