/* peak.c: multiply-adds on registers alone. This file is compiled so that a * b + c becomes one instruction
 * where the vectors have it. */
#include "bench/peak.h"

#include "base/file.h"
#include "kernels/kernels.h"

#include <string.h>

enum { CHAINS = 10, STEPS = 1000000, RUNS = 16 };
static const double MOST_SECONDS = 0.1;

#define CHAINS_NAME chains_plain
#define CHAINS_TARGET
#define CHAINS_LANES 4
#include "bench/chains.inc"

#if defined(__x86_64__)
#define CHAINS_NAME chains_avx2
#define CHAINS_TARGET __attribute__((target("avx2,fma")))
#define CHAINS_LANES 8
#include "bench/chains.inc"

#define CHAINS_NAME chains_avx512
#define CHAINS_TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
#define CHAINS_LANES 16
#include "bench/chains.inc"
#endif

typedef struct vectors {
    const char *table;
    float (*chains)(float factor);
    double lanes;
} vectors;

static const vectors all_vectors[] = {
    {"plain", chains_plain, 4}, {"sse2", chains_plain, 4},     {"neon", chains_plain, 4},
#if defined(__x86_64__)
    {"avx2", chains_avx2, 8},   {"avx512", chains_avx512, 16},
#endif
};

static const vectors *find(const char *table) {
    if (!sx_kernels_named(table)) return NULL;
    for (size_t i = 0; i < sizeof all_vectors / sizeof all_vectors[0]; i++) {
        if (strcmp(all_vectors[i].table, table) == 0) return &all_vectors[i];
    }
    return NULL;
}

double sx_peak_flops(const char *table) {
    const vectors *found = find(table);
    return found ? 2.0 * found->lanes * CHAINS * STEPS : 0.0;
}

bool sx_peak_run(const char *table, float *result) {
    /* Volatile, so that no compiler knows the result. */
    static volatile float shrink = 0.999f;
    const vectors *found = find(table);
    if (found) *result += found->chains(shrink);
    return found != NULL;
}

double sx_peak_of(const char *table) {
    const double begin = sx_clock_seconds();
    double best = 0.0, now = begin;
    float result = 0.0f;
    for (int run = 0; run < RUNS && now - begin < MOST_SECONDS; run++) {
        const double start = now;
        if (!sx_peak_run(table, &result)) return 0.0;
        now = sx_clock_seconds();
        const double rate = sx_peak_flops(table) / (now - start);
        if (rate > best) best = rate;
    }
    return best;
}
