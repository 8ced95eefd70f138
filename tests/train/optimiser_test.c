/* optimiser_test.c: update rules against double arithmetic, and against themselves for any pool and kernels.
 */
#include "train/optimiser.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/close.h"

#include <math.h>
#include <string.h>

enum { COUNT = 40000, STEPS = 5 }; /* more than two tasks, with a rest that fills no vector */

typedef struct rule {
    sx_optimiser optimiser;
    double momentum, decay;
    bool nesterov;
} rule;

static const rule rules[] = {{SX_OPTIMISER_SGD, 0, 0, false},     {SX_OPTIMISER_SGD, 0.9, 0, false},
                             {SX_OPTIMISER_SGD, 0.9, 0, true},    {SX_OPTIMISER_SGD, 0, 0, true},
                             {SX_OPTIMISER_SGD, 0.9, 0.1, false}, {SX_OPTIMISER_ADAM, 0, 0, false},
                             {SX_OPTIMISER_ADAMW, 0, 0.05, false}};

static sx_train_options options_of(const rule *r) {
    sx_train_options options;
    sx_train_default(&options);
    options.optimiser = r->optimiser;
    options.learning_rate = 0.01;
    options.momentum = r->momentum;
    options.nesterov = r->nesterov;
    options.weight_decay = r->decay;
    return options;
}

static float draw(uint32_t step, size_t item) {
    sx_stream stream = {.seed = 3, .purpose = SX_PURPOSE_TEST, .step = step};
    return (float)sx_random_normal(&stream, item);
}

static void run(const rule *r, const sx_kernels *kernels, int threads, float *weights) {
    static float gradients[COUNT];
    sx_train_options options = options_of(r);
    sx_slots slots;
    sx_pool *pool = NULL;
    sx_error err;
    assert_int_equal(sx_slots_init(&slots, r->optimiser, COUNT, &err), SX_OK);
    assert_int_equal(sx_pool_create(threads, &pool, &err), SX_OK);
    for (size_t i = 0; i < COUNT; i++)
        weights[i] = draw(0, i);
    for (uint32_t step = 1; step <= STEPS; step++) {
        for (size_t i = 0; i < COUNT; i++)
            gradients[i] = draw(step, i);
        sx_optimiser_step(&options, options.learning_rate, step, kernels, pool, gradients, weights, &slots);
    }
    sx_pool_free(pool);
    sx_slots_clear(&slots);
}

/* One weight over all steps, as Keras's source says it. */
static double expected(const rule *r, size_t item) {
    const double rate = 0.01, beta1 = 0.9, beta2 = 0.999;
    double w = (double)draw(0, item), m = 0, v = 0;
    for (uint32_t step = 1; step <= STEPS; step++) {
        const double g = (double)draw(step, item);
        w -= w * r->decay * rate;
        if (r->optimiser == SX_OPTIMISER_SGD) {
            m = r->momentum * m - rate * g;
            w += r->nesterov ? r->momentum * m - rate * g : m;
        } else {
            m += (g - m) * (1 - beta1);
            v += (g * g - v) * (1 - beta2);
            w -= rate * sqrt(1 - pow(beta2, step)) / (1 - pow(beta1, step)) * m / (sqrt(v) + 1e-7);
        }
    }
    return w;
}

static void updates_follow_their_rules(void **state) {
    static float weights[COUNT];
    (void)state;
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        run(&rules[r], sx_kernels_get(), 1, weights);
        for (size_t i = 0; i < COUNT;
             i += 37) /* 7e-6 of a step is Keras's rounding of beta2; see adam_constants */
            assert_close((double)weights[i], expected(&rules[r], i), 2e-6);
        assert_close((double)weights[COUNT - 1], expected(&rules[r], COUNT - 1), 2e-6);
    }
}

static void bits_depend_on_neither_threads_nor_kernels(void **state) {
    static float one[COUNT], other[COUNT];
    const int threads[] = {2, 3, 7};
    (void)state;
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        run(&rules[r], sx_kernels_get(), 1, one);
        for (int t = 0; t < 3; t++) {
            run(&rules[r], sx_kernels_get(), threads[t], other);
            assert_memory_equal(one, other, sizeof one);
        }
        for (int k = 0; sx_kernel_names[k]; k++) {
            const sx_kernels *kernels = sx_kernels_named(sx_kernel_names[k]);
            if (!kernels) continue;
            run(&rules[r], kernels, 1, other);
            assert_memory_equal(one, other, sizeof one);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_follow_their_rules),
        cmocka_unit_test(bits_depend_on_neither_threads_nor_kernels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
