/* block_backward.c: a block's gradients, shard by shard. */
#include "layers/block_parts.h"

#include <string.h>

/* --- sums of the gradient -------------------------------------------------------------------------- */

static double *shard_sums(const sx_block_work *work, size_t shard) {
    return sx_block_is_flat(work->block) ? sx_block_flat_sums(work->block, work->call->saved, shard)
                                         : sx_norm_sums(&work->view, &work->call->norm, shard);
}

static const float *gradient_of(const sx_block_work *work, size_t example) {
    return work->call->output_gradient + example * sx_shape_count(work->block->output);
}

/* The gradient dy of what a flat block gave, rows of it; x: the convolution's output there. */
static void add_flat_sums(const sx_kernels *kernels, const sx_block *block, const void *saved,
                          const sx_block_rows *rows, const float *x, const float *dy, double *sums) {
    const sx_norm_sizes joint = block->joint;
    const sx_norm_relu all = sx_block_flat_tables(block, saved);
    const sx_norm_sizes sizes = sx_block_row_sizes(&joint, rows);
    const sx_norm_relu tables = sx_block_row_tables(&joint, &all, rows);
    double *first = sums + rows->first * joint.step_time, *second = first + joint.groups;
    if (block->relu)
        kernels->norm_relu_gradient_sums(&sizes, rows->part.count, x, dy, &tables, first, second);
    else
        kernels->norm_gradient_sums(&sizes, rows->part.count, x, dy, tables.mean, tables.inv_std, first,
                                    second);
}

static void flat_sums(const sx_block_work *work, size_t shard, const sx_shard *part, double *sums) {
    for (size_t i = 0; i < part->count; i += sx_block_examples(work->block)) {
        sx_shard some = sx_block_some(work, part, i);
        sx_block_rows all = {some, 0, work->block->middle.time};
        if (!work->call->lead.output) sx_block_convolve(work, shard, &some);
        add_flat_sums(work->call->norm.kernels, work->block, work->call->saved, &all, some.y,
                      gradient_of(work, some.first), sums);
    }
}

static void gradient_sums_shard(void *context, size_t shard, int worker) {
    const sx_block_work *work = context;
    sx_shard part = sx_block_part_of(work, shard, worker);
    size_t joint = work->view.joint.groups;
    double *sums = shard_sums(work, shard);
    memset(sums, 0, 2 * joint * sizeof(double));
    if (sx_block_is_flat(work->block))
        flat_sums(work, shard, &part, sums);
    else
        work->call->norm.kernels->block_gradient_sums(
            &work->sizes, part.count, gradient_of(work, part.first), sx_block_deviations(work, part.first),
            sx_block_winners(work, part.first), work->tables.inv_std, sums, sums + joint);
}

/* The deferred block before gets its sums while its gradient is in the cache. */
static void sum_for_feeder(const sx_block_work *work, size_t shard, const sx_block_rows *rows) {
    const sx_block_feeder *feeder = &work->call->feeder;
    if (!feeder->block || !rows->part.dx) return;
    const sx_shape shape = feeder->block->middle;
    const float *x = feeder->middle + rows->part.first * sx_shape_count(shape) +
                     rows->first * shape.frequency * shape.channels;
    sx_block_rows of_input = *rows;
    if (sx_block_bands(work->block) == 1) of_input.count = shape.time;
    add_flat_sums(work->call->norm.kernels, feeder->block, feeder->saved, &of_input, x, rows->part.dx,
                  sx_block_flat_sums(feeder->block, feeder->saved, shard));
}

static void clear_feeder(const sx_block_work *work, size_t shard) {
    const sx_block_feeder *feeder = &work->call->feeder;
    if (!feeder->block) return;
    size_t groups = feeder->block->joint.groups;
    memset(sx_block_flat_sums(feeder->block, feeder->saved, shard), 0, 2 * groups * sizeof(double));
}

/* --- gradients ------------------------------------------------------------------------------------- */

static void back_flat(const sx_block_work *work, const sx_block_rows *rows, float *dx) {
    const sx_kernels *kernels = work->call->norm.kernels;
    const sx_norm_sizes sizes = sx_block_row_sizes(&work->view.joint, rows);
    const sx_norm_relu tables = sx_block_row_tables(&work->view.joint, &work->tables, rows);
    const sx_shard *part = &rows->part;
    if (work->block->relu)
        kernels->norm_relu_backward(&sizes, part->count, part->y, part->dy, &tables, dx);
    else
        kernels->norm_backward(&sizes, part->count, part->y, part->dy, tables.a, tables.b, tables.c, dx);
}

