/* block_halves.c: a pooled block of a single example goes by halves of its rows, for two threads. Shapes
 * decide it, never the threads: sums over the halves are those of two shards. */
#include "layers/block_parts.h"

#include <string.h>

enum { WORTH_VALUES = 8192 }; /* a map of fewer is done before another thread has begun */

bool sx_block_goes_by_halves(const sx_block_work *work) {
    const sx_block *block = work->block;
    const sx_pool_sizes *pool = &work->sizes.pool;
    return work->call->lead.batch == 1 && !work->call->norm.measure && !sx_block_is_flat(block) &&
           block->rows == 0 && pool->pad_time == 0 && pool->out_time > 1 &&
           sx_shape_count(block->middle) >= WORTH_VALUES;
}

/* Rows of the convolution's output that a half has; the last one has those in no window, too. */
typedef struct half_rows {
    size_t first, count, values, pooled; /* values before them in the map; in the pooled one */
    size_t group;                        /* of the tables, where the first row's begin */
    sx_block_sizes sizes;
} half_rows;

static half_rows rows_of_half(const sx_block_work *work, size_t half) {
    const sx_block *block = work->block;
    const sx_pool_sizes *pool = &work->sizes.pool;
    size_t windows = (pool->out_time + 1) / 2, rows = windows * pool->window_time;
    half_rows r = {.first = half * rows, .count = half ? block->middle.time - rows : rows};
    r.values = r.first * block->middle.frequency * block->middle.channels;
    r.pooled = half * windows * block->output.frequency * block->output.channels;
    r.sizes = work->sizes;
    r.sizes.pool.out_time = half ? pool->out_time - windows : windows;
    r.sizes.pool.in_time = r.sizes.norm.time = r.count;
    r.group = r.first * r.sizes.norm.step_time;
    return r;
}

typedef struct halves {
    const sx_block_work *work;
    const float *x;
    float *dx;
} halves;

static void run_halves(const sx_block_work *work, const float *x, float *dx,
                       void (*task)(void *context, size_t half, int worker)) {
    halves both = {work, x, dx};
    sx_pool_run(work->call->lead.pool, 2, task, &both);
}

/* --- statistics ----------------------------------------------------------------------------------- */

/* With the times kept, the others' groups have nothing here. */
sx_block_share sx_block_share_of_half(const sx_block_work *work, size_t half) {
    half_rows r = rows_of_half(work, half);
    size_t step = work->view.statistic.step_time, values = work->view.values_per_group;
    if (step > 0) return (sx_block_share){(double)values, r.first * step, (r.first + r.count) * step};
    return (sx_block_share){(double)(values / work->block->middle.time * r.count), 0,
                            work->view.statistic.groups};
}

static void sum_rows(const halves *both, const half_rows *r, size_t half, const float *centre) {
    const sx_block_work *work = both->work;
    sx_norm_sizes sizes = work->view.statistic;
    size_t group = r->first * sizes.step_time;
    double *sums = sx_norm_sums(&work->view, &work->call->norm, half);
    memset(sums, 0, 2 * sizes.groups * sizeof(double));
    sizes.time = r->count;
    work->call->norm.kernels->norm_sums(&sizes, 1, both->x + r->values, centre ? centre + group : NULL,
                                        sums + group, sums + sizes.groups + group);
}

static void statistics_of_half(void *context, size_t half, int worker) {
    const halves *both = context;
    const sx_block_work *work = both->work;
    half_rows r = rows_of_half(work, half);
    float *pilot = sx_block_pilot(work, half);
    (void)worker;
    sum_rows(both, &r, half, NULL);
    sx_norm_means(work->view.statistic.groups, sx_block_share_of_half(work, half).values,
                  sx_norm_sums(&work->view, &work->call->norm, half), pilot);
    sum_rows(both, &r, half, pilot);
}

void sx_block_halves_statistics(const sx_block_work *work, const float *x) {
    run_halves(work, x, NULL, statistics_of_half);
}

/* --- output ----------------------------------------------------------------------------------------- */

static void finish_half(void *context, size_t half, int worker) {
    const halves *both = context;
    const sx_block_work *work = both->work;
    const sx_norm_relu *tables = &work->tables;
    half_rows r = rows_of_half(work, half);
    bool train = work->call->norm.mode == SX_RUN_TRAIN;
    (void)worker;
    work->call->norm.kernels->block_forward(&r.sizes, 1, both->x + r.values, tables->scale + r.group,
                                            tables->shift + r.group, tables->mean + r.group,
                                            work->call->output + r.pooled,
                                            train ? sx_block_deviations(work, 0) + r.pooled : NULL,
                                            train ? sx_block_winners(work, 0) + r.pooled : NULL);
}

void sx_block_halves_finish(const sx_block_work *work, const float *x) {
    run_halves(work, x, NULL, finish_half);
}

/* --- gradients -------------------------------------------------------------------------------------- */

static void sums_of_half(void *context, size_t half, int worker) {
    const sx_block_work *work = ((const halves *)context)->work;
    half_rows r = rows_of_half(work, half);
    size_t joint = work->view.joint.groups;
    double *sums = sx_norm_sums(&work->view, &work->call->norm, half);
    (void)worker;
    memset(sums, 0, 2 * joint * sizeof(double));
    work->call->norm.kernels->block_gradient_sums(
        &r.sizes, 1, work->call->output_gradient + r.pooled, sx_block_deviations(work, 0) + r.pooled,
        sx_block_winners(work, 0) + r.pooled, work->tables.inv_std + r.group, sums + r.group,
        sums + joint + r.group);
}

void sx_block_halves_sums(const sx_block_work *work) { run_halves(work, NULL, NULL, sums_of_half); }

static void back_half(void *context, size_t half, int worker) {
    const halves *both = context;
    const sx_block_work *work = both->work;
    const sx_norm_relu *tables = &work->tables;
    half_rows r = rows_of_half(work, half);
    (void)worker;
    work->call->norm.kernels->block_backward(&r.sizes, 1, both->x + r.values,
                                             work->call->output_gradient + r.pooled,
                                             sx_block_winners(work, 0) + r.pooled, tables->a + r.group,
                                             tables->b + r.group, tables->c + r.group, both->dx + r.values);
}

void sx_block_halves_back(const sx_block_work *work, const float *x, float *dx) {
    run_halves(work, x, dx, back_half);
}
