/* resampled_test.c: intervals, paired tests and Holm against SciPy and statsmodels, and the inputs that break
 * careless code. */
#include "stats/resampled.h"
#include "stats/several.h"
#include "stats/special.h"

#include "golden_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_close(double got, double want, const char *what) {
    if (!(fabs(got - want) <= 1e-10 * (1e-3 + fabs(want))))
        fail_msg("%s: %.17g, golden %.17g", what, got, want);
}

static void resampled_is_scipys(void **state) {
    (void)state;
    FILE *file = golden_open("resampled.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS];
    size_t rows = 0;
    for (; golden_row(file, row) == 16; rows++) {
        sx_resampled r = sx_resampled_from(row + 4, (size_t)row[3], row[0], 0);
        assert_close(r.mean, row[12], "mean");
        assert_close(sx_resampled_half_width(&r, row[1]), row[13], "half width");
        assert_close(sx_resampled_p(&r), row[14], "p");
        assert_close(sx_resampled_p_equivalent(&r, row[2]), row[15], "p of equivalence");
    }
    fclose(file);
    assert_int_equal(rows, 48);
}

static void holm_is_statsmodels(void **state) {
    (void)state;
    FILE *file = golden_open("holm.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS], adjusted[6];
    size_t rows = 0;
    for (; golden_row(file, row) == 13; rows++) {
        size_t count = (size_t)row[0];
        sx_holm(row + 1, count, adjusted);
        for (size_t i = 0; i < count; i++)
            assert_close(adjusted[i], row[7 + i], "adjusted p");
    }
    fclose(file);
    assert_int_equal(rows, 12);
}

static void holm_counts_what_it_cannot_test(void **state) {
    (void)state;
    double p[3] = {NAN, 0.01, 0.02}, adjusted[3];
    sx_holm(p, 3, adjusted);
    assert_true(isnan(adjusted[0]));
    assert_close(adjusted[1], 0.03, "adjusted p");
    assert_close(adjusted[2], 0.04, "adjusted p");
    sx_holm(p, 0, adjusted);
}

static void too_few_values(void **state) {
    (void)state;
    double one = 0.25;
    assert_true(isnan(sx_mean(NULL, 0)));
    assert_true(isnan(sx_variance(&one, 1)));
    for (size_t count = 0; count < 2; count++) {
        sx_resampled r = sx_resampled_from(&one, count, 0.3, 1e-6);
        assert_true(isnan(sx_resampled_error(&r)));
        assert_true(isnan(sx_resampled_half_width(&r, 0.95)));
        assert_true(isnan(sx_resampled_p(&r)));
        assert_true(isnan(sx_resampled_p_equivalent(&r, 0.01)));
        assert_int_equal(sx_resampled_further(&r, 0.01, 0.05, 0.05), 2 - count);
    }
}

static void no_spread(void **state) {
    (void)state;
    double same[3] = {0.1, 0.1, 0.1}, zero[3] = {0};
    sx_resampled r = sx_resampled_from(same, 3, 0.3, 0);
    assert_true(sx_resampled_p(&r) == 0);
    assert_true(sx_resampled_p_equivalent(&r, 0.01) == 1);
    assert_true(sx_resampled_half_width(&r, 0.95) == 0);
    r = sx_resampled_from(zero, 3, 0.3, 0);
    assert_true(sx_resampled_p(&r) == 1);
    assert_true(sx_resampled_p_equivalent(&r, 0.01) == 0);
    assert_int_equal(sx_resampled_further(&r, 0.01, 0.05, 0.05), 0);
    /* Three equal differences of two items in 20 prove nothing once rounding is taken into account. */
    r = sx_resampled_from(same, 3, 0.3, 1.0 / (20 * 20 * 12));
    assert_true(sx_resampled_p(&r) > 0.001);
}

static void nan_stays_nan(void **state) {
    (void)state;
    double values[3] = {0.1, NAN, 0.3};
    sx_resampled r = sx_resampled_from(values, 3, 0.3, 1e-9);
    assert_true(isnan(sx_resampled_p(&r)));
    assert_true(isnan(sx_resampled_p_equivalent(&r, 0.1)));
    assert_true(isnan(sx_resampled_half_width(&r, 0.95)));
    assert_true(sx_resampled_further(&r, 0.01, 0.05, 0.05) == SIZE_MAX);
}

static void a_large_mean_keeps_the_variance(void **state) {
    (void)state;
    double values[4] = {1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4};
    assert_close(sx_variance(values, 4), 5.0 / 3, "variance");
}

/* `further` is the smallest number: the count before it must not decide. */
static void further_runs_are_just_enough(void **state) {
    (void)state;
    for (int step = 0; step < 40; step++) {
        sx_resampled r = {.count = 4, .mean = 0.002 * step, .variance = 0.0009, .ratio = 0.01};
        size_t more = sx_resampled_further(&r, 0.01, 0.05, 0.05);
        if (more == SIZE_MAX || more == 0) continue;
        sx_resampled before = r, after = r;
        before.count += more - 1;
        after.count += more;
        double p = sx_resampled_p(&after), equivalent = sx_resampled_p_equivalent(&after, 0.01);
        assert_true(p < 0.05 || equivalent < 0.05);
        assert_true(sx_resampled_p(&before) >= 0.05 && sx_resampled_p_equivalent(&before, 0.01) >= 0.05);
    }
}

static void overlap_can_make_runs_useless(void **state) {
    (void)state;
    /* With a third as many test as training items the error never falls below sqrt(1/3) s. */
    sx_resampled r = {.count = 8, .mean = 0.02, .variance = 0.0009, .ratio = 1.0 / 3};
    assert_true(sx_resampled_further(&r, 0.01, 0.05, 0.05) == SIZE_MAX);
    r.mean = 0.04; /* 0.04 / (sqrt(1/3) 0.03) = 2.31 > 1.96: some number of runs is enough */
    size_t more = sx_resampled_further(&r, 0.01, 0.05, 0.05);
    assert_true(more > 0 && more < 100);
    r.ratio = 0; /* independent runs decide everything in the end */
    r.mean = 0.002;
    assert_true(sx_resampled_further(&r, 0.01, 0.05, 0.05) < 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resampled_is_scipys),
        cmocka_unit_test(holm_is_statsmodels),
        cmocka_unit_test(holm_counts_what_it_cannot_test),
        cmocka_unit_test(too_few_values),
        cmocka_unit_test(no_spread),
        cmocka_unit_test(nan_stays_nan),
        cmocka_unit_test(a_large_mean_keeps_the_variance),
        cmocka_unit_test(further_runs_are_just_enough),
        cmocka_unit_test(overlap_can_make_runs_useless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
