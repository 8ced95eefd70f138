/* schedule_test.c: learning rates by step, and the order of an epoch. */
#include "train/schedule.h"

#include "train/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/close.h"

#include <math.h>

static sx_train_options options_of(sx_schedule schedule, double warmup) {
    sx_train_options options;
    sx_train_default(&options);
    options.epochs = 10;
    options.learning_rate = 0.5;
    options.schedule = schedule;
    options.warmup_epochs = warmup;
    options.step_epochs = 3;
    options.step_factor = 0.5;
    return options;
}

static void warmup_rises_linearly_from_zero(void **state) {
    (void)state;
    for (int schedule = SX_SCHEDULE_CONSTANT; schedule <= SX_SCHEDULE_COSINE; schedule++) {
        sx_train_options options = options_of((sx_schedule)schedule, 2.5);
        for (uint64_t step = 0; step < 10; step++)
            assert_close(sx_schedule_rate(&options, step, 4), 0.5 * (double)step / 10, 1e-15);
        assert_close(sx_schedule_rate(&options, 10, 4), 0.5, 1e-15);
    }
}

static void constant_stays(void **state) {
    sx_train_options options = options_of(SX_SCHEDULE_CONSTANT, 0);
    (void)state;
    assert_true(sx_schedule_rate(&options, 0, 4) == 0.5 && sx_schedule_rate(&options, 39, 4) == 0.5);
}

static void step_falls_every_step_epochs(void **state) {
    sx_train_options options = options_of(SX_SCHEDULE_STEP, 0);
    (void)state;
    for (uint64_t step = 0; step < 40; step++) {
        uint64_t drops = step / 12;
        assert_close(sx_schedule_rate(&options, step, 4), 0.5 * pow(0.5, (double)drops), 1e-15);
    }
}

/* keras.optimizers.schedules.CosineDecay(0, decay_steps, warmup_target, warmup_steps). */
static void cosine_falls_to_zero_as_in_keras(void **state) {
    sx_train_options options = options_of(SX_SCHEDULE_COSINE, 2);
    (void)state;
    for (uint64_t step = 8; step < 40; step++) {
        double expected = 0.5 * 0.5 * (1 + cos(acos(-1.0) * (double)(step - 8) / 32));
        assert_close(sx_schedule_rate(&options, step, 4), expected, 1e-14);
    }
    assert_close(sx_schedule_rate(&options, 40, 4), 0, 1e-14);
    assert_close(sx_schedule_rate(&options, 1000, 4), 0, 1e-14);
}

static void powers_are_right(void **state) {
    (void)state;
    assert_true(sx_power(0.9, 0) == 1.0);
    for (uint64_t n = 1; n < 3000; n = n * 3 + 1)
        assert_close(sx_power(0.999, n) / pow(0.999, (double)n), 1, 1e-12);
}

static void an_epoch_shows_every_item_once_in_its_own_order(void **state) {
    enum { COUNT = 100 };
    size_t items[COUNT], first[COUNT], again[COUNT], second[COUNT], other[COUNT], seen[COUNT] = {0};
    size_t same_epoch = 0, same_seed = 0;
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        items[i] = 7 * i;
    sx_order_epoch(5, 0, items, COUNT, first);
    sx_order_epoch(5, 0, items, COUNT, again);
    sx_order_epoch(5, 1, items, COUNT, second);
    sx_order_epoch(6, 0, items, COUNT, other);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(first[i] % 7, 0);
        seen[first[i] / 7]++;
        assert_int_equal(first[i], again[i]);
        same_epoch += first[i] == second[i];
        same_seed += first[i] == other[i];
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(seen[i], 1);
    assert_true(same_epoch < COUNT / 4 && same_seed < COUNT / 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warmup_rises_linearly_from_zero),
        cmocka_unit_test(constant_stays),
        cmocka_unit_test(step_falls_every_step_epochs),
        cmocka_unit_test(cosine_falls_to_zero_as_in_keras),
        cmocka_unit_test(powers_are_right),
        cmocka_unit_test(an_epoch_shows_every_item_once_in_its_own_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
