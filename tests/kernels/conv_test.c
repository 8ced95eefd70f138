/* conv_test.c: convolution and depthwise convolution of every table against a convolution in double
 * precision, and the tables with fused multiply-add against each other to the bit.
 *
 * The bound, 2e-6 of the sum of the terms' magnitudes, is 17 units of the last place of float: roundings of a
 * few hundred terms that partly cancel. Nothing here depends on luck: inputs are fixed. */
#include "conv_cases.h"

static const double BOUND = 2e-6;
enum { EXAMPLES = 2, CASES = 150 };

/* Reference results and the sums of their terms' magnitudes. */
typedef struct reference {
    double *y, *y_scale, *dx, *dx_scale, *dw, *dw_scale, *db, *db_scale;
    size_t y_count, dx_count, dw_count, out;
} reference;

typedef struct arrays {
    float *x, *w, *bias, *dy;
} arrays;

static size_t taps(const sx_conv_sizes *s) { return s->kernel_time * s->kernel_frequency; }

static void term(double *sum, double *scale, double value) {
    *sum += value;
    *scale += fabs(value);
}

/* Input pixel under a tap, or SIZE_MAX in the padding. Written apart from the kernels' own arithmetic. */
static size_t pixel_under(const sx_conv_sizes *s, size_t t, size_t f, size_t tap) {
    long row = (long)(t * s->stride_time + tap / s->kernel_frequency * s->dilation_time) - (long)s->pad_time;
    long column = (long)(f * s->stride_frequency + tap % s->kernel_frequency * s->dilation_frequency) -
                  (long)s->pad_frequency;
    if (row < 0 || column < 0 || row >= (long)s->in_time || column >= (long)s->in_frequency) return SIZE_MAX;
    return (size_t)row * s->in_frequency + (size_t)column;
}

/* All three products for one pair of values. */
static void pair_terms(const arrays *a, reference *r, size_t x, size_t w, size_t y) {
    term(r->y + y, r->y_scale + y, (double)a->x[x] * (double)a->w[w]);
    term(r->dx + x, r->dx_scale + x, (double)a->dy[y] * (double)a->w[w]);
    term(r->dw + w, r->dw_scale + w, (double)a->x[x] * (double)a->dy[y]);
}

static void conv_pixel(const sx_conv_sizes *s, const arrays *a, reference *r, size_t in, size_t out,
                       size_t tap) {
    for (size_t i = 0; i < s->in_channels; i++) {
        for (size_t o = 0; o < s->out_channels; o++) {
            pair_terms(a, r, in * s->in_channels + i, (tap * s->in_channels + i) * s->out_channels + o,
                       out * s->out_channels + o);
        }
    }
}

static void depthwise_pixel(const sx_conv_sizes *s, const arrays *a, reference *r, size_t in, size_t out,
                            size_t tap) {
    for (size_t o = 0; o < s->out_channels; o++) {
        size_t i = o / (s->out_channels / s->in_channels);
        pair_terms(a, r, in * s->in_channels + i, tap * s->out_channels + o, out * s->out_channels + o);
    }
}

static void refer(const sx_conv_sizes *s, const arrays *a, bool depthwise, reference *r) {
    size_t pixels = s->out_time * s->out_frequency;
    for (size_t out = 0; out < EXAMPLES * pixels; out++) {
        for (size_t o = 0; o < s->out_channels; o++) {
            size_t y = out * s->out_channels + o;
            term(r->y + y, r->y_scale + y, (double)a->bias[o]);
            term(r->db + o, r->db_scale + o, (double)a->dy[y]);
        }
        for (size_t tap = 0; tap < taps(s); tap++) {
            size_t in = pixel_under(s, out % pixels / s->out_frequency, out % s->out_frequency, tap);
            if (in == SIZE_MAX) continue;
            in += out / pixels * s->in_time * s->in_frequency;
            (depthwise ? depthwise_pixel : conv_pixel)(s, a, r, in, out, tap);
        }
    }
}

