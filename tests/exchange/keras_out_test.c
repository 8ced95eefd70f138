/* Nets taken back to Keras and to ONNX: models that Keras made give their own predictions after import and
 * export, every layer and option is said or refused by name, and the same net gives the same bytes. */
#include "golden_nets.h"

#include "arrays/npz.h"
#include "base/file.h"
#include "exchange/onnx.h"
#include "sonaxis/exchange.h"

static const char models[] = SX_GOLDEN "/keras_models/random";
static const char *const files[] = {"keras_out.keras", "keras_out.h5", "keras_out.onnx", "keras_out.py"};
enum { FILES = 4, ONNX_FILE = 2 };

static void take_away(const char *path) {
    assert_int_equal(sx_file_remove(path, NULL), SX_OK);
    assert_int_equal(sx_file_remove("keras_out.weights.npz", NULL), SX_OK);
}

static sx_status export_net(sx_model *model, const sx_model_card *card, const char *path, bool as_is,
                            sx_error *err) {
    sx_export_options how;
    sx_export_default(&how);
    how.examples = 3;
    how.as_is = as_is;
    return sx_export_write(model, card, path, &how, NULL, err);
}

/* --- models of Keras -------------------------------------------------------------------------------- */

static sx_model *open_keras(const char *path, size_t batch) {
    sx_keras *keras = NULL;
    sx_model *model = NULL;
    sx_error err = {0};
    const sx_model_options options = {.batch = batch, .threads = 1};
    if (sx_keras_open(path, SX_ORDER_UNKNOWN, &keras, &err) != SX_OK ||
        sx_keras_build(keras, &options, &model, &err) != SX_OK)
        fail_msg("%s: %s", path, err.text);
    sx_keras_free(keras);
    return model;
}

static void read_case(const char *path, const char *name, sx_npy *out) {
    char arrays[512];
    sx_error err = {0};
    snprintf(arrays, sizeof arrays, "%.*s.npz", (int)(strrchr(path, '.') - path), path);
    if (sx_npz_read(arrays, name, out, &err) != SX_OK) fail_msg("%s", err.text);
}

static void predict(const char *file, const float *x, size_t count, size_t example, size_t classes,
                    float *y) {
    sx_error err = {0};
    if (strcmp(file, files[ONNX_FILE]) == 0) {
        sx_onnx_net *net = NULL;
        if (sx_onnx_open(file, &net, &err) != SX_OK ||
            sx_onnx_run(net, x, count, example, y, classes, &err) != SX_OK)
            fail_msg("%s: %s", file, err.text);
        sx_onnx_close(net);
        return;
    }
    sx_model *model = open_keras(file, count);
    sx_model_run(model, x, count, y);
    sx_output_apply(sx_model_output(model), y, count, classes);
    sx_model_free(model);
}

/* Keras's own numbers for the model that the file came from; the same tolerance as on the way in. */
static void check_predictions(const char *path, const char *file) {
    sx_npy x = {0}, y = {0};
    read_case(path, "x", &x);
    read_case(path, "y", &y);
    size_t count = x.dims[0];
    float *in = sx_alloc(x.count, sizeof *in), *out = sx_alloc(y.count, sizeof *out);
    double largest = 0, difference = 0;
    sx_npy_floats(&x, 0, x.count, in);
    predict(file, in, count, x.count / count, y.count / count, out);
    for (size_t i = 0; i < y.count; i++) {
        largest = fmax(largest, fabs(sx_npy_number(&y, i)));
        difference = fmax(difference, fabs(sx_npy_number(&y, i) - (double)out[i]));
    }
    if (!(difference <= 1e-5 * largest))
        fail_msg("%s as %s: largest difference %g, largest value %g", path, file, difference, largest);
    sx_free(in);
    sx_free(out);
    sx_npy_clear(&x);
    sx_npy_clear(&y);
}

