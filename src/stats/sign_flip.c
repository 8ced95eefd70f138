/* sign_flip.c: see sign_flip.h. The exact test splits the values in two halves and adds every sum of one half
 * to every sum of the other: one addition for each way to choose the signs. */
#include "stats/sign_flip.h"

#include "base/random.h"

#include <math.h>

enum { HALF = SX_SIGN_FLIP_EXACT / 2, HALF_SUMS = 1 << HALF };

/* How often a sum was at least as far up, and at least as far from 0, as the one seen. */
typedef struct tally {
    double seen, slack;
    size_t greater, farther;
} tally;

static void count_sum(tally *all, double sum) {
    all->greater += sum >= all->seen - all->slack;
    all->farther += fabs(sum) >= fabs(all->seen) - all->slack;
}

static size_t sums_of(const double *values, size_t count, double sums[HALF_SUMS]) {
    size_t made = (size_t)1 << count;
    for (size_t signs = 0; signs < made; signs++) {
        sums[signs] = 0;
        for (size_t i = 0; i < count; i++)
            sums[signs] += (signs >> i) & 1 ? -values[i] : values[i];
    }
    return made;
}

static double try_all(const double *values, size_t count, tally *all) {
    double first[HALF_SUMS], second[HALF_SUMS];
    size_t half = count / 2, firsts = sums_of(values, half, first),
           seconds = sums_of(values + half, count - half, second);
    for (size_t i = 0; i < firsts; i++)
        for (size_t j = 0; j < seconds; j++)
            count_sum(all, first[i] + second[j]);
    return (double)firsts * (double)seconds;
}

static double try_some(const double *values, size_t count, uint64_t seed, tally *all) {
    const sx_stream stream = {.seed = seed, .purpose = SX_PURPOSE_RESAMPLE};
    size_t words = (count + 31) / 32;
    for (size_t draw = 0; draw < SX_SIGN_FLIP_DRAWS; draw++) {
        double sum = 0;
        uint32_t bits = 0;
        for (size_t i = 0; i < count; i++) {
            if (i % 32 == 0) bits = sx_random_bits(&stream, draw * words + i / 32);
            sum += (bits >> i % 32) & 1 ? -values[i] : values[i];
        }
        count_sum(all, sum);
    }
    all->greater++;
    all->farther++;
    return SX_SIGN_FLIP_DRAWS + 1;
}

sx_sign_flip sx_sign_flip_test(const double *differences, size_t count, uint64_t seed) {
    double sum = 0, size = 0;
    for (size_t i = 0; i < count; i++) {
        sum += differences[i];
        size += fabs(differences[i]);
    }
    if (count == 0 || isnan(sum)) return (sx_sign_flip){NAN, NAN, true};
    tally all = {.seen = sum, .slack = 1e-12 * size};
    bool exact = count <= SX_SIGN_FLIP_EXACT;
    double tried = exact ? try_all(differences, count, &all) : try_some(differences, count, seed, &all);
    return (sx_sign_flip){(double)all.farther / tried, (double)all.greater / tried, exact};
}

double sx_sign_flip_smallest_p(size_t count) { return count == 0 ? 1 : ldexp(1, 1 - (int)count); }
