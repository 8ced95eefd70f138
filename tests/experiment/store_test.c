/* store_test.c: what is committed survives a kill; damaged, foreign and other studies are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "store_fixture.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char other_epochs_value[] = "20";
static const sx_setting other_settings[] = {{"net", net_value}, {"epochs", other_epochs_value}};

static void assert_refused(fixture *f, const sx_setting *which, sx_status wanted, const char *part) {
    sx_store *store = NULL;
    sx_status status = sx_store_open(f->folder, which, 2, &store, &f->err);
    if (status != wanted || !strstr(f->err.text, part))
        fail_msg("%s: \"%s\" does not say \"%s\"", sx_status_name(status), f->err.text, part);
    assert_null(store);
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
        cmocka_unit_test_setup_teardown(guesses_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(looks_and_facts_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(version_1_is_brought_up_to_date, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_newer_version_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strangers_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_noticed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
