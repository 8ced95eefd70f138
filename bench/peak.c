/* peak.c: fused multiply-adds on registers alone, ten independent chains, best of a few runs. */
#include "peak.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

enum { CHAINS = 10, STEPS = 2000000, RUNS = 5 };

double bench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#if defined(__x86_64__)
#include <immintrin.h>

/* Volatile, and all sums are used, so that no compiler takes the work away. */
static volatile float shrink = 0.999f;

__attribute__((target("avx2,fma"))) static float chains_avx2(void) {
    __m256 sums[CHAINS], factor = _mm256_set1_ps(shrink);
    for (int i = 0; i < CHAINS; i++)
        sums[i] = _mm256_set1_ps((float)i);
    for (int step = 0; step < STEPS; step++) {
#pragma GCC unroll 16
        for (int i = 0; i < CHAINS; i++)
            sums[i] = _mm256_fmadd_ps(sums[i], factor, factor);
    }
    float total = 0.0f;
    for (int i = 0; i < CHAINS; i++)
        total += _mm256_cvtss_f32(sums[i]);
    return total;
}

__attribute__((target("avx512f"))) static float chains_avx512(void) {
    __m512 sums[CHAINS], factor = _mm512_set1_ps(shrink);
    for (int i = 0; i < CHAINS; i++)
        sums[i] = _mm512_set1_ps((float)i);
    for (int step = 0; step < STEPS; step++) {
#pragma GCC unroll 16
        for (int i = 0; i < CHAINS; i++)
            sums[i] = _mm512_fmadd_ps(sums[i], factor, factor);
    }
    float total = 0.0f;
    for (int i = 0; i < CHAINS; i++)
        total += _mm512_cvtss_f32(sums[i]);
    return total;
}

static double measure(float (*volatile chains)(void), double lanes) {
    volatile float sink = 0.0f;
    double best = 1e9;
    for (int run = 0; run < RUNS; run++) {
        double start = bench_now();
        sink = sink + chains();
        double took = bench_now() - start;
        if (took < best) best = took;
    }
    return 2.0 * lanes * CHAINS * STEPS / best;
}

double bench_peak(const char *table) {
    if (strcmp(table, "avx2") == 0) return measure(chains_avx2, 8);
    if (strcmp(table, "avx512") == 0) return measure(chains_avx512, 16);
    return 0.0;
}
#else
double bench_peak(const char *table) {
    (void)table;
    return 0.0;
}
#endif
