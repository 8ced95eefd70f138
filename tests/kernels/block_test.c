/* block_test.c: normalisation, ReLU and pooling in one, against the plain kernels and against the three
 * kernels it stands for. */
#include "check.h"

typedef struct job {
    sx_block_sizes sizes;
    size_t examples, in, out;
    float *x, *scale, *shift, *mean, *a, *b, *c, *dy;
} job;

typedef struct result {
    float *y, *deviation, *dx;
    uint8_t *winner;
    double *sums;
} result;

/* time, frequency, channels, window time and frequency, pads, 'same' */
static const size_t maps[][7] = {{9, 7, 16, 2, 2, 0, 0}, {6, 5, 33, 1, 1, 0, 0}, {7, 11, 5, 3, 2, 1, 0},
                                 {5, 4, 48, 2, 2, 0, 0}, {8, 9, 70, 2, 4, 0, 1}, {3, 2, 1, 2, 2, 0, 0}};
enum { MAPS = sizeof maps / sizeof maps[0], KEPT = 8 };

static sx_norm_sizes norm_of(const size_t *m, size_t kept) {
    sx_norm_sizes n = {.time = m[0], .frequency = m[1], .channels = m[2], .groups = 1};
    if (kept & 1) n.step_channels = n.groups, n.groups *= m[2];
    if (kept & 2) n.step_frequency = n.groups, n.groups *= m[1];
    if (kept & 4) n.step_time = n.groups, n.groups *= m[0];
    return n;
}

/* With padding as 'same' gives, else whole windows only. */
static size_t outputs(size_t in, size_t window, size_t pad) {
    return pad ? (in + window - 1) / window : in / window;
}

static job make_job(size_t map, size_t kept, bool relu) {
    const size_t *m = maps[map];
    size_t down = outputs(m[0], m[3], m[5]), across = outputs(m[1], m[4], m[6]);
    job j = {.examples = 3, .in = 3 * m[0] * m[1] * m[2], .out = 3 * down * across * m[2]};
    j.sizes = (sx_block_sizes){.norm = norm_of(m, kept), .relu = relu};
    j.sizes.pool = (sx_pool_sizes){m[0], m[1], m[2], down, across, m[3], m[4], m[3], m[4], m[5], m[6]};
    size_t groups = j.sizes.norm.groups;
    j.x = random_floats(j.in, 1 + map), j.dy = random_floats(j.out, 2);
    j.scale = random_floats(groups, 3), j.shift = random_floats(groups, 4), j.mean = random_floats(groups, 5);
    j.a = random_floats(groups, 6), j.b = random_floats(groups, 7), j.c = random_floats(groups, 8);
    for (size_t i = 0; i < j.in; i += 3)
        j.x[i] = 0.5f; /* equal values */
    return j;
}

static void free_job(job *j) {
    free(j->x), free(j->scale), free(j->shift), free(j->mean);
    free(j->a), free(j->b), free(j->c), free(j->dy);
}

static result run(const job *j, const sx_kernels *k) {
    result r = {floats(j->out), floats(j->out), floats(j->in), calloc(j->out, 1),
                doubles(2 * j->sizes.norm.groups)};
    assert_non_null(r.winner);
    k->block_forward(&j->sizes, j->examples, j->x, j->scale, j->shift, j->mean, r.y, r.deviation, r.winner);
    k->block_gradient_sums(&j->sizes, j->examples, j->dy, r.deviation, r.winner, j->a, r.sums,
                           r.sums + j->sizes.norm.groups);
    k->block_backward(&j->sizes, j->examples, j->x, j->dy, r.winner, j->a, j->b, j->c, r.dx);
    return r;
}

static void free_result(result *r) {
    free(r->y), free(r->deviation), free(r->dx), free(r->winner), free(r->sums);
}

static void check_inference(const job *j, const sx_kernels *k, const result *trained) {
    float *y = floats(j->out);
    k->block_forward(&j->sizes, j->examples, j->x, j->scale, j->shift, NULL, y, NULL, NULL);
    assert_same_bits("without winners", k->name, "with them", j->out, y, trained->y);
    free(y);
}

static void check(const job *j, const sx_kernels *k, const result *want) {
    result got = run(j, k);
    assert_same_bits("block forward", k->name, "plain", j->out, got.y, want->y);
    assert_memory_equal(got.winner, want->winner, j->out);
    assert_same_bits("deviation", k->name, "plain", j->out, got.deviation, want->deviation);
    assert_same_bits("block backward", k->name, "plain", j->in, got.dx, want->dx);
    for (size_t i = 0; i < 2 * j->sizes.norm.groups; i++)
        assert_near(got.sums[i], want->sums[i], 1e-5 * (double)j->out);
    check_inference(j, k, &got);
    free_result(&got);
}

static void every_table_agrees_with_plain(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t i = 0; i < MAPS * KEPT * 2; i++) {
        job j = make_job(i / 2 / KEPT, i / 2 % KEPT, i % 2 == 1);
        result want = run(&j, tables[0]);
        for (size_t t = 0; t < count; t++)
            check(&j, tables[t], &want);
        free_result(&want), free_job(&j);
    }
}

static void fused_tables_give_the_same_sums(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t i = 0; count > 2 && i < MAPS * KEPT; i++) {
        job j = make_job(i / KEPT, i % KEPT, true);
        result first = run(&j, tables[1]);
        for (size_t t = 2; t < count; t++) {
            if (!is_fused(tables[t])) continue;
            result other = run(&j, tables[t]);
            assert_memory_equal(first.sums, other.sums, 2 * j.sizes.norm.groups * sizeof(double));
            free_result(&other);
        }
        free_result(&first), free_job(&j);
    }
}

/* The plain block against the three plain layers, one after the other. */
static void the_block_is_its_parts(void **state) {
    const sx_kernels *k = sx_kernels_named("plain");
    (void)state;
    for (size_t i = 0; i < MAPS * KEPT; i++) {
        job j = make_job(i / KEPT, i % KEPT, true);
        size_t groups = j.sizes.norm.groups;
        result got = run(&j, k);
        float *z = floats(j.in), *r = floats(j.in), *y = floats(j.out), *dr = floats(j.in),
              *dx = floats(j.in);
        uint32_t *winner = calloc(j.out, sizeof *winner);
        double *sums = doubles(2 * groups);
        k->norm_apply(&j.sizes.norm, j.examples, j.x, j.scale, j.shift, z);
        k->activation_forward(SX_RELU, 0, j.in, z, r);
        k->max_pool_forward(&j.sizes.pool, j.examples, r, y, winner);
        assert_same_bits("forward", "block", "parts", j.out, got.y, y);
        k->max_pool_backward(&j.sizes.pool, j.examples, j.dy, winner, dr);
        k->activation_backward(SX_RELU, 0, j.in, z, r, dr, dr);
        k->norm_gradient_sums(&j.sizes.norm, j.examples, j.x, dr, j.mean, j.a, sums, sums + groups);
        k->norm_backward(&j.sizes.norm, j.examples, j.x, dr, j.a, j.b, j.c, dx);
        for (size_t n = 0; n < j.in; n++)
            assert_near((double)got.dx[n], (double)dx[n], 1e-6);
        for (size_t n = 0; n < 2 * groups; n++)
            assert_near(got.sums[n], sums[n], 1e-5 * (double)j.out);
        free(z), free(r), free(y), free(dr), free(dx), free(winner), free(sums);
        free_result(&got), free_job(&j);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_table_agrees_with_plain),
                                       cmocka_unit_test(fused_tables_give_the_same_sums),
                                       cmocka_unit_test(the_block_is_its_parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
