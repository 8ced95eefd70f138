/* spectrum.c: which of the front-end's tables this process uses. */
#include "kernels/spectrum.h"

#include "kernels/kernels.h"
#include "kernels/spectrum_tables.h"

#include <string.h>

const sx_spectrum_kernels *sx_spectrum_kernels_named(const char *name) {
    if (sx_kernels_named(name) == NULL) return NULL; /* the processor lacks it */
    const sx_spectrum_kernels *const tables[] = {sx_spectrum_plain_table, sx_spectrum_avx2_table,
                                                 sx_spectrum_avx512_table, sx_spectrum_neon_table,
                                                 sx_spectrum_sse2_table};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (tables[i] && strcmp(tables[i]->name, name) == 0) return tables[i];
    }
    return NULL;
}

const sx_spectrum_kernels *sx_spectrum_kernels_get(void) {
    const sx_spectrum_kernels *table = sx_spectrum_kernels_named(sx_kernels_name());
    return table ? table : sx_spectrum_plain_table;
}
