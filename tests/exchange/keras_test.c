/* Models of Keras: random ones give the predictions they gave in Keras, accidents are seen, and files that
 * want to do harm are errors that say why. */
#include "sonaxis/exchange.h"

#include "arrays/npz.h"
#include "base/file.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char models[] = SX_GOLDEN "/keras_models/random";
static const char accidents[] = SX_GOLDEN "/keras_models/accidents";
static const char hostile[] = SX_GOLDEN "/keras_models/hostile";

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

/* Both add in float32 in orders of their own; the largest difference of the 420 random models is 4e-6. */
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

/* check(path) for each model of a folder; how many there were. */
static size_t each_model(const char *folder, void (*check)(const char *path)) {
    char **names = NULL;
    size_t count = 0, done = 0;
    assert_int_equal(sx_folder_list(folder, &names, &count, NULL), SX_OK);
    for (size_t i = 0; i < count; i++) {
        char *path = sx_path_join(folder, names[i]);
        if (sx_keras_is_path(path)) {
            check(path);
            done++;
        }
        sx_free(path);
    }
    sx_names_free(names, count);
    return done;
}

static void predictions_are_keras_s(void **state) {
    (void)state;
    assert_int_equal(each_model(models, check_model), 32);
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

static void says(const char *text, const char *words) {
    if (!strstr(text, words)) fail_msg("\"%s\" is not in:\n%s", words, text);
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

/* --- harm ------------------------------------------------------------------------------------------- */

static const struct {
    const char *file;
    const char *words; /* of the error; NULL: it is read */
} cases[] = {
    {"bad_axis.keras", "axis is 0"},
    {"channels_first.keras", "data_format is \"channels_first\""},
    {"chunk_bomb.keras", "claims a shape that the file cannot hold"},
    {"compound.keras", "a type of its own"},
    {"custom.keras", "(MyLayer): a custom object"},
    {"deep.keras", "maximum parsing depth"},
    {"disguised.keras", "a custom object"},
    {"empty.keras", "neither a .keras archive nor"},
    {"external_data.keras", "keeps its values in other files"},
    {"external_link.keras", "is an external link"},
    {"filter_bomb.keras", "is compressed"},
    {"group.keras", "is something else"},
    {"half.keras", NULL},
    {"lambda.keras", "\"re_lu\" (Lambda): a Lambda is a program"},
    {"lying_shape.keras", "claims a shape that the file cannot hold"},
    {"many_layers.keras", "many_layers.keras: "}, /* too much memory, or time, or layers */
    {"many_members.keras", "holds 1103 members"},
    {"missing.keras", "is missing"},
    {"named_type.keras", "a type of its own"},
    {"nested.keras", "a model within the model"},
    {"no_layers.keras", "has 0 layers"},
    {"no_weights.keras", "model.weights.h5 is missing"},
    {"not_a_number.keras", "infinite or not a number"},
    {"not_json.keras", "not good JSON"},
    {"other_size.keras", "the file has [18, 3] weights for it, the net needs 2 of 27"},
    {"own_activation.keras", "\"my_activation\" is not one of Keras's own"},
    {"path_root.keras", "\"/etc/evil\", which leads elsewhere"},
    {"path_up.keras", "\"../../evil\", which leads elsewhere"},
    {"pickle.keras", "Python pickle"},
    {"soft_link.keras", "is a soft link"},
    {"subclassed.keras", "\"MyModel\", which is a program"},
    {"text.keras", "a type of its own"},
    {"twice.keras", "two members are called \"config.json\""},
    {"unknown.keras", "(LSTM): this layer is not there"},
    {"virtual.keras", "is virtual"},
    {"weights_only.h5", "holds no model_config"},
    {"words.h5", "neither a .keras archive nor"},
    {"zip_bomb.keras", "at most 16777216"},
};

static sx_status open_and_build(const char *path, sx_error *err) {
    sx_keras *keras = NULL;
    sx_model *model = NULL;
    sx_status status = sx_keras_open(path, SX_ORDER_UNKNOWN, &keras, err);
    if (status == SX_OK) {
        sx_shape in = sx_keras_input(keras);
        sx_model_options options = {
            .input = {in.time ? in.time : 20, in.frequency ? in.frequency : 20, in.channels},
            .batch = 1,
            .threads = 1};
        status = sx_keras_build(keras, &options, &model, err);
    }
    sx_model_free(model);
    sx_keras_free(keras);
    return status;
}

static void check_hostile(const char *path) {
    const char *name = sx_path_base(path);
    sx_error err = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(cases[i].file, name) != 0) continue;
        sx_status status = open_and_build(path, &err);
        bool good = cases[i].words ? status != SX_OK && strstr(err.text, cases[i].words) : status == SX_OK;
        if (!good) fail_msg("%s: status %d: %s", name, (int)status, err.text);
        return;
    }
    fail_msg("%s is in no case", name);
}

