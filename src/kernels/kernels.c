/* kernels.c: which table of kernels this process uses. */
#include "kernels/kernels.h"

#include "kernels/tables.h"

#include <stdlib.h>
#include <string.h>

const char *const sx_kernel_names[] = {"plain", "avx2", "avx512", "neon", "sse2", NULL};

#if defined(__x86_64__) || defined(__i386__)
static bool has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

static bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
}
#else
static bool has_avx2(void) { return false; }
static bool has_avx512(void) { return false; }
#endif

const sx_kernels *sx_kernels_named(const char *name) {
    if (strcmp(name, "plain") == 0) return sx_kernels_plain_table;
    if (strcmp(name, "sse2") == 0) return sx_kernels_sse2_table; /* every x86-64 has it */
    if (strcmp(name, "avx2") == 0) return has_avx2() ? sx_kernels_avx2_table : NULL;
    if (strcmp(name, "avx512") == 0) return has_avx512() ? sx_kernels_avx512_table : NULL;
    if (strcmp(name, "neon") == 0) return sx_kernels_neon_table;
    return NULL;
}

static const sx_kernels *best(void) {
    static const char *const order[] = {"avx512", "avx2", "neon", "sse2"};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const sx_kernels *table = sx_kernels_named(order[i]);
        if (table) return table;
    }
    return sx_kernels_plain_table;
}

const sx_kernels *sx_kernels_get(void) {
    /* Two threads that come first together choose the same table, so an atomic pointer is enough. */
    static const sx_kernels *chosen;
    const sx_kernels *table = __atomic_load_n(&chosen, __ATOMIC_ACQUIRE);
    if (table) return table;
    const char *wanted = getenv("SONAXIS_KERNELS");
    if (wanted) table = sx_kernels_named(wanted);
    if (!table) table = best();
    __atomic_store_n(&chosen, table, __ATOMIC_RELEASE);
    return table;
}

const char *sx_kernels_name(void) { return sx_kernels_get()->name; }