static void init(const sx_conv_sizes *s, bool depthwise, arrays *a, reference *r) {
    *r = (reference){.y_count = EXAMPLES * s->out_time * s->out_frequency * s->out_channels,
                     .dx_count = EXAMPLES * s->in_time * s->in_frequency * s->in_channels,
                     .dw_count = taps(s) * s->out_channels * (depthwise ? 1 : s->in_channels),
                     .out = s->out_channels};
    r->y = doubles(r->y_count), r->y_scale = doubles(r->y_count);
    r->dx = doubles(r->dx_count), r->dx_scale = doubles(r->dx_count);
    r->dw = doubles(r->dw_count), r->dw_scale = doubles(r->dw_count);
    r->db = doubles(r->out), r->db_scale = doubles(r->out);
    *a = (arrays){random_floats(r->dx_count, 1), random_floats(r->dw_count, 2), random_floats(r->out, 3),
                  random_floats(r->y_count, 4)};
    refer(s, a, depthwise, r);
}

static void clear(arrays *a, reference *r) {
    free(a->x), free(a->w), free(a->bias), free(a->dy);
    free(r->y), free(r->y_scale), free(r->dx), free(r->dx_scale);
    free(r->dw), free(r->dw_scale), free(r->db), free(r->db_scale);
}

typedef struct results {
    float *y, *dx, *dw, *db;
} results;

static results new_results(const reference *r) {
    /* dw and db start at 0 because they are added to; y and dx start wrong because they are overwritten. */
    return (results){random_floats(r->y_count, 5), random_floats(r->dx_count, 6), floats(r->dw_count),
                     floats(r->out)};
}

static void free_results(results *g) { free(g->y), free(g->dx), free(g->dw), free(g->db); }

static void run_conv(const sx_kernels *k, const sx_conv_sizes *s, const arrays *a, results *g) {
    float *packed = floats(sx_conv_packed_floats(s)), *back = floats(sx_conv_packed_backward_floats(s));
    float *scratch = random_floats(sx_conv_scratch_floats(s), 9);
    k->conv_pack(s, a->w, packed);
    k->conv_pack_backward(s, a->w, back);
    k->conv_forward(s, EXAMPLES, a->x, packed, a->bias, g->y, scratch);
    k->conv_backward(s, EXAMPLES, a->dy, back, g->dx, scratch);
    k->conv_gradient(s, EXAMPLES, a->x, a->dy, g->dw, g->db, scratch);
    free(packed), free(back), free(scratch);
}

static void run_depthwise(const sx_kernels *k, const sx_conv_sizes *s, const arrays *a, results *g) {
    k->depthwise_forward(s, EXAMPLES, a->x, a->w, a->bias, g->y);
    k->depthwise_backward(s, EXAMPLES, a->dy, a->w, g->dx);
    k->depthwise_gradient(s, EXAMPLES, a->x, a->dy, g->dw, g->db);
}

static void compare(const sx_conv_sizes *s, const char *table, const reference *r, const results *g) {
    assert_close(describe("forward", s), table, r->y_count, g->y, r->y, r->y_scale, BOUND);
    assert_close(describe("backward", s), table, r->dx_count, g->dx, r->dx, r->dx_scale, BOUND);
    assert_close(describe("gradient", s), table, r->dw_count, g->dw, r->dw, r->dw_scale, BOUND);
    assert_close(describe("bias gradient", s), table, r->out, g->db, r->db, r->db_scale, BOUND);
}

static void compare_bits(const sx_conv_sizes *s, const char *a, const char *b, const reference *r,
                         const results *g, const results *h) {
    assert_same_bits(describe("forward", s), a, b, r->y_count, g->y, h->y);
    assert_same_bits(describe("backward", s), a, b, r->dx_count, g->dx, h->dx);
    assert_same_bits(describe("gradient", s), a, b, r->dw_count, g->dw, h->dw);
    assert_same_bits(describe("bias gradient", s), a, b, r->out, g->db, h->db);
}

