/* exact_neon.c: the front-end's double loops with 2 doubles in a vector; aarch64 always has them. */
#include "kernels/spectrum_tables.h"

#if defined(__aarch64__)

#include <arm_neon.h>

typedef float64x2_t vec;
enum { VL = 2 };

static inline vec vec_load(const double *p) { return vld1q_f64(p); }
static inline void vec_store(double *p, vec v) { vst1q_f64(p, v); }
static inline vec vec_splat(double value) { return vdupq_n_f64(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return vfmaq_f64(c, a, b); }
static inline vec vec_fnma(vec a, vec b, vec c) { return vfmsq_f64(c, a, b); }
static inline vec vec_sqrt(vec v) { return vsqrtq_f64(v); }
static inline void vec_store_floats(float *p, vec v) { vst1_f32(p, vcvt_f32_f64(v)); }

static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    float32x4_t a = vld1q_f32(at), b = vld1q_f32(at + stride);
    float32x4_t low = vzip1q_f32(a, b), high = vzip2q_f32(a, b);
    out[0] = vcvt_f64_f32(vget_low_f32(low));
    out[1] = vcvt_high_f64_f32(low);
    out[2] = vcvt_f64_f32(vget_low_f32(high));
    out[3] = vcvt_high_f64_f32(high);
}

#include "kernels/exact.inc"

const sx_exact_kernels sx_exact_neon = EXACT_KERNELS;

#endif
