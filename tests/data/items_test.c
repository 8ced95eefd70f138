/* items_test.c: recordings one by one: alone, and each of a set on all cores. */
#include "fixture.h"

static void one_recording_uncut(void **state) {
    (void)state;
    write_sound("a.wav", 2000, 2, 8000, 440);
    write_sound("b.wav", 20, 1, 8000, 440);
    sx_features_options options = small_options();
    options.channels = SX_CHANNELS_KEEP;
    float *values = NULL;
    sx_shape shape = {0};
    int rate_hz = 0;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_item_features(&(sx_item){.path = (char *)in_folder("a.wav")}, &options, &values, &shape,
                               &rate_hz, &err),
              &err);
    assert_int_equal(rate_hz, 8000);
    assert_int_equal(shape.time, (2000 - 200) / 80 + 1);
    assert_int_equal(shape.frequency, 40);
    assert_int_equal(shape.channels, 2);
    sx_free_text((char *)values);
    values = NULL;
    const sx_item piece = {.path = (char *)in_folder("a.wav"), .start_s = 0.05, .end_s = 0.15};
    assert_ok(sx_item_features(&piece, &options, &values, &shape, NULL, &err), &err);
    assert_int_equal(shape.time, (800 - 200) / 80 + 1);
    sx_free_text((char *)values);
    values = NULL;
    sx_status status = sx_item_features(&(sx_item){.path = (char *)in_folder("b.wav")}, &options, &values,
                                        &shape, NULL, &err);
    assert_fails(status, SX_E_DATA, &err, "b.wav: it is 0.0025 s long");
    status = sx_item_features(&(sx_item){.path = (char *)in_folder("gone.wav")}, &options, &values, &shape,
                              NULL, &err);
    assert_fails(status, SX_E_FILE, &err, "gone.wav");
    assert_null(values);
}

/* What each item of the set under test left: each in its own place, for takers run side by side. */
typedef struct taken {
    const sx_dataset *dataset;
    const sx_features_options *options;
    int seen[8], good[8];
    size_t refuse; /* the item at which the taker fails */
} taken;

static sx_status take_one(void *context, size_t item, const sx_item_made *made, sx_error *err) {
    taken *all = context;
    all->seen[item]++;
    if (item == all->refuse) {
        *err = (sx_error){SX_E_FILE, "no room for it"};
        return SX_E_FILE;
    }
    if (!made->values) return strstr(made->reason, "2.wav") != NULL ? SX_OK : SX_E_DATA;
    float *alone = NULL;
    sx_shape shape = {0};
    if (sx_item_features(&all->dataset->items[item], all->options, &alone, &shape, NULL, err) != SX_OK)
        return SX_E_DATA;
    all->good[item] = memcmp(&shape, &made->shape, sizeof shape) == 0 && made->rate_hz == 8000 &&
                      memcmp(alone, made->values, shape.time * shape.frequency * sizeof *alone) == 0;
    sx_free(alone);
    return SX_OK;
}

static void recordings_one_by_one_on_all_cores(void **state) {
    (void)state;
    make_folder("a");
    for (int i = 0; i < 6; i++) {
        char name[16];
        snprintf(name, sizeof name, "a/%d.wav", i);
        if (i == 2)
            write_bytes(name, "", 0);
        else
            write_sound(name, 400 + 300 * (size_t)i, 1, 8000, 300 + 90 * i);
    }
    sx_dataset *dataset = open_set(folder_path, NULL);
    sx_features_options options = small_options();
    options.threads = 3;
    taken all = {.dataset = dataset, .options = &options, .refuse = SIZE_MAX};
    sx_error err = {SX_OK, ""};
    assert_ok(sx_items_features(dataset, &options, NULL, take_one, &all, &err), &err);
    for (int i = 0; i < 6; i++)
        assert_true(all.seen[i] == 1 && all.good[i] == (i != 2));
    all = (taken){.dataset = dataset, .options = &options, .refuse = 4};
    assert_fails(sx_items_features(dataset, &options, NULL, take_one, &all, &err), SX_E_FILE, &err,
                 "no room for it");
    sx_watch watch = {.cancelled = stop_at_once};
    assert_fails(sx_items_features(dataset, &options, &watch, take_one, &all, &err), SX_E_CANCELLED, &err,
                 "stopped");
    sx_dataset_free(dataset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_recording_uncut, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(recordings_one_by_one_on_all_cores, folder_begin, folder_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
