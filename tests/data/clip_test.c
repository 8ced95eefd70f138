/* clip_test.c: where clips are cut and padded by each policy, and standardisation from training items alone.
 */
#include "fixture.h"

#include "data/clip.h"
#include "data/plan.h"

static void assert_clip(sx_clip clip, size_t skip, size_t pad, size_t copy) {
    assert_int_equal(clip.skip, skip);
    assert_int_equal(clip.pad, pad);
    assert_int_equal(clip.copy, copy);
}

static void long_recordings_are_cut(void **state) {
    (void)state;
    const float samples[10] = {0, 0, 0, 0, 0, 0, 3, 3, 0, 0};
    assert_clip(sx_clip_place(SX_CLIP_PAD_END, samples, 10, 1, 4, 0, 0), 0, 0, 4);
    assert_clip(sx_clip_place(SX_CLIP_CENTRE, samples, 10, 1, 4, 0, 0), 3, 0, 4);
    assert_clip(sx_clip_place(SX_CLIP_LOUDEST, samples, 10, 1, 4, 0, 0), 4, 0,
                4); /* first of the equal ones */
    assert_clip(sx_clip_place(SX_CLIP_LOUDEST, samples, 10, 1, 2, 0, 0), 6, 0, 2);
    assert_clip(sx_clip_place(SX_CLIP_LOUDEST, samples, 5, 2, 1, 0, 0), 3, 0,
                1); /* frame 3 of two channels */
}

static void short_recordings_are_padded(void **state) {
    (void)state;
    const float samples[4] = {1, 0, 0, 0};
    assert_clip(sx_clip_place(SX_CLIP_PAD_END, samples, 4, 1, 10, 0, 0), 0, 0, 4);
    assert_clip(sx_clip_place(SX_CLIP_CENTRE, samples, 4, 1, 10, 0, 0), 0, 3, 4);
    assert_clip(sx_clip_place(SX_CLIP_LOUDEST, samples, 4, 1, 10, 0, 0), 0, 4,
                4); /* the 1 comes to 4.5 of 10 */
    assert_clip(sx_clip_place(SX_CLIP_LOUDEST, samples, 4, 1, 5, 0, 0), 0, 1, 4); /* as far as it fits */
    assert_clip(sx_clip_place(SX_CLIP_CENTRE, samples, 4, 1, 4, 0, 0), 0, 0, 4);
    float out[6];
    const float stereo[6] = {1, 10, 2, 20, 3, 30};
    sx_clip clip = {.skip = 1, .pad = 2, .copy = 2};
    sx_clip_take(&clip, stereo, 2, 1, 6, out);
    const float expected[6] = {0, 0, 20, 30, 0, 0};
    assert_memory_equal(out, expected, sizeof out);
}

static void random_places_cover_the_room(void **state) {
    (void)state;
    const float samples[10] = {0};
    size_t seen[7] = {0};
    for (uint64_t item = 0; item < 700; item++) {
        sx_clip clip = sx_clip_place(SX_CLIP_RANDOM, samples, 10, 1, 4, 5, item);
        assert_true(clip.skip <= 6);
        assert_int_equal(clip.copy, 4);
        seen[clip.skip]++;
        sx_clip again = sx_clip_place(SX_CLIP_RANDOM, samples, 10, 1, 4, 5, item);
        assert_int_equal(clip.skip, again.skip);
    }
    for (size_t i = 0; i < 7; i++)
        assert_in_range(seen[i], 60, 140); /* 100 expected, deviation 9.3 */
}

static void delayed_clips_keep_the_sound_in_place(void **state) {
    (void)state;
    const sx_clip end = {.skip = 0, .pad = 0, .copy = 4}, cut = {.skip = 3, .pad = 0, .copy = 6};
    assert_clip(sx_clip_delay(end, 4, 10, 0), 0, 0, 4);
    assert_clip(sx_clip_delay(end, 4, 10, 5), 0, 5, 4);
    assert_clip(sx_clip_delay(end, 4, 10, 8), 0, 8, 2);   /* the end is moved out */
    assert_clip(sx_clip_delay(end, 4, 10, 99), 0, 10, 0); /* all of it */
    assert_clip(sx_clip_delay(cut, 10, 6, 2), 1, 0, 6);   /* what lies before comes in */
    assert_clip(sx_clip_delay(cut, 10, 6, 5), 0, 2, 4);
}

