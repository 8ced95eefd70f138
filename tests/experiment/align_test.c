/* align_test.c: the index against the analysis of variance, planted shifts found again, the study's table
 * against the comparison it rests on, and sentences that say no more than the intervals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "experiment/align_correlate.h"
#include "experiment/align_probe.h"
#include "experiment/align_words.h"
#include "sonaxis/synth.h"
#include "stats/variance_shares.h"

#include "temporary.h"
#include "tiny_features.h"

#include <math.h>
#include <string.h>

static void assert_ok(sx_status status, const sx_error *err) {
    if (status != SX_OK) fail_msg("%s: %s", sx_status_name(status), err->text);
}

static void assert_near(double found, double expected, double tolerance, const char *what) {
    if (!(fabs(found - expected) <= tolerance)) fail_msg("%s: %.9g instead of %.9g", what, found, expected);
}

/* --- index -------------------------------------------------------------------------------------------- */

/* Noise and, with weight, a course over time that all share. */
static void fill_timed(tiny_features *tiny, double weight) {
    tiny_features_fill(tiny);
    for (size_t i = 0; i < (size_t)TINY_COUNT * TINY_CELLS; i++)
        tiny->values[i] += (float)(weight * cos((double)(i % TINY_CELLS / TINY_BANDS)));
}

static void index_is_that_of_the_analysis_of_variance(void **state) {
    (void)state;
    static tiny_features tiny;
    sx_error err = {0};
    const size_t extents[3] = {TINY_TIME, TINY_BANDS, 1}, no_labels[SX_LABELLINGS] = {0};
    const int none[SX_LABELLINGS] = {-1, -1};
    for (int weight = 0; weight < 3; weight++) {
        sx_align_index index;
        sx_shares *shares = NULL;
        sx_shares_result parts;
        fill_timed(&tiny, weight);
        assert_ok(sx_align_index_compute(&tiny.features, 0.95, 1, &index, &err), &err);
        assert_ok(sx_shares_create(extents, no_labels, &shares, &err), &err);
        for (size_t i = 0; i < TINY_COUNT; i++)
            sx_shares_add(shares, tiny.values + i * TINY_CELLS, none);
        sx_shares_result_of(shares, &parts);
        double time = parts.fixed[SX_OF_TIME], both = time + parts.item[SX_OF_TIME];
        /* Sums in double of some thousand terms. */
        assert_near(index.index, time / both, 1e-9, "index");
        assert_near(index.time_share, time, 1e-9, "time");
        assert_near(index.clip_time_share, both - time, 1e-9, "clip x time");
        assert_true(index.low <= index.index && index.index <= index.high);
        assert_int_equal(index.degree, weight == 0 ? SX_ALIGN_NOT : SX_ALIGN_WELL);
        sx_shares_free(shares);
    }
}

static void nothing_in_common_gives_one_over_the_recordings(void **state) {
    (void)state;
    static tiny_features tiny;
    sx_align_index index;
    sx_error err = {0};
    fill_timed(&tiny, 0);
    assert_ok(sx_align_index_compute(&tiny.features, 0.95, 1, &index, &err), &err);
    /* 1 / 60; its deviation is about that times sqrt(2 / 11). */
    assert_near(index.index, 1.0 / TINY_COUNT, 3.0 / TINY_COUNT * sqrt(2.0 / (TINY_TIME - 1)), "index");
}

static void the_same_recording_again_is_aligned(void **state) {
    (void)state;
    static tiny_features tiny;
    sx_align_index index;
    sx_error err = {0};
    tiny_features_fill(&tiny);
    for (size_t i = 1; i < TINY_COUNT; i++)
        memcpy(tiny.values + i * TINY_CELLS, tiny.values, TINY_CELLS * sizeof(float));
    assert_ok(sx_align_index_compute(&tiny.features, 0.95, 1, &index, &err), &err);
    assert_near(index.index, 1, 1e-12, "index");
    assert_near(index.low, 1, 1e-12, "low");
    assert_int_equal(index.scatter_count, 2); /* 2 and 5 of 12 frames; arrays do not tell how long one is */
    assert_true(index.scatter[1] < 0.9);
    memset(tiny.values, 0, sizeof tiny.values);
    assert_int_equal(sx_align_index_compute(&tiny.features, 0.95, 1, &index, &err), SX_E_DATA);
    tiny.features.count = 1;
    assert_int_equal(sx_align_index_compute(&tiny.features, 0.95, 1, &index, &err), SX_E_DATA);
}

