/* arrays_test.c: data sets of arrays as NumPy writes them (tests/golden/data/make.py). */
#include "fixture.h"

#include "sonaxis/features.h"

#define GOLDEN(name) SX_GOLDEN "/data/" name

static sx_dataset_options with_labels(const char *labels) {
    sx_dataset_options options;
    sx_dataset_default(&options);
    options.labels_path = labels;
    return options;
}

static sx_features *compute(const sx_dataset *dataset) {
    sx_features_options options;
    sx_features_default(&options);
    sx_features *features = NULL;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_features_compute(dataset, &options, NULL, &features, &err), &err);
    return features;
}

static void labels_in_every_form(void **state) {
    (void)state;
    const struct {
        const char *path, *names[4];
        int labels[5];
    } cases[] = {{GOLDEN("y_text.npy"), {"no", "off", "on", "yes"}, {3, 0, 2, 1, 3}},
                 {GOLDEN("y_integer.npy"), {"1", "2", "10"}, {2, 1, 1, 2, 0}},
                 {GOLDEN("y_one_hot.npy"), {"0", "1", "2"}, {2, 0, 1, 1, 2}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_dataset_options options = with_labels(cases[i].path);
        options.groups_path = GOLDEN("groups.npy");
        sx_dataset *dataset = open_set(GOLDEN("x.npy"), &options);
        assert_true(dataset->from_arrays);
        assert_int_equal(dataset->item_count, 5);
        for (size_t k = 0; k < dataset->label_count; k++) {
            assert_string_equal(dataset->label_names[k], cases[i].names[k]);
        }
        for (size_t k = 0; k < 5; k++)
            assert_int_equal(dataset->items[k].label, cases[i].labels[k]);
        assert_string_equal(dataset->group_names[2], "cleo");
        assert_int_equal(dataset->items[3].group, 1);
        assert_string_equal(dataset->items[3].path, GOLDEN("x.npy[3]"));
        sx_dataset_free(dataset);
    }
}

static void values_become_floats(void **state) {
    (void)state;
    sx_dataset_options options = with_labels(GOLDEN("y_text.npy"));
    sx_dataset *dataset = open_set(GOLDEN("x.npy"), &options);
    sx_features *features = compute(dataset);
    assert_true(features->from_arrays);
    assert_int_equal(features->shape.time, 3);
    assert_int_equal(features->shape.frequency, 2);
    assert_int_equal(features->shape.channels, 1);
    for (size_t i = 0; i < 30; i++)
        assert_true(fabs((double)features->values[i] - 0.25 * (double)i) < 1e-12);
    sx_features_free(features);
    sx_dataset_free(dataset);

    dataset = open_set(GOLDEN("x_channels.npy"), &options); /* Fortran order, int16, two channels */
    features = compute(dataset);
    assert_int_equal(features->shape.channels, 2);
    for (size_t i = 0; i < 60; i++)
        assert_true(fabs((double)features->values[i] - (double)i) < 1e-12);
    sx_features_free(features);
    sx_dataset_free(dataset);
}

static void one_archive(void **state) {
    (void)state;
    sx_dataset *dataset = open_set(GOLDEN("set.npz"), NULL);
    assert_string_equal(dataset->label_names[0], "False");
    assert_int_equal(dataset->items[0].label, 1);
    assert_string_equal(dataset->group_names[2], "9");
    sx_features *features = compute(dataset);
    assert_int_equal(features->count, 5);
    assert_int_equal(features->groups[4], 2);
    sx_features_free(features);
    sx_dataset_free(dataset);
}

static void write_example(const char *name, float first, size_t time) {
    float values[12];
    const size_t dims[] = {time, 2};
    sx_error err = {SX_OK, ""};
    for (size_t i = 0; i < 12; i++)
        values[i] = first + (float)i;
    assert_ok(sx_npy_write(in_folder(name), values, dims, 2, &err), &err);
}

/* One example a file, in folders named after their labels. */
static void folders_of_labels(void **state) {
    (void)state;
    make_folder("set");
    make_folder("set/low");
    make_folder("set/high");
    write_example("set/low/b.npy", 20, 3);
    write_example("set/low/a.npy", 10, 3);
    write_example("set/high/c.npy", 30, 3);
    sx_dataset *dataset = open_set(in_folder("set"), NULL);
    assert_true(dataset->from_arrays);
    assert_int_equal(dataset->item_count, 3);
    assert_string_equal(dataset->label_names[dataset->items[0].label], "high");
    sx_features *features = compute(dataset);
    assert_int_equal(features->shape.time, 3);
    assert_int_equal(features->shape.frequency, 2);
    assert_int_equal(features->shape.channels, 1);
    assert_true(features->values[0] == 30 && features->values[6] == 10 && features->values[12] == 20);
    assert_non_null(strstr(features->paths[2], "set/low/b.npy"));
    sx_features_free(features);
    sx_dataset_free(dataset);
    write_example("set/low/d.npy", 40, 4);
    sx_features_options options;
    sx_features_default(&options);
    sx_error err = {SX_OK, ""};
    dataset = open_set(in_folder("set"), NULL);
    assert_fails(sx_features_compute(dataset, &options, NULL, &features, &err), SX_E_SHAPE, &err, "is 4x2x1");
    sx_dataset_free(dataset);
}

/* Several examples a file, each with its labels and groups. */
static void folder_of_archives(void **state) {
    (void)state;
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_file_read(GOLDEN("set.npz"), 1 << 20, &bytes, &size, &err), &err);
    make_folder("archives");
    write_bytes("archives/one.npz", bytes, size);
    write_bytes("archives/two.npz", bytes, size);
    sx_free(bytes);
    sx_dataset *dataset = open_set(in_folder("archives"), NULL);
    sx_features *features = compute(dataset);
    assert_int_equal(features->count, 10);
    assert_int_equal(features->labels[0], features->labels[5]);
    assert_int_equal(features->groups[4], features->groups[9]);
    size_t half = 5 * features->shape.time * features->shape.frequency * features->shape.channels;
    assert_memory_equal(features->values, features->values + half, half * sizeof(float));
    assert_non_null(strstr(features->paths[9], "two.npz[4]"));
    sx_features_free(features);
    sx_dataset_free(dataset);
}

