/* spectrum_sse2.c: the front-end's loops with 4 floats in a vector; no fused multiply-add: the bits of
 * "plain".
 */
#include "kernels/spectrum_tables.h"

#if defined(__SSE2__)

#include <immintrin.h>

typedef __m128 vec;
enum { VL = 4 };
static const char set_name[] = "sse2";
#define set_exact sx_exact_sse2

static inline vec vec_load(const float *p) { return _mm_loadu_ps(p); }
static inline void vec_store(float *p, vec v) { _mm_storeu_ps(p, v); }
static inline vec vec_splat(float value) { return _mm_set1_ps(value); }
static inline vec vec_fma(vec a, vec b, vec c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }
static inline vec vec_fnma(vec a, vec b, vec c) { return _mm_sub_ps(c, _mm_mul_ps(a, b)); }
static inline vec vec_sqrt(vec v) { return _mm_sqrt_ps(v); }
static inline vec vec_min(vec a, vec b) { return _mm_min_ps(a, b); } /* b where a is NaN */
static inline vec vec_max(vec a, vec b) { return _mm_max_ps(a, b); }

static inline void load_columns(const float *at, size_t stride, vec out[4]) {
    for (size_t i = 0; i < 4; i++)
        out[i] = _mm_loadu_ps(at + i * stride);
    _MM_TRANSPOSE4_PS(out[0], out[1], out[2], out[3]);
}

static inline void store_rows(float *at, size_t stride, const vec in[4]) {
    vec rows[4] = {in[0], in[1], in[2], in[3]};
    _MM_TRANSPOSE4_PS(rows[0], rows[1], rows[2], rows[3]);
    for (size_t i = 0; i < 4; i++)
        _mm_storeu_ps(at + i * stride, rows[i]);
}

#include "kernels/spectrum.inc"

const sx_spectrum_kernels *const sx_spectrum_sse2_table = &table;

#else

const sx_spectrum_kernels *const sx_spectrum_sse2_table = 0;

#endif
