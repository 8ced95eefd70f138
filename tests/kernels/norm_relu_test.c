/* norm_relu_test.c: normalisation with ReLU behind it, every table and kept set, against the plain kernels of
 * its two parts. */
#include "check.h"

enum { EXAMPLES = 3 };

typedef struct job {
    sx_norm_sizes sizes;
    size_t count;
    float *x, *dy, *tables; /* seven runs of groups floats */
    sx_norm_relu by;
} job;

/* kept: bits 1 time, 2 frequency, 4 channels. */
static job make_job(const size_t shape[3], unsigned kept) {
    job j = {.sizes = {.time = shape[0], .frequency = shape[1], .channels = shape[2], .groups = 1}};
    sx_norm_sizes *s = &j.sizes;
    if (kept & 4) s->step_channels = s->groups, s->groups *= s->channels;
    if (kept & 2) s->step_frequency = s->groups, s->groups *= s->frequency;
    if (kept & 1) s->step_time = s->groups, s->groups *= s->time;
    size_t groups = s->groups;
    j.count = EXAMPLES * shape[0] * shape[1] * shape[2];
    j.x = random_floats(j.count, 1 + kept), j.dy = random_floats(j.count, 2);
    j.tables = random_floats(7 * groups, 3);
    const float *t = j.tables;
    j.by = (sx_norm_relu){
        t, t + groups, t + 2 * groups, t + 3 * groups, t + 4 * groups, t + 5 * groups, t + 6 * groups};
    return j;
}

static void free_job(job *j) { free(j->x), free(j->dy), free(j->tables); }

typedef struct result {
    float *y, *dx;
    double *sums;
} result;

static result new_result(const job *j) {
    return (result){floats(j->count), floats(j->count), doubles(2 * j->sizes.groups)};
}

static void free_result(result *r) { free(r->y), free(r->dx), free(r->sums); }

static result run(const job *j, const sx_kernels *k) {
    result r = new_result(j);
    k->norm_relu_forward(&j->sizes, EXAMPLES, j->x, &j->by, r.y);
    k->norm_relu_gradient_sums(&j->sizes, EXAMPLES, j->x, j->dy, &j->by, r.sums, r.sums + j->sizes.groups);
    k->norm_relu_backward(&j->sizes, EXAMPLES, j->x, j->dy, &j->by, r.dx);
    return r;
}

static result run_parts(const job *j, const sx_kernels *k) {
    const sx_norm_relu *by = &j->by;
    result r = new_result(j);
    float *z = floats(j->count), *gradient = floats(j->count);
    k->norm_apply(&j->sizes, EXAMPLES, j->x, by->scale, by->shift, z);
    k->activation_forward(SX_RELU, 0, j->count, z, r.y);
    k->activation_backward(SX_RELU, 0, j->count, z, r.y, j->dy, gradient);
    k->norm_gradient_sums(&j->sizes, EXAMPLES, j->x, gradient, by->mean, by->inv_std, r.sums,
                          r.sums + j->sizes.groups);
    k->norm_backward(&j->sizes, EXAMPLES, j->x, gradient, by->a, by->b, by->c, r.dx);
    free(z), free(gradient);
    return r;
}

/* Values differ in the sign of a zero only where ReLU's part gives -0. */
static void assert_equal(const char *what, const char *table, size_t count, const float *got,
                         const float *want) {
    for (size_t i = 0; i < count; i++)
        if (!(got[i] == want[i]))
            fail_msg("%s, %s: value %zu is %.9g, should be %.9g", what, table, i, (double)got[i],
                     (double)want[i]);
}

/* 32 roundings of 2^-24 of terms below 2 each, of which a group has at most count. */
static void check(const job *j, const sx_kernels *k, const result *want, const result *fused) {
    result got = run(j, k);
    size_t sums = 2 * j->sizes.groups;
    assert_equal("forward", k->name, j->count, got.y, want->y);
    assert_equal("backward", k->name, j->count, got.dx, want->dx);
    for (size_t i = 0; i < sums; i++)
        assert_near(got.sums[i], want->sums[i], 2e-6 * (double)j->count);
    if (is_fused(k)) assert_memory_equal(got.sums, fused->sums, sums * sizeof(double));
    free_result(&got);
}

static void check_in_place(const job *j, const sx_kernels *k, const result *want) {
    float *values = floats(j->count);
    memcpy(values, j->x, j->count * sizeof *values);
    k->norm_relu_forward(&j->sizes, EXAMPLES, values, &j->by, values);
    assert_equal("forward in place", k->name, j->count, values, want->y);
    memcpy(values, j->x, j->count * sizeof *values);
    k->norm_relu_backward(&j->sizes, EXAMPLES, values, j->dy, &j->by, values);
    assert_equal("backward in place of x", k->name, j->count, values, want->dx);
    memcpy(values, j->dy, j->count * sizeof *values);
    k->norm_relu_backward(&j->sizes, EXAMPLES, j->x, values, &j->by, values);
    assert_equal("backward in place of dy", k->name, j->count, values, want->dx);
    free(values);
}

static void every_table_is_its_parts(void **state) {
    static const size_t shapes[][3] = {{7, 5, 3},   {1, 1, 1},   {13, 4, 16}, {9, 5, 64},
                                       {70, 1, 1},  {1, 3, 17},  {3, 1, 70},  {2, 9, 130},
                                       {5, 600, 1}, {40, 33, 1}, {35, 2, 48}};
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] * 8; i++) {
        job j = make_job(shapes[i / 8], (unsigned)(i % 8));
        result want = run_parts(&j, tables[0]), fused = run(&j, tables[count > 1 ? 1 : 0]);
        for (size_t t = 0; t < count; t++) {
            check(&j, tables[t], &want, &fused);
            check_in_place(&j, tables[t], &want);
        }
        free_result(&want), free_result(&fused), free_job(&j);
    }
}

static void a_nan_goes_through(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t t = 0; t < count; t++) {
        const size_t shape[3] = {2, 3, 40};
        job j = make_job(shape, 4);
        j.x[5] = (float)NAN, j.x[39] = (float)NAN;
        result got = run(&j, tables[t]);
        assert_true(isnan(got.y[5]) && isnan(got.y[39]) && isnan(got.dx[5]) && isnan(got.dx[39]));
        assert_false(isnan(got.y[6]) || isnan(got.dx[6]));
        free_result(&got), free_job(&j);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_table_is_its_parts),
                                       cmocka_unit_test(a_nan_goes_through)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