static void examples_that_are_not_finite(void **state) {
    (void)state;
    sx_dataset_options options = with_labels(GOLDEN("y_text.npy"));
    sx_dataset *dataset = open_set(GOLDEN("x_not_finite.npy"), &options);
    sx_features *features = compute(dataset);
    assert_int_equal(features->count, 3);
    assert_int_equal(features->skip_count, 2);
    assert_skipped(features->skips, 2, "x_not_finite.npy[1]", "NaN (time 2, frequency 1)");
    assert_skipped(features->skips, 2, "x_not_finite.npy[3]", "infinite");
    assert_int_equal(features->label_count, 2); /* no and off are gone */
    assert_string_equal(features->label_names[0], "on");
    assert_int_equal(features->labels[0], 1);
    assert_true(fabs((double)features->values[6] - 3.0) < 1e-12); /* row 2 moved up */
    sx_features_free(features);
    sx_dataset_free(dataset);
}

static void wrong_arrays_are_named(void **state) {
    (void)state;
    sx_dataset_options options = with_labels(GOLDEN("y_short.npy"));
    assert_open_fails(GOLDEN("x.npy"), &options, SX_E_SHAPE, "is (3); it must be (5)");
    options = with_labels(GOLDEN("y_not_one_hot.npy"));
    assert_open_fails(GOLDEN("x.npy"), &options, SX_E_DATA, "row 2 is not one-hot");
    options = with_labels(GOLDEN("y_text.npy"));
    assert_open_fails(GOLDEN("y_text.npy"), &options, SX_E_DATA, "must hold numbers");
    assert_open_fails(GOLDEN("y_integer.npy"), &options, SX_E_SHAPE, "X is (5)");
    assert_open_fails(GOLDEN("x.npy"), NULL, SX_E_DATA, "has no labels");
    options.groups_path = GOLDEN("y_one_hot.npy");
    assert_open_fails(GOLDEN("x.npy"), &options, SX_E_SHAPE, "y_one_hot.npy");
    sx_dataset_default(&options);
    options.unlabelled = true;
    sx_dataset *dataset = open_set(GOLDEN("x.npy"), &options);
    assert_int_equal(dataset->items[4].label, -1);
    sx_dataset_free(dataset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_in_every_form),
        cmocka_unit_test(values_become_floats),
        cmocka_unit_test(one_archive),
        cmocka_unit_test_setup_teardown(folders_of_labels, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(folder_of_archives, folder_begin, folder_end),
        cmocka_unit_test(examples_that_are_not_finite),
        cmocka_unit_test(wrong_arrays_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
