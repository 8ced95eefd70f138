/* spectrum_neon.c: the front-end's loops with 2 doubles in a vector; aarch64 always has them. */
#include "kernels/spectrum_tables.h"

#if defined(__aarch64__)

#include <arm_neon.h>

typedef float64x2_t vec;
typedef float32x4_t float_vec;
enum { VL = 2, FLOAT_VL = 4 };
static const char set_name[] = "neon";

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

static inline float_vec float_load(const float *p) { return vld1q_f32(p); }
static inline void float_store(float *p, float_vec v) { vst1q_f32(p, v); }
static inline float_vec float_splat(float value) { return vdupq_n_f32(value); }
static inline float_vec float_fma(float_vec a, float_vec b, float_vec c) { return vfmaq_f32(c, a, b); }
static inline float_vec float_min(float_vec a, float_vec b) {
    return vminnmq_f32(a, b);
} /* b where a is NaN */

#include "kernels/spectrum.inc"

const sx_spectrum_kernels *const sx_spectrum_neon_table = &table;

#else

const sx_spectrum_kernels *const sx_spectrum_neon_table = 0;

#endif
