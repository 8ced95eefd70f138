/* Philox against the vectors of Random123 (kat_vectors), and what is made from it against Python
 * (tests/golden/random/make.py). */
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <inttypes.h>
#include <math.h>

static void philox_matches_published_vectors(void **state) {
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], expected[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t out[4];
        sx_philox4x32(cases[i].counter, cases[i].key, out);
        assert_memory_equal(out, cases[i].expected, sizeof out);
    }
}

/* Bits and uniforms exactly; normals within 4e-15, since Python takes its logarithm from the C library. */
static void draws_match_python(void **state) {
    (void)state;
    FILE *file = fopen(SX_GOLDEN "/random/numbers.txt", "r");
    assert_non_null(file);
    uint64_t seed, item;
    unsigned purpose, layer, step, bits;
    double uniform, normal;
    int count = 0;
    while (fscanf(file, "%" SCNu64 " %u %u %u %" SCNu64 " %u %lf %lf", &seed, &purpose, &layer, &step, &item,
                  &bits, &uniform, &normal) == 8) {
        sx_stream stream = {seed, (sx_purpose)purpose, layer, step};
        assert_int_equal(sx_random_bits(&stream, item), bits);
        assert_true(sx_random_uniform(&stream, item) == uniform);
        double difference = fabs(sx_random_normal(&stream, item) - normal);
        if (difference > 4e-15 * fmax(1, fabs(normal))) {
            fail_msg("item %" PRIu64 ": %.17g, not %.17g", item, sx_random_normal(&stream, item), normal);
        }
        count++;
    }
    fclose(file);
    assert_int_equal(count, 42);
}

/* Mean and variance within four standard errors of what they should be. */
static void moments_are_right(void **state) {
    (void)state;
    const sx_stream stream = {42, SX_PURPOSE_TEST, 0, 0};
    const int count = 100000;
    double sum = 0, squares = 0, uniforms = 0;
    for (int i = 0; i < count; i++) {
        double x = sx_random_normal(&stream, (uint64_t)i);
        sum += x;
        squares += x * x;
        uniforms += sx_random_uniform(&stream, (uint64_t)i);
    }
    assert_true(fabs(sum / count) < 4 / sqrt(count));
    assert_true(fabs(squares / count - 1) < 4 * sqrt(2.0 / count));
    assert_true(fabs(uniforms / count - 0.5) < 4 * sqrt(1.0 / 12 / count));
}

static void below_stays_below(void **state) {
    (void)state;
    const sx_stream stream = {3, SX_PURPOSE_TEST, 1, 2};
    int seen[7] = {0};
    for (uint64_t i = 0; i < 7000; i++) {
        uint64_t value = sx_random_below(&stream, i, 7);
        assert_true(value < 7);
        seen[value]++;
        assert_int_equal(sx_random_below(&stream, i, 1), 0);
    }
    for (int k = 0; k < 7; k++) {
        assert_in_range(seen[k], 1000 - 120, 1000 + 120); /* four standard errors: 4 * sqrt(7000 * 6) / 7 */
    }
}

static void permutation_is_one(void **state) {
    (void)state;
    enum { COUNT = 1000 };
    const sx_stream stream = {5, SX_PURPOSE_ORDER, 0, 3};
    size_t order[COUNT], fixed = 0;
    char seen[COUNT] = {0};
    sx_random_permutation(&stream, COUNT, order);
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(order[i] < COUNT);
        assert_false(seen[order[i]]);
        seen[order[i]] = 1;
        fixed += order[i] == i;
    }
    assert_true(fixed < 8); /* one is expected; eight or more happen once in 100 000 */
    sx_random_permutation(&stream, 0, order);
    sx_random_permutation(&stream, 1, order);
    assert_int_equal(order[0], 0);
}

static void seeds_of_children_differ(void **state) {
    (void)state;
    uint64_t seeds[64];
    for (uint32_t a = 0; a < 8; a++) {
        for (uint32_t b = 0; b < 8; b++) {
            seeds[8 * a + b] = sx_random_seed(1, SX_PURPOSE_RUN, a, b);
        }
    }
    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < i; j++) {
            assert_true(seeds[i] != seeds[j]);
        }
    }
    assert_true(sx_random_seed(1, SX_PURPOSE_RUN, 0, 0) == seeds[0]);
    assert_true(sx_random_seed(2, SX_PURPOSE_RUN, 0, 0) != seeds[0]);
    assert_true(sx_random_seed(1, SX_PURPOSE_FOLDS, 0, 0) != seeds[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_matches_published_vectors),
        cmocka_unit_test(draws_match_python),
        cmocka_unit_test(moments_are_right),
        cmocka_unit_test(below_stays_below),
        cmocka_unit_test(permutation_is_one),
        cmocka_unit_test(seeds_of_children_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
