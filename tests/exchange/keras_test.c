/* Models of Keras: random ones give the predictions they gave in Keras, and what the file says is told:
 * accidents with normalisation, the compile configuration, sizes. */
#include "sonaxis/exchange.h"

#include "arrays/npz.h"
#include "base/file.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "exchange/keras_models.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char models[] = SX_GOLDEN "/keras_models/random";
static const char accidents[] = SX_GOLDEN "/keras_models/accidents";

/* --- predictions ------------------------------------------------------------------------------------ */

static void read_member(const char *path, const char *name, sx_npy *out) {
    sx_error err = {0};
    if (sx_npz_read(path, name, out, &err) != SX_OK) fail_msg("%s", err.text);
}

static sx_model *build(const char *path, const sx_npy *x) {
    sx_keras *keras = NULL;
    sx_model *model = NULL;
    sx_error err = {0};
    if (sx_keras_open(path, SX_ORDER_UNKNOWN, &keras, &err) != SX_OK) fail_msg("%s", err.text);
    sx_model_options options = {.batch = x->dims[0], .threads = 1};
    if (sx_keras_build(keras, &options, &model, &err) != SX_OK) fail_msg("%s: %s", path, err.text);
    sx_keras_free(keras);
    return model;
}

/* Both add in float32 in orders of their own; the largest difference of the random models is 4e-6. */
static void compare(const char *path, const float *ours, const sx_npy *theirs) {
    double largest = 0, difference = 0;
    for (size_t i = 0; i < theirs->count; i++) {
        double value = sx_npy_number(theirs, i);
        largest = fmax(largest, fabs(value));
        difference = fmax(difference, fabs((double)ours[i] - value));
        if (!isfinite(ours[i]))
            fail_msg("%s: value %zu is %g, Keras has %g", path, i, (double)ours[i], value);
    }
    if (difference > 1e-5 * largest)
        fail_msg("%s: largest difference %g, largest value %g", path, difference, largest);
}

static void check_model(const char *path) {
    char arrays[512];
    sx_npy x = {0}, y = {0};
    snprintf(arrays, sizeof arrays, "%.*s.npz", (int)(strrchr(path, '.') - path), path);
    read_member(arrays, "x", &x);
    read_member(arrays, "y", &y);
    sx_model *model = build(path, &x);
    size_t classes = sx_model_class_count(model);
    assert_int_equal(classes * x.dims[0], y.count);
    float *in = sx_alloc(x.count, sizeof *in), *out = sx_alloc(y.count, sizeof *out);
    sx_npy_floats(&x, 0, x.count, in);
    sx_model_run(model, in, x.dims[0], out);
    sx_output_apply(sx_model_output(model), out, x.dims[0], classes);
    compare(path, out, &y);
    sx_free(in);
    sx_free(out);
    sx_model_free(model);
    sx_npy_clear(&x);
    sx_npy_clear(&y);
}

static void predictions_are_keras_s(void **state) {
    (void)state;
    assert_int_equal(each_model(models, check_model), 40);
}

/* --- what the file says ----------------------------------------------------------------------------- */

static char *describe(const char *name, sx_axis_order order, sx_keras **keras) {
    sx_error err = {0};
    sx_model *model = NULL;
    char *path = sx_path_join(accidents, name);
    if (sx_keras_open(path, order, keras, &err) != SX_OK) fail_msg("%s", err.text);
    sx_shape in = sx_keras_input(*keras);
    sx_model_options options = {
        .input = {in.time ? in.time : 20, in.frequency, in.channels}, .batch = 1, .threads = 1};
    if (sx_keras_build(*keras, &options, &model, &err) != SX_OK) fail_msg("%s", err.text);
    char *text = sx_keras_describe(*keras, model);
    assert_non_null(text);
    sx_model_free(model);
    sx_free(path);
    return text;
}

static void says_not(const char *text, const char *words) {
    if (strstr(text, words)) fail_msg("\"%s\" is in:\n%s", words, text);
}

/* Public scripts of DCASE 2018 keep mel bands so, without meaning to. */
static void a_channels_first_habit_is_seen(void **state) {
    (void)state;
    sx_keras *keras = NULL;
    char *text = describe("dcase.keras", SX_ORDER_FREQUENCY_TIME, &keras);
    says(text, "input (batch, frequency 40, time 50, channels 4)\n"
               "    keeps frequency; pools batch, time, channels; 160 parameters");
    says(text, "warning: batch_normalization: axis=1 keeps frequency (40 means");
    says(text, "warning: batch_normalization_1: axis=1 keeps frequency (8 means");
    says(text, "write axis=-1");
    says(text, "warning: the net takes exactly 50 frames, because flatten flattens the map");
    says_not(text, "never trained");
    sx_free(text);
    sx_keras_free(keras);
    text = describe("dcase.keras", SX_ORDER_UNKNOWN, &keras);
    says(text, "keeps first axis; pools batch, second axis, channels");
    says(text, "say --order time,frequency");
    sx_free(text);
    sx_keras_free(keras);
}

