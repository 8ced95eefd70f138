/* resume_test.c: a run stopped anywhere, or killed, ends with the weights of a run never stopped; a
 * checkpoint of another run, a damaged one and a newer one are refused. */
#include "sonaxis/train.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "train/close.h"
#include "train/toy.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EPOCHS = 5, STEPS = EPOCHS * TOY_STEPS };

static char folder[] = "/tmp/sx-resume-XXXXXX", path[64];
static sx_features features;
static uint64_t reference;
static sx_history reference_history;

typedef struct counter {
    int asked, stop_at;
    bool kill;
} counter;

static bool stop_or_kill(void *context) {
    counter *c = context;
    if (++c->asked < c->stop_at) return false;
    if (c->kill) raise(SIGKILL);
    return true;
}

static sx_train_options options_of(const char *checkpoint) {
    sx_train_options options = toy_options(EPOCHS);
    options.checkpoint = checkpoint;
    options.patience = 4;
    options.schedule = SX_SCHEDULE_COSINE;
    options.warmup_epochs = 1;
    return options;
}

/* One call in a fresh model, asked to stop at the n-th question (0 = never). */
static sx_status call_once(int stop_at, bool kill, int threads, uint64_t *fingerprint, sx_history *history,
                           sx_error *err) {
    sx_train_options options = options_of(path);
    counter c = {.stop_at = stop_at, .kill = kill};
    const sx_watch watch = {.cancelled = stop_at > 0 ? stop_or_kill : NULL, .context = &c};
    sx_model *model = toy_model("\"time\"", TOY_BATCH, threads);
    sx_status status = toy_fit(model, &features, &options, &watch, history, err);
    if (status == SX_OK) *fingerprint = toy_fingerprint(model);
    sx_model_free(model);
    return status;
}

static void check_ending(uint64_t fingerprint, sx_history *history) {
    assert_true(fingerprint == reference);
    assert_int_equal(history->count, reference_history.count);
    assert_int_equal(history->best, reference_history.best);
    assert_int_equal(history->lag_layers, 2);
    assert_memory_equal(history->lags, reference_history.lags, history->count * 2 * sizeof *history->lags);
    for (size_t i = 0; i < history->count; i++) {
        assert_true(history->epochs[i].loss == reference_history.epochs[i].loss);
        assert_true(history->epochs[i].accuracy == reference_history.epochs[i].accuracy);
        assert_true(history->epochs[i].validation_loss == reference_history.epochs[i].validation_loss);
        assert_true(history->epochs[i].learning_rate == reference_history.epochs[i].learning_rate);
    }
    sx_history_clear(history);
}

static int set_up(void **state) {
    const sx_train_options options = options_of(NULL);
    sx_error err;
    (void)state;
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/run.ckpt", folder);
    features = toy_features();
    sx_model *model = toy_model("\"time\"", TOY_BATCH, 1);
    if (toy_fit(model, &features, &options, NULL, &reference_history, &err) != SX_OK) return 1;
    reference = toy_fingerprint(model);
    sx_model_free(model);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    unlink(path);
    rmdir(folder);
    sx_history_clear(&reference_history);
    toy_clear(&features);
    return 0;
}

static void stopped_at_any_step_it_ends_the_same(void **state) {
    (void)state;
    for (int stop_at = 1; stop_at <= STEPS; stop_at += 3) {
        uint64_t fingerprint = 0;
        sx_history history;
        sx_error err = {0};
        unlink(path);
        assert_int_equal(call_once(stop_at, false, 1, &fingerprint, &history, &err), SX_E_CANCELLED);
        assert_non_null(strstr(err.text, path));
        assert_int_equal(call_once(0, false, 3, &fingerprint, &history, &err), SX_OK);
        check_ending(fingerprint, &history);
    }
}

static void stopped_again_and_again_it_ends_the_same(void **state) {
    uint64_t fingerprint = 0;
    sx_history history;
    sx_error err = {0};
    sx_status status = SX_E_CANCELLED;
    int calls = 0;
    (void)state;
    unlink(path);
    for (; status == SX_E_CANCELLED && calls < 100; calls++)
        status = call_once(3, false, 1, &fingerprint, &history, &err);
    assert_int_equal(status, SX_OK);
    assert_true(calls > 5);
    check_ending(fingerprint, &history);
    /* The finished run is on disk too: asked once more, it takes no step. */
    assert_int_equal(call_once(1, false, 1, &fingerprint, &history, &err), SX_OK);
    check_ending(fingerprint, &history);
}

static void killed_at_a_step_it_ends_the_same(void **state) {
    (void)state;
    for (int kill_at = 2; kill_at <= STEPS; kill_at += 5) {
        uint64_t fingerprint = 0;
        sx_history history;
        sx_error err = {0};
        unlink(path);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)!call_once(kill_at, true, 1, &fingerprint, &history, &err);
            _exit(0);
        }
        int ended;
        assert_int_equal(waitpid(child, &ended, 0), child);
        assert_true(WIFSIGNALED(ended));
        assert_int_equal(call_once(0, false, 2, &fingerprint, &history, &err), SX_OK);
        check_ending(fingerprint, &history);
    }
}

/* Whenever the signal comes, in a step or while the checkpoint is written, the result is the same; how far
 * the child got does not matter to the test. */
