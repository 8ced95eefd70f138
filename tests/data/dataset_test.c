/* dataset_test.c: every kind of source, its labels and groups, and what cannot be a data set. */
#include "fixture.h"

static void class_folders(void **state) {
    (void)state;
    const char *const classes[] = {"yes", "no", "on", "off", "_background_noise_", ".hidden"};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        char name[64];
        make_folder(classes[i]);
        snprintf(name, sizeof name, "%s/a.wav", classes[i]);
        write_sound(name, 100, 1, 8000, 440);
    }
    write_sound("on/_b.FLAC", 100, 1, 8000, 440); /* only folders are left out for an underscore */
    write_text("on/notes.txt", "not a sound");
    write_sound("on/.c.wav", 100, 1, 8000, 440);
    write_sound("stray.wav", 100, 1, 8000, 440);
    sx_dataset *dataset = open_set(folder_path, NULL);
    assert_int_equal(dataset->label_count, 4);
    const char *const sorted[] = {"no", "off", "on", "yes"};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(dataset->label_names[i], sorted[i]);
    assert_int_equal(dataset->item_count, 5);
    for (size_t i = 1; i < dataset->item_count; i++) {
        assert_true(strcmp(dataset->items[i - 1].path, dataset->items[i].path) < 0);
    }
    assert_int_equal(dataset->items[0].label, 0);
    assert_int_equal(dataset->items[4].label, 3);
    assert_int_equal(dataset->items[0].group, -1);
    assert_int_equal(dataset->items[0].fold, -1);
    assert_true(dataset->items[0].weight >= 1 && dataset->items[0].weight <= 1);
    assert_int_equal(dataset->skip_count, 1);
    assert_skipped(dataset->skips, dataset->skip_count, "stray.wav", "no label");
    sx_dataset_free(dataset);
}

/* File names are bytes. A label that is no UTF-8 becomes the text that models and JSON can hold. */
static void labels_that_are_no_utf8(void **state) {
    (void)state;
    make_folder("caf\xe9");
    make_folder("th\xc3\xa9");
    write_sound("caf\xe9/a.wav", 100, 1, 8000, 440);
    write_sound("th\xc3\xa9/b.wav", 100, 1, 8000, 440);
    sx_dataset *dataset = open_set(folder_path, NULL);
    assert_int_equal(dataset->item_count, 2);
    assert_string_equal(dataset->label_names[0], "caf\xc3\xa9");
    assert_string_equal(dataset->label_names[1], "th\xc3\xa9");
    assert_non_null(strstr(dataset->items[0].path, "caf\xe9/a.wav")); /* still opens */
    sx_dataset_free(dataset);
}

static void names_that_hold_the_label(void **state) {
    (void)state;
    write_sound("yes_anna_1.wav", 100, 1, 8000, 440);
    write_sound("no_ben_1.wav", 100, 1, 8000, 440);
    write_sound("no_ben_2.wav", 100, 1, 8000, 440);
    write_sound("odd.wav", 100, 1, 8000, 440);
    sx_dataset_options options;
    sx_dataset_default(&options);
    options.name_pattern = "{label}_{group}_{take}";
    sx_dataset *dataset = open_set(folder_path, &options);
    assert_int_equal(dataset->item_count, 3);
    assert_int_equal(dataset->label_count, 2);
    assert_int_equal(dataset->group_count, 2);
    assert_string_equal(dataset->label_names[1], "yes");
    assert_int_equal(dataset->items[2].label, 1);
    assert_int_equal(dataset->items[2].group, 0);
    assert_skipped(dataset->skips, dataset->skip_count, "odd.wav", "does not match '{label}_{group}_{take}'");
    sx_dataset_free(dataset);

    options.name_pattern = "{group}_{take}";
    assert_open_fails(folder_path, &options, SX_E_ARGUMENT, "{label}");
    options.name_pattern = "{fold}_{label}_{take}";
    assert_open_fails(folder_path, &options, SX_E_DATA, "is not a whole number");
    assert_open_fails(folder_path, NULL, SX_E_DATA, "name pattern such as");
}

