/* Statistics kept beside a run are taken for what they are of, and for nothing else. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "experiment/planted.h"
#include "experiment/settled.h"
#include "experiment/temporary.h"

enum { ITEMS = 20 };
static const sx_run_id RUN = {SX_AXIS_FREQUENCY, 1, 0};

typedef struct fixture {
    planted data;
    char folder[TEMPORARY_PATH];
    sx_model *model;
    sx_standardise standardise;
    size_t items[ITEMS];
    float before; /* the model's first statistic after they were kept and changed */
} fixture;

static sx_source source_of(fixture *f) { return (sx_source){f->model, &f->data.features, &f->standardise}; }

/* A model whose statistics were kept, and are others now. */
static int setup(void **state) {
    static const char json[] =
        "{\"name\": \"n\", \"layers\": [{\"type\": \"conv2d\", \"filters\": 3, \"kernel_size\": 3},"
        "{\"type\": \"normalisation\", \"axis\": \"frequency\"}, {\"type\": \"global_average_pool\"},"
        "{\"type\": \"dense\", \"units\": \"$classes\"}]}";
    fixture *f = calloc(1, sizeof *f);
    sx_model_spec *spec = NULL;
    sx_error err = {0};
    assert_non_null(f);
    planted_fill(&f->data, 1, 0, 1);
    temporary_folder(f->folder);
    for (size_t i = 0; i < ITEMS; i++)
        f->items[i] = 2 * i;
    sx_standardise_fit(&f->data.features, f->items, ITEMS, &f->standardise);
    const sx_model_options options = {
        .input = f->data.features.shape, .classes = PLANTED_LABELS, .batch = 8, .seed = 3, .threads = 1};
    if (sx_model_spec_parse(json, "test", &spec, &err) || sx_model_build(spec, &options, &f->model, &err) ||
        sx_train_recompute(f->model, &f->data.features, &f->standardise, f->items, ITEMS, NULL, &err))
        fail_msg("%s", err.text);
    sx_model_spec_free(spec);
    const sx_source source = source_of(f);
    if (sx_settled_keep(f->folder, RUN, &source, f->items, ITEMS, &err)) fail_msg("%s", err.text);
    f->before = sx_model_statistics(f->model)[0];
    sx_model_statistics(f->model)[0] = 77;
    sx_model_weights_changed(f->model);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    sx_model_free(f->model);
    temporary_remove(f->folder);
    free(f);
    return 0;
}

static bool take(fixture *f, sx_run_id id, size_t count) {
    const sx_source source = source_of(f);
    return sx_settled_take(f->folder, id, &source, f->items, count);
}

static void refused(fixture *f, sx_run_id id, size_t count, const char *why) {
    if (take(f, id, count)) fail_msg("%s: taken all the same", why);
    if (sx_model_statistics(f->model)[0] != 77.0f) fail_msg("%s: statistics were touched", why);
}

static void test_what_was_kept_comes_back(void **state) {
    fixture *f = *state;
    assert_true(take(f, RUN, ITEMS));
    assert_memory_equal(sx_model_statistics(f->model), &f->before, sizeof f->before);
}

static void test_another_run_has_none(void **state) {
    fixture *f = *state;
    refused(f, (sx_run_id){SX_AXIS_FREQUENCY, 1, 1}, ITEMS, "another repetition");
    refused(f, (sx_run_id){SX_AXIS_TIME, 1, 0}, ITEMS, "another axis");
}

static void test_other_recordings_are_seen(void **state) {
    fixture *f = *state;
    refused(f, RUN, ITEMS - 1, "fewer recordings");
    f->data.values[f->items[3] * PLANTED_CELLS] += 1;
    refused(f, RUN, ITEMS, "another value");
}

static void test_other_weights_are_seen(void **state) {
    fixture *f = *state;
    sx_model_weights(f->model)[5] += 0.5f;
    refused(f, RUN, ITEMS, "another weight");
}

static void test_other_standardisation_is_seen(void **state) {
    fixture *f = *state;
    f->standardise.mean += 0.25;
    refused(f, RUN, ITEMS, "another mean");
}

static void write_file(fixture *f, const char *text) {
    char path[TEMPORARY_PATH + 64];
    snprintf(path, sizeof path, "%s/settled/frequency-fold1-rep0.json", f->folder);
    assert_int_equal(sx_file_look(path, NULL), SX_FILE_REGULAR);
    assert_int_equal(sx_file_write(path, text, strlen(text), NULL), SX_OK);
}

static void test_damage_is_as_good_as_none(void **state) {
    fixture *f = *state;
    write_file(f, "{\"schema\": \"sonaxis-settled-1\"");
    refused(f, RUN, ITEMS, "half a file");
    write_file(f, "[1, 2]");
    refused(f, RUN, ITEMS, "another document");
    write_file(f, "{\"schema\": \"sonaxis-settled-1\", \"of\": 3, \"statistics\": [1]}");
    refused(f, RUN, ITEMS, "a number for a fingerprint");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_kept_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_another_run_has_none, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_recordings_are_seen, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_weights_are_seen, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_standardisation_is_seen, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damage_is_as_good_as_none, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
