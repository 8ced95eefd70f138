/* norm_test.c: normalisation kernels of every table, every kept set, against double precision. */
#include "check.h"

/* Partial sums are float over at most 32 values, then double: 32 roundings of 2^-24 at most. */
static const double BOUND = 2e-6;
enum { EXAMPLES = 3 };

/* kept: bits 1 time, 2 frequency, 4 channels; groups in memory order. */
static sx_norm_sizes kept_sizes(size_t time, size_t frequency, size_t channels, unsigned kept) {
    sx_norm_sizes s = {.time = time, .frequency = frequency, .channels = channels, .groups = 1};
    if (kept & 4) s.step_channels = s.groups, s.groups *= channels;
    if (kept & 2) s.step_frequency = s.groups, s.groups *= frequency;
    if (kept & 1) s.step_time = s.groups, s.groups *= time;
    return s;
}

static size_t example_floats(const sx_norm_sizes *s) { return s->time * s->frequency * s->channels; }

static size_t group_of_value(const sx_norm_sizes *s, size_t value) {
    size_t pixel = value / s->channels;
    return pixel / s->frequency * s->step_time + pixel % s->frequency * s->step_frequency +
           value % s->channels * s->step_channels;
}

typedef struct inputs {
    float *x, *dy, *mean, *inv_std, *a, *b, *c;
    size_t count;
} inputs;

static inputs new_inputs(const sx_norm_sizes *s) {
    size_t count = EXAMPLES * example_floats(s);
    return (inputs){random_floats(count, 1),     random_floats(count, 2),
                    random_floats(s->groups, 3), random_floats(s->groups, 4),
                    random_floats(s->groups, 5), random_floats(s->groups, 6),
                    random_floats(s->groups, 7), count};
}

static void free_inputs(inputs *in) {
    free(in->x), free(in->dy), free(in->mean), free(in->inv_std), free(in->a), free(in->b), free(in->c);
}

static const char *describe(const char *kernel, const sx_norm_sizes *s) {
    static char text[160];
    snprintf(text, sizeof text, "%s of %zux%zux%zu, steps %zu %zu %zu", kernel, s->time, s->frequency,
             s->channels, s->step_time, s->step_frequency, s->step_channels);
    return text;
}

static void check_sums(const char *what, const char *table, size_t groups, const double *got,
                       const double *want, const double *scale) {
    for (size_t g = 0; g < groups; g++) {
        if (fabs(got[g] - want[g]) <= BOUND * scale[g]) continue;
        fail_msg("%s, %s: group %zu is %.12g, should be %.12g (magnitudes %.4g)", what, table, g, got[g],
                 want[g], scale[g]);
    }
}

typedef struct sums {
    double *first, *second;
} sums;

static sums new_sums(size_t groups) { return (sums){doubles(groups), doubles(groups)}; }

static void free_sums(sums s) { free(s.first), free(s.second); }

static void refer_sums(const sx_norm_sizes *s, const inputs *in, bool gradient, sums want, sums scale) {
    for (size_t i = 0; i < in->count; i++) {
        size_t g = group_of_value(s, i % example_floats(s));
        double centred = (double)in->x[i] - (double)in->mean[g];
        double first = gradient ? (double)in->dy[i] : centred;
        double second = gradient ? (double)in->dy[i] * centred * (double)in->inv_std[g] : centred * centred;
        want.first[g] += first, scale.first[g] += fabs(first);
        want.second[g] += second, scale.second[g] += fabs(second);
    }
}

static void check_both_sums(const sx_norm_sizes *s, const inputs *in, bool gradient, const sx_kernels *k,
                            sums got) {
    sums want = new_sums(s->groups), scale = new_sums(s->groups);
    refer_sums(s, in, gradient, want, scale);
    memset(got.first, 0, s->groups * sizeof *got.first);
    memset(got.second, 0, s->groups * sizeof *got.second);
    if (gradient) {
        k->norm_gradient_sums(s, EXAMPLES, in->x, in->dy, in->mean, in->inv_std, got.first, got.second);
    } else {
        k->norm_sums(s, EXAMPLES, in->x, in->mean, got.first, got.second);
    }
    check_sums(describe(gradient ? "sum of gradients" : "sum", s), k->name, s->groups, got.first, want.first,
               scale.first);
    check_sums(describe(gradient ? "sum of products" : "sum of squares", s), k->name, s->groups, got.second,
               want.second, scale.second);
    free_sums(want), free_sums(scale);
}

static void check_maps(const sx_norm_sizes *s, const inputs *in, const sx_kernels *k) {
    double *want = doubles(in->count), *scale = doubles(in->count);
    float *y = floats(in->count);
    for (size_t i = 0; i < in->count; i++) {
        size_t g = group_of_value(s, i % example_floats(s));
        want[i] = (double)in->x[i] * (double)in->a[g] + (double)in->b[g];
        scale[i] = fabs((double)in->x[i] * (double)in->a[g]) + fabs((double)in->b[g]);
    }
    k->norm_apply(s, EXAMPLES, in->x, in->a, in->b, y);
    assert_close(describe("apply", s), k->name, in->count, y, want, scale, 2e-7);
    memcpy(y, in->x, in->count * sizeof *y);
    k->norm_apply(s, EXAMPLES, y, in->a, in->b, y);
    assert_close(describe("apply in place", s), k->name, in->count, y, want, scale, 2e-7);
    for (size_t i = 0; i < in->count; i++) {
        size_t g = group_of_value(s, i % example_floats(s));
        double first = (double)in->dy[i] * (double)in->a[g], second = (double)in->x[i] * (double)in->b[g];
        want[i] = first + second + (double)in->c[g];
        scale[i] = fabs(first) + fabs(second) + fabs((double)in->c[g]);
    }
    k->norm_backward(s, EXAMPLES, in->x, in->dy, in->a, in->b, in->c, y);
    assert_close(describe("backward", s), k->name, in->count, y, want, scale, 3e-7);
    memcpy(y, in->dy, in->count * sizeof *y);
    k->norm_backward(s, EXAMPLES, in->x, y, in->a, in->b, in->c, y);
    assert_close(describe("backward in place", s), k->name, in->count, y, want, scale, 3e-7);
    free(want), free(scale), free(y);
}

