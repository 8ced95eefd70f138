/* store_test.c: what is committed survives a kill; damaged, foreign and other studies are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "experiment/store.h"

#include "temporary.h"

#include <math.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { LABELS = 2, EPOCHS = 3, CELLS = SX_STATISTICS_COUNT * LABELS * LABELS };

static char epochs_value[] = "15", other_epochs_value[] = "20", net_value[] = "small";
static const sx_setting settings[] = {{"net", net_value}, {"epochs", epochs_value}};
static const sx_setting other_settings[] = {{"net", net_value}, {"epochs", other_epochs_value}};

typedef struct fixture {
    char folder[TEMPORARY_PATH];
    char file[TEMPORARY_PATH + 16];
    sx_error err;
} fixture;

static int set_up(void **state) {
    fixture *f = sx_alloc(1, sizeof *f);
    assert_non_null(f);
    temporary_folder(f->folder);
    snprintf(f->file, sizeof f->file, "%s/study.sqlite", f->folder);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    temporary_remove(f->folder);
    sx_free(f);
    return 0;
}

static sx_store *open_store(fixture *f) {
    sx_store *store = NULL;
    if (sx_store_open(f->folder, settings, 2, &store, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    return store;
}

static void assert_refused(fixture *f, const sx_setting *which, sx_status wanted, const char *part) {
    sx_store *store = NULL;
    sx_status status = sx_store_open(f->folder, which, 2, &store, &f->err);
    if (status != wanted || !strstr(f->err.text, part))
        fail_msg("%s: \"%s\" does not say \"%s\"", sx_status_name(status), f->err.text, part);
    assert_null(store);
}

static sx_run_id id_of(int n) {
    return (sx_run_id){
        .axis = n % 2 ? SX_AXIS_TIME : SX_AXIS_CHANNELS, .fold = (size_t)n / 2, .repetition = n};
}

/* Numbers that differ from run to run; some are NaN, as validation columns are. */
static sx_record record_of(int n) {
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

static void save(sx_store *store, int n) {
    sx_error err = {0};
    sx_record record = record_of(n);
    if (sx_store_save(store, id_of(n), &record, &err) != SX_OK) fail_msg("%s", err.text);
    sx_record_clear(&record);
}

static void assert_same_number(double a, double b) {
    if (!(isnan(a) && isnan(b)) && memcmp(&a, &b, sizeof a) != 0) fail_msg("%.17g came back as %.17g", b, a);
}

static void assert_saved(sx_store *store, int n) {
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

static bool has(sx_store *store, int n) {
    bool found = false;
    assert_int_equal(sx_store_has(store, id_of(n), &found, NULL), SX_OK);
    return found;
}

static void runs_come_back_as_saved(void **state) {
    fixture *f = *state;
    sx_store *store = open_store(f);
    assert_true(sx_store_is_new(store));
    for (int n = 0; n < 4; n++)
        save(store, n);
    save(store, 2); /* twice is once */
    sx_store_close(store);
    store = open_store(f);
    assert_false(sx_store_is_new(store));
    for (int n = 0; n < 4; n++)
        assert_saved(store, n);
    assert_false(has(store, 4));
    sx_record record = {0};
    assert_int_equal(sx_store_load(store, id_of(4), LABELS, &record, &f->err), SX_E_FORMAT);
    assert_int_equal(sx_store_load(store, id_of(0), LABELS + 1, &record, &f->err), SX_E_FORMAT);
    sx_store_close(store);
}

/* The child is killed without warning while it saves run after run; whatever it had told its parent about
 * must be there, whole, and the study must go on. */
static void a_kill_loses_no_finished_run(void **state) {
    fixture *f = *state;
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        sx_store *store = open_store(f);
        for (int n = 0;; n++) {
            save(store, n);
            if (write(pipes[1], &n, sizeof n) != sizeof n) _exit(1);
        }
    }
    close(pipes[1]);
    int last = -1;
    while (last < 5 && read(pipes[0], &last, sizeof last) == sizeof last)
        continue;
    assert_int_equal(last, 5);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(pipes[0], &last, sizeof last) == sizeof last)
        continue;
    close(pipes[0]);
    sx_store *store = open_store(f);
    for (int n = 0; n <= last; n++)
        assert_saved(store, n);
    assert_false(has(store, last + 2)); /* last + 1 may have been committed but not told */
    save(store, last + 1);
    assert_saved(store, last + 1);
    sx_store_close(store);
}

