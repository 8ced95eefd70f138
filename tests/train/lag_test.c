/* lag_test.c: how far moving statistics trail, against a twin whose momentum is 0 and which so shows each
 * batch's own; and whether they can settle at all. */
#include "sonaxis/train.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/toy.h"

#include <math.h>
#include <stdlib.h>

enum { EPOCHS = 3, WHOLE_BATCHES = TOY_TRAIN / TOY_BATCH, MOST_STATISTICS = 256 };

static sx_model *with_momentum(double momentum) {
    sx_model *toy = toy_model("\"frequency\"", TOY_BATCH, 1), *model = NULL;
    sx_model_spec *spec = sx_model_spec_copy(sx_model_get_spec(toy));
    sx_error err = {0};
    const sx_model_options options = {.input = {TOY_TIME, TOY_FREQUENCY, 1},
                                      .classes = TOY_LABELS,
                                      .batch = TOY_BATCH,
                                      .training = true,
                                      .seed = 4,
                                      .threads = 1};
    assert_non_null(spec);
    if (sx_model_spec_set_momentum(spec, momentum, &err) != SX_OK) fail_msg("%s", err.text);
    if (sx_model_build(spec, &options, &model, &err) != SX_OK) fail_msg("%s", err.text);
    assert_true(fabs(sx_model_moving_momentum(model) - momentum) < 1e-12);
    sx_model_spec_free(spec);
    sx_model_free(toy);
    return model;
}

/* Sums of the whole batches' statistics of the last epoch, seen before each step. */
typedef struct twin {
    sx_model *model;
    size_t asked;
    double sums[MOST_STATISTICS];
} twin;

static bool look(void *context) {
    twin *t = context;
    const size_t done = t->asked++, first = (size_t)(EPOCHS - 1) * TOY_STEPS;
    if (done > first && done <= first + WHOLE_BATCHES)
        for (size_t i = 0; i < sx_model_statistics_count(t->model); i++)
            t->sums[i] += sx_model_statistics(t->model)[i];
    return false;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, by_size);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* Layers 1 and 6 of the toy: statistics lie as mean, variance, one value a kept frequency. */
static void check_layer(sx_model *model, const twin *batches, size_t layer, const sx_lag *lag) {
    const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
    const size_t groups = plan->weights[2].count;
    const float *moving_mean = sx_model_layer_weight(model, layer, 2);
    const float *moving_variance = sx_model_layer_weight(model, layer, 3);
    const size_t mean = (size_t)(moving_mean - sx_model_statistics(model)),
                 variance = (size_t)(moving_variance - sx_model_statistics(model));
    double away[MOST_STATISTICS], off[MOST_STATISTICS];
    for (size_t g = 0; g < groups; g++) {
        const double m = batches->sums[mean + g] / WHOLE_BATCHES,
                     v = batches->sums[variance + g] / WHOLE_BATCHES;
        away[g] = fabs(moving_mean[g] - m) / sqrt(v);
        off[g] = fabs(log(sqrt(moving_variance[g] / v)));
    }
    const double expected_mean = median(away, groups), expected_off = median(off, groups);
    /* The batches' own are had back from floats that moved by a tenth of them. */
    if (!(fabs(lag->mean - expected_mean) < 1e-4) || !(fabs(lag->deviation - expected_off) < 1e-4))
        fail_msg("layer %zu: %.9g and %.9g, expected %.9g and %.9g", layer, lag->mean, lag->deviation,
                 expected_mean, expected_off);
}

static void lag_is_the_distance_to_the_last_batches(void **state) {
    sx_features features = toy_features();
    const sx_train_options options = toy_options(EPOCHS);
    sx_history history = {0}, other = {0};
    sx_error err = {0};
    (void)state;
    sx_model *model = with_momentum(0.9);
    twin batches = {.model = with_momentum(0)};
    const sx_watch watch = {.cancelled = look, .context = &batches};
    assert_true(sx_model_statistics_count(model) <= MOST_STATISTICS);
    if (toy_fit(model, &features, &options, NULL, &history, &err) != SX_OK) fail_msg("%s", err.text);
    if (toy_fit(batches.model, &features, &options, &watch, &other, &err) != SX_OK) fail_msg("%s", err.text);
    assert_memory_equal(sx_model_weights(model), sx_model_weights(batches.model),
                        sx_model_trainable_count(model) * sizeof(float)); /* momentum teaches nothing */
    assert_int_equal(history.lag_layers, 2);
    check_layer(model, &batches, 1, &history.lags[(EPOCHS - 1) * 2]);
    check_layer(model, &batches, 6, &history.lags[(EPOCHS - 1) * 2 + 1]);
    sx_history_clear(&history);
    sx_history_clear(&other);
    sx_model_free(model);
    sx_model_free(batches.model);
    toy_clear(&features);
}

