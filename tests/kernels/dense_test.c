/* dense_test.c: the dense layer's products of every table against double precision. Bound as in conv_test.c.
 */
#include "check.h"

static const double BOUND = 2e-6;

typedef struct sizes {
    size_t rows, in, out;
} sizes;

typedef struct products {
    double *y, *y_scale, *dx, *dx_scale, *dw, *dw_scale, *db, *db_scale;
} products;

static products refer(const sizes *s, const float *x, const float *w, const float *bias, const float *dy) {
    size_t y = s->rows * s->out, dx = s->rows * s->in, dw = s->in * s->out;
    products p = {doubles(y),  doubles(y),  doubles(dx),     doubles(dx),
                  doubles(dw), doubles(dw), doubles(s->out), doubles(s->out)};
    for (size_t i = 0; i < y; i++) {
        p.y[i] = (double)bias[i % s->out], p.y_scale[i] = fabs(p.y[i]);
        p.db[i % s->out] += (double)dy[i], p.db_scale[i % s->out] += fabs((double)dy[i]);
    }
    for (size_t i = 0; i < s->rows * dw; i++) {
        size_t r = i / dw, k = i % dw / s->out, o = i % s->out;
        double forward = (double)x[r * s->in + k] * (double)w[k * s->out + o];
        double backward = (double)dy[r * s->out + o] * (double)w[k * s->out + o];
        double gradient = (double)x[r * s->in + k] * (double)dy[r * s->out + o];
        p.y[r * s->out + o] += forward, p.y_scale[r * s->out + o] += fabs(forward);
        p.dx[r * s->in + k] += backward, p.dx_scale[r * s->in + k] += fabs(backward);
        p.dw[k * s->out + o] += gradient, p.dw_scale[k * s->out + o] += fabs(gradient);
    }
    return p;
}

static void free_products(products *p) {
    free(p->y), free(p->y_scale), free(p->dx), free(p->dx_scale);
    free(p->dw), free(p->dw_scale), free(p->db), free(p->db_scale);
}

typedef struct results {
    float *y, *dx, *dw, *db;
} results;

static const char *describe(const char *kernel, const sizes *s) {
    static char text[100];
    snprintf(text, sizeof text, "%s of %zu rows, %zu to %zu", kernel, s->rows, s->in, s->out);
    return text;
}

static void compare(const sizes *s, const char *table, const products *p, const results *g) {
    assert_close(describe("forward", s), table, s->rows * s->out, g->y, p->y, p->y_scale, BOUND);
    assert_close(describe("backward", s), table, s->rows * s->in, g->dx, p->dx, p->dx_scale, BOUND);
    assert_close(describe("gradient", s), table, s->in * s->out, g->dw, p->dw, p->dw_scale, BOUND);
    assert_close(describe("bias gradient", s), table, s->out, g->db, p->db, p->db_scale, BOUND);
}

static void check_sizes(const sizes *s) {
    float *x = random_floats(s->rows * s->in, 1), *w = random_floats(s->in * s->out, 2);
    float *bias = random_floats(s->out, 3), *dy = random_floats(s->rows * s->out, 4);
    products p = refer(s, x, w, bias, dy);
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    results g[8];
    for (size_t i = 0; i < count; i++) {
        g[i] = (results){floats(s->rows * s->out), floats(s->rows * s->in), floats(s->in * s->out),
                         floats(s->out)};
        tables[i]->dense_forward(s->rows, s->in, s->out, x, w, bias, g[i].y);
        tables[i]->dense_backward(s->rows, s->in, s->out, dy, w, g[i].dx);
        tables[i]->dense_gradient(s->rows, s->in, s->out, x, dy, g[i].dw, g[i].db);
        compare(s, tables[i]->name, &p, &g[i]);
        if (i < 2 || !is_fused(tables[i])) continue;
        const char *a = tables[i]->name, *b = tables[1]->name;
        assert_same_bits(describe("forward", s), a, b, s->rows * s->out, g[i].y, g[1].y);
        assert_same_bits(describe("backward", s), a, b, s->rows * s->in, g[i].dx, g[1].dx);
        assert_same_bits(describe("gradient", s), a, b, s->in * s->out, g[i].dw, g[1].dw);
        assert_same_bits(describe("bias gradient", s), a, b, s->out, g[i].db, g[1].db);
    }
    for (size_t i = 0; i < count; i++)
        free(g[i].y), free(g[i].dx), free(g[i].dw), free(g[i].db);
    free_products(&p);
    free(x), free(w), free(bias), free(dy);
}

static void test_dense(void **state) {
    (void)state;
    static const sizes all[] = {{1, 1, 1},    {8, 64, 10},  {8, 64, 12},  {3, 300, 35}, {13, 17, 64},
                                {64, 64, 48}, {150, 20, 7}, {1, 129, 33}, {7, 5, 300},  {25, 260, 2},
                                {12, 8, 16},  {6, 31, 8},   {2, 128, 70}, {129, 3, 24}, {11, 256, 140}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        check_sizes(&all[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_dense)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