static void another_study_is_named(void **state) {
    fixture *f = *state;
    sx_store_close(open_store(f));
    assert_refused(f, other_settings, SX_E_ARGUMENT, "epochs is 15 there and 20 here");
    sx_store_close(open_store(f));
}

static void a_long_setting_is_not_quoted(void **state) {
    fixture *f = *state;
    sx_store_close(open_store(f));
    char *text = sx_alloc(4000, 1);
    assert_non_null(text);
    memset(text, 'x', 3999);
    const sx_setting longer[] = {{"net", text}, {"epochs", epochs_value}};
    assert_refused(f, longer, SX_E_ARGUMENT, "the net differs");
    sx_free(text);
}

static sx_claim claim(sx_store *store, int n) {
    sx_error err = {0};
    sx_claim found = SX_CLAIM_FINISHED;
    if (sx_store_claim(store, id_of(n), &found, &err) != SX_OK) fail_msg("%s", err.text);
    return found;
}

/* The child claims run 0, finishes run 1, and then waits to be killed. */
static pid_t start_worker(fixture *f, int *from) {
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        sx_store *store = open_store(f);
        char good = claim(store, 0) == SX_CLAIM_MINE && claim(store, 1) == SX_CLAIM_MINE;
        save(store, 1);
        if (write(pipes[1], &good, 1) != 1) _exit(1);
        for (;;)
            pause();
    }
    close(pipes[1]);
    *from = pipes[0];
    return child;
}

static void two_processes_share_the_runs(void **state) {
    fixture *f = *state;
    sx_store *store = open_store(f);
    char good = 0;
    int from = -1;
    sx_text workers = {0};
    pid_t child = start_worker(f, &from);
    assert_int_equal(read(from, &good, 1), 1);
    assert_true(good);
    assert_int_equal(claim(store, 0), SX_CLAIM_TAKEN);
    assert_int_equal(claim(store, 1), SX_CLAIM_FINISHED);
    assert_int_equal(claim(store, 2), SX_CLAIM_MINE);
    assert_int_equal(claim(store, 2), SX_CLAIM_MINE); /* still ours */
    assert_saved(store, 1);
    save(store, 2); /* while the other one lives */
    assert_int_equal(sx_store_workers(store, &workers, &f->err), SX_OK);
    char wanted[32];
    snprintf(wanted, sizeof wanted, "process %ld on ", (long)child);
    if (!strstr(workers.chars, wanted) || !strstr(workers.chars, "(1 run)")) fail_msg("%s", workers.chars);
    sx_text_clear(&workers);
    /* Dead without a word: its run is ours at once. */
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(from);
    assert_int_equal(claim(store, 0), SX_CLAIM_MINE);
    assert_int_equal(sx_store_workers(store, &workers, &f->err), SX_OK);
    assert_int_equal(workers.length, 0);
    sx_text_clear(&workers);
    sx_store_close(store);
}

/* Closing gives up what was claimed, also between two stores of one process. */
static void a_closed_store_claims_nothing(void **state) {
    fixture *f = *state;
    sx_store *one = open_store(f), *other = open_store(f);
    assert_int_equal(claim(one, 0), SX_CLAIM_MINE);
    assert_int_equal(claim(other, 0), SX_CLAIM_TAKEN);
    sx_store_close(one);
    assert_int_equal(claim(other, 0), SX_CLAIM_MINE);
    sx_store_close(other);
}

