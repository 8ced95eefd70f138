/* spectrum_plain.c: the front-end's loops for any processor: 4 floats in a vector, nothing fused. */
#include "kernels/spectrum_tables.h"

#include <math.h>
#include <string.h>

typedef float vec __attribute__((vector_size(16)));
enum { VL = 4 };
static const char set_name[] = "plain";
#define set_exact sx_exact_plain

static inline vec vec_load(const float *p) {
    vec v;
    memcpy(&v, p, sizeof v);
    return v;
}
static inline void vec_store(float *p, vec v) { memcpy(p, &v, sizeof v); }
static inline vec vec_splat(float value) { return (vec){value, value, value, value}; }
static inline vec vec_fma(vec a, vec b, vec c) { return a * b + c; }
static inline vec vec_fnma(vec a, vec b, vec c) { return c - a * b; }
static inline vec vec_sqrt(vec v) { return (vec){sqrtf(v[0]), sqrtf(v[1]), sqrtf(v[2]), sqrtf(v[3])}; }
static inline float smaller(float a, float b) { return a < b ? a : b; } /* b where a is NaN */
static inline vec vec_min(vec a, vec b) {
    return (vec){smaller(a[0], b[0]), smaller(a[1], b[1]), smaller(a[2], b[2]), smaller(a[3], b[3])};
}
static inline float larger(float a, float b) { return a > b ? a : b; }
static inline vec vec_max(vec a, vec b) {
    return (vec){larger(a[0], b[0]), larger(a[1], b[1]), larger(a[2], b[2]), larger(a[3], b[3])};
}
static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    for (size_t i = 0; i < 4; i++)
        out[i] = (vec){at[i], at[stride + i], at[2 * stride + i], at[3 * stride + i]};
}
static inline void store_rows(float *at, size_t stride, const vec in[4]) {
    for (size_t row = 0; row < 4; row++) {
        for (size_t i = 0; i < 4; i++)
            at[row * stride + i] = in[i][row];
    }
}

#include "kernels/spectrum.inc"

const sx_spectrum_kernels *const sx_spectrum_plain_table = &table;
