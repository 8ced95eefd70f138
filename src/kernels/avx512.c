/* avx512.c: not yet; the plain table serves. */
#include "kernels/tables.h"

const sx_kernels *const sx_kernels_avx512_table = 0;
