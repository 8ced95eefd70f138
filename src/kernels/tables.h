/* tables.h: the tables that may exist in this build; each is NULL where it was not compiled. */
#ifndef KERNELS_TABLES_H
#define KERNELS_TABLES_H

#include "kernels/kernels.h"

extern const sx_kernels *const sx_kernels_plain_table;
extern const sx_kernels *const sx_kernels_sse2_table;
extern const sx_kernels *const sx_kernels_avx2_table;
extern const sx_kernels *const sx_kernels_avx512_table;
extern const sx_kernels *const sx_kernels_neon_table;

#endif
