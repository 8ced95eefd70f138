/* elementwise_test.c: activations, sums and optimiser steps of every table. */
#include "check.h"
#include "kernels/math.h"

enum { COUNT = 1003 };

static double forward_of(sx_activation_kind kind, double alpha, double x) {
    switch (kind) {
    case SX_RELU:
        return x > 0 ? x : 0;
    case SX_LEAKY_RELU:
        return x > 0 ? x : alpha * x;
    case SX_ELU:
        return x > 0 ? x : alpha * expm1(x);
    case SX_SILU:
        return x / (1 + exp(-x));
    case SX_SIGMOID:
        return 1 / (1 + exp(-x));
    case SX_TANH:
        return tanh(x);
    case SX_LINEAR:
        return x;
    }
    return 0;
}

static double slope_of(sx_activation_kind kind, double alpha, double x) {
    double s = 1 / (1 + exp(-x));
    switch (kind) {
    case SX_RELU:
        return x > 0 ? 1 : 0;
    case SX_LEAKY_RELU:
        return x > 0 ? 1 : alpha;
    case SX_ELU:
        return x > 0 ? 1 : alpha * exp(x);
    case SX_SILU:
        return s * (1 + x * (1 - s));
    case SX_SIGMOID:
        return s * (1 - s);
    case SX_TANH:
        return 1 - tanh(x) * tanh(x);
    case SX_LINEAR:
        return 1;
    }
    return 0;
}

static void check_activation(const sx_kernels *k, sx_activation_kind kind, const float *x, const float *dy) {
    const float alpha = 0.3f;
    char what[40];
    double *want = doubles(COUNT), *scale = doubles(COUNT);
    float *y = floats(COUNT), *dx = floats(COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        want[i] = forward_of(kind, (double)alpha, (double)x[i]);
        scale[i] = fabs(want[i]);
    }
    snprintf(what, sizeof what, "activation %d", (int)kind);
    k->activation_forward(kind, alpha, COUNT, x, y);
    assert_close(what, k->name, COUNT, y, want, scale, 5e-7);
    memcpy(dx, x, COUNT * sizeof *dx);
    k->activation_forward(kind, alpha, COUNT, dx, dx);
    assert_same_bits(what, k->name, "itself in place", COUNT, y, dx);
    /* Slopes made from 1 - s lose what that loses, and x times it. */
    for (size_t i = 0; i < COUNT; i++) {
        want[i] = (double)dy[i] * slope_of(kind, (double)alpha, (double)x[i]);
        scale[i] = fabs((double)dy[i]) * (1 + fabs((double)x[i]));
    }
    k->activation_backward(kind, alpha, COUNT, x, y, dy, dx);
    assert_close(what, k->name, COUNT, dx, want, scale, 5e-7);
    float *in_place = floats(COUNT);
    memcpy(in_place, dy, COUNT * sizeof *in_place);
    k->activation_backward(kind, alpha, COUNT, x, y, in_place, in_place);
    assert_same_bits(what, k->name, "itself backward in place", COUNT, dx, in_place);
    free(want), free(scale), free(y), free(dx), free(in_place);
}

static void test_activations(void **state) {
    (void)state;
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    float *x = random_floats(COUNT, 1), *dy = random_floats(COUNT, 2);
    for (size_t i = 0; i < COUNT; i++)
        x[i] *= i % 7 == 0 ? 20.0f : 3.0f;
    x[5] = 0.0f;
    for (size_t k = 0; k < count; k++) {
        for (int kind = SX_RELU; kind <= SX_LINEAR; kind++) {
            check_activation(tables[k], (sx_activation_kind)kind, x, dy);
        }
    }
    free(x), free(dy);
}

/* A NaN must come through, or a broken run would look healthy. */
static void test_nan_stays(void **state) {
    (void)state;
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    float x[37], y[37];
    for (size_t i = 0; i < 37; i++)
        x[i] = NAN;
    for (size_t k = 0; k < count; k++) {
        for (int kind = SX_RELU; kind <= SX_LINEAR; kind++) {
            tables[k]->activation_forward((sx_activation_kind)kind, 0.2f, 37, x, y);
            for (size_t i = 0; i < 37; i++)
                assert_true(isnan(y[i]));
        }
    }
}

typedef struct step_arrays {
    float *g, *w, *m, *v, *y;
} step_arrays;

static step_arrays new_steps(void) {
    step_arrays a = {random_floats(COUNT, 1), random_floats(COUNT, 2), random_floats(COUNT, 3),
                     random_floats(COUNT, 4), floats(COUNT)};
    for (size_t i = 0; i < COUNT; i++)
        a.v[i] = fabsf(a.v[i]);
    return a;
}

static void free_steps(step_arrays *a) { free(a->g), free(a->w), free(a->m), free(a->v), free(a->y); }