static void a_momentum_of_pytorch_is_seen(void **state) {
    (void)state;
    sx_keras *keras = NULL;
    char *text = describe("torch_momentum.keras", SX_ORDER_UNKNOWN, &keras);
    says(text, "its 0.1 is Keras's 0.9");
    says(text, "it was never trained");
    says(text, "keeps channels; pools batch, time, frequency");
    says_not(text, "axis=1");
    says_not(text, "frames");
    assert_int_equal(sx_keras_order(keras), SX_ORDER_TIME_FREQUENCY); /* the axis of any size is time */
    assert_int_equal(sx_keras_input(keras).time, 0);
    sx_free(text);
    sx_keras_free(keras);
}

/* Regularisers, constraints and frozen layers are not there: predictions do not need them, training does. */
static void what_training_leaves_out_is_said(void **state) {
    (void)state;
    sx_keras *keras = NULL;
    char *text = describe("only_in_keras.keras", SX_ORDER_UNKNOWN, &keras);
    says(text, "its kernel_regularizer (L2) has a part in training in Keras, and none here");
    says(text, "its bias_constraint (NonNeg) has a part");
    says(text, "trainable=False, so Keras leaves it as it is");
    sx_free(text);
    sx_keras_free(keras);
    text = describe("torch_momentum.keras", SX_ORDER_UNKNOWN, &keras);
    says_not(text, "none here");
    sx_free(text);
    sx_keras_free(keras);
}

static void what_it_was_compiled_with_is_known(void **state) {
    (void)state;
    sx_keras *keras = NULL;
    sx_free(describe("torch_momentum.keras", SX_ORDER_UNKNOWN, &keras));
    sx_keras_training training = sx_keras_get_training(keras);
    assert_string_equal(training.optimiser, "SGD");
    assert_string_equal(training.loss, "sparse_categorical_crossentropy");
    assert_float_equal(training.learning_rate, 0.05, 1e-8); /* Keras keeps it as float32 */
    assert_float_equal(training.momentum, 0.9, 0);
    assert_true(training.nesterov);
    assert_true(isnan(training.beta_1));
    assert_string_equal(sx_keras_version(keras), "3.15.1");
    sx_keras_free(keras);
}

static void sizes_must_fit(void **state) {
    (void)state;
    sx_keras *keras = NULL;
    sx_model *model = NULL;
    sx_error err = {0};
    sx_free(describe("torch_momentum.keras", SX_ORDER_UNKNOWN, &keras));
    sx_model_options options = {.batch = 1, .threads = 1};
    assert_int_equal(sx_keras_build(keras, &options, &model, &err), SX_E_SHAPE);
    says(err.text, "any size of its time");
    options.input = (sx_shape){20, 13, 1};
    assert_int_equal(sx_keras_build(keras, &options, &model, &err), SX_E_SHAPE);
    says(err.text, "takes 0x12x1 (0 = any), not 20x13x1");
    assert_null(model);
    sx_keras_free(keras);
}

/* Keeping another axis changes the sizes of one layer; the others still take their weights. */
static void weights_go_where_they_fit(void **state) {
    (void)state;
    sx_keras *keras = NULL;
    sx_model *model = NULL;
    sx_model_spec *spec = NULL;
    sx_error err = {0};
    size_t taken = 0;
    sx_free(describe("torch_momentum.keras", SX_ORDER_UNKNOWN, &keras));
    char *json = sx_model_spec_json(sx_keras_spec(keras)), *axis = strstr(json, "\"channels\"");
    memcpy(axis, "\"time\"    ", strlen("\"channels\""));
    assert_int_equal(sx_model_spec_parse(json, "changed", &spec, &err), SX_OK);
    sx_model_options options = {.input = {20, 12, 1}, .batch = 1, .threads = 1};
    assert_int_equal(sx_model_build(spec, &options, &model, &err), SX_OK);
    assert_int_equal(sx_keras_take_weights(keras, model, &taken, &err), SX_OK);
    assert_int_equal(taken, 2); /* convolution and dense, not the normalisation */
    sx_model_free(model);
    sx_model_spec_free(spec);
    sx_free(json);
    sx_keras_free(keras);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predictions_are_keras_s),
        cmocka_unit_test(a_channels_first_habit_is_seen),
        cmocka_unit_test(a_momentum_of_pytorch_is_seen),
        cmocka_unit_test(what_training_leaves_out_is_said),
        cmocka_unit_test(what_it_was_compiled_with_is_known),
        cmocka_unit_test(sizes_must_fit),
        cmocka_unit_test(weights_go_where_they_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
