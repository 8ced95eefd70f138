/* spectrum_avx2.c: the front-end's loops with 8 floats in a vector. */
#include "kernels/spectrum_tables.h"

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

typedef __m256 vec;
enum { VL = 8 };
static const char set_name[] = "avx2";
#define set_exact sx_exact_avx2

static inline vec vec_load(const float *p) { return _mm256_loadu_ps(p); }
static inline void vec_store(float *p, vec v) { _mm256_storeu_ps(p, v); }
static inline vec vec_splat(float value) { return _mm256_set1_ps(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }
static inline vec vec_fnma(vec a, vec b, vec c) { return _mm256_fnmadd_ps(a, b, c); }
static inline vec vec_sqrt(vec v) { return _mm256_sqrt_ps(v); }
static inline vec vec_min(vec a, vec b) { return _mm256_min_ps(a, b); } /* b where a is NaN */
static inline vec vec_max(vec a, vec b) { return _mm256_max_ps(a, b); }

/* Four samples of frames l and l + 4. */
static inline vec two_rows(const float *at, size_t stride, size_t l) {
    vec low = _mm256_castps128_ps256(_mm_loadu_ps(at + l * stride));
    return _mm256_insertf128_ps(low, _mm_loadu_ps(at + (l + 4) * stride), 1);
}

/* Each half of 4 x 4 numbers on its side. */
static inline void turn_halves(vec a, vec b, vec c, vec d, vec out[4]) {
    __m256d ab01 = _mm256_castps_pd(_mm256_unpacklo_ps(a, b)),
            ab23 = _mm256_castps_pd(_mm256_unpackhi_ps(a, b));
    __m256d cd01 = _mm256_castps_pd(_mm256_unpacklo_ps(c, d)),
            cd23 = _mm256_castps_pd(_mm256_unpackhi_ps(c, d));
    out[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab01, cd01));
    out[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab01, cd01));
    out[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab23, cd23));
    out[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab23, cd23));
}

static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    turn_halves(two_rows(at, stride, 0), two_rows(at, stride, 1), two_rows(at, stride, 2),
                two_rows(at, stride, 3), out);
}

static inline void store_rows(float *at, size_t stride, const vec in[4]) {
    vec rows[4];
    turn_halves(in[0], in[1], in[2], in[3], rows);
    for (size_t i = 0; i < 4; i++) {
        _mm_storeu_ps(at + i * stride, _mm256_castps256_ps128(rows[i]));
        _mm_storeu_ps(at + (4 + i) * stride, _mm256_extractf128_ps(rows[i], 1));
    }
}

#include "kernels/spectrum.inc"

const sx_spectrum_kernels *const sx_spectrum_avx2_table = &table;

#else

const sx_spectrum_kernels *const sx_spectrum_avx2_table = 0;

#endif
