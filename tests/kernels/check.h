/* check.h: what the kernel tests share: random numbers, the tables of this machine, comparisons that say what
 * differs. */
#ifndef TESTS_KERNELS_CHECK_H
#define TESTS_KERNELS_CHECK_H

#include "kernels/kernels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

/* Exactly `count` floats, so that the address sanitizer sees one too many. */
static inline float *floats(size_t count) {
    float *block = calloc(count ? count : 1, sizeof *block);
    assert_non_null(block);
    return block;
}

static inline double *doubles(size_t count) {
    double *block = calloc(count ? count : 1, sizeof *block);
    assert_non_null(block);
    return block;
}

/* Knuth's MMIX generator, upper bits: [-1, 1). */
static inline float next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (float)((double)(*state >> 40) / 8388608.0 - 1.0);
}

static inline float *random_floats(size_t count, uint64_t seed) {
    float *block = floats(count);
    uint64_t state = seed * 2654435769u + 1;
    for (size_t i = 0; i < count; i++)
        block[i] = next_random(&state);
    return block;
}

static inline size_t next_below(uint64_t *state, size_t bound) {
    return (size_t)((double)(next_random(state) + 1.0f) / 2.0 * (double)bound);
}

/* |got - want| <= bound * scale + tiny, for each value; scale = sum of the terms' magnitudes. */
static inline void assert_close(const char *what, const char *table, size_t count, const float *got,
                                const double *want, const double *scale, double bound) {
    for (size_t i = 0; i < count; i++) {
        double error = fabs((double)got[i] - want[i]);
        if (error <= bound * scale[i] + 1e-30) continue; /* a NaN goes on */
        fail_msg("%s, %s: value %zu is %.9g, should be %.9g (error %.3g, allowed %.3g)", what, table, i,
                 (double)got[i], want[i], error, bound * scale[i]);
    }
}

static inline void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%.12g should be %.12g within %.3g", got, want, tolerance);
}

static inline void assert_same_bits(const char *what, const char *table, const char *other, size_t count,
                                    const float *a, const float *b) {
    for (size_t i = 0; i < count; i++) {
        if (memcmp(a + i, b + i, sizeof *a) == 0) continue;
        fail_msg("%s: value %zu is %.9g with %s but %.9g with %s", what, i, (double)a[i], table, (double)b[i],
                 other);
    }
}

/* Tables this machine can run, plain first. */
static inline size_t list_tables(const sx_kernels *tables[8]) {
    size_t count = 0;
    for (size_t i = 0; sx_kernel_names[i]; i++) {
        const sx_kernels *table = sx_kernels_named(sx_kernel_names[i]);
        if (table) tables[count++] = table;
    }
    return count;
}

/* Rounds a multiply-add once, and so gives the bits that all such tables give. */
static inline bool is_fused(const sx_kernels *table) {
    return strcmp(table->name, "plain") != 0 && strcmp(table->name, "sse2") != 0;
}

#endif
