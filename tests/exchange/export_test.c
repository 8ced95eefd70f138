/* What is written, what is refused, and what stays behind; folding; files that are damaged. */
#include "golden_nets.h"

#include "base/file.h"
#include "exchange/fold.h"
#include "exchange/onnx.h"

static const char *const path = "exchange_export.onnx";

typedef struct trained {
    sx_model *model;
    sx_model_card card;
    sx_export_options options;
} trained;

static trained open_net(size_t index) {
    trained net = {0};
    net.model = golden_build(&golden_nets[index], &net.card);
    sx_export_default(&net.options);
    net.options.examples = 5;
    return net;
}

static void close_net(trained *net) {
    sx_model_card_clear(&net->card);
    sx_model_free(net->model);
}

static sx_status export_net(trained *net, const char *to, sx_export_report *report, sx_error *err) {
    return sx_export_write(net->model, &net->card, to, &net->options, report, err);
}

/* --- files ------------------------------------------------------------------------------------------ */

static void every_format_is_read_back_on_noise(void **state) {
    static const char *const files[] = {"exchange_export.onnx", "exchange_export.py", "exchange_export.npz",
                                        "exchange_export.keras", "exchange_export.h5"};
    (void)state;
    for (size_t n = 0; n < GOLDEN_NETS; n++)
        for (size_t f = 0; f < 5; f++) {
            trained net = open_net(n);
            sx_export_report report = {0};
            sx_error err = {0};
            net.options.with_front_end = f == 0 && golden_nets[n].frontend;
            if (export_net(&net, files[f], &report, &err) != SX_OK)
                fail_msg("%s to %s: %s", golden_nets[n].name, files[f], err.text);
            assert_int_equal(report.examples, 5);
            assert_int_equal(report.same_label, 5);
            assert_true(report.noise);
            if ((f == 1 || f == 2) && report.largest_difference != 0)
                fail_msg("%s: weights read back differ by %g", files[f], report.largest_difference);
            if (report.weights_path) assert_int_equal(sx_file_remove(report.weights_path, NULL), SX_OK);
            sx_export_report_clear(&report);
            assert_int_equal(sx_file_remove(files[f], NULL), SX_OK);
            close_net(&net);
        }
}

/* Folded weights round differently: by more than 1e-12. */
static void nothing_is_left_over_the_tolerance(void **state) {
    (void)state;
    trained net = open_net(0);
    sx_error err = {0};
    net.options.tolerance = 1e-12;
    assert_int_equal(export_net(&net, path, NULL, &err), SX_E_NUMERIC);
    assert_non_null(strstr(err.text, "nothing is written"));
    assert_int_equal(sx_file_look(path, NULL), SX_FILE_NONE);
    close_net(&net);
}

static void a_full_disk_leaves_nothing(void **state) {
    (void)state;
    trained net = open_net(0);
    for (size_t step = 1; step <= 5; step++) {
        sx_error err = {0};
        sx_file_fail_from(step);
        assert_int_equal(export_net(&net, path, NULL, &err), SX_E_FILE);
        sx_file_fail_from(0);
        assert_int_equal(sx_file_look(path, NULL), SX_FILE_NONE);
    }
    close_net(&net);
}

static void what_cannot_be_is_refused(void **state) {
    (void)state;
    trained net = open_net(0);
    sx_error err = {0};
    assert_int_equal(export_net(&net, "net.tflite", NULL, &err), SX_E_ARGUMENT);
    assert_non_null(strstr(err.text, "onnx (.onnx)"));
    net.options.format = "onyx";
    assert_int_equal(export_net(&net, path, NULL, &err), SX_E_ARGUMENT);
    net.options.format = NULL;
    net.options.with_front_end = true;
    assert_int_equal(export_net(&net, path, NULL, &err), SX_E_UNSUPPORTED);
    assert_int_equal(export_net(&net, "net.py", NULL, &err), SX_E_UNSUPPORTED);
    net.options.with_front_end = false;
    net.options.examples = 0;
    assert_int_equal(export_net(&net, path, NULL, &err), SX_E_ARGUMENT);
    assert_int_equal(sx_file_look(path, NULL), SX_FILE_NONE);
    close_net(&net);
}

/* A normalisation that keeps all axes has nothing to take a mean of. */
static void a_layer_is_refused_by_name(void **state) {
    static const char *const net =
        "{\"name\": \"odd\", \"layers\": [{\"type\": \"flatten\"}, {\"type\": \"dense\", \"units\": "
        "\"$classes\"},"
        "{\"type\": \"normalisation\", \"name\": \"each\", \"keep\": [\"batch\", \"time\", \"frequency\", "
        "\"channels\"]}]}";
    (void)state;
    const sx_model_options options = net_options((sx_shape){4, 3, 1}, 4, false);
    sx_model_card card = {.from_arrays = true, .standardise = {0, 1}};
    sx_export_options how;
    sx_error err = {0};
    sx_model *model = net_build(net, SX_AXIS_CHANNELS, &options);
    sx_export_default(&how);
    assert_int_equal(sx_export_write(model, &card, path, &how, NULL, &err), SX_E_UNSUPPORTED);
    if (!strstr(err.text, "\"each\"")) fail_msg("the error does not name the layer: %s", err.text);
    sx_model_free(model);
}

