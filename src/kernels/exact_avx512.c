/* exact_avx512.c: the front-end's double loops with 8 doubles in a vector: one vector holds a group. */
#include "kernels/spectrum_tables.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512BW__)

#include <immintrin.h>

typedef __m512d vec;
enum { VL = 8 };

static inline vec vec_load(const double *p) { return _mm512_loadu_pd(p); }
static inline void vec_store(double *p, vec v) { _mm512_storeu_pd(p, v); }
static inline vec vec_splat(double value) { return _mm512_set1_pd(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return _mm512_fmadd_pd(a, b, c); }
static inline vec vec_fnma(vec a, vec b, vec c) { return _mm512_fnmadd_pd(a, b, c); }
static inline vec vec_sqrt(vec v) { return _mm512_sqrt_pd(v); }
static inline void vec_store_floats(float *p, vec v) { _mm256_storeu_ps(p, _mm512_cvtpd_ps(v)); }

/* Four samples of frames l and l + 4. */
static inline __m256 two_rows(const float *at, size_t stride, size_t l) {
    __m256 low = _mm256_castps128_ps256(_mm_loadu_ps(at + l * stride));
    return _mm256_insertf128_ps(low, _mm_loadu_ps(at + (l + 4) * stride), 1);
}

static inline __m512d widened(__m256d floats) { return _mm512_cvtps_pd(_mm256_castpd_ps(floats)); }

static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    __m256 a = two_rows(at, stride, 0), b = two_rows(at, stride, 1);
    __m256 c = two_rows(at, stride, 2), d = two_rows(at, stride, 3);
    __m256d ab01 = _mm256_castps_pd(_mm256_unpacklo_ps(a, b));
    __m256d ab23 = _mm256_castps_pd(_mm256_unpackhi_ps(a, b));
    __m256d cd01 = _mm256_castps_pd(_mm256_unpacklo_ps(c, d));
    __m256d cd23 = _mm256_castps_pd(_mm256_unpackhi_ps(c, d));
    out[0] = widened(_mm256_unpacklo_pd(ab01, cd01));
    out[1] = widened(_mm256_unpackhi_pd(ab01, cd01));
    out[2] = widened(_mm256_unpacklo_pd(ab23, cd23));
    out[3] = widened(_mm256_unpackhi_pd(ab23, cd23));
}

#include "kernels/exact.inc"

const sx_exact_kernels sx_exact_avx512 = EXACT_KERNELS;

#endif
