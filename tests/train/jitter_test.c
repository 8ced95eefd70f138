/* jitter_test.c: examples that begin later while a net is fitted: drawn by counter, resumed, and known to the
 * exact statistics. */
#include "sonaxis/train.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "data/shift.h"
#include "train/toy.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EPOCHS = 3 };

/* Hops of 10 ms; the toy has nine frames. */
static sx_features timed_features(void) {
    sx_features features = toy_features();
    features.frontend.hop_samples = 160;
    features.frontend.rate_hz = 16000;
    return features;
}

static uint64_t fit(const sx_features *features, double jitter_ms, const char *checkpoint,
                    const sx_watch *watch, int threads, sx_status expected) {
    sx_train_options options = toy_options(EPOCHS);
    options.jitter_ms = jitter_ms;
    options.checkpoint = checkpoint;
    sx_history history = {0};
    sx_error err = {0};
    sx_model *model = toy_model("\"time\"", TOY_BATCH, threads);
    sx_status status = toy_fit(model, features, &options, watch, &history, &err);
    if (status != expected) fail_msg("%s: %s", sx_status_name(status), err.text);
    uint64_t fingerprint = toy_fingerprint(model);
    sx_history_clear(&history);
    sx_model_free(model);
    return fingerprint;
}

static void jitter_changes_the_weights_and_threads_do_not(void **state) {
    (void)state;
    sx_features features = timed_features();
    uint64_t none = fit(&features, 0, NULL, NULL, 1, SX_OK), some = fit(&features, 30, NULL, NULL, 1, SX_OK);
    assert_true(none != some);
    assert_true(some == fit(&features, 30, NULL, NULL, 3, SX_OK));
    assert_true(none == fit(&features, 4, NULL, NULL, 1, SX_OK)); /* rounds to no frame */
    toy_clear(&features);
}

static bool stop_at_seven(void *context) { return ++*(int *)context >= 7; }

static void a_stopped_fit_goes_on_with_the_same_draws(void **state) {
    (void)state;
    char folder[] = "/tmp/sx-jitter-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/run.checkpoint", folder);
    sx_features features = timed_features();
    int asked = 0;
    const sx_watch watch = {.cancelled = stop_at_seven, .context = &asked};
    uint64_t whole = fit(&features, 30, NULL, NULL, 1, SX_OK);
    (void)fit(&features, 30, path, &watch, 1, SX_E_CANCELLED); /* in the middle of the second epoch */
    (void)fit(&features, 20, path, NULL, 1, SX_E_ARGUMENT);    /* another run */
    assert_true(whole == fit(&features, 30, path, NULL, 1, SX_OK));
    toy_clear(&features);
    unlink(path);
    rmdir(folder);
}

static void statistics_see_what_the_fit_saw(void **state) {
    (void)state;
    sx_features features = timed_features();
    sx_train_options options = toy_options(EPOCHS);
    sx_error err = {0};
    size_t items[TOY_TRAIN];
    int shifts[TOY_COUNT] = {0};
    for (size_t i = 0; i < TOY_TRAIN; i++)
        items[i] = i;
    sx_shift_draw(3, options.seed, SX_SHIFT_STATISTICS, 0, items, TOY_TRAIN, shifts);
    sx_features moved = features;
    moved.shifts = shifts;
    sx_model *one = toy_model("\"time\"", TOY_BATCH, 1), *two = toy_model("\"time\"", TOY_BATCH, 1);
    size_t bytes = sx_model_statistics_count(one) * sizeof(float);
    for (int jitter = 0; jitter < 2; jitter++) {
        const sx_features *seen = jitter ? &moved : &features;
        options.jitter_ms = jitter ? 30 : 0;
        assert_int_equal(sx_train_recompute_as_fitted(one, &features, &toy_standardise, items, TOY_TRAIN,
                                                      &options, NULL, &err),
                         SX_OK);
        assert_int_equal(sx_train_recompute(two, seen, &toy_standardise, items, TOY_TRAIN, NULL, &err),
                         SX_OK);
        assert_memory_equal(sx_model_statistics(one), sx_model_statistics(two), bytes);
    }
    assert_int_equal(sx_train_recompute(two, &features, &toy_standardise, items, TOY_TRAIN, NULL, &err),
                     SX_OK);
    assert_memory_not_equal(sx_model_statistics(one), sx_model_statistics(two), bytes);
    sx_model_free(one);
    sx_model_free(two);
    toy_clear(&features);
}

static void arrays_and_whole_clips_are_refused(void **state) {
    (void)state;
    sx_features features = timed_features();
    (void)fit(&features, 90, NULL, NULL, 1, SX_E_ARGUMENT);
    features.from_arrays = true;
    (void)fit(&features, 30, NULL, NULL, 1, SX_E_ARGUMENT);
    (void)fit(&features, 0, NULL, NULL, 1, SX_OK);
    toy_clear(&features);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jitter_changes_the_weights_and_threads_do_not),
        cmocka_unit_test(a_stopped_fit_goes_on_with_the_same_draws),
        cmocka_unit_test(statistics_see_what_the_fit_saw),
        cmocka_unit_test(arrays_and_whole_clips_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
