/* peak.h: the yardstick of the kernel bench: multiply-adds a second this machine can do on one core. */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

/* Seconds since some fixed moment. */
double bench_now(void);
/* Floating-point operations per second with the vectors of the named table; 0 where that is not known. */
double bench_peak(const char *table);

#endif
