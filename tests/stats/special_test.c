/* special_test.c: incomplete beta and Student's t against SciPy's numbers. */
#include "stats/special.h"

#include "golden_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Relative to the number itself; SciPy's own tails are good to about 1e-13 here. */
static void assert_close(double got, double want, double tolerance, const char *what, const double *row) {
    if (!(fabs(got - want) <= tolerance * fabs(want) + 1e-300))
        fail_msg("%s: %.17g, SciPy has %.17g (row %g, %g, %g)", what, got, want, row[0], row[1], row[2]);
}

static void beta_is_scipys(void **state) {
    (void)state;
    FILE *file = golden_open("beta.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS];
    size_t rows = 0;
    for (; golden_row(file, row) == 4; rows++)
        assert_close(sx_incomplete_beta(row[0], row[1], row[2]), row[3], 1e-11, "beta", row);
    fclose(file);
    assert_int_equal(rows, 160);
}

static void student_is_scipys(void **state) {
    (void)state;
    FILE *file = golden_open("student.csv");
    assert_non_null(file);
    double row[GOLDEN_COLUMNS];
    size_t rows = 0;
    for (; golden_row(file, row) == 6; rows++) {
        assert_close(sx_student_cdf(row[1], row[0]), row[2], 1e-10, "cdf", row);
        assert_close(sx_student_tail(row[1], row[0]), row[3], 1e-10, "tail", row);
        assert_close(sx_student_quantile(row[4], row[0]), row[5], 1e-10, "quantile", row);
    }
    fclose(file);
    assert_int_equal(rows, 144);
}

static void ends_and_nonsense(void **state) {
    (void)state;
    assert_true(isinf(sx_student_quantile(0, 3)) && sx_student_quantile(0, 3) < 0);
    assert_true(isinf(sx_student_quantile(1, 3)) && sx_student_quantile(1, 3) > 0);
    assert_true(sx_student_quantile(0.5, 3) == 0);
    assert_true(isnan(sx_student_quantile(1.5, 3)));
    assert_true(isnan(sx_student_quantile(0.9, 0)));
    assert_true(isnan(sx_student_quantile(NAN, 3)));
    assert_true(isnan(sx_student_tail(NAN, 3)));
    assert_true(sx_student_tail(INFINITY, 3) == 0);
    assert_true(sx_student_cdf(INFINITY, 3) == 1);
    assert_true(isnan(sx_incomplete_beta(-1, 2, 0.5)));
    assert_true(isnan(sx_incomplete_beta(1, 2, NAN)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beta_is_scipys),
        cmocka_unit_test(student_is_scipys),
        cmocka_unit_test(ends_and_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