/* --- moving ------------------------------------------------------------------------------------------- */

enum { WORDS = 24, PLANTED_STEP_MS = 7 };

static sx_align_moves *find(const char *manifest, sx_align_to to) {
    sx_dataset *dataset = NULL;
    sx_align_moves *moves = NULL;
    sx_dataset_options listing;
    sx_error err = {0};
    sx_dataset_default(&listing);
    assert_ok(sx_dataset_open(manifest, &listing, &dataset, &err), &err);
    assert_ok(sx_align_find(dataset, to, 2, NULL, &moves, &err), &err);
    assert_int_equal(moves->usable, WORDS);
    sx_dataset_free(dataset);
    return moves;
}

/* Item i of the sorted list begins later by planted_ms(i): from 0 to 161 ms, in no order. */
static double planted_ms(size_t i) { return (double)(PLANTED_STEP_MS * (i * 11 % WORDS)); }

static void write_late_manifest(const char *folder, char *path, size_t room) {
    char **names = NULL, text[WORDS * 96] = "path,label,start\n";
    size_t count = 0, item = 0;
    sx_error err = {0};
    assert_ok(sx_folder_list(folder, &names, &count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        if (!strstr(names[i], ".wav")) continue;
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%s,%.1s,%.4f\n", names[i], names[i],
                 -1e-3 * planted_ms(item++));
    }
    sx_names_free(names, count);
    snprintf(path, room, "%s/late.csv", folder);
    assert_ok(sx_file_write(path, text, strlen(text), &err), &err);
}

static void planted_shifts_are_found_again(void **state) {
    (void)state;
    char folder[TEMPORARY_PATH], whole[TEMPORARY_PATH + 16], late[TEMPORARY_PATH + 16];
    sx_synth_options options;
    sx_error err = {0};
    temporary_folder(folder);
    assert_ok(sx_synth_default("speech", &options, &err), &err);
    options.label_count = 3;
    options.group_count = 2;
    options.takes = 4;
    options.rate_hz = 8000;
    assert_ok(sx_synth_write(&options, folder, NULL, &err), &err);
    snprintf(whole, sizeof whole, "%s/manifest.csv", folder);
    write_late_manifest(folder, late, sizeof late);
    for (int to = SX_ALIGN_LOUDEST; to <= SX_ALIGN_CORRELATION; to++) {
        sx_align_moves *before = find(whole, (sx_align_to)to), *after = find(late, (sx_align_to)to);
        double place = after->place_ms - before->place_ms;
        for (size_t i = 0; i < WORDS; i++) {
            double found = before->moves[i].shift_ms - after->moves[i].shift_ms + place;
            assert_near(found, planted_ms(i), 10, sx_align_to_name((sx_align_to)to)); /* a frame */
        }
        sx_align_moves_free(before);
        sx_align_moves_free(after);
    }
    temporary_remove(folder);
}

static void correlation_puts_bumps_on_each_other(void **state) {
    (void)state;
    enum { COUNT = 5, LENGTH = 30 };
    float values[COUNT][LENGTH] = {{0}};
    sx_levels levels[COUNT];
    long start[COUNT], found[COUNT];
    sx_error err = {0};
    for (size_t n = 0; n < COUNT; n++) {
        for (size_t i = 0; i < 5; i++)
            values[n][3 + 4 * n + i] = (float)(3 - fabs((double)i - 2));
        levels[n] = (sx_levels){values[n], LENGTH};
        start[n] = (long)(3 + 4 * n + n % 3); /* near its bump, one or two steps off */
    }
    levels[4].count = 0; /* left out */
    assert_ok(sx_correlate(levels, COUNT, start, NULL, found, &err), &err);
    for (size_t n = 1; n < 4; n++)
        assert_int_equal(found[n] - found[0], 4 * (long)n);
}

/* --- study -------------------------------------------------------------------------------------------- */

