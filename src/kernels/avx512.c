/* avx512.c: the fast loops with 16 lanes and 32 registers. */
#include "kernels/tables.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512BW__)

#include <immintrin.h>

typedef __m512 vec;
enum { VL = 16, TILE_ROWS = 9 };
static const char set_name[] = "avx512";

static inline vec vec_load(const float *p) { return _mm512_loadu_ps(p); }
static inline void vec_store(float *p, vec v) { _mm512_storeu_ps(p, v); }
static inline vec vec_splat(float value) { return _mm512_set1_ps(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
static inline vec vec_add(vec a, vec b) { return _mm512_add_ps(a, b); }
static inline float one_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

typedef int32_t ivec __attribute__((vector_size(VL * sizeof(int32_t))));
static inline ivec codes_load(const uint8_t *p) {
    return (ivec)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)p));
}
static inline void codes_store(uint8_t *p, ivec v) {
    _mm_storeu_si128((__m128i *)(void *)p, _mm512_cvtepi32_epi8((__m512i)v));
}

typedef __mmask16 vmask;
static inline vmask vec_above(vec a, vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
static inline vec vec_greater(vec a, vec b) { return _mm512_max_ps(a, b); }
static inline vmask codes_equal(ivec a, ivec b) { return _mm512_cmpeq_epi32_mask((__m512i)a, (__m512i)b); }
static inline vec vec_choose(vmask m, vec yes, vec no) { return _mm512_mask_blend_ps(m, no, yes); }
static inline ivec codes_choose(vmask m, ivec yes, ivec no) {
    return (ivec)_mm512_mask_blend_epi32(m, (__m512i)no, (__m512i)yes);
}

#include "kernels/loops.inc"

const sx_kernels *const sx_kernels_avx512_table = &table;

#else

const sx_kernels *const sx_kernels_avx512_table = 0;

#endif
