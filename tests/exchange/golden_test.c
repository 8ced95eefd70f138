/* Exported nets against what other tools made of them: tests/golden/exchange/NAME.npz holds inputs and ONNX
 * Runtime's logits, net_NAME.py the script that Keras gave the same with. `golden_test --write DIR` saves the
 * nets for make.py there. */
#include "golden_nets.h"

#include "arrays/npz.h"
#include "base/file.h"
#include "exchange/onnx.h"

static const double tolerance = 1e-5; /* of the largest value: float sums in another order */

static float *golden_array(const char *name, const char *array, size_t *count) {
    char path[512];
    sx_npy read = {0};
    sx_error err = {0};
    snprintf(path, sizeof path, SX_GOLDEN "/exchange/%s.npz", name);
    if (sx_npz_read(path, array, &read, &err) != SX_OK) fail_msg("%s", err.text);
    float *values = sx_alloc(read.count, sizeof *values);
    sx_npy_floats(&read, 0, read.count, values);
    *count = read.count;
    sx_npy_clear(&read);
    return values;
}

static void check_near(const char *what, const float *got, const float *want, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs((double)want[i]));
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)got[i] - (double)want[i]) <= tolerance * largest))
            fail_msg("%s: value %zu is %.9g, ONNX Runtime gave %.9g (largest %.3g)", what, i, (double)got[i],
                     (double)want[i], largest);
}

static void check_onnx(const golden_net *net, const sx_export_job *job, const float *x, size_t inputs,
                       const float *y, size_t outputs) {
    sx_text bytes = {0};
    sx_onnx_net *read = NULL;
    sx_error err = {0};
    float got[64];
    assert_true(outputs <= 64);
    if (sx_onnx_write(job, &bytes, &err) != SX_OK) fail_msg("%s: %s", net->name, err.text);
    if (sx_onnx_parse((const unsigned char *)bytes.chars, bytes.length, net->name, &read, &err) != SX_OK ||
        sx_onnx_run(read, x, outputs / 3, inputs / (outputs / 3), got, 3, &err) != SX_OK)
        fail_msg("%s: %s", net->name, err.text);
    check_near(net->name, got, y, outputs);
    sx_onnx_close(read);
    sx_text_clear(&bytes);
}

/* A reader that knows nothing of the writer gives what ONNX Runtime gave for the same samples or features. */
static void nets_give_what_onnx_runtime_gave(void **state) {
    (void)state;
    for (size_t n = 0; n < GOLDEN_NETS; n++) {
        const golden_net *net = &golden_nets[n];
        sx_model_card card;
        sx_model *model = golden_build(net, &card);
        size_t inputs = 0, outputs = 0;
        float *x = golden_array(net->name, "x", &inputs), *y = golden_array(net->name, "y", &outputs);
        for (int norm = 0; norm < 2; norm++) {
            sx_export_options options;
            sx_export_default(&options);
            options.logits = true;
            options.norm = (sx_export_norm)norm;
            options.with_front_end = net->frontend != NULL;
            const sx_export_job job = {model, &card, &options, "x.onnx"};
            check_onnx(net, &job, x, inputs, y, outputs);
        }
        sx_free(y);
        sx_free(x);
        sx_model_card_clear(&card);
        sx_model_free(model);
    }
}

/* sonaxis itself, from features, against the same numbers: the reader and the writer may not err together. */
static void sonaxis_gives_what_onnx_runtime_gave(void **state) {
    (void)state;
    for (size_t n = 0; n < GOLDEN_NETS && !golden_nets[n].frontend; n++) {
        sx_model_card card;
        sx_model *model = golden_build(&golden_nets[n], &card);
        size_t inputs = 0, outputs = 0;
        float *x = golden_array(golden_nets[n].name, "x", &inputs),
              *y = golden_array(golden_nets[n].name, "y", &outputs), got[64];
        sx_standardise_apply(&card.standardise, x, inputs, x);
        sx_model_run(model, x, outputs / 3, got);
        check_near(golden_nets[n].name, got, y, outputs);
        sx_free(y);
        sx_free(x);
        sx_model_card_clear(&card);
        sx_model_free(model);
    }
}

/* The scripts that were run in Keras are the scripts that are written. */
static void scripts_are_those_that_keras_ran(void **state) {
    (void)state;
    for (size_t n = 0; n < GOLDEN_NETS && !golden_nets[n].frontend; n++) {
        char golden[512];
        unsigned char *want = NULL, *got = NULL;
        size_t want_size = 0, got_size = 0;
        sx_model_card card;
        sx_error err = {0};
        sx_export_options options;
        sx_model *model = golden_build(&golden_nets[n], &card);
        sx_export_default(&options);
        options.logits = true;
        const sx_export_job job = {model, &card, &options, "net.py"};
        snprintf(golden, sizeof golden, SX_GOLDEN "/exchange/net_%s.py", golden_nets[n].name);
        sx_status status = sx_export_python.write(&job, "exchange_golden_net.py", &err);
        if (status == SX_OK) status = sx_file_read("exchange_golden_net.py", 0, &got, &got_size, &err);
        if (status == SX_OK) status = sx_file_read(golden, 0, &want, &want_size, &err);
        if (status != SX_OK) fail_msg("%s", err.text);
        if (got_size != want_size || memcmp(got, want, got_size) != 0)
            fail_msg("%s: another script than the one tried in Keras:\n%s", golden, (char *)got);
        assert_int_equal(sx_file_remove("exchange_golden_net.py", NULL), SX_OK);
        sx_free(want);
        sx_free(got);
        sx_model_card_clear(&card);
        sx_model_free(model);
    }
}

static int write_nets(const char *folder) {
    for (size_t n = 0; n < GOLDEN_NETS; n++) {
        char path[512];
        sx_model_card card;
        sx_error err = {0};
        sx_model *model = golden_build(&golden_nets[n], &card);
        snprintf(path, sizeof path, "%s/%s.sxm", folder, golden_nets[n].name);
        if (sx_model_save(model, &card, path, &err) != SX_OK) {
            printf("%s\n", err.text);
            return 1;
        }
        printf("%s%s\n", golden_nets[n].name, golden_nets[n].frontend ? " front-end" : "");
        sx_model_card_clear(&card);
        sx_model_free(model);
    }
    return 0;
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nets_give_what_onnx_runtime_gave),
        cmocka_unit_test(sonaxis_gives_what_onnx_runtime_gave),
        cmocka_unit_test(scripts_are_those_that_keras_ran),
    };
    if (argc == 3 && strcmp(argv[1], "--write") == 0) return write_nets(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
