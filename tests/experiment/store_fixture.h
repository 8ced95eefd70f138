/* store_fixture.h: a study of its own for a test, and runs to put into it. Include after cmocka.h. */
#ifndef TESTS_EXPERIMENT_STORE_FIXTURE_H
#define TESTS_EXPERIMENT_STORE_FIXTURE_H

#include "experiment/store.h"

#include "temporary.h"

#include <math.h>

enum { LABELS = 2, EPOCHS = 3, CELLS = SX_STATISTICS_COUNT * LABELS * LABELS };

static char epochs_value[] = "15", net_value[] = "small";
static const sx_setting settings[] = {{"net", net_value}, {"epochs", epochs_value}};

typedef struct fixture {
    char folder[TEMPORARY_PATH];
    char file[TEMPORARY_PATH + 16];
    sx_error err;
} fixture;

static inline int set_up(void **state) {
    fixture *f = sx_alloc(1, sizeof *f);
    assert_non_null(f);
    temporary_folder(f->folder);
    snprintf(f->file, sizeof f->file, "%s/study.sqlite", f->folder);
    *state = f;
    return 0;
}

static inline int tear_down(void **state) {
    fixture *f = *state;
    temporary_remove(f->folder);
    sx_free(f);
    return 0;
}

static inline sx_store *open_store(fixture *f) {
    sx_store *store = NULL;
    if (sx_store_open(f->folder, settings, 2, &store, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    return store;
}

static inline sx_run_id id_of(int n) {
    return (sx_run_id){
        .axis = n % 2 ? SX_AXIS_TIME : SX_AXIS_CHANNELS, .fold = (size_t)n / 2, .repetition = n};
}

/* Numbers that differ from run to run; some are NaN, as validation columns are. */
static inline sx_record record_of(int n) {
    sx_record record = {
        .label_count = LABELS, .epoch_count = EPOCHS, .train_accuracy = 0.5 + n, .wall_s = 1.25};
    record.train_accuracy_moving = n == 1 ? (double)NAN : 0.25;
    for (int s = 0; s < SX_STATISTICS_COUNT; s++)
        record.scores[s] = (sx_scores){0.1 * s + n, 0.2, 1.0 / 3, s == 2 ? (double)INFINITY : 2.5};
    record.epochs = sx_alloc(EPOCHS, sizeof *record.epochs);
    record.confusions = sx_alloc(CELLS, sizeof *record.confusions);
    assert_true(record.epochs && record.confusions);
    for (int e = 0; e < EPOCHS; e++)
        record.epochs[e] = (sx_epoch){1.0 / (e + 1 + n), 0.5, (double)NAN, (double)NAN, 1e-3, 0.1};
    for (uint32_t c = 0; c < CELLS; c++)
        record.confusions[c] = c + (uint32_t)n;
    return record;
}

static inline void save(sx_store *store, int n) {
    sx_error err = {0};
    sx_record record = record_of(n);
    if (sx_store_save(store, id_of(n), &record, &err) != SX_OK) fail_msg("%s", err.text);
    sx_record_clear(&record);
}

static inline void assert_same_number(double a, double b) {
    if (!(isnan(a) && isnan(b)) && memcmp(&a, &b, sizeof a) != 0) fail_msg("%.17g came back as %.17g", b, a);
}

static inline void assert_saved(sx_store *store, int n) {
    sx_error err = {0};
    sx_record got = {0}, want = record_of(n);
    if (sx_store_load(store, id_of(n), LABELS, &got, &err) != SX_OK) fail_msg("%s", err.text);
    assert_memory_equal(got.epochs, want.epochs, EPOCHS * sizeof *want.epochs);
    assert_memory_equal(got.confusions, want.confusions, CELLS * sizeof *want.confusions);
    assert_int_equal(got.epoch_count, EPOCHS);
    assert_memory_equal(got.scores, want.scores, sizeof want.scores);
    assert_same_number(got.train_accuracy, want.train_accuracy);
    assert_same_number(got.train_accuracy_moving, want.train_accuracy_moving);
    assert_same_number(got.wall_s, want.wall_s);
    sx_record_clear(&got);
    sx_record_clear(&want);
}

#endif
