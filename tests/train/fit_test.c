/* fit_test.c: learning, the same bits for any threads and kernels, early stopping, non-finite numbers, bad
 * calls. */
#include "sonaxis/train.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "train/close.h"
#include "train/toy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

static void every_axis_learns_a_separable_set(void **state) {
    const char *const axes[] = {"\"channels\"", "\"frequency\"", "\"time\""};
    sx_features features = toy_features();
    const sx_train_options options = toy_options(15);
    size_t items[TOY_COUNT];
    (void)state;
    for (size_t i = 0; i < TOY_COUNT; i++)
        items[i] = i;
    for (int a = 0; a < 3; a++) {
        sx_model *model = toy_model(axes[a], 32, 1);
        sx_history history;
        sx_score score;
        sx_error err = {0};
        assert_int_equal(toy_fit(model, &features, &options, NULL, &history, &err), SX_OK);
        assert_int_equal(history.count, 15);
        assert_int_equal(history.best, 14);
        assert_true(history.epochs[14].accuracy > 0.95);
        assert_true(history.epochs[14].loss < history.epochs[0].loss / 3);
        assert_true(history.epochs[14].validation_accuracy > 0.95);
        assert_int_equal(
            sx_evaluate(model, &features, &toy_standardise, items, TOY_COUNT, false, NULL, &score, &err),
            SX_OK);
        assert_true(score.accuracy > 0.95 && score.balanced_accuracy > 0.95 && score.macro_f1 > 0.95);
        assert_true(score.auroc > 0.98 && score.average_precision > 0.98);
        assert_true(score.calibration_error >= 0 && score.calibration_error < 0.5);
        /* The same sum, from probabilities that were rounded to floats. */
        if (fabs(score.log_loss - score.loss) > 1e-4)
            fail_msg("log loss %.9g, loss %.9g", score.log_loss, score.loss);
        size_t support = 0;
        for (size_t i = 0; i < score.label_count; i++)
            support += score.labels[i].support;
        assert_int_equal(support, TOY_COUNT);
        sx_score_clear(&score);
        sx_history_clear(&history);
        sx_model_free(model);
    }
    toy_clear(&features);
}

static uint64_t weights_after(int epochs, int threads) {
    sx_features features = toy_features();
    const sx_train_options options = toy_options(epochs);
    sx_model *model = toy_model("\"frequency\"", TOY_BATCH, threads);
    sx_history history;
    sx_error err = {0};
    if (toy_fit(model, &features, &options, NULL, &history, &err) != SX_OK) fail_msg("%s", err.text);
    uint64_t fingerprint = toy_fingerprint(model);
    sx_history_clear(&history);
    sx_model_free(model);
    toy_clear(&features);
    return fingerprint;
}

static void weights_do_not_depend_on_threads(void **state) {
    const int threads[] = {2, 3, 4, 7};
    const uint64_t one = weights_after(2, 1);
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_true(weights_after(2, threads[i]) == one);
    assert_true(weights_after(3, 1) != one);
}

/* The table of kernels is chosen once a process: this program is run again for each (see main). */
static void weights_do_not_depend_on_kernels(void **state) {
    char self[400], command[512], line[64];
    uint64_t first = 0;
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    (void)state;
    if (length < 0) skip();
    self[length] = 0;
    for (int k = 0; sx_kernel_names[k]; k++) {
        uint64_t fingerprint;
        if (!sx_kernels_named(sx_kernel_names[k])) continue;
        snprintf(command, sizeof command, "SONAXIS_KERNELS=%s '%s' weights", sx_kernel_names[k], self);
        FILE *output = popen(command, "r");
        assert_non_null(output);
        assert_non_null(fgets(line, sizeof line, output));
        assert_int_equal(pclose(output), 0);
        char name[16];
        assert_int_equal(sscanf(line, "%15s %" SCNx64, name, &fingerprint), 2);
        assert_string_equal(name, sx_kernel_names[k]);
        print_message("%s", line);
        /* plain, the definition of right, and SSE2 round a product before they add it. */
        if (strcmp(name, "plain") == 0 || strcmp(name, "sse2") == 0) continue;
        if (first) assert_true(fingerprint == first);
        first = fingerprint;
    }
}

