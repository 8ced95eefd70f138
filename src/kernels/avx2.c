/* avx2.c: not yet; the plain table serves. */
#include "kernels/tables.h"

const sx_kernels *const sx_kernels_avx2_table = 0;
