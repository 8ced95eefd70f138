/* block_work.c: where the parts of one block call lie. */
#include "layers/block_parts.h"

#include <math.h>

sx_block_work sx_block_work_of(const sx_block *block, const sx_block_call *call) {
    return (sx_block_work){.block = block,
                           .call = call,
                           .view = sx_norm_view_of(block->norm_options, block->middle),
                           .sizes = sx_block_sizes_of(block)};
}

float *sx_block_mean(const sx_block_work *work) { return work->call->norm.saved; }
float *sx_block_inverse(const sx_block_work *work) {
    return sx_block_mean(work) + work->view.statistic.groups;
}

static size_t out_floats(const sx_block_work *work, size_t example) {
    return example * sx_shape_count(work->block->output);
}

float *sx_block_deviations(const sx_block_work *work, size_t example) {
    return (float *)work->call->saved + out_floats(work, example);
}

uint8_t *sx_block_winners(const sx_block_work *work, size_t example) {
    return (uint8_t *)(sx_block_deviations(work, 0) + out_floats(work, work->call->lead.batch)) +
           out_floats(work, example);
}

/* --- of a flat block ------------------------------------------------------------------------------- */

static size_t flat_groups(const sx_block *block) { return block->joint.groups; }

double *sx_block_flat_sums(const sx_block *block, const void *saved, size_t shard) {
    return (double *)saved + shard * 2 * flat_groups(block);
}

float *sx_block_flat_table(const sx_block *block, const void *saved, sx_flat_table table) {
    return (float *)(void *)sx_block_flat_sums(block, saved, SX_SHARDS) + table * flat_groups(block);
}

sx_norm_relu sx_block_flat_tables(const sx_block *block, const void *saved) {
    return (sx_norm_relu){.scale = sx_block_flat_table(block, saved, SX_FLAT_SCALE),
                          .shift = sx_block_flat_table(block, saved, SX_FLAT_SHIFT),
                          .mean = sx_block_flat_table(block, saved, SX_FLAT_MEAN),
                          .inv_std = sx_block_flat_table(block, saved, SX_FLAT_INVERSE)};
}

bool sx_block_is_finite(const sx_block *block, const void *saved) {
    const sx_norm_relu tables = sx_block_flat_tables(block, saved);
    bool finite = true;
    for (size_t u = 0; u < flat_groups(block); u++)
        finite = finite && isfinite(tables.scale[u]) && isfinite(tables.shift[u]);
    return finite;
}

/* --- of a shard ------------------------------------------------------------------------------------ */

size_t sx_block_shard_count(const sx_block_work *work) {
    size_t batch = work->call->lead.batch;
    if (sx_block_goes_by_halves(work)) return 2;
    return batch < SX_SHARDS ? batch : SX_SHARDS;
}

double sx_block_values_in(const sx_block_work *work, size_t examples) {
    return (double)examples * (double)work->view.values_per_group;
}

float *sx_block_example_scratch(const sx_block_work *work, size_t slot) {
    return (float *)work->call->scratch + slot * sx_block_example_floats(work->block);
}

static float *fed_scratch(const sx_block_work *work, size_t slot) {
    return sx_block_example_scratch(work, SX_SHARDS) + slot * sx_block_input_floats(work->block);
}

/* What the deferred block before would have written. */
static const float *make_input(const sx_block_work *work, sx_shard some) {
    const sx_block_feeder *feeder = &work->call->feeder;
    const sx_norm_sizes sizes = feeder->block->joint;
    const sx_norm_relu tables = sx_block_flat_tables(feeder->block, feeder->saved);
    const float *x = feeder->middle + some.first * sx_shape_count(feeder->block->middle);
    const sx_kernels *kernels = work->call->norm.kernels;
    float *y = fed_scratch(work, some.slot);
    if (feeder->block->relu)
        kernels->norm_relu_forward(&sizes, some.count, x, &tables, y);
    else
        kernels->norm_apply(&sizes, some.count, x, tables.scale, tables.shift, y);
    return y;
}

sx_shard sx_block_part_of(const sx_block_work *work, size_t shard, int worker) {
    sx_shard part = sx_shard_of(&work->call->lead, shard);
    part.slot = sx_shard_slot(&work->call->lead, shard, worker);
    return part;
}

sx_shard sx_block_some(const sx_block_work *work, const sx_shard *all, size_t i) {
    size_t most = work->block->examples, left = all->count - i;
    sx_shard some = {.first = all->first + i, .count = left < most ? left : most, .slot = all->slot};
    if (all->x) some.x = all->x + i * sx_shape_count(work->block->input);
    some.y =
        all->y ? all->y + i * sx_shape_count(work->block->middle) : sx_block_example_scratch(work, all->slot);
    return some;
}

void sx_block_take_input(const sx_block_work *work, sx_shard *some) {
    if (work->call->feeder.block) some->x = make_input(work, *some);
}

void sx_block_convolve_again(const sx_block_work *work, size_t shard, const sx_shard *some) {
    if (!work->call->lead.output)
        work->block->ops->forward_part(work->block->options, &work->call->lead, shard, *some);
}
