/* peak.h: the yardsticks: multiply-adds a second from registers, bytes a second from memory. */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

#include "bench/bench.h"

/* Work of sx_peak_run in floating-point operations, one core. */
double sx_peak_flops(const char *table);
/* One stretch of multiply-adds with the vectors of the named table of kernels; false where this machine or
 * build has none such. The result must be used. */
bool sx_peak_run(const char *table, float *result);
/* Operations a second of one core: best of some stretches; 0 where that is not known. */
double sx_peak_of(const char *table);

#endif
