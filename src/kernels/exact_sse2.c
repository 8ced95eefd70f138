/* exact_sse2.c: the front-end's double loops with pairs of doubles; no fused multiply-add: the bits of
 * "plain". */
#include "kernels/spectrum_tables.h"

#if defined(__SSE2__)

#include <immintrin.h>

#include <math.h>
#include <string.h>

typedef __m128d vec;
enum { VL = 2 };

static inline vec vec_load(const double *p) { return _mm_loadu_pd(p); }
static inline void vec_store(double *p, vec v) { _mm_storeu_pd(p, v); }
static inline vec vec_splat(double value) { return _mm_set1_pd(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return _mm_add_pd(_mm_mul_pd(a, b), c); }
static inline vec vec_fnma(vec a, vec b, vec c) { return _mm_sub_pd(c, _mm_mul_pd(a, b)); }
static inline vec vec_sqrt(vec v) { return _mm_sqrt_pd(v); }
static inline void vec_store_floats(float *p, vec v) {
    _mm_storel_epi64((__m128i *)(void *)p, _mm_castps_si128(_mm_cvtpd_ps(v)));
}
static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    __m128 a = _mm_loadu_ps(at), b = _mm_loadu_ps(at + stride);
    __m128 low = _mm_unpacklo_ps(a, b), high = _mm_unpackhi_ps(a, b);
    out[0] = _mm_cvtps_pd(low);
    out[1] = _mm_cvtps_pd(_mm_movehl_ps(low, low));
    out[2] = _mm_cvtps_pd(high);
    out[3] = _mm_cvtps_pd(_mm_movehl_ps(high, high));
}

#include "kernels/exact.inc"

const sx_exact_kernels sx_exact_sse2 = EXACT_KERNELS;

#endif