static void folders_in_a_pattern(void **state) {
    (void)state;
    make_folder("3");
    make_folder("4");
    write_sound("3/no-a.wav", 100, 1, 8000, 440);
    write_sound("4/yes-a.wav", 100, 1, 8000, 440);
    sx_dataset_options options;
    sx_dataset_default(&options);
    options.name_pattern = "{fold}/{label}-{any}";
    sx_dataset *dataset = open_set(folder_path, &options);
    assert_int_equal(dataset->item_count, 2);
    assert_int_equal(dataset->items[0].fold, 3);
    assert_int_equal(dataset->items[1].fold, 4);
    sx_dataset_free(dataset);
}

static void recordings_to_predict(void **state) {
    (void)state;
    make_folder("deep");
    write_sound("a.wav", 100, 1, 8000, 440);
    write_sound("deep/b.wav", 100, 1, 8000, 440);
    sx_dataset_options options;
    sx_dataset_default(&options);
    options.unlabelled = true;
    sx_dataset *dataset = open_set(folder_path, &options);
    assert_int_equal(dataset->item_count, 2);
    assert_int_equal(dataset->items[1].label, -1);
    assert_int_equal(dataset->label_count, 0);
    sx_dataset_free(dataset);
    dataset = open_set(in_folder("a.wav"), &options);
    assert_int_equal(dataset->item_count, 1);
    sx_dataset_free(dataset);
    assert_open_fails(in_folder("a.wav"), NULL, SX_E_ARGUMENT, "is not a data set");
}

static void folders_that_hold_nothing(void **state) {
    (void)state;
    assert_open_fails(folder_path, NULL, SX_E_DATA, "no recordings");
    assert_open_fails(in_folder("missing"), NULL, SX_E_FILE, "missing");
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_open_fails(in_folder("pipe"), NULL, SX_E_FILE, "regular file");
    sx_dataset_options options;
    sx_dataset_default(&options);
    options.labels_path = "y.npy";
    assert_open_fails(folder_path, &options, SX_E_ARGUMENT, "y.npy");
    options = (sx_dataset_options){.name_pattern = "{label}"};
    write_text("list.csv", "path,label\n");
    assert_open_fails(in_folder("list.csv"), &options, SX_E_ARGUMENT, "needs a folder");
}

/* None of these may crash, block or be read; each is named with its reason. */
static void traps_in_a_folder(void **state) {
    (void)state;
    make_folder("no");
    make_folder("yes");
    make_folder("no/folder.wav");
    write_sound("no/good.wav", 100, 1, 8000, 440);
    write_sound("yes/good.wav", 100, 1, 8000, 440);
    char outside[300];
    snprintf(outside, sizeof outside, "%s.outside.wav", folder_path);
    assert_int_equal(rename(in_folder("yes/good.wav"), outside), 0);
    write_sound("yes/good.wav", 100, 1, 8000, 440);
    assert_int_equal(mkfifo(in_folder("no/pipe.wav"), 0600), 0);
    assert_int_equal(symlink(outside, in_folder("no/escape.wav")), 0);
    assert_int_equal(symlink("/nowhere/at/all.wav", in_folder("no/dangling.wav")), 0);
    assert_int_equal(symlink("loop.wav", in_folder("no/loop.wav")), 0);
    assert_int_equal(symlink("good.wav", in_folder("yes/inside.wav")), 0);
    assert_int_equal(symlink("/usr", in_folder("system")), 0);
    assert_int_equal(symlink("/dev/zero", in_folder("no/zero.wav")), 0);
    sx_dataset *dataset = open_set(folder_path, NULL);
    assert_int_equal(dataset->item_count, 3);
    assert_int_equal(dataset->label_count, 2);
    assert_skipped(dataset->skips, dataset->skip_count, "folder.wav", "is a folder");
    assert_skipped(dataset->skips, dataset->skip_count, "pipe.wav", "not a regular file");
    assert_skipped(dataset->skips, dataset->skip_count, "zero.wav", "not a regular file");
    assert_skipped(dataset->skips, dataset->skip_count, "escape.wav", "leads out of the data folder");
    assert_skipped(dataset->skips, dataset->skip_count, "dangling.wav", "no such file");
    assert_skipped(dataset->skips, dataset->skip_count, "loop.wav", "no such file");
    assert_skipped(dataset->skips, dataset->skip_count, "system", "leads out of the data folder");
    assert_int_equal(dataset->skip_count, 7);
    sx_dataset_free(dataset);
    assert_int_equal(unlink(outside), 0);
}