/* Weighting every item by hand with count / (labels * its label's count) is what class_weights does. */
static void class_weights_are_item_weights(void **state) {
    sx_features features = toy_features();
    sx_train_options options = toy_options(2);
    uint64_t fingerprints[3];
    size_t counts[TOY_LABELS] = {0};
    float weights[TOY_COUNT];
    (void)state;
    for (size_t i = 0; i < 24; i++)
        features.labels[i] = 0;
    for (size_t i = 0; i < TOY_TRAIN; i++)
        counts[features.labels[i]]++;
    for (size_t i = 0; i < TOY_COUNT; i++)
        weights[i] = (float)((double)TOY_TRAIN / ((double)TOY_LABELS * (double)counts[features.labels[i]]));
    for (int way = 0; way < 3; way++) { /* class weights, the same by item, none */
        sx_model *model = toy_model("\"time\"", TOY_BATCH, 1);
        sx_history history;
        sx_error err = {0};
        options.class_weights = way == 0;
        features.weights = way == 1 ? weights : NULL;
        assert_int_equal(toy_fit(model, &features, &options, NULL, &history, &err), SX_OK);
        fingerprints[way] = toy_fingerprint(model);
        sx_history_clear(&history);
        sx_model_free(model);
    }
    assert_true(fingerprints[0] == fingerprints[1]);
    assert_true(fingerprints[0] != fingerprints[2]);
    features.weights = NULL;
    toy_clear(&features);
}

static void early_stopping_brings_the_best_weights_back(void **state) {
    sx_features features = toy_features();
    sx_train_options options = toy_options(40);
    sx_model *model = toy_model("\"channels\"", TOY_BATCH, 1);
    sx_history history;
    sx_score score;
    sx_error err = {0};
    size_t items[TOY_VALIDATION], smallest = 0;
    (void)state;
    for (size_t i = TOY_TRAIN; i < TOY_COUNT;
         i++) /* validation labels that training must get wrong at last */
        features.labels[i] = (features.labels[i] + (i % 2 == 0)) % TOY_LABELS;
    for (size_t i = 0; i < TOY_VALIDATION; i++)
        items[i] = TOY_TRAIN + i;
    options.patience = 3;
    assert_int_equal(toy_fit(model, &features, &options, NULL, &history, &err), SX_OK);
    for (size_t i = 1; i < history.count; i++)
        if (history.epochs[i].validation_loss < history.epochs[smallest].validation_loss) smallest = i;
    assert_true(history.stopped_early);
    assert_int_equal(history.best, smallest);
    assert_int_equal(history.count, smallest + 4);
    assert_int_equal(
        sx_evaluate(model, &features, &toy_standardise, items, TOY_VALIDATION, false, NULL, &score, &err),
        SX_OK);
    assert_true(score.loss == history.epochs[smallest].validation_loss);
    assert_true(score.loss != history.epochs[history.count - 1].validation_loss);
    sx_score_clear(&score);
    sx_history_clear(&history);
    sx_model_free(model);
    toy_clear(&features);
}

static void a_non_finite_loss_names_step_and_layer(void **state) {
    sx_features features = toy_features();
    const sx_train_options options = toy_options(3);
    sx_model *model = toy_model("\"channels\"", TOY_BATCH, 1);
    sx_history history = {.count = 12345};
    sx_error err = {0};
    (void)state;
    for (size_t i = 0; i < TOY_TRAIN; i++)
        features.values[i * TOY_TIME * TOY_FREQUENCY] = INFINITY;
    assert_int_equal(toy_fit(model, &features, &options, NULL, &history, &err), SX_E_NUMERIC);
    assert_non_null(strstr(err.text, "step 0"));
    assert_non_null(strstr(err.text, "conv1"));
    assert_int_equal(history.count, 12345);
    sx_model_free(model);
    toy_clear(&features);
}

