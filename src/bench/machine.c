/* machine.c: what the machine can do at most: multiply-adds with each set of vectors, and memory read,
 * written, and both (a = b + s * c). On one core, and on as many as asked for. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "bench/peak.h"
#include "kernels/kernels.h"

#include <stdio.h>

enum { LANES = 16, UNROLL = 4, MOST_THREADS = 1024 };
static const size_t block_bytes = (size_t)192 << 20; /* far beyond a core's caches */

typedef float lanes __attribute__((vector_size(LANES * 4), may_alias));

/* --- multiply-adds ---------------------------------------------------------------------------------- */

typedef struct peak_call {
    const char *table;
    sx_pool *pool;
    int threads;
    float results[MOST_THREADS];
} peak_call;

static void peak_task(void *context, size_t index, int worker) {
    peak_call *call = context;
    (void)worker;
    (void)sx_peak_run(call->table, &call->results[index]);
}

static void run_peak(void *context) {
    peak_call *call = context;
    sx_pool_run(call->pool, (size_t)call->threads, peak_task, call);
}

static sx_status measure_peak(const sx_bench *bench, const char *table, sx_pool *pool, sx_error *err) {
    peak_call call = {.table = table, .pool = pool, .threads = sx_pool_threads(pool)};
    sx_bench_row row = sx_bench_row_for("fma_peak", table, call.threads);
    snprintf(row.impl, sizeof row.impl, "machine");
    row.flops = sx_peak_flops(table) * call.threads;
    if (row.flops <= 0) return SX_OK;
    return sx_bench_measure(bench, run_peak, &call, &row, err);
}

/* --- memory ----------------------------------------------------------------------------------------- */

typedef struct memory_call {
    lanes *block;
    size_t count; /* lanes in the block */
    sx_pool *pool;
    int threads;
    void (*stretch)(lanes *block, size_t count);
} memory_call;

static void read_stretch(lanes *block, size_t count) {
    lanes sums[UNROLL] = {{0}};
    for (size_t i = 0; i + UNROLL <= count; i += UNROLL) {
        for (size_t k = 0; k < UNROLL; k++)
            sums[k] += block[i + k];
    }
    volatile float used = (sums[0] + sums[1] + sums[2] + sums[3])[0];
    (void)used;
}

static void write_stretch(lanes *block, size_t count) {
    const lanes value = {1.0f};
    for (size_t i = 0; i < count; i++)
        block[i] = value;
}

static void triad_stretch(lanes *block, size_t count) {
    const size_t third = count / 3;
    lanes *a = block, *b = block + third, *c = block + 2 * third;
    for (size_t i = 0; i < third; i++)
        a[i] = b[i] + 0.5f * c[i];
}

static void memory_task(void *context, size_t index, int worker) {
    const memory_call *call = context;
    const size_t share = call->count / (size_t)call->threads;
    (void)worker;
    call->stretch(call->block + index * share, share);
}

static void run_memory(void *context) {
    memory_call *call = context;
    sx_pool_run(call->pool, (size_t)call->threads, memory_task, call);
}

static sx_status measure_memory(const sx_bench *bench, lanes *block, sx_pool *pool, sx_error *err) {
    static const struct {
        const char *name;
        void (*stretch)(lanes *block, size_t count);
    } kinds[] = {{"read", read_stretch}, {"write", write_stretch}, {"triad", triad_stretch}};
    sx_status status = SX_OK;
    for (size_t i = 0; i < 3 && !status; i++) {
        memory_call call = {block, block_bytes / sizeof(lanes), pool, sx_pool_threads(pool),
                            kinds[i].stretch};
        sx_bench_row row = sx_bench_row_for("bandwidth", kinds[i].name, call.threads);
        snprintf(row.impl, sizeof row.impl, "machine");
        row.bytes = (double)block_bytes;
        status = sx_bench_measure(bench, run_memory, &call, &row, err);
    }
    return status;
}

/* --- all -------------------------------------------------------------------------------------------- */

static sx_status measure_all(const sx_bench *bench, lanes *block, int threads, sx_error *err) {
    sx_pool *pool = NULL;
    sx_status status = sx_pool_create(threads, &pool, err);
    for (size_t i = 0; sx_kernel_names[i] && !status; i++)
        status = measure_peak(bench, sx_kernel_names[i], pool, err);
    if (!status) status = measure_memory(bench, block, pool, err);
    sx_pool_free(pool);
    return status;
}

sx_status sx_bench_machine(const sx_bench *bench, sx_error *err) {
    const int threads = sx_bench_threads(bench);
    sx_arena arena;
    sx_status status = sx_arena_init(&arena, block_bytes, err);
    if (status) return status;
    status = measure_all(bench, (lanes *)arena.block, 1, err);
    if (!status && threads > 1) status = measure_all(bench, (lanes *)arena.block, threads, err);
    sx_arena_clear(&arena);
    return status;
}