/* Two processes save all runs of a study, each those that it could claim: every run is there once. */
static void no_run_is_lost_or_doubled(void **state) {
    enum { RUNS = 24 };
    fixture *f = *state;
    pid_t children[2];
    sx_store_close(open_store(f));
    for (int c = 0; c < 2; c++) {
        children[c] = fork();
        assert_true(children[c] >= 0);
        if (children[c] > 0) continue;
        sx_store *store = open_store(f);
        for (int n = 0; n < RUNS; n++)
            if (claim(store, n) == SX_CLAIM_MINE) save(store, n);
        sx_store_close(store);
        _exit(0);
    }
    for (int c = 0; c < 2; c++) {
        int result = -1;
        assert_int_equal(waitpid(children[c], &result, 0), children[c]);
        assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    }
    sx_store *store = open_store(f);
    sx_run_id *ids = NULL;
    size_t count = 0;
    assert_int_equal(sx_store_list(store, &ids, &count, &f->err), SX_OK);
    assert_int_equal(count, RUNS);
    for (int n = 0; n < RUNS; n++)
        assert_saved(store, n);
    sx_free(ids);
    sx_store_close(store);
}

static void guesses_come_back(void **state) {
    fixture *f = *state;
    sx_store *store = open_store(f);
    sx_record record = record_of(0), got = {0};
    record.item_count = 2;
    record.guesses = sx_alloc(6, sizeof(uint16_t));
    record.certainties = sx_alloc(6, sizeof(uint16_t));
    assert_true(record.guesses && record.certainties);
    for (uint16_t i = 0; i < 6; i++) {
        record.guesses[i] = i % 2;
        record.certainties[i] = (uint16_t)(SX_CERTAIN - i);
    }
    assert_int_equal(sx_store_save(store, id_of(0), &record, &f->err), SX_OK);
    assert_int_equal(sx_store_load(store, id_of(0), LABELS, &got, &f->err), SX_OK);
    assert_true(sx_record_is_same(&record, &got));
    got.certainties[3]++;
    assert_false(sx_record_is_same(&record, &got));
    sx_record_clear(&record);
    sx_record_clear(&got);
    sx_store_close(store);
}

static void looks_and_facts_are_kept(void **state) {
    fixture *f = *state;
    sx_store *store = open_store(f);
    int looks[SX_MOST_LOOKS];
    size_t count = 9;
    sx_text fact = {0};
    assert_int_equal(sx_store_looks(store, looks, &count, &f->err), SX_OK);
    assert_int_equal(count, 0);
    assert_int_equal(sx_store_add_look(store, 4, "undecided", &f->err), SX_OK);
    assert_int_equal(sx_store_add_look(store, 2, "undecided", &f->err), SX_OK);
    assert_int_equal(sx_store_add_look(store, 4, "winner", &f->err), SX_OK);
    assert_int_equal(sx_store_looks(store, looks, &count, &f->err), SX_OK);
    assert_true(count == 2 && looks[0] == 2 && looks[1] == 4);
    assert_int_equal(sx_store_keep_fact(store, "end", "40", &f->err), SX_OK);
    assert_int_equal(sx_store_keep_fact(store, "end", "60", &f->err), SX_OK);
    assert_int_equal(sx_store_fact(store, "end", &fact, &f->err), SX_OK);
    assert_string_equal(fact.chars, "40");
    sx_text_clear(&fact);
    sx_store_close(store);
}

