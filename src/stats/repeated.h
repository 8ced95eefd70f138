/* repeated.h: p-values and levels that hold whenever a growing study is looked at, and whatever makes it
 * stop.
 *
 * Repeated confidence intervals and p-values: Jennison and Turnbull, "Interim analyses: the repeated
 * confidence interval approach" (JRSS B 51, 1989). The interval at look k is as wide as the boundary of
 * sx_sequential_bounds asks for at that look; the p-value is the smallest alpha whose boundary is crossed
 * there. With t tests in place of normal ones the levels carry over by their p-values ("significance level
 * approach", Jennison and Turnbull, "Group sequential methods", 2000, section 11.3). */
#ifndef STATS_REPEATED_H
#define STATS_REPEATED_H

#include "stats/sequential.h"

/* The two-sided level of the test and of the interval at the last of these looks: below alpha, alpha for a
 * single look at all of the information. Errors as for sx_sequential_bounds. */
SX_MUST_USE sx_status sx_repeated_level(double alpha, const double *information, size_t looks, double *level,
                                        sx_error *err);
/* The two-sided p of a fixed study at the last look, turned into one that holds over all looks: it is below
 * alpha where p is below sx_repeated_level of alpha. Never smaller than p, to one part in ten thousand; above
 * 0.9 it is given as 1; NaN stays NaN. */
SX_MUST_USE sx_status sx_repeated_p(double p, const double *information, size_t looks, double *repeated,
                                    sx_error *err);

/* How a difference stands at a look, for a forecast. */
typedef struct sx_trend {
    double difference, error; /* estimate and its standard error now */
    double information;       /* share of the planned information seen, in (0, 1] */
    double margin;            /* of practical equivalence */
    double z, z_margin; /* critical values at the end: two-sided test, one-sided tests against the margin */
} sx_trend;

/* Probability that the planned end decides (different, or equivalent), if the true difference is the one
 * seen: stochastic curtailment, Lan, Simon and Halperin, "Stochastically curtailed tests in long-term
 * clinical trials" (Sequential Analysis 1, 1982). NaN where the error is NaN. */
double sx_trend_decides(const sx_trend *trend);

#endif
