/* spectrum_plain.c: the front-end's loops for any processor: pairs of doubles, nothing fused. */
#include "kernels/spectrum_tables.h"

#include <math.h>
#include <string.h>

typedef double vec __attribute__((vector_size(16)));
typedef float float_vec __attribute__((vector_size(16)));
enum { VL = 2, FLOAT_VL = 4 };
static const char set_name[] = "plain";

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
static inline float_vec float_load(const float *p) {
    float_vec v;
    memcpy(&v, p, sizeof v);
    return v;
}
static inline void float_store(float *p, float_vec v) { memcpy(p, &v, sizeof v); }
static inline float_vec float_splat(float value) { return (float_vec){value, value, value, value}; }
static inline float_vec float_fma(float_vec a, float_vec b, float_vec c) { return a * b + c; }
static inline float smaller(float a, float b) { return a < b ? a : b; } /* b where a is NaN */
static inline float_vec float_min(float_vec a, float_vec b) {
    return (float_vec){smaller(a[0], b[0]), smaller(a[1], b[1]), smaller(a[2], b[2]), smaller(a[3], b[3])};
}

#include "kernels/spectrum.inc"

const sx_spectrum_kernels *const sx_spectrum_plain_table = &table;
