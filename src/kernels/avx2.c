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

#include "kernels/loops.inc"

const sx_kernels *const sx_kernels_avx2_table = &table;

#else

const sx_kernels *const sx_kernels_avx2_table = 0;

#endif
