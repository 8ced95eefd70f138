/* exact_avx2.c: the front-end's double loops with 4 doubles in a vector. */
#include "kernels/spectrum_tables.h"

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

typedef __m256d vec;
enum { VL = 4 };

static inline vec vec_load(const double *p) { return _mm256_loadu_pd(p); }
static inline void vec_store(double *p, vec v) { _mm256_storeu_pd(p, v); }
static inline vec vec_splat(double value) { return _mm256_set1_pd(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return _mm256_fmadd_pd(a, b, c); }
static inline vec vec_fnma(vec a, vec b, vec c) { return _mm256_fnmadd_pd(a, b, c); }
static inline vec vec_sqrt(vec v) { return _mm256_sqrt_pd(v); }
static inline void vec_store_floats(float *p, vec v) { _mm_storeu_ps(p, _mm256_cvtpd_ps(v)); }

static inline __m256d widened(__m128d floats) { return _mm256_cvtps_pd(_mm_castpd_ps(floats)); }

static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    __m128 a = _mm_loadu_ps(at), b = _mm_loadu_ps(at + stride);
    __m128 c = _mm_loadu_ps(at + 2 * stride), d = _mm_loadu_ps(at + 3 * stride);
    __m128d ab01 = _mm_castps_pd(_mm_unpacklo_ps(a, b)), ab23 = _mm_castps_pd(_mm_unpackhi_ps(a, b));
    __m128d cd01 = _mm_castps_pd(_mm_unpacklo_ps(c, d)), cd23 = _mm_castps_pd(_mm_unpackhi_ps(c, d));
    out[0] = widened(_mm_unpacklo_pd(ab01, cd01));
    out[1] = widened(_mm_unpackhi_pd(ab01, cd01));
    out[2] = widened(_mm_unpacklo_pd(ab23, cd23));
    out[3] = widened(_mm_unpackhi_pd(ab23, cd23));
}

#include "kernels/exact.inc"

const sx_exact_kernels sx_exact_avx2 = EXACT_KERNELS;

#endif