/* Moving variances are not used while training, so the loss stays finite. */
static void a_non_finite_weight_names_its_layer(void **state) {
    sx_features features = toy_features();
    const sx_train_options options = toy_options(3);
    sx_model *model = toy_model("\"channels\"", TOY_BATCH, 1);
    sx_history history;
    sx_error err = {0};
    size_t layer = 0;
    (void)state;
    while (strcmp(sx_model_layer_name(model, layer), "norm2") != 0)
        layer++;
    const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
    for (int w = 0; w < plan->weight_count; w++) {
        if (strcmp(plan->weights[w].name, "moving_variance") == 0)
            sx_model_layer_weight(model, layer, w)[1] = INFINITY;
    }
    assert_int_equal(toy_fit(model, &features, &options, NULL, &history, &err), SX_E_NUMERIC);
    if (!strstr(err.text, "norm2")) fail_msg("\"%s\" does not name norm2", err.text);
    sx_model_free(model);
    toy_clear(&features);
}

static void check_refused(sx_features *features, const sx_train_options *options, sx_status wanted,
                          const char *part) {
    sx_model *model = toy_model("\"channels\"", TOY_BATCH, 1);
    sx_history history;
    sx_error err = {0};
    const uint64_t before = toy_fingerprint(model);
    assert_int_equal(toy_fit(model, features, options, NULL, &history, &err), wanted);
    if (!strstr(err.text, part)) fail_msg("\"%s\" does not say \"%s\"", err.text, part);
    assert_true(toy_fingerprint(model) == before);
    sx_model_free(model);
}

static void bad_calls_are_refused_before_anything_moves(void **state) {
    sx_features features = toy_features();
    sx_train_options options = toy_options(3);
    (void)state;
    options.batch = 17;
    check_refused(&features, &options, SX_E_ARGUMENT, "batch 17");
    options = toy_options(0);
    check_refused(&features, &options, SX_E_ARGUMENT, "epochs");
    options = toy_options(3);
    features.labels[5] = -1;
    check_refused(&features, &options, SX_E_DATA, "item 5");
    features.labels[5] = 3;
    check_refused(&features, &options, SX_E_DATA, "label number 3");
    features.labels[5] = 0;
    features.shape.time--;
    check_refused(&features, &options, SX_E_SHAPE, "9 x 8 x 1");
    features.shape.time++;
    features.count = 40;
    check_refused(&features, &options, SX_E_ARGUMENT, "item 40");
    toy_clear(&features);
}

static void out_of_memory_is_a_status(void **state) {
    sx_features features = toy_features();
    const sx_train_options options = toy_options(1);
    sx_model *model = toy_model("\"channels\"", TOY_BATCH, 1);
    sx_history history;
    sx_error err;
    sx_status status = SX_E_MEMORY;
    size_t failed = 0;
    (void)state;
    for (size_t n = 1; status == SX_E_MEMORY && n < 100; n++) {
        sx_memory_fail_from(n);
        status = toy_fit(model, &features, &options, NULL, &history, &err);
        sx_memory_fail_from(0);
        failed += status == SX_E_MEMORY;
    }
    assert_int_equal(status, SX_OK);
    assert_true(failed >= 5);
    sx_history_clear(&history);
    sx_model_free(model);
    toy_clear(&features);
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "weights") == 0) {
        printf("%s %016" PRIx64 "\n", sx_kernels_get()->name, weights_after(2, 2));
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_axis_learns_a_separable_set),
        cmocka_unit_test(weights_do_not_depend_on_threads),
        cmocka_unit_test(weights_do_not_depend_on_kernels),
        cmocka_unit_test(class_weights_are_item_weights),
        cmocka_unit_test(early_stopping_brings_the_best_weights_back),
        cmocka_unit_test(a_non_finite_loss_names_step_and_layer),
        cmocka_unit_test(a_non_finite_weight_names_its_layer),
        cmocka_unit_test(bad_calls_are_refused_before_anything_moves),
        cmocka_unit_test(out_of_memory_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