static void harm_is_refused_by_name(void **state) {
    (void)state;
    assert_int_equal(each_model(hostile, check_hostile), sizeof cases / sizeof *cases);
}

static void a_folder_is_refused(void **state) {
    (void)state;
    sx_keras *keras = NULL;
    sx_error err = {0};
    assert_int_equal(sx_keras_open(models, SX_ORDER_UNKNOWN, &keras, &err), SX_E_UNSUPPORTED);
    says(err.text, "SavedModel");
    assert_int_equal(sx_keras_open("/nowhere.keras", SX_ORDER_UNKNOWN, &keras, &err), SX_E_FILE);
    assert_null(keras);
}

/* --- damage ----------------------------------------------------------------------------------------- */

static void read_bytes(const char *folder, const char *name, unsigned char **bytes, size_t *size) {
    char *path = sx_path_join(folder, name);
    sx_error err = {0};
    if (sx_file_read(path, 0, bytes, size, &err) != SX_OK) fail_msg("%s", err.text);
    sx_free(path);
}

static const char damaged[] = "damaged_by_test.keras";

static sx_status open_damaged(const unsigned char *bytes, size_t size) {
    sx_error err = {0};
    assert_int_equal(sx_file_write(damaged, bytes, size, &err), SX_OK);
    return open_and_build(damaged, &err);
}

/* Of one file as Keras stores it and a legacy one: every kilobyte, and a byte from the end. */
static void a_file_cut_short_is_an_error(void **state) {
    (void)state;
    static const char *const names[] = {"00.keras", "04.keras", "19.h5"};
    for (size_t f = 0; f < sizeof names / sizeof *names; f++) {
        unsigned char *bytes = NULL;
        size_t size = 0;
        read_bytes(models, names[f], &bytes, &size);
        for (size_t cut = 0; cut < size; cut += 1024)
            if (open_damaged(bytes, cut) == SX_OK) fail_msg("%s is read from %zu bytes", names[f], cut);
        if (open_damaged(bytes, size - 1) == SX_OK) fail_msg("%s is read without its last byte", names[f]);
        sx_free(bytes);
    }
    assert_int_equal(sx_file_remove(damaged, NULL), SX_OK);
}

/* A flipped bit may be in a weight and go unseen; it must end well either way. */
static void flipped_bits_end_well(void **state) {
    (void)state;
    static const char *const names[] = {"00.keras", "04.keras", "19.h5"};
    size_t refused = 0, tried = 0;
    for (size_t f = 0; f < sizeof names / sizeof *names; f++) {
        unsigned char *bytes = NULL;
        size_t size = 0;
        read_bytes(models, names[f], &bytes, &size);
        for (uint32_t i = 0; i < 60; i++, tried++) {
            uint32_t mixed = (i + 1) * 2654435761u;
            unsigned char *at = &bytes[mixed % size], bit = (unsigned char)(1u << (mixed >> 29));
            *at ^= bit;
            refused += open_damaged(bytes, size) != SX_OK;
            *at ^= bit;
        }
        sx_free(bytes);
    }
    assert_in_range(refused, 1, tried);
    assert_int_equal(sx_file_remove(damaged, NULL), SX_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predictions_are_keras_s),
        cmocka_unit_test(a_channels_first_habit_is_seen),
        cmocka_unit_test(a_momentum_of_pytorch_is_seen),
        cmocka_unit_test(what_it_was_compiled_with_is_known),
        cmocka_unit_test(sizes_must_fit),
        cmocka_unit_test(weights_go_where_they_fit),
        cmocka_unit_test(harm_is_refused_by_name),
        cmocka_unit_test(a_folder_is_refused),
        cmocka_unit_test(a_file_cut_short_is_an_error),
        cmocka_unit_test(flipped_bits_end_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