static void locked_folder_is_skipped(void **state) {
    (void)state;
    make_folder("no");
    make_folder("yes");
    write_sound("no/a.wav", 100, 1, 8000, 440);
    write_sound("yes/a.wav", 100, 1, 8000, 440);
    assert_int_equal(chmod(in_folder("yes"), 0), 0);
    if (geteuid() == 0) {
        print_message("skipped: root can read every folder\n");
        return;
    }
    sx_dataset *dataset = open_set(folder_path, NULL);
    assert_int_equal(dataset->item_count, 1);
    assert_skipped(dataset->skips, dataset->skip_count, "yes", "ermission");
    sx_dataset_free(dataset);
}

static void spoken_digits(void **state) {
    (void)state;
    const char *path = SX_SHARED "/data/fsdd/recordings";
    if (sx_file_look(path, NULL) != SX_FILE_FOLDER) {
        print_message("skipped: no recordings in %s\n", path);
        return;
    }
    sx_dataset_options options;
    sx_dataset_default(&options);
    options.name_pattern = "{label}_{group}_{take}";
    sx_dataset *dataset = open_set(path, &options);
    assert_int_equal(dataset->label_count, 10);
    assert_int_equal(dataset->group_count, 4);
    assert_int_equal(dataset->item_count % 40, 0);
    assert_string_equal(dataset->group_names[0], "jackson");
    sx_dataset_free(dataset);
}

/* Whatever allocation fails, the call says so and leaks nothing (AddressSanitizer watches). */
static void memory_runs_out(void **state) {
    (void)state;
    write_text("list.csv", "path,label,group,start\na_b.wav,no,x,\na_b.wav,yes,x,0.5\nc_d.wav,no,y,\n");
    write_sound("a_b.wav", 100, 1, 8000, 440);
    write_sound("c_d.wav", 100, 1, 8000, 440);
    sx_dataset_options by_name;
    sx_dataset_default(&by_name);
    by_name.name_pattern = "{label}_{group}";
    for (int source = 0; source < 2; source++) {
        sx_status status = SX_E_MEMORY;
        for (size_t n = 1; status != SX_OK; n++) {
            assert_true(n < 1000);
            sx_dataset *dataset = NULL;
            sx_error err = {SX_OK, ""};
            sx_memory_fail_from(n);
            status = source == 0 ? sx_dataset_open(in_folder("list.csv"), NULL, &dataset, &err)
                                 : sx_dataset_open(folder_path, &by_name, &dataset, &err);
            sx_memory_fail_from(0);
            if (status == SX_OK) {
                assert_int_equal(dataset->item_count, source == 0 ? 3 : 2);
            } else {
                assert_null(dataset);
            }
            sx_dataset_free(dataset);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(class_folders, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(labels_that_are_no_utf8, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(names_that_hold_the_label, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(folders_in_a_pattern, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(recordings_to_predict, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(folders_that_hold_nothing, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(traps_in_a_folder, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(locked_folder_is_skipped, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(memory_runs_out, folder_begin, folder_end),
        cmocka_unit_test(spoken_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
