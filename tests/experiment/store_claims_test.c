/* store_claims_test.c: several processes on one study: claims, the dead, and that every run is there once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "store_fixture.h"

#include <signal.h>
#include <sys/wait.h>

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_processes_share_the_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_closed_store_claims_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_run_is_lost_or_doubled, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
