/* pairs_test.c: three probabilities, sign flips, bootstraps, exact binomial tests and simultaneous intervals
 * against baycomp, SciPy, NumPy, statsmodels and autorank, and the inputs that break careless code. */
#include "stats/binomial.h"
#include "stats/resampled.h"
#include "stats/rope.h"
#include "stats/several.h"
#include "stats/sign_flip.h"

#include "golden_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_near(double got, double want, double tolerance, const char *what) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%s: %.17g, wanted %.17g", what, got, want);
}

static void assert_close(double got, double want, const char *what) {
    assert_near(got, want, 1e-9 * (1e-3 + fabs(want)), what);
}

static void rope_is_baycomps(void **state) {
    (void)state;
    FILE *file = golden_open("rope.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS];
    size_t rows = 0;
    for (; golden_row(file, row) == 18; rows++) {
        sx_resampled r = sx_resampled_from(row + 3, (size_t)row[2], row[0], 0);
        sx_rope rope = sx_rope_from(&r, row[1]);
        assert_close(rope.below, row[15], "below");
        assert_close(rope.within, row[16], "within");
        assert_close(rope.above, row[17], "above");
    }
    fclose(file);
    assert_int_equal(rows, 21);
}

static void rope_of_too_little(void **state) {
    (void)state;
    const double one = 0.1, nan[2] = {0.1, NAN};
    sx_resampled r = sx_resampled_from(&one, 1, 0.3, 0);
    assert_true(isnan(sx_rope_from(&r, 0.01).within));
    r = sx_resampled_from(nan, 2, 0.3, 0);
    assert_true(isnan(sx_rope_from(&r, 0.01).below));
}

static void sign_flips_are_scipys(void **state) {
    (void)state;
    FILE *file = golden_open("sign_flip.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS];
    size_t rows = 0;
    for (; golden_row(file, row) == 23; rows++) {
        sx_sign_flip test = sx_sign_flip_test(row + 1, (size_t)row[0], 7);
        assert_true(test.exact);
        assert_close(test.p, row[21], "two-sided p");
        assert_close(test.p_greater, row[22], "one-sided p");
        assert_true(test.p >= sx_sign_flip_smallest_p((size_t)row[0]));
    }
    fclose(file);
    assert_int_equal(rows, 15);
}

static void sign_flips_of_nothing(void **state) {
    (void)state;
    const double zeros[30] = {0}, nan[2] = {1, NAN}, one = 0.2;
    assert_true(isnan(sx_sign_flip_test(NULL, 0, 1).p));
    assert_true(isnan(sx_sign_flip_test(nan, 2, 1).p));
    assert_true(sx_sign_flip_test(&one, 1, 1).p == 1);
    assert_true(sx_sign_flip_test(&one, 1, 1).p_greater == 0.5);
    assert_true(sx_sign_flip_test(zeros, 5, 1).p == 1);
    assert_true(sx_sign_flip_test(zeros, 30, 1).p == 1);
    assert_true(sx_sign_flip_smallest_p(0) == 1 && sx_sign_flip_smallest_p(7) == 0.015625);
}

/* Random signs must agree with the normal limit: n = 40 values of +-1 with sum 12; exactly, by the binomial
 * distribution, P(|sum| >= 12). Deviation of the drawn p: sqrt(.08 .92 / 1e5) = 0.0009. */
static void random_signs_come_close(void **state) {
    (void)state;
    double values[40];
    for (int i = 0; i < 40; i++)
        values[i] = i < 26 ? 1 : -1;
    sx_sign_flip test = sx_sign_flip_test(values, 40, 3), again = sx_sign_flip_test(values, 40, 3);
    assert_false(test.exact);
    assert_near(test.p, 2 * sx_binomial_cdf(14, 40, 0.5), 0.0036, "p by random signs");
    assert_true(test.p == again.p && test.p_greater == again.p_greater);
    for (int i = 0; i < 40; i++)
        values[i] = 1;
    assert_close(sx_sign_flip_test(values, 40, 3).p, 1e-5, "p is never 0");
}

static void bca_is_scipys(void **state) {
    (void)state;
    FILE *file = golden_open("bca.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS];
    size_t rows = 0;
    for (; golden_row(file, row) == 115; rows++) {
        sx_range range = sx_bca_range(row + 1, (size_t)row[0], row + 16, 99, row[13]);
        assert_close(range.low, row[14], "low");
        assert_close(range.high, row[15], "high");
    }
    fclose(file);
    assert_int_equal(rows, 16);
}

static void bootstraps_of_too_little(void **state) {
    (void)state;
    const double same[3] = {0.25, 0.25, 0.25}, nan[3] = {0.1, NAN, 0.2};
    sx_range range = {0, 0};
    sx_error err;
    assert_int_equal(sx_bootstrap_mean(same, 3, 0.95, 1, &range, &err), SX_OK);
    assert_true(range.low == 0.25 && range.high == 0.25);
    assert_int_equal(sx_bootstrap_mean(same, 1, 0.95, 1, &range, &err), SX_OK);
    assert_true(isnan(range.low) && isnan(range.high));
    assert_int_equal(sx_bootstrap_mean(NULL, 0, 0.95, 1, &range, &err), SX_OK);
    assert_true(isnan(range.low));
    assert_int_equal(sx_bootstrap_mean(nan, 3, 0.95, 1, &range, &err), SX_OK);
    assert_true(isnan(range.low));
}

/* Two values: the means are a, (a + b) / 2 and b with 1/4, 1/2, 1/4, so the 90 % interval is a to b. */
static void drawn_means_reach_both_ends(void **state) {
    (void)state;
    const double values[2] = {0.1, 0.3};
    sx_range range;
    sx_error err;
    assert_int_equal(sx_bootstrap_mean(values, 2, 0.9, 5, &range, &err), SX_OK);
    assert_close(range.low, 0.1, "low");
    assert_close(range.high, 0.3, "high");
}

/* NumPy draws a million times, we 9999: deviation of an end is about sqrt(.05 .95 / 9999) over the density
 * there, about 2 % of the interval; means of few groups lie on a coarse lattice besides. */
static void groups_are_numpys(void **state) {
    (void)state;
    FILE *file = golden_open("groups.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS], values[256];
    size_t rows = 0, groups[256];
    for (; golden_row(file, row) == 16; rows++) {
        size_t count = 0, group_count = (size_t)row[0];
        for (size_t g = 0; g < group_count; g++)
            for (size_t i = 0; i < (size_t)row[1 + g]; i++) {
                groups[count] = g;
                values[count++] = i < (size_t)row[7 + g];
            }
        sx_range range;
        sx_error err;
        /* A group more than there are: one that has no values must not be drawn. */
        assert_int_equal(
            sx_bootstrap_groups(values, groups, count, group_count + 1, row[13], 9, &range, &err), SX_OK);
        assert_near(range.low, row[14], 0.05 * (row[15] - row[14]), "low");
        assert_near(range.high, row[15], 0.05 * (row[15] - row[14]), "high");
    }
    fclose(file);
    assert_int_equal(rows, 3);
}

static void one_group_has_no_interval(void **state) {
    (void)state;
    const double values[3] = {1, 0, 1};
    const size_t groups[3] = {1, 1, 1};
    sx_range range = {0, 0};
    sx_error err;
    assert_int_equal(sx_bootstrap_groups(values, groups, 3, 2, 0.95, 1, &range, &err), SX_OK);
    assert_true(isnan(range.low) && isnan(range.high));
    assert_int_equal(sx_bootstrap_groups(values, groups, 0, 0, 0.95, 1, &range, &err), SX_OK);
    assert_true(isnan(range.low));
}

static void binomials_are_scipys(void **state) {
    (void)state;
    FILE *file = golden_open("binomial.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS];
    size_t rows = 0;
    for (; golden_row(file, row) == 6; rows++) {
        sx_range range = sx_binomial_range((size_t)row[0], (size_t)row[1], row[2]);
        assert_close(range.low, row[3], "low");
        assert_close(range.high, row[4], "high");
        assert_close(sx_binomial_cdf((size_t)row[0], (size_t)row[1], 0.3), row[5], "cdf");
    }
    fclose(file);
    assert_int_equal(rows, 27);
    assert_true(sx_binomial_range(0, 0, 0.95).low == 0 && sx_binomial_range(0, 0, 0.95).high == 1);
}

static void mcnemar_is_statsmodels(void **state) {
    (void)state;
    FILE *file = golden_open("mcnemar.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS];
    size_t rows = 0;
    for (; golden_row(file, row) == 3; rows++)
        assert_close(sx_mcnemar_p((size_t)row[0], (size_t)row[1]), row[2], "McNemar's p");
    fclose(file);
    assert_int_equal(rows, 10);
}

/* autorank's paired t test, and its two intervals that hold together. */
static void together_as_autorank_has_it(void **state) {
    (void)state;
    FILE *file = golden_open("autorank.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS], differences[10];
    size_t rows = 0;
    for (; golden_row(file, row) == 26; rows++) {
        size_t count = (size_t)row[0];
        for (size_t i = 0; i < count; i++)
            differences[i] = row[1 + i] - row[11 + i];
        sx_resampled r = sx_resampled_from(differences, count, 0, 0);
        assert_close(sx_resampled_p(&r), row[21], "paired p");
        for (size_t side = 0; side < 2; side++) {
            r = sx_resampled_from(row + 1 + 10 * side, count, 0, 0);
            double half = sx_resampled_half_width(&r, sx_confidence_each(0.95, 2));
            assert_close(r.mean - half, row[22 + 2 * side], "low");
            assert_close(r.mean + half, row[23 + 2 * side], "high");
        }
    }
    fclose(file);
    assert_int_equal(rows, 4);
    assert_true(sx_confidence_each(0.95, 1) == 0.95 && sx_confidence_each(0.95, 0) == 0.95);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rope_is_baycomps),
        cmocka_unit_test(rope_of_too_little),
        cmocka_unit_test(sign_flips_are_scipys),
        cmocka_unit_test(sign_flips_of_nothing),
        cmocka_unit_test(random_signs_come_close),
        cmocka_unit_test(bca_is_scipys),
        cmocka_unit_test(bootstraps_of_too_little),
        cmocka_unit_test(drawn_means_reach_both_ends),
        cmocka_unit_test(groups_are_numpys),
        cmocka_unit_test(one_group_has_no_interval),
        cmocka_unit_test(binomials_are_scipys),
        cmocka_unit_test(mcnemar_is_statsmodels),
        cmocka_unit_test(together_as_autorank_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