static void killed_at_any_moment_it_ends_the_same(void **state) {
    uint64_t fingerprint = 0;
    sx_history history;
    sx_error err = {0};
    (void)state;
    unlink(path);
    for (int attempt = 0; attempt < 12; attempt++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)!call_once(0, false, 1, &fingerprint, &history, &err);
            _exit(0);
        }
        usleep((useconds_t)(500 + 700 * attempt));
        kill(child, SIGKILL);
        int ended;
        assert_int_equal(waitpid(child, &ended, 0), child);
    }
    assert_int_equal(call_once(0, false, 1, &fingerprint, &history, &err), SX_OK);
    check_ending(fingerprint, &history);
    char command[128];
    snprintf(command, sizeof command, "rm -f '%s'/*", folder); /* a kill may leave a temporary file */
    assert_int_equal(system(command), 0);
}

static void make_checkpoint(void) {
    uint64_t fingerprint;
    sx_history history;
    sx_error err;
    unlink(path);
    assert_int_equal(call_once(2 * TOY_STEPS + 2, false, 1, &fingerprint, &history, &err), SX_E_CANCELLED);
}

static void check_refused(const sx_train_options *options, const char *axis, sx_status wanted,
                          const char *part) {
    sx_model *model = toy_model(axis, TOY_BATCH, 1);
    const uint64_t before = toy_fingerprint(model);
    sx_history history;
    sx_error err = {0};
    assert_int_equal(toy_fit(model, &features, options, NULL, &history, &err), wanted);
    if (!strstr(err.text, part)) fail_msg("\"%s\" does not say \"%s\"", err.text, part);
    assert_true(toy_fingerprint(model) == before);
    sx_model_free(model);
}

static void a_checkpoint_of_another_run_is_refused_by_name(void **state) {
    const sx_train_options good = options_of(path);
    sx_train_options other;
    (void)state;
    make_checkpoint();
    other = good;
    other.epochs = 6;
    check_refused(&other, "\"time\"", SX_E_ARGUMENT, "epochs 5\", this run has \"epochs 6");
    other = good;
    other.learning_rate = 0.02;
    check_refused(&other, "\"time\"", SX_E_ARGUMENT, "learning_rate 0.02");
    other = good;
    other.seed++;
    check_refused(&other, "\"time\"", SX_E_ARGUMENT, "seed 9");
    check_refused(&good, "\"frequency\"", SX_E_ARGUMENT, "net toy");
    features.content_hash++;
    check_refused(&good, "\"time\"", SX_E_ARGUMENT, "data 0000");
    features.content_hash--;
}

static void flip(const unsigned char *bytes, size_t size, size_t at) {
    unsigned char *damaged = sx_alloc(size, 1);
    sx_error err;
    assert_non_null(damaged);
    memcpy(damaged, bytes, size);
    damaged[at] ^= 0x10;
    assert_int_equal(sx_file_write(path, damaged, size, &err), SX_OK);
    sx_free(damaged);
}

static void a_damaged_checkpoint_is_refused(void **state) {
    const sx_train_options good = options_of(path);
    unsigned char *bytes;
    size_t size;
    sx_error err;
    (void)state;
    make_checkpoint();
    assert_int_equal(sx_file_read(path, 0, &bytes, &size, &err), SX_OK);
    for (size_t at = 16; at < size; at += size / 11) {
        flip(bytes, size, at);
        check_refused(&good, "\"time\"", SX_E_FORMAT, "damaged");
    }
    flip(bytes, size, 2);
    check_refused(&good, "\"time\"", SX_E_FORMAT, "not a training checkpoint");
    flip(bytes, size, 8); /* version 2 becomes 18 */
    check_refused(&good, "\"time\"", SX_E_VERSION, "version 18");
    const size_t lengths[] = {0, 7, 40, 60, size - 1};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(sx_file_write(path, bytes, lengths[i], &err), SX_OK);
        check_refused(&good, "\"time\"", SX_E_FORMAT, path);
    }
    sx_free(bytes);
}

static void check_unchanged(const unsigned char *bytes, size_t size) {
    unsigned char *now;
    size_t now_size;
    sx_error err;
    assert_int_equal(sx_file_read(path, 0, &now, &now_size, &err), SX_OK);
    assert_int_equal(now_size, size);
    assert_memory_equal(now, bytes, size);
    sx_free(now);
}

static void a_good_checkpoint_outlives_bad_numbers_and_a_full_disk(void **state) {
    unsigned char *bytes;
    size_t size;
    uint64_t fingerprint = 0;
    sx_history history;
    sx_error err = {0};
    (void)state;
    make_checkpoint();
    assert_int_equal(sx_file_read(path, 0, &bytes, &size, &err), SX_OK);
    sx_file_fail_from(1);
    assert_int_equal(call_once(0, false, 1, &fingerprint, &history, &err), SX_E_FILE);
    sx_file_fail_from(0);
    check_unchanged(bytes, size);
    const float kept = features.values[0];
    features.values[0] = NAN; /* the item comes later in the epoch or in the next */
    assert_int_equal(call_once(0, false, 1, &fingerprint, &history, &err), SX_E_NUMERIC);
    features.values[0] = kept;
    unsigned char *now;
    size_t now_size;
    assert_int_equal(sx_file_read(path, 0, &now, &now_size, &err), SX_OK);
    sx_free(now);
    assert_int_equal(call_once(0, false, 1, &fingerprint, &history, &err), SX_OK);
    check_ending(fingerprint, &history);
    sx_free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopped_at_any_step_it_ends_the_same),
        cmocka_unit_test(stopped_again_and_again_it_ends_the_same),
        cmocka_unit_test(killed_at_a_step_it_ends_the_same),
        cmocka_unit_test(killed_at_any_moment_it_ends_the_same),
        cmocka_unit_test(a_checkpoint_of_another_run_is_refused_by_name),
        cmocka_unit_test(a_damaged_checkpoint_is_refused),
        cmocka_unit_test(a_good_checkpoint_outlives_bad_numbers_and_a_full_disk),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
