/* spectrum_neon.c: the front-end's loops with 4 floats in a vector; aarch64 always has them. */
#include "kernels/spectrum_tables.h"

#if defined(__aarch64__)

#include <arm_neon.h>

typedef float32x4_t vec;
enum { VL = 4 };
static const char set_name[] = "neon";
#define set_exact sx_exact_neon

static inline vec vec_load(const float *p) { return vld1q_f32(p); }
static inline void vec_store(float *p, vec v) { vst1q_f32(p, v); }
static inline vec vec_splat(float value) { return vdupq_n_f32(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return vfmaq_f32(c, a, b); }
static inline vec vec_fnma(vec a, vec b, vec c) { return vfmsq_f32(c, a, b); }
static inline vec vec_sqrt(vec v) { return vsqrtq_f32(v); }
static inline vec vec_min(vec a, vec b) { return vminnmq_f32(a, b); } /* b where a is NaN */
static inline vec vec_max(vec a, vec b) { return vmaxnmq_f32(a, b); }

/* Rows and columns changed places. */
static inline void turn(const vec in[4], vec out[4]) {
    float32x4x2_t ab = vtrnq_f32(in[0], in[1]), cd = vtrnq_f32(in[2], in[3]);
    out[0] = vcombine_f32(vget_low_f32(ab.val[0]), vget_low_f32(cd.val[0]));
    out[1] = vcombine_f32(vget_low_f32(ab.val[1]), vget_low_f32(cd.val[1]));
    out[2] = vcombine_f32(vget_high_f32(ab.val[0]), vget_high_f32(cd.val[0]));
    out[3] = vcombine_f32(vget_high_f32(ab.val[1]), vget_high_f32(cd.val[1]));
}

static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    vec rows[4] = {vld1q_f32(at), vld1q_f32(at + stride), vld1q_f32(at + 2 * stride),
                   vld1q_f32(at + 3 * stride)};
    turn(rows, out);
}

static inline void store_rows(float *at, size_t stride, const vec in[4]) {
    vec rows[4];
    turn(in, rows);
    for (size_t i = 0; i < 4; i++)
        vst1q_f32(at + i * stride, rows[i]);
}

#include "kernels/spectrum.inc"

const sx_spectrum_kernels *const sx_spectrum_neon_table = &table;

#else

const sx_spectrum_kernels *const sx_spectrum_neon_table = 0;

#endif
