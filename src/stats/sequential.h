/* sequential.h: how large a test statistic must be when a study is looked at while it grows.
 *
 * Lan and DeMets, "Discrete sequential boundaries for clinical trials" (Biometrika 70, 1983): the allowed
 * error is spent as information comes in, 2 (1 - Phi(z / sqrt(t))) on each side at the share t of it, with z
 * the normal quantile of alpha / 4; early looks get next to nothing, as with O'Brien and Fleming's boundary.
 * Number and times of the looks need not be fixed beforehand, as long as they do not depend on the results.
 */
#ifndef STATS_SEQUENTIAL_H
#define STATS_SEQUENTIAL_H

#include "sonaxis/status.h"

#include <stddef.h>

/* Two-sided critical values: information[i] = share of the planned information at look i + 1 (rising by at
 * least 0.0001, above 0, last <= 1). z[i]: the study stops at look i + 1 when the normal statistic |Z|
 * exceeds it; over all looks that happens by chance with probability alpha at most, and alpha where the last
 * share is
 * 1. No z is above 8. z[i] depends on information[0] to [i] only, so the values of earlier looks stay as they
 * were. A p-value p corresponds to |Z| with 2 (1 - Phi(|Z|)) = p. Relative accuracy about 1e-6.
 * SX_E_ARGUMENT for alpha outside (0, 1), no look, or shares as they may not be; SX_E_MEMORY. */
SX_MUST_USE sx_status sx_sequential_bounds(double alpha, const double *information, size_t looks, double *z,
                                           sx_error *err);

/* The error spent up to the share `information`, both sides together: rises from 0 at 0 to alpha at 1. */
double sx_sequential_spent(double alpha, double information);

#endif