static const char NET[] = "{\"name\": \"tiny\", \"layers\": ["
                          "{\"type\": \"conv2d\", \"name\": \"conv\", \"filters\": 3, \"kernel_size\": 3},"
                          "{\"type\": \"normalisation\", \"name\": \"norm\", \"axis\": \"$axis\"},"
                          "{\"type\": \"activation\", \"name\": \"relu\", \"activation\": \"relu\"},"
                          "{\"type\": \"global_average_pool\", \"name\": \"average\"},"
                          "{\"type\": \"dense\", \"name\": \"logits\", \"units\": \"$classes\"}]}";

typedef struct fixture {
    char folder[TEMPORARY_PATH], net[TEMPORARY_PATH + 16];
    tiny_features tiny;
    sx_align_options options;
    sx_error err;
} fixture;

static int set_up(void **state) {
    fixture *f = sx_alloc(1, sizeof *f);
    assert_non_null(f);
    temporary_folder(f->folder);
    snprintf(f->net, sizeof f->net, "%s/net.json", f->folder);
    assert_ok(sx_file_write(f->net, NET, sizeof NET - 1, &f->err), &f->err);
    tiny_features_fill(&f->tiny);
    f->tiny.features.from_arrays = false; /* as if from recordings, hops of 10 ms */
    assert_ok(sx_frontend_preset("sonaxis", &f->tiny.features.frontend, &f->err), &f->err);
    f->tiny.features.frontend.hop_samples = 160;
    sx_align_default(&f->options);
    sx_compare_options *compare = &f->options.compare;
    compare->model = f->net;
    compare->axis_count = 2;
    compare->folds.count = 2;
    compare->seeds = 2;
    compare->train.epochs = 4;
    compare->train.batch = 8;
    compare->train.learning_rate = 0.01;
    compare->folder = f->folder;
    compare->threads = 2;
    f->options.lag_ms = 40;
    f->options.jitter_ms = 30;
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    temporary_remove(f->folder);
    sx_free(f);
    return 0;
}

static sx_align_study *run(fixture *f) {
    sx_align_study *study = NULL;
    assert_ok(sx_align_study_run(&f->tiny.features, &f->options, NULL, &study, &f->err), &f->err);
    return study;
}

static sx_comparison *compare_again(fixture *f, const char *name, double jitter_ms) {
    sx_comparison *made = NULL;
    char folder[TEMPORARY_PATH + 16];
    sx_compare_options options = f->options.compare;
    snprintf(folder, sizeof folder, "%s/%s", f->folder, name);
    options.folder = folder;
    options.train.jitter_ms = jitter_ms;
    assert_ok(sx_compare(&f->tiny.features, &options, NULL, &made, &f->err), &f->err);
    return made;
}

static void the_table_rests_on_the_comparisons(void **state) {
    fixture *f = *state;
    sx_align_study *study = run(f);
    assert_int_equal(study->runs, 4);
    assert_int_equal(study->lag_count, 4);
    assert_near(study->lags_ms[3], 40, 1e-9, "longest lag");
    const char *const names[SX_ALIGN_STATES] = {"as-is", "jittered"};
    for (int trained = 0; trained < SX_ALIGN_STATES; trained++) {
        sx_comparison *made = compare_again(f, names[trained], trained ? 30 : 0);
        for (size_t a = 0; a < study->axis_count; a++) {
            const sx_align_axis *axis = &study->axes[a];
            const sx_interval *as_is = &axis->accuracy[trained][SX_ALIGN_AS_IS];
            const sx_interval *jittered = &axis->accuracy[trained][SX_ALIGN_JITTERED];
            /* The same nets with the same exact statistics on the same recordings. */
            assert_near(as_is->mean, made->axes[a].accuracy.mean, 1e-12, names[trained]);
            assert_near(axis->drop[trained].mean, as_is->mean - jittered->mean, 1e-12, "drop");
        }
        sx_comparison_free(made);
    }
    for (size_t a = 0; a < study->axis_count; a++) {
        const sx_align_axis *axis = &study->axes[a];
        assert_near(axis->cured.mean, axis->drop[0].mean - axis->drop[1].mean, 1e-12, "cured");
        assert_near(axis->cost.mean, axis->accuracy[0][0].mean - axis->accuracy[1][0].mean, 1e-12, "cost");
    }
    assert_true(isnan(study->axes[0].drop_more.mean) && !isnan(study->axes[1].drop_more.mean));
    sx_align_study_free(study);
}

