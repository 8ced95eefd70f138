/* spectrum_tables.h: the front-end's tables of this build; each pointer is NULL where it was not compiled. */
#ifndef KERNELS_SPECTRUM_TABLES_H
#define KERNELS_SPECTRUM_TABLES_H

#include "kernels/spectrum.h"

extern const sx_spectrum_kernels *const sx_spectrum_plain_table;
extern const sx_spectrum_kernels *const sx_spectrum_sse2_table;
extern const sx_spectrum_kernels *const sx_spectrum_avx2_table;
extern const sx_spectrum_kernels *const sx_spectrum_avx512_table;
extern const sx_spectrum_kernels *const sx_spectrum_neon_table;

/* Each is there where the table of its name is. */
extern const sx_exact_kernels sx_exact_plain, sx_exact_sse2, sx_exact_avx2, sx_exact_avx512, sx_exact_neon;

#endif
