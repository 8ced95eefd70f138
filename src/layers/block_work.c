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

sx_shard sx_block_part_of(const sx_block_work *work, size_t shard, int worker) {
    sx_shard part = sx_shard_of(&work->call->lead, shard);
    part.slot = sx_shard_slot(&work->call->lead, shard, worker);
    return part;
}

sx_shard sx_block_some(const sx_block_work *work, const sx_shard *all, size_t i) {
    size_t most = sx_block_examples(work->block), left = all->count - i;
    sx_shard some = {.first = all->first + i, .count = left < most ? left : most, .slot = all->slot};
    if (all->x) some.x = all->x + i * sx_shape_count(work->block->input);
    some.y =
        all->y ? all->y + i * sx_shape_count(work->block->middle) : sx_block_example_scratch(work, all->slot);
    return some;
}

/* --- rows ------------------------------------------------------------------------------------------ */

size_t sx_block_bands(const sx_block *block) { return (block->middle.time + block->band - 1) / block->band; }

sx_block_rows sx_block_rows_of(const sx_block_work *work, const sx_shard *some, size_t band) {
    const sx_block *block = work->block;
    size_t first = band * block->band, left = block->middle.time - first;
    sx_block_rows rows = {*some, first, left < block->band ? left : block->band};
    size_t in = first * block->input.frequency * block->input.channels;
    size_t out = first * block->middle.frequency * block->middle.channels;
    if (rows.part.x) rows.part.x += in;
    if (rows.part.dx) rows.part.dx += in;
    rows.part.y += out;
    if (rows.part.dy) rows.part.dy += out;
    return rows;
}

sx_norm_sizes sx_block_row_sizes(const sx_norm_sizes *sizes, const sx_block_rows *rows) {
    sx_norm_sizes part = *sizes;
    part.time = rows->count;
    return part;
}

sx_norm_relu sx_block_row_tables(const sx_norm_sizes *sizes, const sx_norm_relu *tables,
                                 const sx_block_rows *rows) {
    sx_norm_relu part = *tables;
    size_t groups = rows->first * sizes->step_time;
    const float **all[] = {&part.scale, &part.shift, &part.mean, &part.inv_std, &part.a, &part.b, &part.c};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (*all[i]) *all[i] += groups;
    return part;
}

/* What the deferred block before would have written. */
void sx_block_take_input(const sx_block_work *work, sx_block_rows *rows) {
    const sx_block_feeder *feeder = &work->call->feeder;
    if (!feeder->block) return;
    const sx_shape shape = feeder->block->middle;
    const sx_norm_sizes joint = feeder->block->joint;
    const sx_norm_relu all = sx_block_flat_tables(feeder->block, feeder->saved);
    const bool banded = sx_block_bands(work->block) > 1;
    const sx_norm_sizes sizes = banded ? sx_block_row_sizes(&joint, rows) : joint;
    const sx_norm_relu tables = sx_block_row_tables(&joint, &all, rows);
    const float *x = feeder->middle + rows->part.first * sx_shape_count(shape) +
                     rows->first * shape.frequency * shape.channels;
    const sx_kernels *kernels = work->call->norm.kernels;
    float *y = fed_scratch(work, rows->part.slot);
    if (feeder->block->relu)
        kernels->norm_relu_forward(&sizes, rows->part.count, x, &tables, y);
    else
        kernels->norm_apply(&sizes, rows->part.count, x, tables.scale, tables.shift, y);
    rows->part.x = y;
}

void sx_block_run_lead(const sx_block_work *work, size_t shard, const sx_block_rows *rows,
                       sx_block_lead_run run) {
    const sx_block *block = work->block;
    if (sx_block_bands(block) == 1) {
        run(block->options, &work->call->lead, shard, rows->part);
        return;
    }
    sx_layer_call call = work->call->lead;
    sx_shard part = rows->part;
    call.input_shapes[0].time = call.output_shape.time = rows->count;
    call.scratch = (float *)call.scratch + part.slot * block->lead_scratch;
    part.slot = 0;
    run(block->options, &call, shard, part);
}

void sx_block_convolve(const sx_block_work *work, size_t shard, const sx_shard *some) {
    for (size_t band = 0; band < sx_block_bands(work->block); band++) {
        sx_block_rows rows = sx_block_rows_of(work, some, band);
        sx_block_take_input(work, &rows);
        sx_block_run_lead(work, shard, &rows, work->block->ops->forward_part);
    }
}

void sx_block_convolve_again(const sx_block_work *work, size_t shard, const sx_block_rows *rows) {
    if (!work->call->lead.output) sx_block_run_lead(work, shard, rows, work->block->ops->forward_part);
}