static void check_case(const sx_conv_sizes *s, bool depthwise) {
    arrays a;
    reference r;
    init(s, depthwise, &a, &r);
    const sx_kernels *tables[8];
    size_t count = list_tables(tables), fused = SIZE_MAX;
    results all[8];
    for (size_t i = 0; i < count; i++) {
        all[i] = new_results(&r);
        (depthwise ? run_depthwise : run_conv)(tables[i], s, &a, &all[i]);
        compare(s, tables[i]->name, &r, &all[i]);
        if (!is_fused(tables[i])) continue;
        if (fused == SIZE_MAX) fused = i;
        compare_bits(s, tables[i]->name, tables[fused]->name, &r, &all[i], &all[fused]);
    }
    for (size_t i = 0; i < count; i++)
        free_results(&all[i]);
    clear(&a, &r);
}

static void test_convolution(void **state) {
    (void)state;
    size_t checked = 0;
    for (size_t i = 0; i < CASES; i++) {
        sx_conv_sizes s;
        if (!conv_case(i, &s)) continue;
        check_case(&s, false);
        checked++;
    }
    assert_true(checked > CASES * 2 / 3);
}

static void test_depthwise(void **state) {
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        sx_conv_sizes s;
        if (!conv_case(i, &s)) continue;
        if (i % 3 != 0) s.in_channels = s.out_channels;
        s.out_channels = s.in_channels * (i % 3 == 0 ? 1 + i % 2 : 1);
        check_case(&s, true);
    }
}

/* No bias: sums begin with 0. */
static void test_without_bias(void **state) {
    (void)state;
    sx_conv_sizes s;
    assert_true(conv_case(1, &s));
    arrays a;
    reference r;
    init(&s, false, &a, &r);
    memset(a.bias, 0, r.out * sizeof *a.bias);
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    float *packed = floats(sx_conv_packed_floats(&s)), *scratch = floats(sx_conv_scratch_floats(&s));
    float *with = floats(r.y_count), *without = floats(r.y_count);
    for (size_t i = 0; i < count; i++) {
        tables[i]->conv_pack(&s, a.w, packed);
        tables[i]->conv_forward(&s, EXAMPLES, a.x, packed, a.bias, with, scratch);
        tables[i]->conv_forward(&s, EXAMPLES, a.x, packed, NULL, without, scratch);
        assert_same_bits("no bias", tables[i]->name, "a bias of zeros", r.y_count, without, with);
    }
    free(packed), free(scratch), free(with), free(without);
    clear(&a, &r);
}

/* Gradients add to what is there, and examples given in two calls add up as in two shards. */
static void test_gradient_adds(void **state) {
    (void)state;
    sx_conv_sizes s;
    assert_true(conv_case(0, &s));
    arrays a;
    reference r;
    init(&s, false, &a, &r);
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    float *scratch = floats(sx_conv_scratch_floats(&s));
    for (size_t i = 0; i < count; i++) {
        results g = new_results(&r);
        for (size_t e = 0; e < EXAMPLES; e++) {
            tables[i]->conv_gradient(&s, 1, a.x + e * r.dx_count / EXAMPLES, a.dy + e * r.y_count / EXAMPLES,
                                     g.dw, g.db, scratch);
        }
        assert_close("gradient in two calls", tables[i]->name, r.dw_count, g.dw, r.dw, r.dw_scale, BOUND);
        assert_close("bias gradient in two calls", tables[i]->name, r.out, g.db, r.db, r.db_scale, BOUND);
        free_results(&g);
    }
    free(scratch);
    clear(&a, &r);
}

static void test_overflow(void **state) {
    (void)state;
    sx_conv_sizes s;
    assert_true(conv_case(0, &s));
    s.in_channels = s.out_channels = SIZE_MAX / 4;
    assert_true(sx_conv_packed_floats(&s) == SIZE_MAX);
    assert_true(sx_conv_packed_backward_floats(&s) == SIZE_MAX);
    assert_true(sx_conv_scratch_floats(&s) == SIZE_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_convolution),  cmocka_unit_test(test_depthwise),
        cmocka_unit_test(test_without_bias), cmocka_unit_test(test_gradient_adds),
        cmocka_unit_test(test_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
