/* winograd_test.c: Winograd's way against the plain convolution, over odd maps and channels.
 *
 * Bound: a value may be off by 4e-6 of the largest value of its tensor's sums of magnitudes (the transforms
 * mix a tile's values, so an error knows no single sum). Measured: below 2e-6. */
#include "conv_cases.h"

static const double bound = 4e-6;

typedef struct job {
    sx_conv_sizes sizes;
    size_t examples, in, out, weights;
    float *x, *w, *bias, *dy;
} job;

typedef struct result {
    float *y, *dx, *dw, *db;
} result;

/* time, frequency, in, out, same */
static const size_t cases[][5] = {{12, 5, 16, 16, 1},  {24, 10, 32, 64, 1}, {7, 9, 17, 33, 1},
                                  {9, 6, 16, 40, 0},   {4, 4, 64, 16, 1},   {13, 11, 20, 70, 0},
                                  {49, 20, 16, 32, 1}, {5, 30, 48, 19, 1},  {9, 7, 32, 48, 1},
                                  {6, 3, 16, 16, 1},   {8, 6, 32, 16, 1},   {12, 8, 128, 128, 1}};
enum { CASES = sizeof cases / sizeof cases[0] };

static job job_of(const size_t c[5], size_t examples) {
    job j = {.examples = examples};
    j.sizes = (sx_conv_sizes){.in_time = c[0],
                              .in_frequency = c[1],
                              .in_channels = c[2],
                              .out_channels = c[3],
                              .kernel_time = 3,
                              .kernel_frequency = 3,
                              .stride_time = 1,
                              .stride_frequency = 1,
                              .dilation_time = 1,
                              .dilation_frequency = 1};
    assert_true(complete_sizes(&j.sizes, c[4] == 1));
    assert_true(sx_conv_suits_winograd(&j.sizes));
    j.in = j.examples * c[0] * c[1] * c[2];
    j.out = j.examples * j.sizes.out_time * j.sizes.out_frequency * c[3];
    j.weights = 9 * c[2] * c[3];
    j.x = random_floats(j.in, 1);
    j.w = random_floats(j.weights, 2);
    j.bias = random_floats(c[3], 3);
    j.dy = random_floats(j.out, 4);
    return j;
}

static job make_job(size_t index) { return job_of(cases[index], index == CASES - 1 ? 5 : 2); }

static void free_job(job *j) { free(j->x), free(j->w), free(j->bias), free(j->dy); }

static void free_result(result *r) { free(r->y), free(r->dx), free(r->dw), free(r->db); }

static result run_sizes(const job *j, const sx_kernels *k, sx_conv_sizes s) {
    float *packed = floats(sx_conv_packed_floats(&s)), *back = floats(sx_conv_packed_backward_floats(&s));
    float *scratch = random_floats(sx_conv_scratch_floats(&s), 9);
    result r = {floats(j->out), floats(j->in), random_floats(j->weights, 5), floats(s.out_channels)};
    k->conv_pack(&s, j->w, packed);
    k->conv_pack_backward(&s, j->w, back);
    k->conv_forward(&s, j->examples, j->x, packed, j->bias, r.y, scratch);
    k->conv_backward(&s, j->examples, j->dy, back, r.dx, scratch);
    k->conv_gradient(&s, j->examples, j->x, j->dy, r.dw, r.db, scratch);
    free(packed), free(back), free(scratch);
    return r;
}

static result run(const job *j, const sx_kernels *k, bool winograd) {
    sx_conv_sizes s = j->sizes;
    s.winograd = winograd;
    return run_sizes(j, k, s);
}

static void magnitudes(float *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        values[i] = fabsf(values[i]);
}

static double largest(const float *values, size_t count) {
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, (double)values[i]);
    return most;
}

static void compare(const char *what, const char *table, size_t count, const float *got, const float *want,
                    double scale) {
    for (size_t i = 0; i < count; i++) {
        double error = fabs((double)got[i] - (double)want[i]);
        if (!(error <= bound * scale))
            fail_msg("%s, %s: value %zu is %.9g, should be %.9g (%.3g of the sums' magnitude)", what, table,
                     i, (double)got[i], (double)want[i], error / scale);
    }
}

static void every_table_agrees_with_plain(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t index = 0; index < CASES; index++) {
        job j = make_job(index), sizes = make_job(index);
        result want = run(&j, tables[0], false);
        magnitudes(sizes.x, j.in), magnitudes(sizes.w, j.weights), magnitudes(sizes.dy, j.out);
        magnitudes(sizes.bias, j.sizes.out_channels);
        result scale = run(&sizes, tables[0], false);
        for (size_t t = 0; t < count; t++) {
            result got = run(&j, tables[t], true);
            compare(describe("forward", &j.sizes), tables[t]->name, j.out, got.y, want.y,
                    largest(scale.y, j.out));
            compare(describe("backward", &j.sizes), tables[t]->name, j.in, got.dx, want.dx,
                    largest(scale.dx, j.in));
            compare(describe("gradient", &j.sizes), tables[t]->name, j.weights, got.dw, want.dw,
                    largest(scale.dw, j.weights));
            compare(describe("bias", &j.sizes), tables[t]->name, j.sizes.out_channels, got.db, want.db,
                    largest(scale.db, j.sizes.out_channels));
            free_result(&got);
        }
        free_result(&want), free_result(&scale), free_job(&j), free_job(&sizes);
    }
}

