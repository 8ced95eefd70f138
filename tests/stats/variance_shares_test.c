/* Variance shares against statsmodels, and what follows from their definition. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "stats/variance_shares.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Both sides sum in double, the golden numbers have 12 digits. */
static const double tolerance = 1e-10;

static void close_to(double got, double want, const char *what, int set) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%s, set %d: %.12g, wanted %.12g", what, set, got, want);
}

static sx_shares_result golden_shares(FILE *file) {
    size_t items, extents[3], labels;
    float values[64];
    sx_shares *shares = NULL;
    sx_shares_result result;
    assert_int_equal(
        fscanf(file, "%zu %zu %zu %zu %zu", &items, &extents[0], &extents[1], &extents[2], &labels), 5);
    const size_t counts[SX_LABELLINGS] = {labels, 0}, row = extents[0] * extents[1] * extents[2];
    assert_in_range(row, 1, 64);
    assert_int_equal(sx_shares_create(extents, counts, &shares, NULL), SX_OK);
    for (size_t i = 0; i < items; i++) {
        int label[SX_LABELLINGS] = {0, 0};
        assert_int_equal(fscanf(file, "%d", &label[0]), 1);
        for (size_t v = 0; v < row; v++)
            assert_int_equal(fscanf(file, "%f", &values[v]), 1);
        sx_shares_add(shares, values, label);
    }
    sx_shares_result_of(shares, &result);
    sx_shares_free(shares);
    return result;
}

static void test_statsmodels(void **state) {
    (void)state;
    FILE *file = fopen(SX_GOLDEN "/shares/shares.txt", "r");
    assert_non_null(file);
    sx_shares_result result = golden_shares(file);
    char kind[16];
    int set, seen = 0;
    double want;
    for (; fscanf(file, "%15s %d %lf", kind, &set, &want) == 3; seen++) {
        assert_in_range(set, 0, SX_OF_SETS - 1);
        double got = strcmp(kind, "item") == 0    ? result.item[set]
                     : strcmp(kind, "fixed") == 0 ? result.fixed[set]
                                                  : result.between[0][set];
        close_to(got, want, kind, set);
    }
    fclose(file);
    assert_int_equal(seen, 15 + 7);
}

static sx_shares_result random_shares(double offset, size_t items) {
    const size_t extents[3] = {5, 7, 3}, counts[SX_LABELLINGS] = {2, 4};
    const sx_stream stream = {.seed = 3, .purpose = SX_PURPOSE_TEST};
    sx_shares *shares = NULL;
    sx_shares_result result;
    float values[5 * 7 * 3];
    assert_int_equal(sx_shares_create(extents, counts, &shares, NULL), SX_OK);
    for (size_t i = 0; i < items; i++) {
        for (size_t v = 0; v < 105; v++)
            values[v] = (float)(offset + sx_random_normal(&stream, i * 105 + v));
        const int labels[SX_LABELLINGS] = {(int)(i % 2), i % 5 ? (int)(i % 4) : -1};
        sx_shares_add(shares, values, labels);
    }
    sx_shares_result_of(shares, &result);
    sx_shares_free(shares);
    return result;
}

static void test_shares_add_up_to_one(void **state) {
    (void)state;
    sx_shares_result result = random_shares(0, 20);
    double sum = 0;
    for (int set = 0; set < SX_OF_SETS; set++) {
        sum += result.fixed[set] + result.item[set];
        if (set < SX_OF_SETS - 1) {
            assert_true(result.between[1][set] >= -tolerance);
            assert_true(result.between[1][set] <= result.item[set] + tolerance);
        }
    }
    close_to(sum, 1, "the sum of all", 0);
    if (fabs(result.variance - 1) > 0.1) fail_msg("variance of unit noise: %g", result.variance);
}

/* Values about -9 with a deviation of 1, as log spectra are, and far worse. */
static void test_a_large_mean_spoils_nothing(void **state) {
    (void)state;
    sx_shares_result near = random_shares(0, 20), far = random_shares(4096, 20);
    for (int set = 0; set < SX_OF_SETS; set++) /* floats near 4096 are 5e-4 apart */
        if (fabs(near.item[set] - far.item[set]) > 1e-4)
            fail_msg("set %d: %g about 0, %g about 4096", set, near.item[set], far.item[set]);
}

static void test_nothing_varies(void **state) {
    (void)state;
    const size_t extents[3] = {2, 2, 1}, counts[SX_LABELLINGS] = {0, 0};
    const float same[4] = {-9, -9, -9, -9};
    const int labels[SX_LABELLINGS] = {0, 0};
    sx_shares *shares = NULL;
    sx_shares_result result;
    assert_int_equal(sx_shares_create(extents, counts, &shares, NULL), SX_OK);
    sx_shares_result_of(shares, &result);
    assert_true(isnan(result.fixed[SX_OF_TIME]));
    sx_shares_add(shares, same, labels);
    sx_shares_add(shares, same, labels);
    sx_shares_result_of(shares, &result);
    assert_true(isnan(result.fixed[SX_OF_TIME]));
    close_to(result.variance, 0, "variance", 0);
    sx_shares_free(shares);
}

static void test_beyond_chance(void **state) {
    (void)state;
    close_to(sx_share_beyond_chance(3.0 / 19, 4, 20), 0, "chance", 0);
    close_to(sx_share_beyond_chance(1, 4, 20), 1, "all", 0);
    assert_true(isnan(sx_share_beyond_chance(0.5, 20, 20)));
}

static void test_out_of_memory(void **state) {
    (void)state;
    const size_t extents[3] = {2, 2, 1}, counts[SX_LABELLINGS] = {2, 2};
    for (size_t n = 1; n <= 7; n++) {
        sx_shares *shares = NULL;
        sx_memory_fail_from(n);
        sx_status status = sx_shares_create(extents, counts, &shares, NULL);
        sx_memory_fail_from(0);
        assert_int_equal(status, SX_E_MEMORY);
        assert_null(shares);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statsmodels),
        cmocka_unit_test(test_shares_add_up_to_one),
        cmocka_unit_test(test_a_large_mean_spoils_nothing),
        cmocka_unit_test(test_nothing_varies),
        cmocka_unit_test(test_beyond_chance),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