static void threads_change_no_score(void **state) {
    fixture *f = *state;
    sx_align_study *one = run(f);
    f->options.compare.threads = 1;
    sx_align_study *two = run(f); /* nets from the folder, probed again */
    size_t scores = SX_ALIGN_STATES * one->axis_count * one->runs * (SX_PROBE_FIRST_LAG + one->lag_count);
    assert_memory_equal(one->scores, two->scores, scores * sizeof *one->scores);
    assert_string_equal(one->text, two->text);
    sx_align_study_free(one);
    sx_align_study_free(two);
}

static void assert_refused(fixture *f, sx_status expected, const char *part) {
    sx_align_study *study = NULL;
    sx_status status = sx_align_study_run(&f->tiny.features, &f->options, NULL, &study, &f->err);
    if (status != expected || !strstr(f->err.text, part))
        fail_msg("%s: %s", sx_status_name(status), f->err.text);
    assert_null(study);
}

static void what_cannot_be_probed_is_refused(void **state) {
    fixture *f = *state;
    f->options.lag_ms = 120;
    assert_refused(f, SX_E_ARGUMENT, "lag is 120 ms");
    f->options.lag_ms = 1;
    assert_refused(f, SX_E_ARGUMENT, "at least one frame");
    f->options.lag_ms = 40;
    f->options.compare.statistics = SX_STATISTICS_BATCH;
    assert_refused(f, SX_E_ARGUMENT, "moving or recomputed");
    f->options.compare.statistics = SX_STATISTICS_RECOMPUTED;
    f->options.compare.train.jitter_ms = 10;
    assert_refused(f, SX_E_ARGUMENT, "jitter_ms");
    f->options.compare.train.jitter_ms = 0;
    f->tiny.features.from_arrays = true;
    assert_refused(f, SX_E_ARGUMENT, "arrays");
}

/* --- words -------------------------------------------------------------------------------------------- */

static void words_say_no_more_than_the_intervals(void **state) {
    (void)state;
    static const struct {
        sx_tolerance tolerance;
        double high;
        const char *said;
    } cases[] = {
        {{45, 20, 90}, 0.2, "loses 1 point at 45 ms of misalignment (95 % interval 20 to 90 ms)"},
        {{45, 20, INFINITY}, 0.2, "so that is not shown"},
        {{INFINITY, 20, INFINITY}, 0.034, "losses of up to 3.4 points are within its interval"},
        {{INFINITY, INFINITY, INFINITY}, 0.004, "does not lose 1 point up to 300 ms of misalignment"},
        {{INFINITY, INFINITY, INFINITY}, NAN, "one run is too few"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_align_study study = {.axis_count = 1,
                                .lag_count = 1,
                                .lags_ms = {300},
                                .margin = 0.01,
                                .confidence = 0.95,
                                .jitter_ms = 300};
        study.axes[0].axis = SX_AXIS_TIME;
        study.axes[0].tolerance[SX_ALIGN_AS_IS] = cases[i].tolerance;
        study.axes[0].loss[SX_ALIGN_AS_IS][0].high = cases[i].high;
        study.axes[0].cured.low = NAN;
        sx_align_write_words(&study);
        if (!strstr(study.text, cases[i].said) || !strstr(study.text, "Keeping time (axis=1) "))
            fail_msg("'%s' is not in '%s'", cases[i].said, study.text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(index_is_that_of_the_analysis_of_variance),
        cmocka_unit_test(nothing_in_common_gives_one_over_the_recordings),
        cmocka_unit_test(the_same_recording_again_is_aligned),
        cmocka_unit_test(planted_shifts_are_found_again),
        cmocka_unit_test(correlation_puts_bumps_on_each_other),
        cmocka_unit_test_setup_teardown(the_table_rests_on_the_comparisons, set_up, tear_down),
        cmocka_unit_test_setup_teardown(threads_change_no_score, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_probed_is_refused, set_up, tear_down),
        cmocka_unit_test(words_say_no_more_than_the_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
