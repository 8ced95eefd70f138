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

#include "kernels/loops.inc"

const sx_kernels *const sx_kernels_avx512_table = &table;

#else

const sx_kernels *const sx_kernels_avx512_table = 0;

#endif
