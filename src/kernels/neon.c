/* neon.c: the fast loops with 4 lanes and 32 registers; aarch64 always has them. */
#include "kernels/tables.h"

#if defined(__aarch64__)

#include <arm_neon.h>

typedef float32x4_t vec;
enum { VL = 4, TILE_ROWS = 12 };
static const char set_name[] = "neon";

static inline vec vec_load(const float *p) { return vld1q_f32(p); }
static inline void vec_store(float *p, vec v) { vst1q_f32(p, v); }
static inline vec vec_splat(float value) { return vdupq_n_f32(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return vfmaq_f32(c, a, b); }
static inline vec vec_add(vec a, vec b) { return vaddq_f32(a, b); }
static inline float one_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

typedef int32_t ivec __attribute__((vector_size(VL * sizeof(int32_t))));
static inline ivec codes_load(const uint8_t *p) {
    uint8_t bytes[8] = {p[0], p[1], p[2], p[3]};
    return (ivec)vmovl_u16(vget_low_u16(vmovl_u8(vld1_u8(bytes))));
}
static inline void codes_store(uint8_t *p, ivec v) {
    for (size_t i = 0; i < VL; i++)
        p[i] = (uint8_t)v[i];
}

typedef uint32x4_t vmask;
static inline vmask vec_above(vec a, vec b) { return vcgtq_f32(a, b); }
static inline vmask codes_equal(ivec a, ivec b) { return vceqq_s32((int32x4_t)a, (int32x4_t)b); }
static inline vec vec_choose(vmask m, vec yes, vec no) { return vbslq_f32(m, yes, no); }
static inline vec vec_greater(vec a, vec b) { return vec_choose(vec_above(a, b), a, b); }
static inline ivec codes_choose(vmask m, ivec yes, ivec no) {
    return (ivec)vbslq_s32(m, (int32x4_t)yes, (int32x4_t)no);
}

#include "kernels/loops.inc"

const sx_kernels *const sx_kernels_neon_table = &table;

#else

const sx_kernels *const sx_kernels_neon_table = 0;

#endif