static void test_adam(void **state) {
    (void)state;
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    const sx_adam_step step = {0.9, 0.999, 1e-7f, 2e-3f, 1e-2f};
    step_arrays before = new_steps();
    for (size_t k = 0; k < count; k++) {
        step_arrays a = new_steps();
        tables[k]->adam(&step, COUNT, a.g, a.w, a.m, a.v);
        for (size_t i = 0; i < COUNT; i++) {
            double g = (double)a.g[i];
            double m = 0.9 * (double)before.m[i] + 0.1 * g, v = 0.999 * (double)before.v[i] + 0.001 * g * g;
            double w = (1 - (double)step.decay) * (double)before.w[i] - 2e-3 * m / (sqrt(v) + 1e-7);
            assert_near((double)a.m[i], m, 2e-7);
            assert_near((double)a.v[i], v, 2e-7);
            assert_near((double)a.w[i], w, 3e-7);
        }
        free_steps(&a);
    }
    free_steps(&before);
}

static void check_sgd(const sx_kernels *k, bool nesterov, const step_arrays *before) {
    const float rate = 0.05f, momentum = 0.9f, decay = 0.01f;
    step_arrays a = new_steps();
    k->sgd(rate, momentum, nesterov, decay, COUNT, a.g, a.w, a.m);
    for (size_t i = 0; i < COUNT; i++) {
        double velocity = 0.9 * (double)before->m[i] - 0.05 * (double)a.g[i];
        double move = nesterov ? 0.9 * velocity - 0.05 * (double)a.g[i] : velocity;
        assert_near((double)a.m[i], velocity, 2e-7);
        assert_near((double)a.w[i], 0.99 * (double)before->w[i] + move, 4e-7);
    }
    free_steps(&a);
}

static void test_sgd(void **state) {
    (void)state;
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    step_arrays before = new_steps();
    for (size_t k = 0; k < count; k++) {
        check_sgd(tables[k], false, &before);
        check_sgd(tables[k], true, &before);
    }
    free_steps(&before);
}

/* The tree for 8 shards is written out in the kernels; here it is folded from the definition. */
static float fold(const float *values, size_t count) {
    if (count == 1) return values[0];
    size_t half = 1;
    while (half * 2 < count)
        half *= 2;
    return fold(values, half) + fold(values + half, count - half);
}

static void test_gradient_sum(void **state) {
    (void)state;
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    for (size_t shards = 1; shards <= 9; shards++) {
        float *parts = random_floats(shards * COUNT, shards), *got = floats(COUNT), *want = floats(COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            float values[9];
            for (size_t s = 0; s < shards; s++)
                values[s] = parts[s * COUNT + i];
            want[i] = fold(values, shards);
        }
        for (size_t k = 0; k < count; k++) {
            tables[k]->gradient_sum(COUNT, shards, parts, got);
            assert_same_bits("sum of shards", tables[k]->name, "the tree", COUNT, got, want);
        }
        free(parts), free(got), free(want);
    }
}

static void test_simple(void **state) {
    (void)state;
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    step_arrays a = new_steps();
    for (size_t k = 0; k < count; k++) {
        tables[k]->add(COUNT, a.g, a.w, a.y);
        for (size_t i = 0; i < COUNT; i++)
            assert_true(a.y[i] == a.g[i] + a.w[i]);
        tables[k]->multiply(COUNT, a.g, a.w, a.y);
        for (size_t i = 0; i < COUNT; i++)
            assert_true(a.y[i] == a.g[i] * a.w[i]);
        tables[k]->scale_shift(COUNT, a.g, 2.0f, -0.25f, a.y);
        for (size_t i = 0; i < COUNT; i++)
            assert_true(a.y[i] == a.g[i] * 2.0f - 0.25f);
        memcpy(a.y, a.g, COUNT * sizeof *a.y);
        tables[k]->add(COUNT, a.y, a.w, a.y);
        for (size_t i = 0; i < COUNT; i++)
            assert_true(a.y[i] == a.g[i] + a.w[i]);
    }
    free_steps(&a);
}

/* All tables give the same bits here: nothing is fused. */
static void test_same_bits(void **state) {
    (void)state;
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    float *x = random_floats(COUNT, 5), *first = floats(COUNT), *other = floats(COUNT);
    for (int kind = SX_RELU; kind <= SX_LINEAR; kind++) {
        tables[0]->activation_forward((sx_activation_kind)kind, 0.1f, COUNT, x, first);
        for (size_t k = 1; k < count; k++) {
            tables[k]->activation_forward((sx_activation_kind)kind, 0.1f, COUNT, x, other);
            assert_same_bits("activation", tables[k]->name, tables[0]->name, COUNT, other, first);
        }
    }
    free(x), free(first), free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_activations),  cmocka_unit_test(test_nan_stays),
        cmocka_unit_test(test_adam),         cmocka_unit_test(test_sgd),
        cmocka_unit_test(test_gradient_sum), cmocka_unit_test(test_simple),
        cmocka_unit_test(test_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