static void fused_tables_give_the_same_bits(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t index = 0; count > 2 && index < CASES; index++) {
        job j = make_job(index);
        result first = run(&j, tables[1], true);
        for (size_t t = 2; t < count; t++) {
            if (!is_fused(tables[t])) continue;
            result other = run(&j, tables[t], true);
            assert_same_bits("forward", tables[1]->name, tables[t]->name, j.out, first.y, other.y);
            assert_same_bits("backward", tables[1]->name, tables[t]->name, j.in, first.dx, other.dx);
            assert_same_bits("gradient", tables[1]->name, tables[t]->name, j.weights, first.dw, other.dw);
            free_result(&other);
        }
        free_result(&first), free_job(&j);
    }
}

/* Largest errors of outputs in whole tiles [0], and behind four rows or columns [1]. */
static void errors_of_tiles(const job *j, const float *got, const float *want, double most[2]) {
    size_t columns = j->sizes.out_frequency, channels = j->sizes.out_channels, rows = j->sizes.out_time;
    most[0] = most[1] = 0;
    for (size_t i = 0; i < j->out; i++) {
        size_t column = i / channels % columns, row = i / channels / columns % rows;
        size_t last = rows < columns ? row >= 4 : column >= 4;
        most[last] = fmax(most[last], fabs((double)got[i] - (double)want[i]));
    }
}

/* Last tiles take fewer points where they have fewer outputs, which brings fewer and smaller factors. Of a
 * fourth to three quarters as many values, the largest error is not above that of whole tiles. */
static void short_tiles_are_as_exact_as_whole_ones(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t few = 1; few < 4; few++) {
        const size_t maps[2][5] = {{24, 4 + few, 64, 64, 1}, {4 + few, 24, 64, 64, 1}};
        for (size_t i = 0; i < 2; i++) {
            job j = job_of(maps[i], 2);
            result want = run(&j, tables[0], false);
            for (size_t t = 1; t < count; t++) {
                double most[2];
                result got = run(&j, tables[t], true);
                errors_of_tiles(&j, got.y, want.y, most);
                if (!(most[1] <= most[0]))
                    fail_msg("%s, %s: short tiles are off by %.3g, whole ones by %.3g",
                             describe("forward", &j.sizes), tables[t]->name, most[1], most[0]);
                free_result(&got);
            }
            free_result(&want), free_job(&j);
        }
    }
}

/* Weights half way to their points give those points, and their products the same sums. Plain C knows
 * neither; rounding twice is the same twice. */
static void halves_give_the_same_bits(void **state) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    (void)state;
    for (size_t index = 0; index < CASES; index++) {
        job j = make_job(index);
        sx_conv_sizes s = j.sizes;
        s.winograd = s.halves = true;
        for (size_t t = 0; t < count; t++) {
            result whole = run(&j, tables[t], true), halves = run_sizes(&j, tables[t], s);
            assert_same_bits("forward", "points", tables[t]->name, j.out, whole.y, halves.y);
            assert_same_bits("backward", "points", tables[t]->name, j.in, whole.dx, halves.dx);
            free_result(&whole), free_result(&halves);
        }
        free_job(&j);
    }
}

static void halves_are_for_many_channels_and_few_tiles(void **state) {
    (void)state;
    job j = make_job(CASES - 1);
    sx_conv_sizes s = j.sizes;
    assert_false(sx_conv_suits_halves(&s)); /* not Winograd's way */
    s.winograd = true;
    assert_true(sx_conv_suits_halves(&s));
    s.in_channels = 64;
    assert_false(sx_conv_suits_halves(&s));
    s = j.sizes;
    s.winograd = true;
    s.out_time = 24;
    assert_false(sx_conv_suits_halves(&s));
    free_job(&j);
}

static void the_rule_knows_what_suits(void **state) {
    (void)state;
    job j = make_job(0);
    sx_conv_sizes s = j.sizes;
    s.stride_time = 2;
    assert_false(sx_conv_suits_winograd(&s));
    s = j.sizes;
    s.in_channels = 15;
    assert_false(sx_conv_suits_winograd(&s));
    s = j.sizes;
    s.kernel_time = 5;
    assert_false(sx_conv_suits_winograd(&s));
    s = j.sizes;
    s.in_time = s.out_time = s.in_frequency = s.out_frequency = 1;
    assert_false(sx_conv_suits_winograd(&s));
    free_job(&j);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_table_agrees_with_plain),
                                       cmocka_unit_test(fused_tables_give_the_same_bits),
                                       cmocka_unit_test(short_tiles_are_as_exact_as_whole_ones),
                                       cmocka_unit_test(halves_give_the_same_bits),
                                       cmocka_unit_test(halves_are_for_many_channels_and_few_tiles),
                                       cmocka_unit_test(the_rule_knows_what_suits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
