/* choose_test.c: how cores are shared out between runs and threads. */
#include "experiment/choose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_choice(sx_demand demand, int jobs, int threads) {
    sx_choice choice = sx_choose(&demand);
    if (choice.jobs != jobs || choice.threads != threads)
        fail_msg("%d jobs of %d threads, should be %d of %d (%s)", choice.jobs, choice.threads, jobs, threads,
                 choice.note);
    assert_true(choice.note[0] != '\0');
}

static void cores_are_shared_out(void **state) {
    (void)state;
    assert_choice((sx_demand){.runs = 24, .cores = 2}, 2, 1);
    assert_choice((sx_demand){.runs = 24, .cores = 1}, 1, 1);
    assert_choice((sx_demand){.runs = 2, .cores = 8}, 2, 4);
    assert_choice((sx_demand){.runs = 3, .cores = 8}, 3, 2);
    assert_choice((sx_demand){.runs = 1, .cores = 8}, 1, 8);
    assert_choice((sx_demand){.runs = 0, .cores = 4}, 1, 4);
}

static void memory_sets_a_limit(void **state) {
    (void)state;
    assert_choice((sx_demand){.runs = 24, .cores = 8, .run_bytes = 300, .memory_bytes = 1000}, 3, 2);
    assert_choice((sx_demand){.runs = 24, .cores = 8, .run_bytes = 3000, .memory_bytes = 1000}, 1, 8);
    assert_choice((sx_demand){.runs = 24, .cores = 8, .run_bytes = 3000, .memory_bytes = 0}, 8, 1);
}

static void what_was_asked_for_is_done(void **state) {
    (void)state;
    assert_choice((sx_demand){.runs = 24, .cores = 2, .jobs = 4}, 4, 1);
    assert_choice((sx_demand){.runs = 24, .cores = 8, .jobs = 2}, 2, 4);
    assert_choice((sx_demand){.runs = 24, .cores = 8, .jobs = 2, .run_bytes = 3000, .memory_bytes = 1000}, 2,
                  4);
    assert_choice((sx_demand){.runs = 3, .cores = 2, .jobs = 10}, 3, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cores_are_shared_out),
        cmocka_unit_test(memory_sets_a_limit),
        cmocka_unit_test(what_was_asked_for_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
