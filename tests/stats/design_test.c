/* design_test.c: power, smallest difference and sequential bounds against statsmodels and SciPy. */
#include "stats/normal.h"
#include "stats/power.h"
#include "stats/sequential.h"

#include "golden_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void assert_near(double got, double want, double tolerance, const char *what) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%s: %.17g, wanted %.17g", what, got, want);
}

static void normal_quantiles(void **state) {
    (void)state;
    /* From tables. */
    assert_near(sx_normal_quantile(0.025), 1.959963984540054, 1e-13, "quantile");
    assert_near(sx_normal_quantile(0.975), -1.959963984540054, 1e-13, "quantile");
    assert_near(sx_normal_quantile(1e-12), 7.034483825301132, 1e-12, "quantile");
    assert_near(sx_normal_tail(5), 2.866515718791939e-07, 1e-20, "tail");
    assert_true(isinf(sx_normal_quantile(0)) && sx_normal_quantile(0) > 0);
    assert_true(isinf(sx_normal_quantile(1)) && sx_normal_quantile(1) < 0);
    assert_true(isnan(sx_normal_quantile(-0.1)) && isnan(sx_normal_quantile(NAN)));
}

/* Relative 1e-6: what the integration promises; nobody reads more than three digits of a design. */
static void designs_are_statsmodels(void **state) {
    (void)state;
    FILE *file = golden_open("power.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS];
    size_t rows = 0;
    for (; golden_row(file, row) == 8; rows++) {
        sx_pairs_design design = {(size_t)row[0], row[1], row[2], row[3]};
        assert_near(sx_power_smallest(&design, row[4]), row[5], 1e-6 * row[5], "smallest difference");
        assert_near(sx_power_of(&design, 2 * row[5]), row[6], 1e-6, "power at twice that");
        assert_near(sx_power_of(&design, -row[5] / 2), row[7], 1e-6, "power at half of it");
    }
    fclose(file);
    assert_int_equal(rows, 54);
}

static void pairs_are_just_enough(void **state) {
    (void)state;
    sx_pairs_design design = {.ratio = 0.02, .deviation = 0.02, .alpha = 0.05};
    size_t pairs = sx_power_pairs(&design, 0.015, 0.8);
    assert_true(pairs > 2 && pairs < 100);
    design.count = pairs;
    assert_true(sx_power_of(&design, 0.015) >= 0.8);
    design.count = pairs - 1;
    assert_true(sx_power_of(&design, 0.015) < 0.8);
    design.ratio = 1; /* the error never falls below the deviation itself */
    assert_true(sx_power_pairs(&design, 0.015, 0.8) == SIZE_MAX);
}

static void designs_of_too_little(void **state) {
    (void)state;
    sx_pairs_design design = {.count = 1, .deviation = 0.02, .alpha = 0.05};
    assert_true(isnan(sx_power_smallest(&design, 0.8)) && isnan(sx_power_of(&design, 0.1)));
    design.count = 2;
    design.deviation = 0;
    assert_true(sx_power_smallest(&design, 0.8) == 0);
    assert_true(sx_power_of(&design, 0.1) == 1 && sx_power_of(&design, 0) == 0.05);
    assert_int_equal(sx_power_pairs(&design, 0.1, 0.8), 2);
    design.deviation = NAN;
    assert_true(isnan(sx_power_smallest(&design, 0.8)));
    assert_true(sx_power_pairs(&design, 0.1, 0.8) == SIZE_MAX);
}

static void bounds_are_scipys(void **state) {
    (void)state;
    FILE *file = golden_open("sequential.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS], z[8];
    size_t rows = 0;
    sx_error err;
    for (; golden_row(file, row) == 18; rows++) {
        size_t looks = (size_t)row[1];
        if (sx_sequential_bounds(row[0], row + 2, looks, z, &err) != SX_OK) fail_msg("%s", err.text);
        for (size_t k = 0; k < looks; k++)
            assert_near(z[k], row[10 + k], 1e-5, "bound");
    }
    fclose(file);
    assert_int_equal(rows, 21);
}

/* A planned look more, or one less, does not change what was decided before. */
static void earlier_bounds_stay(void **state) {
    (void)state;
    const double shares[4] = {0.1, 0.4, 0.7, 1};
    double all[4], some[2];
    sx_error err;
    assert_int_equal(sx_sequential_bounds(0.05, shares, 4, all, &err), SX_OK);
    assert_int_equal(sx_sequential_bounds(0.05, shares, 2, some, &err), SX_OK);
    assert_near(some[0], all[0], 1e-12, "first bound");
    assert_near(some[1], all[1], 1e-7, "second bound");
    for (size_t k = 1; k < 4; k++)
        assert_true(all[k] < all[k - 1]);
    assert_true(all[0] <= 8 && all[3] > sx_normal_quantile(0.025));
}

static void many_looks_and_early_ones(void **state) {
    (void)state;
    double shares[50], z[50];
    sx_error err;
    for (int k = 0; k < 50; k++)
        shares[k] = 0.001 + 0.0002 * k;
    shares[49] = 1;
    assert_int_equal(sx_sequential_bounds(0.05, shares, 50, z, &err), SX_OK);
    assert_true(z[0] == 8);
    assert_near(z[49], sx_normal_quantile(0.025), 1e-5, "all is left for the end");
}

static void what_is_spent(void **state) {
    (void)state;
    assert_true(sx_sequential_spent(0.05, 0) == 0 && sx_sequential_spent(0.05, 1) == 0.05);
    assert_near(sx_sequential_spent(0.05, 1 - 1e-12), 0.05, 1e-9, "spent");
    assert_true(isnan(sx_sequential_spent(2, 0.5)) && isnan(sx_sequential_spent(0.05, NAN)));
}

static void refused(const double *shares, size_t looks, double alpha, const char *says) {
    double z[3] = {-1, -1, -1};
    sx_error err;
    assert_int_equal(sx_sequential_bounds(alpha, shares, looks, z, &err), SX_E_ARGUMENT);
    if (!strstr(err.text, says)) fail_msg("\"%s\" does not say \"%s\"", err.text, says);
    assert_true(z[0] == -1);
}

static void bad_looks_are_refused(void **state) {
    (void)state;
    const double good[2] = {0.5, 1}, falling[2] = {0.5, 0.4}, above[2] = {0.5, 1.5}, nan[2] = {NAN, 1};
    refused(good, 0, 0.05, "no look");
    refused(good, 2, 0, "alpha is 0");
    refused(good, 2, NAN, "alpha is nan");
    refused(falling, 2, 0.05, "look 2 is 0.4 after 0.5");
    refused(above, 2, 0.05, "look 2 is 1.5");
    refused(nan, 2, 0.05, "look 1 is nan");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_quantiles),          cmocka_unit_test(designs_are_statsmodels),
        cmocka_unit_test(pairs_are_just_enough),     cmocka_unit_test(designs_of_too_little),
        cmocka_unit_test(bounds_are_scipys),         cmocka_unit_test(earlier_bounds_stay),
        cmocka_unit_test(many_looks_and_early_ones), cmocka_unit_test(what_is_spent),
        cmocka_unit_test(bad_looks_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