/* The odd ones as .h5, the others as .keras, which takes half the time. */
static void check_model(const char *path, size_t number) {
    sx_model *model = open_keras(path, 4);
    sx_model_card card;
    sx_error err = {0};
    assert_int_equal(sx_model_card_for_arrays(sx_model_class_count(model), false, &card, &err), SX_OK);
    for (int f = 0; f < FILES; f++) {
        if (f < ONNX_FILE && (size_t)f != number % 2) continue;
        if (export_net(model, &card, files[f], true, &err) != SX_OK)
            fail_msg("%s to %s: %s", path, files[f], err.text);
        if (f <= ONNX_FILE) check_predictions(path, files[f]);
        take_away(files[f]);
    }
    sx_model_card_clear(&card);
    sx_model_free(model);
}

static void models_of_keras_go_back(void **state) {
    char **names = NULL;
    size_t count = 0, done = 0;
    (void)state;
    assert_int_equal(sx_folder_list(models, &names, &count, NULL), SX_OK);
    for (size_t i = 0; i < count; i++) {
        char *path = sx_path_join(models, names[i]);
        if (sx_keras_is_path(path)) {
            check_model(path, done);
            done++;
        }
        sx_free(path);
    }
    assert_in_range(done, 30, 100);
    sx_names_free(names, count);
}

/* --- every layer ------------------------------------------------------------------------------------ */

static const char *const layers[] = {
    "{\"type\": \"conv1d\", \"filters\": 3, \"kernel_size\": 2, \"padding\": \"causal\", \"dilation\": 2}",
    "{\"type\": \"conv2d\", \"filters\": 4, \"kernel_size\": [2, 1], \"groups\": 2}",
    "{\"type\": \"separable_conv2d\", \"filters\": 3, \"kernel_size\": 2, \"use_bias\": false}",
    "{\"type\": \"group_normalisation\", \"groups\": 2, \"axis\": \"frequency\"}",
    "{\"type\": \"group_normalisation\", \"groups\": 3, \"axis\": \"time\", \"scale\": false}",
    "{\"type\": \"group_normalisation\", \"groups\": -1, \"center\": false}",
    "{\"type\": \"standardisation\", \"keep\": [\"frequency\", \"channels\"], \"mean\": [1, 2, 3, 4, 5, 6, "
    "7, "
    "8], \"variance\": 2}",
    "{\"type\": \"standardisation\", \"keep\": [], \"mean\": 0.5, \"variance\": 2, \"invert\": true}",
    "{\"type\": \"rescaling\", \"scale\": [2, 3], \"offset\": -1}",
    "{\"type\": \"prelu\"}",
    "{\"type\": \"prelu\", \"shared_axes\": [\"time\", \"channels\"]}",
    "{\"type\": \"zero_padding\", \"padding\": [[1, 0], [0, 2]]}",
    "{\"type\": \"cropping\", \"cropping\": [1, 0]}",
    "{\"type\": \"up_sampling\", \"size\": [2, 3]}",
    "{\"type\": \"up_sampling\", \"size\": [3, 2], \"interpolation\": \"bilinear\"}",
    "{\"type\": \"reshape\", \"target_shape\": [-1, 8]}",
    "{\"type\": \"permute\", \"dims\": [\"frequency\", \"channels\", \"time\"]}",
    "{\"type\": \"spatial_dropout\", \"rate\": 0.2}",
    "{\"type\": \"gaussian_noise\", \"stddev\": 0.2}",
    "{\"type\": \"normalisation\", \"keep\": [\"time\", \"frequency\", \"channels\"]}",
    "{\"type\": \"normalisation\", \"keep\": [\"time\", \"channels\"], \"affine\": []}",
    "{\"type\": \"normalisation\", \"keep\": [\"batch\"], \"affine\": [\"channels\"]}",
    "{\"type\": \"normalisation\", \"keep\": [\"batch\", \"time\"], \"affine\": [\"time\", \"frequency\"], "
    "\"scale\": false}",
    "{\"type\": \"normalisation\", \"keep\": [\"batch\", \"time\"], \"affine\": [\"frequency\", "
    "\"channels\"]}",
    "{\"type\": \"activation\", \"activation\": \"relu\", \"negative_slope\": 0.1, \"max_value\": 1, "
    "\"threshold\": 0.2}",
    "{\"type\": \"activation\", \"activation\": \"leaky_relu\"}",
    "{\"type\": \"activation\", \"activation\": \"celu\", \"alpha\": 0.5}",
    "{\"type\": \"activation\", \"activation\": \"gelu\"}",
    "{\"type\": \"activation\", \"activation\": \"gelu\", \"approximate\": true}",
    "{\"type\": \"activation\", \"activation\": \"hard_sigmoid\"}",
    "{\"type\": \"activation\", \"activation\": \"hard_shrink\", \"threshold\": 0.3}",
    "{\"type\": \"activation\", \"activation\": \"soft_shrink\", \"threshold\": 0.3}",
    "{\"type\": \"activation\", \"activation\": \"threshold\", \"threshold\": 0.3, \"default_value\": 0}",
    "{\"type\": \"activation\", \"activation\": \"squareplus\", \"b\": 1}",
    "{\"type\": \"activation\", \"activation\": \"softmax\", \"axis\": [\"time\", \"frequency\"]}",
    "{\"type\": \"activation\", \"activation\": \"log_softmax\", \"axis\": \"time\"}",
    "{\"type\": \"activation\", \"activation\": \"sparsemax\", \"axis\": \"frequency\"}",
    "{\"type\": \"activation\", \"activation\": \"glu\"}",
    "{\"type\": \"activation\", \"activation\": \"glu\", \"axis\": \"time\"}",
    "{\"type\": \"average\", \"inputs\": [\"input\", \"input\"]}",
    "{\"type\": \"concatenate\", \"inputs\": [\"input\", \"input\"], \"axis\": \"time\"}",
};

