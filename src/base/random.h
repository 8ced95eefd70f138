/* random.h: random numbers without state: value = f(seed, purpose, layer, step, item).
 *
 * Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11): a
 * block of four words is a function of a counter and a key, so a variant with other parameter shapes, a
 * resumed run and any number of threads draw the same numbers. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef enum sx_purpose {
    SX_PURPOSE_WEIGHTS = 1,
    SX_PURPOSE_ORDER,
    SX_PURPOSE_DROPOUT,
    SX_PURPOSE_FOLDS,
    SX_PURPOSE_VALIDATION,
    SX_PURPOSE_CLIP,
    SX_PURPOSE_SYNTH,
    SX_PURPOSE_RUN, /* seeds of runs */
    SX_PURPOSE_TEST,
    SX_PURPOSE_RESAMPLE, /* bootstrap draws, random signs */
    SX_PURPOSE_JITTER    /* moves of examples in time */
} sx_purpose;

/* Which stream: the key and half of the counter. */
typedef struct sx_stream {
    uint64_t seed;
    sx_purpose purpose;
    uint32_t layer;
    uint32_t step;
} sx_stream;

/* The bare bijection, as in the paper and its Random123 test vectors. */
void sx_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

uint32_t sx_random_bits(const sx_stream *stream, uint64_t item);
double sx_random_uniform(const sx_stream *stream, uint64_t item); /* [0, 1), 53 bits */
double sx_random_normal(const sx_stream *stream, uint64_t item);  /* mean 0, deviation 1 */
uint64_t sx_random_below(const sx_stream *stream, uint64_t item,
                         uint64_t bound); /* 0 to bound - 1, bound > 0 */
/* A random order of 0 to count - 1 (Fisher-Yates). */
void sx_random_permutation(const sx_stream *stream, size_t count, size_t *order);
/* A new seed for a child, e.g. a run of a study. */
uint64_t sx_random_seed(uint64_t seed, sx_purpose purpose, uint32_t a, uint32_t b);

#endif
