/* inspect_test.c: what inspection counts and finds, and its JSON read back. */
#include "fixture.h"

#include "base/json.h"

static sx_inspection *inspect(const char *path, int threads) {
    sx_dataset_options options;
    sx_dataset_default(&options);
    options.name_pattern = "{label}_{group}_{take}";
    sx_dataset *dataset = open_set(path, &options);
    sx_inspection *inspection = NULL;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_dataset_inspect(dataset, threads, NULL, &inspection, &err), &err);
    sx_dataset_free(dataset);
    return inspection;
}

static void write_constant(const char *name, float value, size_t loud_frames) {
    float samples[1000] = {0};
    for (size_t i = 0; i < loud_frames; i++)
        samples[100 + i] = value;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_sound_write_wav16(in_folder(name), samples, 1000, 1, 8000, &err), &err);
}

static void make_set(void) {
    write_sound("no_anna_1.wav", 800, 1, 8000, 440);
    write_sound("no_anna_2.wav", 1600, 1, 8000, 500);
    write_sound("no_ben_1.wav", 800, 1, 8000, 440);   /* anna's, letter for letter */
    write_sound("yes_ben_1.wav", 800, 1, 16000, 440); /* other rate */
    write_sound("yes_ben_2.wav", 2400, 2, 8000, 440);
    write_constant("yes_ben_3.wav", 0.0005f, 10); /* -66 dBFS */
    write_constant("yes_ben_4.wav", -1.0f, 20);   /* 2 % at full scale */
    write_constant("yes_ben_5.wav", 1.0f, 2);     /* two samples are no clipping */
    write_constant("yes_ben_6.wav", 0.0f, 0);
    write_bytes("yes_ben_7.wav", "", 0);
    write_text("what.wav", "");
}

static void everything_is_found(void **state) {
    (void)state;
    make_set();
    sx_inspection *found = inspect(folder_path, 2);
    assert_int_equal(found->item_count, 10);
    assert_int_equal(found->readable_count, 9);
    assert_true(fabs(found->shortest_s - 0.05) < 1e-12 && fabs(found->longest_s - 0.3) < 1e-12);
    assert_true(fabs(found->median_s - 0.125) < 1e-12);
    assert_true(fabs(found->percentile95_s - 0.26) < 1e-12); /* numpy.percentile of the nine */
    assert_true(fabs(found->total_s - (0.1 * 2 + 0.2 + 0.05 + 0.3 + 4 * 0.125)) < 1e-12);
    assert_int_equal(found->label_count, 2);
    assert_int_equal(found->labels[0].count, 3);
    assert_int_equal(found->groups_per_label[0], 2);
    assert_int_equal(found->groups_per_label[1], 1);
    assert_int_equal(found->rate_count, 2);
    assert_string_equal(found->rates[0].name, "8000 Hz");
    assert_int_equal(found->rates[0].count, 8);
    assert_int_equal(found->channel_count_count, 2);
    assert_string_equal(found->channel_counts[0].name, "1 channel");
    assert_string_equal(found->channel_counts[1].name, "2 channels");
    assert_int_equal(found->duplicate_count, 1);
    assert_skipped(found->duplicates, 1, "no_ben_1.wav", "no_anna_1.wav");
    assert_int_equal(found->near_silent_count, 2);
    assert_skipped(found->near_silent, 2, "yes_ben_3.wav", "peak -66");
    assert_skipped(found->near_silent, 2, "yes_ben_6.wav", "digital silence");
    assert_int_equal(found->clipped_count, 1);
    assert_skipped(found->clipped, 1, "yes_ben_4.wav", "2.00 %");
    assert_int_equal(found->skip_count, 2);
    assert_string_equal(strrchr(found->skips[0].path, '/') + 1, "what.wav"); /* the data set's first */
    assert_skipped(found->skips, 2, "yes_ben_7.wav", "empty");
    sx_inspection_free(found);
}

static void text_and_json(void **state) {
    (void)state;
    make_set();
    sx_inspection *one = inspect(folder_path, 1), *many = inspect(folder_path, 3);
    char *text = sx_inspection_text(one), *json = sx_inspection_json(one), *same = sx_inspection_json(many);
    assert_non_null(strstr(text, "8000 Hz: 8, 16000 Hz: 1"));
    assert_non_null(strstr(text, "yes_ben_4.wav: 2.00 % of samples at full scale"));
    assert_string_equal(json, same);
    sx_json *root = NULL;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_json_parse(json, strlen(json), "inspection", &root, &err), &err);
    assert_string_equal(sx_json_text(sx_json_get(root, "schema")), "sonaxis-inspect-1");
    assert_int_equal(sx_json_integer(sx_json_get(root, "readable")), 9);
    assert_true(fabs(sx_json_number(sx_json_get(sx_json_get(root, "seconds"), "longest")) - 0.3) < 1e-12);
    const sx_json *yes = sx_json_at(sx_json_get(root, "labels"), 1);
    assert_string_equal(sx_json_text(sx_json_get(yes, "name")), "yes");
    assert_int_equal(sx_json_integer(sx_json_get(yes, "count")), 7);
    assert_int_equal(sx_json_integer(sx_json_get(yes, "groups")), 1);
    assert_int_equal(sx_json_count(sx_json_get(root, "skipped")), 2);
    const sx_json *skip = sx_json_at(sx_json_get(root, "skipped"), 1);
    assert_non_null(strstr(sx_json_text(sx_json_get(skip, "path")), "yes_ben_7.wav"));
    sx_json_free(root);
    sx_free_text(text);
    sx_free_text(json);
    sx_free_text(same);
    sx_inspection_free(one);
    sx_inspection_free(many);
}

/* Arrays have no durations and rates, but all the rest. */
static void arrays_are_inspected(void **state) {
    (void)state;
    sx_dataset_options options;
    sx_dataset_default(&options);
    options.labels_path = SX_GOLDEN "/data/y_text.npy";
    options.groups_path = SX_GOLDEN "/data/groups.npy";
    sx_dataset *dataset = open_set(SX_GOLDEN "/data/x_not_finite.npy", &options);
    sx_inspection *found = NULL;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_dataset_inspect(dataset, 0, NULL, &found, &err), &err);
    assert_int_equal(found->item_count, 5);
    assert_int_equal(found->readable_count, 3);
    assert_int_equal(found->label_count, 4);
    assert_true(found->group_count > 1);
    assert_int_equal(found->rate_count, 0);
    assert_skipped(found->skips, found->skip_count, "x_not_finite.npy[1]", "NaN (time 2, frequency 1)");
    char *text = sx_inspection_text(found), *json = sx_inspection_json(found);
    assert_null(strstr(text, "durations"));
    assert_non_null(strstr(json, "\"seconds\": null"));
    sx_free_text(text);
    sx_free_text(json);
    sx_inspection_free(found);
    sx_dataset_free(dataset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_is_found, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(text_and_json, folder_begin, folder_end),
        cmocka_unit_test(arrays_are_inspected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