static sx_model *build_with(const char *layer, sx_model_card *card) {
    char spec[1024];
    const sx_model_options options = net_options((sx_shape){6, 4, 2}, 4, false);
    sx_error err = {0};
    snprintf(spec, sizeof spec,
             "{\"name\": \"one\", \"layers\": [%s, {\"type\": \"flatten\"}, {\"type\": \"dense\", \"units\": "
             "\"$classes\"}]}",
             layer);
    sx_model *model = net_build(spec, SX_AXIS_CHANNELS, &options);
    golden_fill_weights(model);
    assert_int_equal(sx_model_card_for_arrays(sx_model_class_count(model), false, card, &err), SX_OK);
    card->standardise = (sx_standardise){0.5, 1.5};
    return model;
}

static void every_layer_goes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        sx_model_card card;
        sx_error err = {0};
        sx_model *model = build_with(layers[i], &card);
        for (int f = 0; f < FILES; f++) {
            if (export_net(model, &card, files[f], false, &err) != SX_OK)
                fail_msg("%s to %s: %s", layers[i], files[f], err.text);
            take_away(files[f]);
        }
        sx_model_card_clear(&card);
        sx_model_free(model);
    }
}

static void what_keras_lacks_is_refused_by_name(void **state) {
    (void)state;
    sx_model_card card;
    sx_model *model = build_with("{\"type\": \"activation\", \"name\": \"gate\", \"activation\": "
                                 "\"threshold\", \"threshold\": 0.3, \"default_value\": 1}",
                                 &card);
    for (int f = 0; f < FILES; f++) {
        sx_error err = {0};
        sx_status status = export_net(model, &card, files[f], false, &err);
        assert_int_equal(status, f == ONNX_FILE ? SX_OK : SX_E_UNSUPPORTED);
        if (f != ONNX_FILE && !strstr(err.text, "\"gate\"")) fail_msg("not by name: %s", err.text);
        if (f == ONNX_FILE) take_away(files[f]);
        assert_int_equal(sx_file_look(files[f], NULL), SX_FILE_NONE);
    }
    sx_model_card_clear(&card);
    sx_model_free(model);
}