/* Gradient of the convolution's output. */
static void back_examples(const sx_block_work *work, const sx_block_rows *rows, float *dx) {
    const sx_norm_relu *tables = &work->tables;
    const sx_shard *part = &rows->part;
    if (sx_block_is_flat(work->block))
        back_flat(work, rows, dx);
    else
        work->call->norm.kernels->block_backward(&work->sizes, part->count, part->y, part->dy,
                                                 sx_block_winners(work, part->first), tables->a, tables->b,
                                                 tables->c, dx);
}

static void backward_rows(const sx_block_work *work, size_t shard, sx_block_rows *rows) {
    float *dx = sx_block_example_scratch(work, rows->part.slot); /* perhaps in place of y */
    sx_block_take_input(work, rows);
    sx_block_convolve_again(work, shard, rows);
    back_examples(work, rows, dx);
    rows->part.dy = dx;
    sx_block_run_lead(work, shard, rows, work->block->ops->backward_part);
    sum_for_feeder(work, shard, rows);
}

static void backward_shard(void *context, size_t shard, int worker) {
    const sx_block_work *work = context;
    const sx_block *block = work->block;
    sx_shard part = sx_block_part_of(work, shard, worker);
    clear_feeder(work, shard);
    for (size_t i = 0; i < part.count; i += sx_block_examples(block)) {
        sx_shard some = sx_block_some(work, &part, i);
        some.dy = gradient_of(work, some.first);
        if (part.dx) some.dx = part.dx + i * sx_shape_count(block->input);
        for (size_t band = 0; band < sx_block_bands(block); band++) {
            sx_block_rows rows = sx_block_rows_of(work, &some, band);
            backward_rows(work, shard, &rows);
        }
    }
}

static void write_affine(const sx_block_work *work, const double *by_affine) {
    const sx_norm_view *view = &work->view;
    for (size_t h = 0; h < view->affine.groups; h++) {
        if (view->beta >= 0) sx_shard_gradient(&work->call->norm, 0, view->beta)[h] = (float)by_affine[h];
        if (view->gamma >= 0)
            sx_shard_gradient(&work->call->norm, 0, view->gamma)[h] =
                (float)by_affine[view->joint.groups + h];
    }
}

/* Shard 0's sums become the total. */
static double *total_of_shards(const sx_block_work *work) {
    double *total = shard_sums(work, 0);
    for (size_t shard = 1; shard < sx_block_shard_count(work); shard++) {
        const double *sums = shard_sums(work, shard);
        for (size_t i = 0; i < 2 * work->view.joint.groups; i++)
            total[i] += sums[i];
    }
    return total;
}

/* Once the shards' sums are totalled in block 0, blocks 1 and 2 are free. */
void sx_block_backward(const sx_block *block, const sx_block_call *call) {
    sx_block_work work = sx_block_work_of(block, call);
    const sx_norm_view *view = &work.view;
    size_t joint = view->joint.groups;
    float *tables = sx_norm_tables(view, &call->norm, 0);
    sx_norm_gradient gradient = {.n = sx_block_values_in(&work, call->lead.batch),
                                 .mean = tables,
                                 .inv_std = tables + joint,
                                 .a = tables + 2 * joint,
                                 .b = tables + 3 * joint,
                                 .c = tables + 4 * joint};
    sx_norm_spread(view, sx_block_mean(&work), tables);
    sx_norm_spread(view, sx_block_inverse(&work), tables + joint);
    if (sx_block_is_flat(block)) work.tables = sx_block_flat_tables(block, call->saved);
    work.tables.inv_std = gradient.inv_std;
    if (!block->deferred) sx_for_shards(&call->lead, gradient_sums_shard, &work);
    gradient.sums = total_of_shards(&work);
    gradient.by_group = sx_norm_sums(view, &call->norm, 1);
    gradient.by_affine = sx_norm_sums(view, &call->norm, 2);
    memset(gradient.by_affine, 0, 2 * joint * sizeof(double));
    sx_norm_backward_tables(view, &call->norm, &gradient);
    write_affine(&work, gradient.by_affine);
    work.tables.a = gradient.a;
    work.tables.b = gradient.b;
    work.tables.c = gradient.c;
    sx_for_shards(&call->lead, backward_shard, &work);
}
