/* metrics_test.c: scores against scikit-learn's (tests/golden/keras/make.py, tests/golden/metrics/make.py).
 */
#include "train/metrics.h"

#include "train/loss.h"

#include "arrays/npz.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/close.h"

#include <math.h>
#include <stdio.h>

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

static sx_npy golden_part(const char *name, const char *part) {
    char both[64];
    sx_npy array = {0};
    sx_error err;
    snprintf(both, sizeof both, "%s_%s", name, part);
    if (sx_npz_read(SX_GOLDEN "/metrics/metrics.npz", both, &array, &err) != SX_OK) fail_msg("%s", err.text);
    return array;
}

/* NaN where the golden number is NaN. The log loss is summed in float by scikit-learn: 1e-6. */
static void check_number(const char *name, const char *what, double got, double want) {
    if (isnan(want) ? isnan(got) : fabs(got - want) <= 1e-6) return;
    fail_msg("%s: %s is %.9g, scikit-learn has %.9g", name, what, got, want);
}

static void check_labels(const char *name, const sx_label_score *scores, size_t classes) {
    static const char *const words[] = {"support", "precision", "recall", "f1", "AUROC", "average precision"};
    sx_npy wanted = golden_part(name, "labels");
    assert_int_equal(wanted.count, 6 * classes);
    for (size_t label = 0; label < classes; label++) {
        const sx_label_score *score = &scores[label];
        const double got[6] = {(double)score->support, score->precision,        score->recall, score->f1,
                               score->auroc,           score->average_precision};
        for (size_t i = 0; i < 6; i++)
            check_number(name, words[i], got[i], sx_npy_number(&wanted, 6 * label + i));
    }
    sx_npy_clear(&wanted);
}

static void check_case(const char *name) {
    sx_npy p = golden_part(name, "p"), y = golden_part(name, "y"), means = golden_part(name, "means");
    size_t count = p.dims[0], classes = p.dims[1];
    float *probabilities = sx_alloc(p.count, sizeof *probabilities);
    int labels[128];
    uint32_t confusion[25] = {0};
    sx_label_score scores[5];
    sx_error err;
    assert_true(probabilities && count <= 128 && classes <= 5);
    sx_npy_floats(&p, 0, p.count, probabilities);
    for (size_t i = 0; i < count; i++) {
        labels[i] = (int)sx_npy_number(&y, i);
        confusion[(size_t)labels[i] * classes + sx_argmax(probabilities + i * classes, classes)]++;
    }
    sx_count_labels(confusion, classes, scores);
    assert_int_equal(sx_rank_labels(probabilities, labels, count, classes, scores, &err), SX_OK);
    check_labels(name, scores, classes);
    double area, precision;
    sx_average_ranks(scores, classes, &area, &precision);
    check_number(name, "mean AUROC", area, sx_npy_number(&means, 0));
    check_number(name, "mean average precision", precision, sx_npy_number(&means, 1));
    check_number(name, "log loss", sx_log_loss(probabilities, labels, count, classes),
                 sx_npy_number(&means, 2));
    check_number(name, "calibration error", sx_calibration_error(probabilities, labels, count, classes, 15),
                 sx_npy_number(&means, 3));
    sx_free(probabilities);
    sx_npy_clear(&p);
    sx_npy_clear(&y);
    sx_npy_clear(&means);
}

static void probabilities_are_scored_as_scikit_learn_does(void **state) {
    static const char *const cases[] = {"five", "ties",      "missing", "sigmoid",
                                        "two",  "saturated", "same",    "alone"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(cases[i]);
}

static void probabilities_that_are_no_numbers(void **state) {
    const float probabilities[4] = {NAN, NAN, 0.5f, 0.5f};
    const int labels[2] = {0, 1};
    sx_label_score scores[2];
    sx_error err;
    (void)state;
    assert_int_equal(sx_rank_labels(probabilities, labels, 2, 2, scores, &err), SX_OK);
    assert_true(isnan(scores[0].auroc) && isnan(scores[1].average_precision));
    assert_true(isnan(sx_log_loss(probabilities, labels, 2, 2)));
    assert_true(isnan(sx_calibration_error(probabilities, labels, 2, 2, 15)));
    assert_true(isnan(sx_log_loss(NULL, NULL, 0, 2)) && isnan(sx_calibration_error(NULL, NULL, 0, 2, 15)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_scikit_learn),
        cmocka_unit_test(an_empty_table_has_no_scores),
        cmocka_unit_test(probabilities_are_scored_as_scikit_learn_does),
        cmocka_unit_test(probabilities_that_are_no_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