static void memory_may_run_out_anywhere(void **state) {
    (void)state;
    trained net = open_net(5);
    net.options.with_front_end = true;
    net.options.examples = 1;
    size_t step = 1, refused = 0;
    for (;; step += step / 16 + 1) {
        sx_error err = {0};
        sx_memory_fail_from(step);
        sx_status status = export_net(&net, path, NULL, &err);
        sx_memory_fail_from(0);
        if (status == SX_OK) break;
        refused++;
        if (status != SX_E_MEMORY && status != SX_E_FILE) fail_msg("allocation %zu: %s", step, err.text);
        assert_int_equal(sx_file_look(path, NULL), SX_FILE_NONE);
    }
    assert_true(refused > 20);
    assert_int_equal(sx_file_remove(path, NULL), SX_OK);
    close_net(&net);
}

/* --- folding ---------------------------------------------------------------------------------------- */

/* Folding frequency by channel would fit wherever there are as many bands as channels, and be wrong. */
static void only_channels_fold(void **state) {
    static const char *const square =
        "{\"name\": \"square\", \"layers\": [{\"type\": \"conv2d\", \"filters\": 6, \"kernel_size\": 1},"
        "{\"type\": \"normalisation\", \"axis\": \"$axis\"}, {\"type\": \"global_average_pool\"},"
        "{\"type\": \"dense\", \"units\": \"$classes\"}]}";
    (void)state;
    const sx_model_options options = net_options((sx_shape){6, 6, 1}, 4, false);
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
        sx_model *model = net_build(square, (sx_axis)axis, &options);
        int lead = sx_fold_lead(model, 1);
        if (lead != (axis == SX_AXIS_CHANNELS ? 0 : -1))
            fail_msg("%s kept: the lead is %d", sx_axis_name((sx_axis)axis), lead);
        sx_model_free(model);
    }
}

static void a_used_output_does_not_fold(void **state) {
    static const char *const shared =
        "{\"name\": \"shared\", \"layers\": [{\"type\": \"conv2d\", \"name\": \"c\", \"filters\": 2, "
        "\"kernel_size\": 1}, {\"type\": \"normalisation\", \"name\": \"n\"}, {\"type\": \"add\", "
        "\"inputs\": "
        "[\"c\", \"n\"]}, {\"type\": \"normalisation\"}, {\"type\": \"global_average_pool\"}, {\"type\": "
        "\"dense\", \"units\": \"$classes\"}]}";
    (void)state;
    const sx_model_options options = net_options((sx_shape){3, 3, 1}, 4, false);
    sx_model *model = net_build(shared, SX_AXIS_CHANNELS, &options);
    assert_int_equal(sx_fold_lead(model, 1), -1); /* the sum takes what stands before it too */
    assert_int_equal(sx_fold_lead(model, 3), -1); /* behind a sum */
    assert_int_equal(sx_fold_lead(model, 0), -1); /* no normalisation */
    sx_model_free(model);
}

static void folded_weights_are_those_of_the_formula(void **state) {
    (void)state;
    float scale[] = {2, -0.5F}, shift[] = {1, 3}, kernel[] = {1, 2, 3, 4}, bias[] = {10, 20};
    const sx_fold fold = {
        .joint = {.step_channels = 1, .channels = 2, .groups = 2}, .scale = scale, .shift = shift};
    const float kernels[] = {2, -1, 6, -2}, biases[] = {21, -7};
    sx_fold_into(&fold, 2, 2, kernel, bias);
    assert_memory_equal(kernel, kernels, sizeof kernel);
    assert_memory_equal(bias, biases, sizeof bias);
}

/* --- damaged files ---------------------------------------------------------------------------------- */

static void try_bytes(const unsigned char *bytes, size_t size, const float *x) {
    sx_onnx_net *net = NULL;
    sx_error err = {0};
    float y[6];
    if (sx_onnx_parse(bytes, size, "damaged", &net, &err) != SX_OK) {
        assert_true(err.text[0] != 0);
        return;
    }
    sx_status status = sx_onnx_run(net, x, 2, 11 * 8 * 2, y, 3, &err);
    if (status != SX_OK) assert_true(err.text[0] != 0);
    sx_onnx_close(net);
}

/* Cut short anywhere, or with a bit changed anywhere: an error, or another net, and nothing worse. */
static void damaged_files_are_errors(void **state) {
    (void)state;
    trained net = open_net(2);
    sx_text bytes = {0};
    sx_error err = {0};
    const sx_export_job job = {net.model, &net.card, &net.options, path};
    assert_int_equal(sx_onnx_write(&job, &bytes, &err), SX_OK);
    float *x = sx_alloc(2 * 11 * 8 * 2, sizeof *x);
    const sx_stream stream = {.purpose = SX_PURPOSE_TEST, .layer = 3};
    for (size_t size = 0; size < bytes.length; size += 37)
        try_bytes((const unsigned char *)bytes.chars, size, x);
    for (size_t i = 0; i < 1500; i++) {
        size_t at = (size_t)sx_random_below(&stream, 2 * i, bytes.length);
        int bit = (int)sx_random_below(&stream, 2 * i + 1, 8);
        bytes.chars[at] = (char)(bytes.chars[at] ^ 1 << bit);
        try_bytes((const unsigned char *)bytes.chars, bytes.length, x);
        bytes.chars[at] = (char)(bytes.chars[at] ^ 1 << bit);
    }
    sx_free(x);
    sx_text_clear(&bytes);
    close_net(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_is_read_back_on_noise),
        cmocka_unit_test(nothing_is_left_over_the_tolerance),
        cmocka_unit_test(a_full_disk_leaves_nothing),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(a_layer_is_refused_by_name),
        cmocka_unit_test(memory_may_run_out_anywhere),
        cmocka_unit_test(only_channels_fold),
        cmocka_unit_test(a_used_output_does_not_fold),
        cmocka_unit_test(folded_weights_are_those_of_the_formula),
        cmocka_unit_test(damaged_files_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
