/* metrics_test.c: scores against scikit-learn's (tests/golden/keras/make.py). */
#include "train/metrics.h"

#include "arrays/npz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/close.h"

#include <math.h>

enum { CLASSES = 5 };

static void scores_are_those_of_scikit_learn(void **state) {
    const char *path = SX_GOLDEN "/keras/metrics.npz";
    sx_npy tables = {0}, scores = {0};
    sx_error err;
    (void)state;
    assert_int_equal(sx_npz_read(path, "confusion", &tables, &err), SX_OK);
    assert_int_equal(sx_npz_read(path, "scores", &scores, &err), SX_OK);
    assert_true(tables.dims[0] >= 4);
    for (size_t table = 0; table < tables.dims[0]; table++) {
        uint32_t confusion[CLASSES * CLASSES];
        for (size_t i = 0; i < CLASSES * CLASSES; i++)
            confusion[i] = (uint32_t)sx_npy_number(&tables, table * CLASSES * CLASSES + i);
        assert_close(sx_accuracy(confusion, CLASSES), sx_npy_number(&scores, table * 3), 1e-12);
        assert_close(sx_balanced_accuracy(confusion, CLASSES), sx_npy_number(&scores, table * 3 + 1), 1e-12);
        assert_close(sx_macro_f1(confusion, CLASSES), sx_npy_number(&scores, table * 3 + 2), 1e-12);
    }
    sx_npy_clear(&tables);
    sx_npy_clear(&scores);
}

static void an_empty_table_has_no_scores(void **state) {
    const uint32_t confusion[4] = {0};
    (void)state;
    assert_true(isnan(sx_accuracy(confusion, 2)));
    assert_true(isnan(sx_balanced_accuracy(confusion, 2)));
    assert_true(isnan(sx_macro_f1(confusion, 2)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_scikit_learn),
        cmocka_unit_test(an_empty_table_has_no_scores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
