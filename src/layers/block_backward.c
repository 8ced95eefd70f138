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

static void add_flat_sums(const sx_kernels *kernels, const sx_block *block, const void *saved, size_t count,
                          const float *x, const float *dy, double *sums) {
    const sx_norm_sizes sizes = block->joint;
    const sx_norm_relu tables = sx_block_flat_tables(block, saved);
    if (block->relu)
        kernels->norm_relu_gradient_sums(&sizes, count, x, dy, &tables, sums, sums + sizes.groups);
    else
        kernels->norm_gradient_sums(&sizes, count, x, dy, tables.mean, tables.inv_std, sums,
                                    sums + sizes.groups);
}

static void flat_sums(const sx_block_work *work, size_t shard, const sx_shard *part, double *sums) {
    for (size_t i = 0; i < part->count; i += work->block->examples) {
        sx_shard some = sx_block_some(work, part, i);
        if (work->block->works_again) sx_block_take_input(work, &some);
        sx_block_convolve_again(work, shard, &some);
        add_flat_sums(work->call->norm.kernels, work->block, work->call->saved, some.count, some.y,
                      gradient_of(work, some.first), sums);
    }
}

static void gradient_sums_shard(void *context, size_t shard, int worker) {
    const sx_block_work *work = context;
    sx_shard part = sx_block_part_of(work, shard, worker);
    size_t joint = work->view.joint.groups;
    double *sums = shard_sums(work, shard);
    if (sx_block_goes_by_halves(work)) {
        sx_block_halves_sums(work);
        return;
    }
    memset(sums, 0, 2 * joint * sizeof(double));
    if (sx_block_is_flat(work->block))
        flat_sums(work, shard, &part, sums);
    else
        work->call->norm.kernels->block_gradient_sums(
            &work->sizes, part.count, gradient_of(work, part.first), sx_block_deviations(work, part.first),
            sx_block_winners(work, part.first), work->tables.inv_std, sums, sums + joint);
}

/* The deferred block before gets its sums while its gradient is in the cache. */
static void sum_for_feeder(const sx_block_work *work, size_t shard, const sx_shard *some) {
    const sx_block_feeder *feeder = &work->call->feeder;
    if (!feeder->block || !some->dx) return;
    add_flat_sums(work->call->norm.kernels, feeder->block, feeder->saved, some->count,
                  feeder->middle + some->first * sx_shape_count(feeder->block->middle), some->dx,
                  sx_block_flat_sums(feeder->block, feeder->saved, shard));
}

static void clear_feeder(const sx_block_work *work, size_t shard) {
    const sx_block_feeder *feeder = &work->call->feeder;
    if (!feeder->block) return;
    size_t groups = feeder->block->joint.groups;
    memset(sx_block_flat_sums(feeder->block, feeder->saved, shard), 0, 2 * groups * sizeof(double));
}

/* --- gradients ------------------------------------------------------------------------------------- */

static void back_flat(const sx_block_work *work, const sx_shard *some, float *dx) {
    const sx_kernels *kernels = work->call->norm.kernels;
    const sx_norm_relu *tables = &work->tables;
    const float *dy = gradient_of(work, some->first);
    if (work->block->relu)
        kernels->norm_relu_backward(&work->view.joint, some->count, some->y, dy, tables, dx);
    else
        kernels->norm_backward(&work->view.joint, some->count, some->y, dy, tables->a, tables->b, tables->c,
                               dx);
}

/* Gradient of the convolution's output. */
static void back_examples(const sx_block_work *work, const sx_shard *some, float *dx) {
    const sx_norm_relu *tables = &work->tables;
    if (sx_block_is_flat(work->block))
        back_flat(work, some, dx);
    else if (sx_block_goes_by_halves(work))
        sx_block_halves_back(work, some->y, dx);
    else
        work->call->norm.kernels->block_backward(
            &work->sizes, some->count, some->y, gradient_of(work, some->first),
            sx_block_winners(work, some->first), tables->a, tables->b, tables->c, dx);
}

static void backward_shard(void *context, size_t shard, int worker) {
    const sx_block_work *work = context;
    const sx_block *block = work->block;
    sx_shard part = sx_block_part_of(work, shard, worker);
    if (block->from_image) {
        sx_block_image_backward(work, shard, &part);
        return;
    }
    if (block->rows > 0) {
        sx_block_rows_backward(work, shard, &part);
        return;
    }
    clear_feeder(work, shard);
    for (size_t i = 0; i < part.count; i += block->examples) {
        sx_shard some = sx_block_some(work, &part, i);
        float *dx = sx_block_example_scratch(work, part.slot); /* perhaps in place of y */
        sx_block_take_input(work, &some);
        sx_block_convolve_again(work, shard, &some);
        back_examples(work, &some, dx);
        some.dy = dx;
        if (part.dx) some.dx = part.dx + i * sx_shape_count(block->input);
        block->ops->backward_part(block->options, &work->call->lead, shard, some);
        sum_for_feeder(work, shard, &some);
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
    if (block->from_image) sx_block_image_rest(&work);
}
