/* Work in a child: what it makes comes back, and whatever becomes of it is an error here. */
#include "base/child.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const sx_child_limits limits = {.memory_bytes = (size_t)64 << 20,
                                       .answer_bytes = 1 << 20,
                                       .cpu_s = 1,
                                       .wall_s = 120}; /* a second of work may take long on a busy machine */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool memory_is_limited = false;
#else
static const bool memory_is_limited = true;
#endif

static sx_status doubled(void *context, unsigned char **answer, size_t *size, sx_error *err) {
    const size_t *count = context;
    *answer = sx_alloc(*count, 1);
    if (!*answer) return sx_fail_memory(err, *count);
    for (size_t i = 0; i < *count; i++)
        (*answer)[i] = (unsigned char)(2 * i);
    *size = *count;
    return SX_OK;
}

static void answers_come_back_whole(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 4096, 70000, 1 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t wanted = sizes[i], size = 1;
        unsigned char *answer = NULL;
        sx_error err = {0};
        sx_status status = sx_child_run(doubled, &wanted, &limits, "it", &answer, &size, &err);
        if (status != SX_OK) fail_msg("%zu bytes: %s", wanted, err.text);
        assert_int_equal(size, wanted);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(answer[k], (unsigned char)(2 * k));
        sx_free(answer);
    }
}

static sx_status refuses(void *context, unsigned char **answer, size_t *size, sx_error *err) {
    (void)context;
    (void)answer;
    (void)size;
    return sx_fail(err, SX_E_DATA, "line 7 is wrong");
}

static sx_status crashes(void *context, unsigned char **answer, size_t *size, sx_error *err) {
    (void)answer;
    (void)size;
    (void)err;
    signal(SIGABRT, SIG_DFL);
    abort();
    return context ? SX_OK : SX_E_DATA;
}

static sx_status never_ends(void *context, unsigned char **answer, size_t *size, sx_error *err) {
    (void)answer;
    (void)size;
    (void)err;
    for (volatile size_t i = 0;; i++)
        if (!context) i = 0;
    return SX_OK;
}

static sx_status eats_memory(void *context, unsigned char **answer, size_t *size, sx_error *err) {
    (void)context;
    (void)size;
    for (size_t bytes = 1 << 20; bytes < (size_t)1 << 32; bytes *= 2) {
        unsigned char *more = sx_resize(*answer, bytes, 1);
        if (!more) return sx_fail_memory(err, bytes);
        *answer = more;
        memset(more, 1, bytes);
    }
    return SX_OK;
}

static sx_status opens_a_file(void *context, unsigned char **answer, size_t *size, sx_error *err) {
    (void)answer;
    (void)size;
    int opened = open("/dev/null", O_RDONLY);
    return opened < 0 && dup(*(const int *)context) < 0 ? sx_fail(err, SX_E_FILE, "refused") : SX_OK;
}

/* Each with words of the error. */
static void what_becomes_of_it_is_an_error(void **state) {
    (void)state;
    static const struct {
        sx_child_work work;
        sx_status status;
        const char *words;
    } cases[] = {
        {refuses, SX_E_DATA, "line 7 is wrong"},
        {crashes, SX_E_FORMAT, "it: reading it ended"},
        {never_ends, SX_E_FORMAT, "it: reading it took more than 1 s"},
        {eats_memory, SX_E_MEMORY, "it: reading it takes more than the 64 MiB"},
        {opens_a_file, SX_E_FILE, "refused"},
    };
    int out = STDOUT_FILENO;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char *answer = NULL;
        size_t size = 0;
        sx_error err = {0};
        if (cases[i].work == eats_memory && !memory_is_limited) continue;
        sx_status status = sx_child_run(cases[i].work, &out, &limits, "it", &answer, &size, &err);
        if (status != cases[i].status || !strstr(err.text, cases[i].words))
            fail_msg("case %zu: status %d \"%s\", wanted %d \"%s\"", i, (int)status, err.text,
                     (int)cases[i].status, cases[i].words);
        assert_null(answer);
    }
}

static void a_large_answer_is_refused(void **state) {
    (void)state;
    size_t wanted = (1 << 20) + 1, size = 0;
    unsigned char *answer = NULL;
    sx_error err = {0};
    assert_int_equal(sx_child_run(doubled, &wanted, &limits, "it", &answer, &size, &err), SX_E_FORMAT);
    assert_non_null(strstr(err.text, "1048577 bytes"));
    assert_null(answer);
}

static void one_child(void *context, size_t index, int worker) {
    (void)worker;
    size_t wanted = 1000 * (index + 1), size = 0;
    unsigned char *answer = NULL;
    bool *good = context;
    good[index] = sx_child_run(doubled, &wanted, &limits, "it", &answer, &size, NULL) == SX_OK &&
                  size == wanted && answer[wanted - 1] == (unsigned char)(2 * (wanted - 1));
    sx_free(answer);
}

static void threads_may_go_on_meanwhile(void **state) {
    (void)state;
    sx_pool *pool = NULL;
    sx_error err = {0};
    bool good[16] = {false};
    assert_int_equal(sx_pool_create(4, &pool, &err), SX_OK);
    sx_pool_run(pool, 16, one_child, good);
    sx_pool_free(pool);
    for (int i = 0; i < 16; i++)
        assert_true(good[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_come_back_whole),
        cmocka_unit_test(what_becomes_of_it_is_an_error),
        cmocka_unit_test(a_large_answer_is_refused),
        cmocka_unit_test(threads_may_go_on_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
