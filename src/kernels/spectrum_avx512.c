/* spectrum_avx512.c: the front-end's loops with 16 floats in a vector: one vector holds a group. */
#include "kernels/spectrum_tables.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512BW__)

#include <immintrin.h>

typedef __m512 vec;
enum { VL = 16 };
static const char set_name[] = "avx512";
#define set_exact sx_exact_avx512

static inline vec vec_load(const float *p) { return _mm512_loadu_ps(p); }
static inline void vec_store(float *p, vec v) { _mm512_storeu_ps(p, v); }
static inline vec vec_splat(float value) { return _mm512_set1_ps(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
static inline vec vec_fnma(vec a, vec b, vec c) { return _mm512_fnmadd_ps(a, b, c); }
static inline vec vec_sqrt(vec v) { return _mm512_sqrt_ps(v); }
static inline vec vec_min(vec a, vec b) { return _mm512_min_ps(a, b); } /* b where a is NaN */
static inline vec vec_max(vec a, vec b) { return _mm512_max_ps(a, b); }

/* Four samples of frames l, l + 4, l + 8 and l + 12: loads that fill a quarter each need no shuffle. */
static inline vec four_rows(const float *at, size_t stride, size_t l) {
    const float *row = at + l * stride;
    vec rows = _mm512_castps128_ps512(_mm_loadu_ps(row));
    rows = _mm512_mask_broadcast_f32x4(rows, 0x00f0, _mm_loadu_ps(row + 4 * stride));
    rows = _mm512_mask_broadcast_f32x4(rows, 0x0f00, _mm_loadu_ps(row + 8 * stride));
    return _mm512_mask_broadcast_f32x4(rows, 0xf000, _mm_loadu_ps(row + 12 * stride));
}

/* Each quarter of 4 x 4 numbers on its side. */
static inline void turn_quarters(vec a, vec b, vec c, vec d, vec out[4]) {
    __m512d ab01 = _mm512_castps_pd(_mm512_unpacklo_ps(a, b)),
            ab23 = _mm512_castps_pd(_mm512_unpackhi_ps(a, b));
    __m512d cd01 = _mm512_castps_pd(_mm512_unpacklo_ps(c, d)),
            cd23 = _mm512_castps_pd(_mm512_unpackhi_ps(c, d));
    out[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab01, cd01));
    out[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab01, cd01));
    out[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab23, cd23));
    out[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab23, cd23));
}

static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    turn_quarters(four_rows(at, stride, 0), four_rows(at, stride, 1), four_rows(at, stride, 2),
                  four_rows(at, stride, 3), out);
}

static inline void store_rows(float *at, size_t stride, const vec in[4]) {
    vec rows[4];
    turn_quarters(in[0], in[1], in[2], in[3], rows);
    for (size_t i = 0; i < 4; i++) {
        _mm_storeu_ps(at + i * stride, _mm512_castps512_ps128(rows[i]));
        _mm_storeu_ps(at + (4 + i) * stride, _mm512_extractf32x4_ps(rows[i], 1));
        _mm_storeu_ps(at + (8 + i) * stride, _mm512_extractf32x4_ps(rows[i], 2));
        _mm_storeu_ps(at + (12 + i) * stride, _mm512_extractf32x4_ps(rows[i], 3));
    }
}

#include "kernels/spectrum.inc"

const sx_spectrum_kernels *const sx_spectrum_avx512_table = &table;

#else

const sx_spectrum_kernels *const sx_spectrum_avx512_table = 0;

#endif
