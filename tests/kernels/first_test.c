/* first_test.c: sums over a first layer's image, and its weights' gradient from winners alone. */
#include "check.h"

enum { EXAMPLES = 2 };

/* rows, columns, turned */
static const size_t images[][3] = {{3, 3, 0}, {7, 4, 0}, {5, 9, 1}, {17, 40, 0}, {12, 61, 1}, {4, 23, 1}};
enum { IMAGES = sizeof images / sizeof images[0] };

static sx_image_sizes image_at(size_t i) {
    const size_t rows = images[i][0], columns = images[i][1];
    if (images[i][2]) return (sx_image_sizes){rows, columns, 1, rows};
    return (sx_image_sizes){rows, columns, columns, 1};
}

static void every_table_gives_the_same_products(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t i = 0; i < IMAGES; i++) {
        const sx_image_sizes s = image_at(i);
        const size_t sums = (size_t)SX_IMAGE_CLASSES * SX_IMAGE_LAGS * s.columns;
        float *x = random_floats(EXAMPLES * s.rows * s.columns, i);
        double *scratch = doubles(sx_image_doubles(s.rows, s.columns)), *want = doubles(sums);
        tables[0]->image_products(&s, EXAMPLES, x, want, scratch);
        tables[0]->image_products(&s, 1, x, want, scratch); /* added */
        for (size_t t = 1; t < count; t++) {
            double *got = doubles(sums);
            tables[t]->image_products(&s, EXAMPLES, x, got, scratch);
            tables[t]->image_products(&s, 1, x, got, scratch);
            assert_memory_equal(got, want, sums * sizeof *got);
            free(got);
        }
        free(x), free(scratch), free(want);
    }
}

/* What the sums are for: those of a convolution's output, here with no row or column left out. */
static void products_are_those_of_neighbours(void **state) {
    const sx_image_sizes s = {5, 4, 4, 1};
    float *x = random_floats(20, 9);
    double *sums = doubles((size_t)SX_IMAGE_CLASSES * SX_IMAGE_LAGS * 4);
    double *scratch = doubles(sx_image_doubles(5, 4));
    (void)state;
    sx_kernels_get()->image_products(&s, 1, x, sums, scratch);
    for (size_t c = 0; c < 4; c++) {
        const double *middle = sums + (SX_IMAGE_MIDDLE * SX_IMAGE_LAGS) * 4 + c;
        double one = 0, below = 0;
        for (size_t r = 1; r < 4; r++) {
            one += (double)x[r * 4 + c];
            if (c >= 2 && r + 1 < 5) below += (double)x[r * 4 + c] * (double)x[(r + 1) * 4 + c - 2];
        }
        assert_near(middle[SX_IMAGE_ONE * 4], one, 0);
        assert_near(middle[3 * 4], below, 0); /* (1, -2) */
    }
    free(x), free(sums), free(scratch);
}

typedef struct job {
    sx_conv_sizes conv;
    sx_block_sizes block;
    size_t out;
    float *x, *dy, *a;
    uint8_t *winner;
} job;

/* time, frequency, channels */
static const size_t maps[][3] = {{3, 3, 16}, {6, 8, 32}, {9, 7, 48}, {61, 40, 16}};
enum { MAPS = sizeof maps / sizeof maps[0], KEPT = 8 };

static job make_job(size_t map, size_t kept) {
    const size_t *m = maps[map];
    job j = {.conv = {m[0], m[1], 1, m[0], m[1], m[2], 3, 3, 1, 1, 1, 1, 1, 1, false, false}};
    j.block = (sx_block_sizes){.norm = {m[0], m[1], m[2], 0, 0, 0, 1}, .relu = true};
    j.block.pool = (sx_pool_sizes){m[0], m[1], m[2], m[0] / 2, m[1] / 2, 2, 2, 2, 2, 0, 0};
    sx_norm_sizes *n = &j.block.norm;
    if (kept & 1) n->step_channels = n->groups, n->groups *= m[2];
    if (kept & 2) n->step_frequency = n->groups, n->groups *= m[1];
    if (kept & 4) n->step_time = n->groups, n->groups *= m[0];
    assert_true(sx_conv_suits_winners(&j.conv, &j.block));
    j.out = EXAMPLES * (m[0] / 2) * (m[1] / 2) * m[2];
    j.x = random_floats(EXAMPLES * m[0] * m[1], 1 + map);
    j.dy = random_floats(j.out, 2), j.a = random_floats(n->groups, 3);
    j.winner = calloc(j.out, 1);
    assert_non_null(j.winner);
    uint64_t random = map;
    for (size_t i = 0; i < j.out; i++) {
        size_t place = next_below(&random, 5);
        j.winner[i] = place == 4 ? SX_BLOCK_NONE : (uint8_t)(place / 2 * SX_BLOCK_FREQUENCY + place % 2);
    }
    return j;
}

static void free_job(job *j) { free(j->x), free(j->dy), free(j->a), free(j->winner); }

/* The weights' gradient, then the bias's. */
static float *run(const job *j, const sx_kernels *k) {
    float *scratch = floats(sx_conv_scratch_floats(&j->conv)), *got = floats(10 * j->conv.out_channels);
    k->winner_gradient(&j->conv, &j->block, EXAMPLES, j->x, j->dy, j->winner, j->a, got,
                       got + 9 * j->conv.out_channels, scratch);
    free(scratch);
    return got;
}

/* The gradient written out, and then that of a convolution. */
static void winners_give_the_gradient_that_all_values_give(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t i = 0; i < MAPS * KEPT; i++) {
        job j = make_job(i / KEPT, i % KEPT);
        size_t in = EXAMPLES * maps[i / KEPT][0] * maps[i / KEPT][1] * j.conv.out_channels;
        size_t channels = j.conv.out_channels;
        float *zero = floats(j.block.norm.groups), *values = floats(in), *dx = floats(in);
        float *want = floats(10 * channels), *scratch = floats(sx_conv_scratch_floats(&j.conv));
        tables[0]->block_backward(&j.block, EXAMPLES, values, j.dy, j.winner, j.a, zero, zero, dx);
        tables[0]->conv_gradient(&j.conv, EXAMPLES, j.x, dx, want, want + 9 * channels, scratch);
        for (size_t t = 0; t < count; t++) {
            float *got = run(&j, tables[t]);
            for (size_t n = 0; n < 10 * channels; n++)
                assert_near((double)got[n], (double)want[n], 2e-7 * (double)(in / channels));
            free(got);
        }
        free(zero), free(values), free(dx), free(want), free(scratch), free_job(&j);
    }
}

static void fused_tables_give_the_same_gradient(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t i = 0; count > 2 && i < MAPS * KEPT; i++) {
        job j = make_job(i / KEPT, i % KEPT);
        float *first = NULL;
        for (size_t t = 1; t < count; t++) {
            if (!is_fused(tables[t])) continue;
            float *got = run(&j, tables[t]);
            if (first) assert_memory_equal(got, first, 10 * j.conv.out_channels * sizeof *got);
            if (first) free(got);
            if (!first) first = got;
        }
        free(first), free_job(&j);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_table_gives_the_same_products),
                                       cmocka_unit_test(products_are_those_of_neighbours),
                                       cmocka_unit_test(winners_give_the_gradient_that_all_values_give),
                                       cmocka_unit_test(fused_tables_give_the_same_gradient)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
