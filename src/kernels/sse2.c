/* sse2.c: the fast loops with 4 lanes and 16 registers, for every x86-64. It has no fused multiply-add:
 * products are rounded before they are added. */
#include "kernels/tables.h"

#if defined(__SSE2__)

#include <immintrin.h>

typedef __m128 vec;
enum { VL = 4, TILE_ROWS = 6 };
static const char set_name[] = "sse2";

static inline vec vec_load(const float *p) { return _mm_loadu_ps(p); }
static inline void vec_store(float *p, vec v) { _mm_storeu_ps(p, v); }
static inline vec vec_splat(float value) { return _mm_set1_ps(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }
static inline vec vec_add(vec a, vec b) { return _mm_add_ps(a, b); }
static inline float one_fma(float a, float b, float c) { return a * b + c; }

typedef int32_t ivec __attribute__((vector_size(VL * sizeof(int32_t))));
static inline ivec codes_load(const uint8_t *p) {
    int32_t bytes;
    __builtin_memcpy(&bytes, p, sizeof bytes);
    const __m128i zero = _mm_setzero_si128();
    return (ivec)_mm_unpacklo_epi16(_mm_unpacklo_epi8(_mm_cvtsi32_si128(bytes), zero), zero);
}
static inline void codes_store(uint8_t *p, ivec v) {
    __m128i words = _mm_packs_epi32((__m128i)v, (__m128i)v); /* codes are below 256: nothing saturates */
    int32_t bytes = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
    __builtin_memcpy(p, &bytes, sizeof bytes);
}

typedef __m128 vmask;
static inline vmask vec_above(vec a, vec b) { return _mm_cmpgt_ps(a, b); }
static inline vec vec_greater(vec a, vec b) { return _mm_max_ps(a, b); }
static inline vmask codes_equal(ivec a, ivec b) {
    return _mm_castsi128_ps(_mm_cmpeq_epi32((__m128i)a, (__m128i)b));
}
static inline vec vec_choose(vmask m, vec yes, vec no) {
    return _mm_or_ps(_mm_and_ps(m, yes), _mm_andnot_ps(m, no));
}
static inline ivec codes_choose(vmask m, ivec yes, ivec no) {
    __m128i which = _mm_castps_si128(m);
    return (ivec)_mm_or_si128(_mm_and_si128(which, (__m128i)yes), _mm_andnot_si128(which, (__m128i)no));
}

#include "kernels/loops.inc"

const sx_kernels *const sx_kernels_sse2_table = &table;

#else

const sx_kernels *const sx_kernels_sse2_table = 0;

#endif
