/* loss_test.c: cross-entropies against their formulas in double, and their gradients against differences. */
#include "train/loss.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/close.h"

#include <math.h>
#include <string.h>

enum { ROWS = 4, CLASSES = 3 };

static const float logits[ROWS * CLASSES] = {0.5F,  -1.25F, 2.0F, 3.0F,  3.0F,   3.0F,
                                             -9.0F, 14.0F,  1.0F, 80.0F, -80.0F, 0.25F};
static const int labels[ROWS] = {2, 0, 1, 0};
static const float weights[ROWS] = {1.0F, 0.5F, 2.0F, 1.5F};

static double softmax_loss(const double *z, int label) {
    double top = fmax(z[0], fmax(z[1], z[2])), sum = 0;
    for (int k = 0; k < CLASSES; k++)
        sum += exp(z[k] - top);
    return log(sum) + top - z[label];
}

static double sigmoid_loss(const double *z, int label) {
    double sum = 0;
    for (int k = 0; k < CLASSES; k++)
        sum += fmax(z[k], 0) - (k == label ? z[k] : 0) + log1p(exp(-fabs(z[k])));
    return sum / CLASSES;
}

static double expected_batch(sx_loss kind, const double *z, const float *w) {
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
        const double *scores = z + row * CLASSES;
        double loss =
            kind == SX_LOSS_SOFTMAX ? softmax_loss(scores, labels[row]) : sigmoid_loss(scores, labels[row]);
        sum += loss * (w ? (double)w[row] : 1.0);
    }
    return sum / ROWS; /* by the batch size, not by the weights' sum */
}

static void check_kind(sx_loss kind, const float *w) {
    double z[ROWS * CLASSES];
    float gradient[ROWS * CLASSES];
    size_t correct;
    for (int i = 0; i < ROWS * CLASSES; i++)
        z[i] = (double)logits[i];
    double loss = sx_loss_batch(kind, logits, labels, w, ROWS, CLASSES, gradient, &correct);
    assert_close(loss, expected_batch(kind, z, w), 1e-6);
    assert_int_equal(correct, 4); /* row 1 is a tie: the first of equals, which is the label */
    for (int i = 0; i < ROWS * CLASSES; i++) {
        const double step = 1e-4, at = z[i];
        z[i] = at + step;
        double above = expected_batch(kind, z, w);
        z[i] = at - step;
        double below = expected_batch(kind, z, w);
        z[i] = at;
        assert_close((double)gradient[i], (above - below) / (2 * step), 1e-6);
    }
}

static void losses_and_gradients_follow_their_formulas(void **state) {
    (void)state;
    check_kind(SX_LOSS_SOFTMAX, NULL);
    check_kind(SX_LOSS_SOFTMAX, weights);
    check_kind(SX_LOSS_SIGMOID, NULL);
    check_kind(SX_LOSS_SIGMOID, weights);
}

/* A sure net's loss is tiny; computing it as log of a rounded sum would give 0 or 6e-8. */
static void small_losses_keep_their_digits(void **state) {
    const float sure[CLASSES] = {20.0F, 0.0F, 0.0F};
    float probabilities[CLASSES];
    (void)state;
    double loss = sx_loss_row(SX_LOSS_SOFTMAX, sure, CLASSES, 0, probabilities);
    assert_close(loss / (2 * exp(-20)), 1, 1e-5);
    loss = sx_loss_row(SX_LOSS_SIGMOID, sure, CLASSES, 0, probabilities);
    assert_close(loss, (log1p(exp(-20)) + 2 * log(2)) / 3, 1e-6);
}

static void probabilities_sum_to_one(void **state) {
    float probabilities[CLASSES];
    (void)state;
    for (int row = 0; row < ROWS; row++) {
        (void)sx_loss_row(SX_LOSS_SOFTMAX, logits + row * CLASSES, CLASSES, 0, probabilities);
        double sum = (double)probabilities[0] + (double)probabilities[1] + (double)probabilities[2];
        assert_close(sum, 1, 1e-6);
    }
}

static void a_bad_logit_makes_the_loss_nan(void **state) {
    const float bad[] = {NAN, INFINITY, -INFINITY};
    (void)state;
    for (int i = 0; i < 3; i++) {
        float spoilt[ROWS * CLASSES], gradient[ROWS * CLASSES];
        size_t correct;
        memcpy(spoilt, logits, sizeof spoilt);
        spoilt[4] = bad[i];
        assert_true(
            isnan(sx_loss_batch(SX_LOSS_SOFTMAX, spoilt, labels, NULL, ROWS, CLASSES, gradient, &correct)));
        assert_true(
            isnan(sx_loss_batch(SX_LOSS_SIGMOID, spoilt, labels, NULL, ROWS, CLASSES, gradient, &correct)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_and_gradients_follow_their_formulas),
        cmocka_unit_test(small_losses_keep_their_digits),
        cmocka_unit_test(probabilities_sum_to_one),
        cmocka_unit_test(a_bad_logit_makes_the_loss_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