/* Sums of the tables with fused multiply-add are the same to the bit. */
static void check_sizes(const sx_norm_sizes *s) {
    inputs in = new_inputs(s);
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    sums got[2][8];
    for (size_t i = 0; i < count; i++) {
        check_maps(s, &in, tables[i]);
        for (int gradient = 0; gradient < 2; gradient++) {
            got[gradient][i] = new_sums(s->groups);
            check_both_sums(s, &in, gradient, tables[i], got[gradient][i]);
            if (i < 2 || !is_fused(tables[i])) continue;
            assert_memory_equal(got[gradient][i].first, got[gradient][1].first, s->groups * sizeof(double));
            assert_memory_equal(got[gradient][i].second, got[gradient][1].second, s->groups * sizeof(double));
        }
    }
    for (size_t i = 0; i < count; i++)
        free_sums(got[0][i]), free_sums(got[1][i]);
    free_inputs(&in);
}

static void test_every_kept_set(void **state) {
    (void)state;
    static const size_t shapes[][3] = {{7, 5, 3},   {1, 1, 1},  {13, 40, 16}, {9, 5, 64},
                                       {70, 1, 1},  {40, 7, 1}, {1, 33, 17},  {3, 1, 70},
                                       {2, 9, 130}, {50, 3, 2}, {5, 600, 1},  {35, 2, 48}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (unsigned kept = 0; kept < 8; kept++) {
            sx_norm_sizes s = kept_sizes(shapes[i][0], shapes[i][1], shapes[i][2], kept);
            check_sizes(&s);
        }
    }
}

/* Groups of neighbours need not be numbered in memory order: any steps are right. */
static void test_any_steps(void **state) {
    (void)state;
    sx_norm_sizes s = {6, 5, 4, 1, 6, 30, 120}, t = {6, 5, 4, 2, 1, 0, 15};
    check_sizes(&s);
    check_sizes(&t);
}

/* Mean 1e4, deviation 1: sums about a centre near the mean keep the variance to 1e-4. */
static void test_large_mean(void **state) {
    (void)state;
    sx_norm_sizes s = kept_sizes(50, 20, 16, 4);
    size_t count = EXAMPLES * example_floats(&s);
    float *x = random_floats(count, 11), *centres = floats(s.groups);
    double per_group = (double)count / (double)s.groups;
    for (size_t i = 0; i < count; i++)
        x[i] = 1e4f + 1.7320508f * x[i]; /* uniform of deviation 1 */
    double *mean = doubles(s.groups), *variance = doubles(s.groups);
    for (size_t i = 0; i < count; i++)
        mean[i % 16] += (double)x[i] / per_group;
    for (size_t i = 0; i < count; i++) {
        variance[i % 16] += ((double)x[i] - mean[i % 16]) * ((double)x[i] - mean[i % 16]) / per_group;
    }
    const sx_kernels *tables[8];
    size_t tables_count = list_tables(tables);
    for (size_t k = 0; k < tables_count; k++) {
        double first[16] = {0}, about[16] = {0}, squares[16] = {0};
        tables[k]->norm_sums(&s, EXAMPLES, x, NULL, first, NULL);
        for (size_t g = 0; g < 16; g++)
            centres[g] = (float)(first[g] / per_group);
        tables[k]->norm_sums(&s, EXAMPLES, x, centres, about, squares);
        for (size_t g = 0; g < 16; g++) {
            double offset = about[g] / per_group;
            assert_near((double)centres[g] + offset, mean[g], 1e-4);
            assert_near(squares[g] / per_group - offset * offset, variance[g], 1e-4);
        }
    }
    free(x), free(centres), free(mean), free(variance);
}

/* Many equal values round the same way each time: only short float partial sums keep the total. */
static void test_long_sums(void **state) {
    (void)state;
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    for (unsigned kept = 0; kept <= 2; kept += 2) {
        sx_norm_sizes s = kept_sizes(6000, 40, 1, kept);
        size_t values = example_floats(&s);
        float *x = floats(values);
        for (size_t i = 0; i < values; i++)
            x[i] = 1.1f;
        double per_group = (double)(values / s.groups), value = (double)1.1f;
        for (size_t k = 0; k < count; k++) {
            sums got = new_sums(s.groups);
            tables[k]->norm_sums(&s, 1, x, NULL, got.first, got.second);
            for (size_t g = 0; g < s.groups; g++) {
                assert_near(got.first[g] / per_group, value, 5e-7);
                assert_near(got.second[g] / per_group, value * value, 5e-7);
            }
            free_sums(got);
        }
        free(x);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kept_set),
        cmocka_unit_test(test_any_steps),
        cmocka_unit_test(test_large_mean),
        cmocka_unit_test(test_long_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