/* --- files ------------------------------------------------------------------------------------------ */

static void the_same_net_gives_the_same_bytes(void **state) {
    (void)state;
    for (int f = 0; f < FILES; f++) {
        unsigned char *bytes[2] = {NULL, NULL};
        size_t sizes[2] = {0, 0};
        sx_error err = {0};
        sx_model_card card;
        sx_model *model = golden_build(&golden_nets[3], &card);
        for (int k = 0; k < 2; k++) {
            if (export_net(model, &card, files[f], false, &err) != SX_OK ||
                sx_file_read(files[f], 0, &bytes[k], &sizes[k], &err) != SX_OK)
                fail_msg("%s", err.text);
            take_away(files[f]);
        }
        assert_int_equal(sizes[0], sizes[1]);
        assert_memory_equal(bytes[0], bytes[1], sizes[0]);
        sx_free(bytes[0]);
        sx_free(bytes[1]);
        sx_model_card_clear(&card);
        sx_model_free(model);
    }
}

static void failures_leave_nothing(void **state) {
    (void)state;
    sx_model_card card;
    sx_model *model = golden_build(&golden_nets[0], &card);
    for (int f = 0; f < 2; f++)
        for (size_t step = 1; step <= 5; step++) {
            sx_error err = {0};
            sx_file_fail_from(step);
            assert_int_equal(export_net(model, &card, files[f], false, &err), SX_E_FILE);
            sx_file_fail_from(0);
            assert_int_equal(sx_file_look(files[f], NULL), SX_FILE_NONE);
        }
    sx_model_card_clear(&card);
    sx_model_free(model);
}

/* Whatever allocation fails, the error says so and nothing is left. */
static void memory_may_run_out(void **state) {
    (void)state;
    sx_model_card card;
    sx_model *model = golden_build(&golden_nets[0], &card);
    for (int f = 0; f < 2; f++) {
        size_t refused = 0;
        for (size_t step = 1;; step += step / 4 + 1) {
            sx_error err = {0};
            sx_memory_fail_from(step);
            sx_status status = export_net(model, &card, files[f], false, &err);
            sx_memory_fail_from(0);
            if (status == SX_OK) break;
            refused++;
            assert_true(err.text[0] != 0);
            assert_int_equal(sx_file_look(files[f], NULL), SX_FILE_NONE);
        }
        assert_true(refused > 10);
        take_away(files[f]);
    }
    sx_model_card_clear(&card);
    sx_model_free(model);
}

/* Slashes, spaces and letters that TensorFlow has no place for, and two names that become one. */
static void names_are_made_good(void **state) {
    (void)state;
    sx_model_card card;
    sx_error err = {0};
    sx_model *model =
        build_with("{\"type\": \"dense\", \"name\": \"h\xc3\xb6her/1\", \"units\": 3}, {\"type\": "
                   "\"dense\", \"name\": \"h__her_1\", \"units\": 3}, {\"type\": \"dense\", "
                   "\"name\": \"features\", \"units\": 3}",
                   &card);
    for (int f = 0; f < FILES; f++) {
        if (export_net(model, &card, files[f], false, &err) != SX_OK) fail_msg("%s: %s", files[f], err.text);
        take_away(files[f]);
    }
    sx_model_card_clear(&card);
    sx_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_of_keras_go_back),
        cmocka_unit_test(every_layer_goes),
        cmocka_unit_test(what_keras_lacks_is_refused_by_name),
        cmocka_unit_test(the_same_net_gives_the_same_bytes),
        cmocka_unit_test(failures_leave_nothing),
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(names_are_made_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
