/* exact_plain.c: the front-end's double loops for any processor: pairs of doubles, nothing fused. */
#include "kernels/spectrum_tables.h"

#include <math.h>
#include <string.h>

typedef double vec __attribute__((vector_size(16)));
enum { VL = 2 };

static inline vec vec_load(const double *p) {
    vec v;
    memcpy(&v, p, sizeof v);
    return v;
}
static inline void vec_store(double *p, vec v) { memcpy(p, &v, sizeof v); }
static inline vec vec_splat(double value) { return (vec){value, value}; }
static inline vec vec_fma(vec a, vec b, vec c) { return a * b + c; }
static inline vec vec_fnma(vec a, vec b, vec c) { return c - a * b; }
static inline vec vec_sqrt(vec v) { return (vec){sqrt(v[0]), sqrt(v[1])}; }
static inline void vec_store_floats(float *p, vec v) {
    p[0] = (float)v[0];
    p[1] = (float)v[1];
}
static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    for (size_t i = 0; i < 4; i++)
        out[i] = (vec){(double)at[i], (double)at[stride + i]};
}

#include "kernels/exact.inc"

const sx_exact_kernels sx_exact_plain = EXACT_KERNELS;
