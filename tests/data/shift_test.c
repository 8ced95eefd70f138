/* shift_test.c: examples moved in time, what fills the gap, and recordings that begin later at random. */
#include "fixture.h"

#include "data/shift.h"

enum { FRAMES = 5, WIDTH = 2 };

/* Two examples; in the first one frame 3 is the quietest. */
static const float values[2 * FRAMES * WIDTH] = {1, 2, 3, 4, 5, 6, 0, 1, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};

static sx_features make_features(const int *shifts, float *silence) {
    return (sx_features){.count = 2,
                         .shape = {FRAMES, WIDTH, 1},
                         .values = (float *)values,
                         .shifts = shifts,
                         .silence = silence};
}

static void assert_taken(const sx_features *features, const float *expected) {
    float out[FRAMES * WIDTH];
    sx_shift_take(features, 0, out);
    for (size_t i = 0; i < FRAMES * WIDTH; i++) {
        if (memcmp(&out[i], &expected[i], sizeof *out) != 0)
            fail_msg("value %zu is %g instead of %g", i, (double)out[i], (double)expected[i]);
    }
}

static void what_moves_leaves_silence(void **state) {
    (void)state;
    float silence[WIDTH] = {-4, -5};
    int shifts[2] = {2, 0};
    sx_features features = make_features(shifts, silence);
    assert_taken(&features, (const float[]){-4, -5, -4, -5, 1, 2, 3, 4, 5, 6});
    shifts[0] = -3;
    assert_taken(&features, (const float[]){0, 1, 7, 8, -4, -5, -4, -5, -4, -5});
    shifts[0] = 0;
    assert_taken(&features, values);
    shifts[0] = 99; /* all of it is gone */
    assert_taken(&features, (const float[]){-4, -5, -4, -5, -4, -5, -4, -5, -4, -5});
    features.shifts = NULL;
    assert_taken(&features, values);
}

static void arrays_are_filled_with_their_quietest_frame(void **state) {
    (void)state;
    int shifts[2] = {1, 0};
    sx_features features = make_features(shifts, NULL);
    assert_taken(&features, (const float[]){0, 1, 1, 2, 3, 4, 5, 6, 0, 1});
}

static void silence_lies_top_db_below_the_loudest(void **state) {
    (void)state;
    float silence[WIDTH] = {-100, 4};
    int shifts[2] = {1, 0};
    sx_features features = make_features(shifts, silence);
    features.frontend.compression = SX_COMPRESS_DB;
    features.frontend.top_db = 10;
    assert_taken(&features, (const float[]){-2, 4, 1, 2, 3, 4, 5, 6, 0, 1});
}

static void milliseconds_become_frames(void **state) {
    (void)state;
    sx_error err = {SX_OK, ""};
    int frames = -1;
    sx_features features = make_features(NULL, NULL);
    features.frontend.hop_samples = 80;
    features.frontend.rate_hz = 8000;
    assert_ok(sx_shift_frames(&features, 34, "lag", &frames, &err), &err);
    assert_int_equal(frames, 3);
    assert_fails(sx_shift_frames(&features, 50, "lag", &frames, &err), SX_E_ARGUMENT, &err, "lag is 50 ms");
    assert_fails(sx_shift_frames(&features, -1, "lag", &frames, &err), SX_E_ARGUMENT, &err, "lag is -1 ms");
    features.from_arrays = true;
    assert_fails(sx_shift_frames(&features, 10, "lag", &frames, &err), SX_E_ARGUMENT, &err, "arrays");
    assert_int_equal(frames, 3);
    assert_ok(sx_shift_frames(&features, 0, "lag", &frames, &err), &err);
    assert_int_equal(frames, 0);
}

static void draws_belong_to_their_item(void **state) {
    (void)state;
    enum { ITEMS = 400, RANGE = 3 };
    size_t order[ITEMS], backwards[ITEMS], seen[RANGE + 1] = {0}, other = 0;
    int first[ITEMS], second[ITEMS], next[ITEMS];
    for (size_t i = 0; i < ITEMS; i++) {
        order[i] = i;
        backwards[i] = ITEMS - 1 - i;
    }
    sx_shift_draw(RANGE, 7, SX_SHIFT_FIT, 2, order, ITEMS, first);
    sx_shift_draw(RANGE, 7, SX_SHIFT_FIT, 2, backwards, ITEMS, second);
    sx_shift_draw(RANGE, 7, SX_SHIFT_FIT, 3, order, ITEMS, next);
    assert_memory_equal(first, second, sizeof first);
    for (size_t i = 0; i < ITEMS; i++) {
        assert_in_range(first[i], 0, RANGE);
        seen[first[i]]++;
        other += first[i] != next[i];
    }
    for (size_t i = 0; i <= RANGE; i++)
        assert_in_range(seen[i], 57, 143); /* 100 expected, deviation 8.7 */
    assert_in_range(other, 257, 343);      /* 300 expected */
}