static void offsets_cover_their_range_and_differ_from_places(void **state) {
    (void)state;
    const float samples[10] = {0};
    size_t seen[7] = {0}, same = 0;
    for (uint64_t item = 0; item < 700; item++) {
        size_t offset = sx_clip_random_offset(6, 5, item);
        assert_true(offset <= 6);
        seen[offset]++;
        same += offset == sx_clip_place(SX_CLIP_RANDOM, samples, 10, 1, 4, 5, item).skip;
    }
    for (size_t i = 0; i < 7; i++)
        assert_in_range(seen[i], 60, 140); /* 100 expected, deviation 9.3 */
    assert_in_range(same, 60, 140);        /* no more often than chance would */
}

static void policies_by_name(void **state) {
    (void)state;
    sx_error err = {SX_OK, ""};
    for (int i = SX_CLIP_PAD_END; i <= SX_CLIP_LOUDEST; i++) {
        sx_clip_policy policy = SX_CLIP_PAD_END;
        assert_ok(sx_clip_policy_parse(sx_clip_policy_name((sx_clip_policy)i), &policy, &err), &err);
        assert_int_equal(policy, i);
    }
    sx_clip_policy policy = SX_CLIP_RANDOM;
    assert_fails(sx_clip_policy_parse("center", &policy, &err), SX_E_ARGUMENT, &err, "did you mean 'centre'");
    assert_int_equal(policy, SX_CLIP_RANDOM);
}

/* numpy.percentile([1, 2, 4, 8, 16], [0, 50, 95, 100]) = 1, 4, 14.4, 16 */
static void percentiles_of_numpy(void **state) {
    (void)state;
    const double sorted[] = {1, 2, 4, 8, 16};
    assert_true(fabs(sx_percentile(sorted, 5, 0) - 1) < 1e-12);
    assert_true(fabs(sx_percentile(sorted, 5, 0.5) - 4) < 1e-12);
    assert_true(fabs(sx_percentile(sorted, 5, 0.95) - 14.4) < 1e-12);
    assert_true(fabs(sx_percentile(sorted, 5, 1) - 16) < 1e-12);
    assert_true(fabs(sx_percentile(sorted, 1, 0.95) - 1) < 1e-12);
}

static void standardisation_sees_training_items_only(void **state) {
    (void)state;
    float values[] = {10001, 10003, 9999, 10001, -5e8f, 7e8f, 10000, 10002};
    sx_features features = {.count = 4, .shape = {2, 1, 1}, .values = values};
    const size_t train[] = {0, 1, 3};
    sx_standardise fitted;
    sx_standardise_fit(&features, train, 3, &fitted);
    assert_true(fabs(fitted.mean - 10001) < 1e-9);
    assert_true(fabs(fitted.deviation - 1.2909944487358056) < 1e-9); /* numpy.std of the six */
    float out[2];
    sx_standardise_apply(&fitted, values, 2, out);
    assert_true(fabsf(out[0]) < 1e-6f && fabsf(out[1] - 1.5491933f) < 1e-6f);
    sx_standardise_apply(&fitted, values, 2, values);
    assert_memory_equal(values, out, sizeof out);

    float flat[] = {3, 3, 3, 3};
    features = (sx_features){.count = 2, .shape = {2, 1, 1}, .values = flat};
    sx_standardise_fit(&features, train, 2, &fitted);
    assert_true(fabs(fitted.mean - 3) < 1e-12 && fabs(fitted.deviation - 1) < 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_recordings_are_cut),
        cmocka_unit_test(short_recordings_are_padded),
        cmocka_unit_test(random_places_cover_the_room),
        cmocka_unit_test(delayed_clips_keep_the_sound_in_place),
        cmocka_unit_test(offsets_cover_their_range_and_differ_from_places),
        cmocka_unit_test(policies_by_name),
        cmocka_unit_test(percentiles_of_numpy),
        cmocka_unit_test(standardisation_sees_training_items_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