static void write_file(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void strangers_are_refused(void **state) {
    fixture *f = *state;
    char noise[5000];
    memset(noise, 'n', sizeof noise);
    write_file(f->file, noise, sizeof noise);
    assert_refused(f, settings, SX_E_FORMAT, "study.sqlite is damaged or not a study of sonaxis");
    assert_int_equal(remove(f->file), 0);
    assert_int_equal(mkdir(f->file, 0700), 0);
    assert_refused(f, settings, SX_E_FILE, "not a regular file");
    assert_int_equal(rmdir(f->file), 0);
    write_file(f->file, "", 0); /* what a crash before the first commit leaves */
    sx_store_close(open_store(f));
}

/* Opens a file that may be damaged: refused, or every run reads back exactly as it was saved. */
static bool is_refused(fixture *f) {
    sx_store *store = NULL;
    sx_status status = sx_store_open(f->folder, settings, 2, &store, &f->err);
    for (int n = 0; status == SX_OK && n < 3; n++) {
        sx_record got = {0};
        status = sx_store_load(store, id_of(n), LABELS, &got, &f->err);
        sx_record_clear(&got);
        if (status == SX_OK) assert_saved(store, n);
    }
    sx_store_close(store);
    return status != SX_OK;
}

/* A study of version 1, as its sonaxis left it: nothing is lost, the new tables are there, and so is the look
 * that its finished comparison was. */
static void version_1_is_brought_up_to_date(void **state) {
    fixture *f = *state;
    unsigned char *bytes = NULL;
    size_t size = 0, count = 0;
    int looks[SX_MOST_LOOKS];
    sx_store *store = NULL;
    sx_run_id *ids = NULL;
    sx_record record = {0};
    sx_text text = {0};
    assert_int_equal(sx_file_read(SX_GOLDEN "/study/version-1.sqlite", 0, &bytes, &size, &f->err), SX_OK);
    write_file(f->file, bytes, size);
    sx_free(bytes);
    for (int again = 0; again < 2; again++) {
        if (sx_store_open_any(f->folder, &store, &f->err) != SX_OK) fail_msg("%s", f->err.text);
        assert_false(sx_store_is_new(store));
        assert_int_equal(sx_store_list(store, &ids, &count, &f->err), SX_OK);
        assert_int_equal(count, 8);
        for (size_t i = 0; i < count; i++) {
            if (sx_store_load(store, ids[i], 2, &record, &f->err) != SX_OK) fail_msg("%s", f->err.text);
            assert_int_equal(record.epoch_count, 1);
            assert_int_equal(record.item_count, 0);
            sx_record_clear(&record);
        }
        sx_free(ids);
        assert_int_equal(sx_store_looks(store, looks, &count, &f->err), SX_OK);
        assert_true(count == 1 && looks[0] == 2);
        assert_int_equal(sx_store_setting(store, "margin", &text, &f->err), SX_OK);
        assert_string_equal(text.chars, "0.01");
        sx_text_clear(&text);
        sx_store_close(store);
    }
}

static void a_newer_version_is_refused(void **state) {
    fixture *f = *state;
    sx_store_close(open_store(f));
    unsigned char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(sx_file_read(f->file, 0, &bytes, &size, &f->err), SX_OK);
    bytes[63] = 99; /* user_version, high byte first */
    write_file(f->file, bytes, size);
    sx_free(bytes);
    assert_refused(f, settings, SX_E_VERSION, "has version 99, this sonaxis reads up to 2");
}

static void damage_is_noticed(void **state) {
    fixture *f = *state;
    sx_store *store = open_store(f);
    for (int n = 0; n < 3; n++)
        save(store, n);
    sx_store_close(store);
    unsigned char *bytes = NULL;
    size_t size = 0, refused = 0, tried = 0;
    assert_int_equal(sx_file_read(f->file, 0, &bytes, &size, &f->err), SX_OK);
    for (size_t at = 0; at < size; at += 997, tried++) {
        bytes[at] ^= 0x10;
        write_file(f->file, bytes, size);
        bytes[at] ^= 0x10;
        refused += is_refused(f);
    }
    assert_true(refused > 0 && refused < tried); /* most of a page is empty */
    for (size_t cut = 1; cut < size - 4096; cut += size / 7) {
        write_file(f->file, bytes, cut);
        if (!is_refused(f)) fail_msg("a file cut at byte %zu of %zu is taken", cut, size);
    }
    write_file(f->file, bytes, size);
    assert_false(is_refused(f));
    sx_free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(runs_come_back_as_saved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_kill_loses_no_finished_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_study_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_setting_is_not_quoted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_processes_share_the_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_closed_store_claims_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_run_is_lost_or_doubled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(guesses_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(looks_and_facts_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(version_1_is_brought_up_to_date, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_newer_version_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strangers_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_noticed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