/* --- recordings that begin later -------------------------------------------------------------------- */

static sx_features *compute(const sx_dataset *dataset, const sx_features_options *options) {
    sx_features *features = NULL;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_features_compute(dataset, options, NULL, &features, &err), &err);
    return features;
}

/* The first frame with sound. */
static size_t onset_frame(const sx_features *features, size_t item) {
    size_t width = features->shape.frequency;
    for (size_t t = 0; t < features->shape.time; t++) {
        const float *frame = features->values + (item * features->shape.time + t) * width;
        for (size_t f = 0; f < width; f++)
            if (frame[f] > features->silence[f] + 1) return t;
    }
    return features->shape.time;
}

static void recordings_begin_later_at_random(void **state) {
    (void)state;
    enum { SOUNDS = 12 };
    make_folder("a");
    for (int i = 0; i < SOUNDS; i++) {
        char name[32];
        snprintf(name, sizeof name, "a/%02d.wav", i);
        write_sound(name, 8000, 1, 16000, 440 + 20 * i);
    }
    sx_dataset *dataset = open_set(folder_path, NULL);
    sx_features_options options;
    sx_features_default(&options);
    options.random_offset_ms = 200;
    sx_features *one = compute(dataset, &options);
    assert_int_equal(one->shape.time, 68); /* 500 ms and 200 ms at a hop of 10 ms, window 25 ms */
    size_t least = 99, most = 0;
    for (size_t i = 0; i < SOUNDS; i++) {
        size_t onset = onset_frame(one, i);
        least = onset < least ? onset : least;
        most = onset > most ? onset : most;
    }
    assert_in_range(most, least + 6, 20); /* spread over the range, never beyond it */
    sx_features *again = compute(dataset, &options);
    assert_true(one->content_hash == again->content_hash);
    options.seed = 1;
    sx_features *other = compute(dataset, &options);
    assert_true(one->content_hash != other->content_hash);
    sx_features_free(other);
    sx_features_free(again);
    sx_features_free(one);
    options.random_offset_ms = -1;
    sx_features *none = NULL;
    sx_error err = {SX_OK, ""};
    assert_fails(sx_features_compute(dataset, &options, NULL, &none, &err), SX_E_ARGUMENT, &err,
                 "random offset is -1 ms");
    sx_dataset_free(dataset);
}

static void a_start_below_zero_is_silence(void **state) {
    (void)state;
    write_sound("a.wav", 8000, 2, 16000, 440);
    write_text("list.csv", "path,label,start\na.wav,x,-0.1\na.wav,y,0\n");
    sx_dataset *dataset = open_set(in_folder("list.csv"), NULL);
    sx_features_options options;
    sx_features_default(&options);
    sx_features *features = compute(dataset, &options);
    size_t width = features->shape.frequency, late = onset_frame(features, 0);
    assert_int_equal(late, 8); /* frame 8 is the first that reaches beyond 100 ms: 80 to 105 ms */
    assert_int_equal(onset_frame(features, 1), 0);
    /* 100 ms are ten hops: what follows is the same to the bit. */
    assert_memory_equal(features->values + 10 * width, features->values + features->shape.time * width,
                        40 * width * sizeof(float));
    sx_features_free(features);
    sx_dataset_free(dataset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_moves_leaves_silence),
        cmocka_unit_test(arrays_are_filled_with_their_quietest_frame),
        cmocka_unit_test(silence_lies_top_db_below_the_loudest),
        cmocka_unit_test(milliseconds_become_frames),
        cmocka_unit_test(draws_belong_to_their_item),
        cmocka_unit_test_setup_teardown(recordings_begin_later_at_random, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(a_start_below_zero_is_silence, folder_begin, folder_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
