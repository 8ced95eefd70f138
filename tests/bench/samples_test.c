/* samples_test.c: median, best and spread of known times; as NumPy says them. */
#include "bench/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static sx_bench_row sum_up(const double *times, size_t count) {
    sx_samples samples = {0};
    sx_bench_row row = {0};
    for (size_t i = 0; i < count; i++)
        sx_samples_add(&samples, times[i]);
    assert_false(samples.failed);
    sx_samples_sum_up(&samples, &row);
    sx_samples_clear(&samples);
    return row;
}

static void test_odd_count(void **state) {
    (void)state;
    /* Sorted 1 2 3 4 10: quartiles 2 and 4. */
    const sx_bench_row row = sum_up((const double[]){4, 1, 10, 3, 2}, 5);
    assert_int_equal(row.count, 5);
    assert_true(row.best_s == 1 && row.median_s == 3);
    assert_true(row.spread == 2.0 / 3.0);
}

static void test_even_count(void **state) {
    (void)state;
    const sx_bench_row row = sum_up((const double[]){4, 2, 8, 6}, 4);
    assert_true(row.best_s == 2 && row.median_s == 5);
}

static void test_one(void **state) {
    (void)state;
    const sx_bench_row row = sum_up((const double[]){7}, 1);
    assert_true(row.best_s == 7 && row.median_s == 7 && row.spread == 0);
}

static void test_enough(void **state) {
    (void)state;
    const sx_bench_options options = {.seconds = 1.0, .repetitions = 3};
    sx_samples samples = {0};
    for (int i = 0; i < 2; i++)
        sx_samples_add(&samples, 5.0);
    assert_false(sx_samples_enough(&samples, &options)); /* time, but too few */
    sx_samples_add(&samples, 5.0);
    assert_true(sx_samples_enough(&samples, &options));
    sx_samples_clear(&samples);
    for (int i = 0; i < 200; i++)
        sx_samples_add(&samples, 0.001);
    assert_false(sx_samples_enough(&samples, &options)); /* many, but too short */
    sx_samples_clear(&samples);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_odd_count), cmocka_unit_test(test_even_count),
                                       cmocka_unit_test(test_one), cmocka_unit_test(test_enough)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