static void slow_averages_lag_more(void **state) {
    sx_features features = toy_features();
    const sx_train_options options = toy_options(EPOCHS);
    const double momenta[] = {0.5, 0.9, 0.99};
    double before = 0;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        sx_history history = {0};
        sx_error err = {0};
        sx_model *model = with_momentum(momenta[i]);
        if (toy_fit(model, &features, &options, NULL, &history, &err) != SX_OK) fail_msg("%s", err.text);
        const double lag = history.lags[(EPOCHS - 1) * 2 + 1].mean;
        if (!(lag > before)) fail_msg("momentum %g lags by %g, a smaller one by %g", momenta[i], lag, before);
        before = lag;
        sx_history_clear(&history);
        sx_model_free(model);
    }
    toy_clear(&features);
}

/* Averages of momentum 0.99 are nearly empty after 12 steps; the last batches' statistics are not. */
static void validation_may_look_at_the_last_batches(void **state) {
    sx_features features = toy_features();
    sx_train_options options = toy_options(EPOCHS);
    sx_history trailing = {0}, settled = {0};
    sx_error err = {0};
    size_t items[TOY_COUNT];
    sx_score score = {0};
    (void)state;
    for (size_t i = 0; i < TOY_COUNT; i++)
        items[i] = i;
    sx_model *one = with_momentum(0.99), *two = with_momentum(0.99);
    if (toy_fit(one, &features, &options, NULL, &trailing, &err) != SX_OK) fail_msg("%s", err.text);
    options.settled_validation = true;
    if (toy_fit(two, &features, &options, NULL, &settled, &err) != SX_OK) fail_msg("%s", err.text);
    assert_true(toy_fingerprint(one) == toy_fingerprint(two)); /* it only looks */
    if (sx_train_recompute(two, &features, &toy_standardise, items, TOY_TRAIN, NULL, &err) != SX_OK ||
        sx_evaluate(two, &features, &toy_standardise, items + TOY_TRAIN, TOY_VALIDATION, false, NULL, &score,
                    &err) != SX_OK)
        fail_msg("%s", err.text);
    const double exact = score.loss, with = settled.epochs[EPOCHS - 1].validation_loss,
                 without = trailing.epochs[EPOCHS - 1].validation_loss;
    if (!(fabs(with - exact) < 0.3 * fabs(without - exact)))
        fail_msg("exact %g, last batches %g, moving %g", exact, with, without);
    sx_score_clear(&score);
    sx_history_clear(&trailing);
    sx_history_clear(&settled);
    sx_model_free(one);
    sx_model_free(two);
    toy_clear(&features);
}

static void what_cannot_be_told_is_nan(void **state) {
    sx_features features = toy_features();
    const sx_train_options options = toy_options(1);
    sx_history history = {0};
    sx_error err = {0};
    (void)state;
    sx_model *model = with_momentum(0.999999);
    if (toy_fit(model, &features, &options, NULL, &history, &err) != SX_OK) fail_msg("%s", err.text);
    assert_true(isnan(history.lags[0].mean) && isnan(history.lags[0].deviation));
    sx_history_clear(&history);
    sx_model_free(model);
    toy_clear(&features);
}

static void settling_is_told_beforehand(void **state) {
    char text[512];
    (void)state;
    sx_settling s = sx_train_settling(24, 15, 0.99); /* the spoken digits of the documentation */
    assert_int_equal(s.steps, 360);
    assert_false(s.settled);
    assert_true(fabs(s.left - pow(0.99, 360)) < 1e-12);
    assert_true(fabs(s.window - 100) < 1e-9);
    assert_true(fabs(s.better_momentum - 0.9) < 1e-12);
    assert_int_equal(s.enough_epochs, 84); /* 2000 steps of 24 */
    sx_settling_say(&s, text, sizeof text);
    assert_non_null(strstr(text, "after 360 steps at momentum 0.99 they still hold 2.7 %"));
    assert_non_null(strstr(text, "momentum 0.9 or 84 epochs would do"));
    assert_true(sx_train_settling(24, 84, 0.99).settled);
    assert_false(sx_train_settling(24, 83, 0.99).settled);
    assert_true(sx_train_settling(24, 15, 0.9).settled);
    assert_true(sx_train_settling(24, 15, 0).settled); /* no moving statistics, or the last batch's own */
    s = sx_train_settling(1, 5, 0.99);                 /* nothing settles in five steps */
    assert_true(isnan(s.better_momentum));
    sx_settling_say(&s, text, sizeof text);
    assert_null(strstr(text, "nan"));
    assert_int_equal(sx_train_settling(24, 15, 1).enough_epochs, 0);
    assert_false(sx_train_settling(24, 15, 1).settled);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lag_is_the_distance_to_the_last_batches),
        cmocka_unit_test(slow_averages_lag_more),
        cmocka_unit_test(validation_may_look_at_the_last_batches),
        cmocka_unit_test(what_cannot_be_told_is_nan),
        cmocka_unit_test(settling_is_told_beforehand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
