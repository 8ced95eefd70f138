/* avx2.c: the fast loops with 8 lanes and 16 registers. */
#include "kernels/tables.h"

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

typedef __m256 vec;
enum { VL = 8, TILE_ROWS = 6 };
static const char set_name[] = "avx2";

static inline vec vec_load(const float *p) { return _mm256_loadu_ps(p); }
static inline void vec_store(float *p, vec v) { _mm256_storeu_ps(p, v); }
static inline vec vec_splat(float value) { return _mm256_set1_ps(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }
static inline vec vec_add(vec a, vec b) { return _mm256_add_ps(a, b); }
static inline float one_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

typedef int32_t ivec __attribute__((vector_size(VL * sizeof(int32_t))));
static inline ivec codes_load(const uint8_t *p) {
    return (ivec)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)p));
}
static inline void codes_store(uint8_t *p, ivec v) {
    __m128i words =
        _mm_packus_epi32(_mm256_castsi256_si128((__m256i)v), _mm256_extracti128_si256((__m256i)v, 1));
    _mm_storel_epi64((__m128i *)(void *)p, _mm_packus_epi16(words, words));
}

typedef __m256 vmask;
static inline vmask vec_above(vec a, vec b) { return _mm256_cmp_ps(a, b, _CMP_GT_OQ); }
static inline vec vec_greater(vec a, vec b) { return _mm256_max_ps(a, b); }
static inline vmask codes_equal(ivec a, ivec b) {
    return _mm256_castsi256_ps(_mm256_cmpeq_epi32((__m256i)a, (__m256i)b));
}
static inline vec vec_choose(vmask m, vec yes, vec no) { return _mm256_blendv_ps(no, yes, m); }
static inline ivec codes_choose(vmask m, ivec yes, ivec no) {
    return (ivec)_mm256_blendv_epi8((__m256i)no, (__m256i)yes, _mm256_castps_si256(m));
}

#include "kernels/loops.inc"

const sx_kernels *const sx_kernels_avx2_table = &table;

#else

const sx_kernels *const sx_kernels_avx2_table = 0;

#endif
