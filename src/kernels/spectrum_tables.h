/* spectrum_tables.h: the front-end's tables of this build; each is NULL where it was not compiled. */
#ifndef KERNELS_SPECTRUM_TABLES_H
#define KERNELS_SPECTRUM_TABLES_H

#include "kernels/spectrum.h"

extern const sx_spectrum_kernels *const sx_spectrum_plain_table;
extern const sx_spectrum_kernels *const sx_spectrum_sse2_table;
extern const sx_spectrum_kernels *const sx_spectrum_avx2_table;
extern const sx_spectrum_kernels *const sx_spectrum_avx512_table;
extern const sx_spectrum_kernels *const sx_spectrum_neon_table;

#endif
