/* block_run.c: forward and backward of a block, shard by shard. */
#include "layers/block_parts.h"
#include "layers/norm.h"

#include <string.h>

typedef struct block_work {
    const sx_block *block;
    const sx_block_call *call;
    sx_norm_view view;
    sx_block_sizes sizes;
    const float *scale, *shift, *mean; /* by u */
    const float *inv_std, *slope, *slope_x, *offset;
} block_work;

static block_work work_of(const sx_block *block, const sx_block_call *call) {
    return (block_work){.block = block,
                        .call = call,
                        .view = sx_norm_view_of(block->norm_options, block->middle),
                        .sizes = sx_block_sizes_of(block)};
}

/* saved of the normalisation: means, then inverse deviations. */
static float *saved_mean(const block_work *work) { return work->call->norm.saved; }
static float *saved_inverse(const block_work *work) { return saved_mean(work) + work->view.statistic.groups; }

static size_t out_floats(const block_work *work, size_t example) {
    return example * sx_shape_count(work->block->output);
}

static float *deviations(const block_work *work, size_t example) {
    return (float *)work->call->saved + out_floats(work, example);
}

static uint8_t *winners(const block_work *work, size_t example) {
    return (uint8_t *)(deviations(work, 0) + out_floats(work, work->call->lead.batch)) +
           out_floats(work, example);
}

static float *example_scratch(const block_work *work, size_t slot) {
    return (float *)work->call->scratch + slot * sx_block_example_floats(work->block);
}

/* As many examples of a shard, from the i-th on, as are worked on together; without memory for the
 * convolution's output of the batch, in scratch. */
static sx_shard some_examples(const block_work *work, const sx_shard *all, size_t i) {
    size_t most = sx_block_examples(work->block), left = all->count - i;
    sx_shard some = {.first = all->first + i, .count = left < most ? left : most, .slot = all->slot};
    some.x = all->x + i * sx_shape_count(work->block->input);
    some.y = all->y ? all->y + i * sx_shape_count(work->block->middle) : example_scratch(work, all->slot);
    return some;
}

/* --- statistics ----------------------------------------------------------------------------------- */

static double values_in(const block_work *work, size_t examples) {
    return (double)examples * (double)work->view.values_per_group;
}

static void add_examples(const block_work *work, size_t shard, const sx_shard *some, const float *centre) {
    double *sums = sx_norm_sums(&work->view, &work->call->norm, shard);
    work->call->norm.kernels->norm_sums(&work->view.statistic, some->count, some->y, centre, sums,
                                        sums + work->view.statistic.groups);
}

static void clear_sums(const block_work *work, size_t shard) {
    memset(sx_norm_sums(&work->view, &work->call->norm, shard), 0,
           2 * work->view.statistic.groups * sizeof(double));
}

/* What a shard sums about: the mean of its first example. */
static float *pilot_of(const block_work *work, size_t shard) {
    return sx_norm_tables(&work->view, &work->call->norm, shard);
}

static void find_pilot(const block_work *work, size_t shard, const sx_shard *some) {
    clear_sums(work, shard);
    add_examples(work, shard, some, NULL);
    sx_norm_means(work->view.statistic.groups, values_in(work, some->count),
                  sx_norm_sums(&work->view, &work->call->norm, shard), pilot_of(work, shard));
    clear_sums(work, shard);
}

static void convolve_shard(void *context, size_t shard, int worker) {
    const block_work *work = context;
    const sx_layer_call *lead = &work->call->lead;
    sx_shard part = sx_shard_of(lead, shard);
    part.slot = sx_shard_slot(lead, shard, worker);
    const sx_measure *measure = work->call->norm.measure;
    const float *centre = measure && measure->pass > 0 ? measure->centre : NULL;
    clear_sums(work, shard);
    for (size_t i = 0; i < part.count; i += sx_block_examples(work->block)) {
        sx_shard some = some_examples(work, &part, i);
        work->block->ops->forward_part(work->block->options, lead, shard, some);
        if (!measure && i == 0) {
            sx_shard one = {.count = 1, .y = some.y};
            find_pilot(work, shard, &one);
            centre = pilot_of(work, shard);
        }
        add_examples(work, shard, &some, centre);
    }
}

/* Where the batch's outputs are not kept, a convolution is done again: cheaper than memory far away. */
static void convolve_again(const block_work *work, size_t shard, const sx_shard *some) {
    if (!work->call->lead.output)
        work->block->ops->forward_part(work->block->options, &work->call->lead, shard, *some);
}

static size_t shard_count(const block_work *work) {
    size_t batch = work->call->lead.batch;
    return batch < SX_SHARDS ? batch : SX_SHARDS;
}

static double group_mean(const block_work *work, size_t g) {
    double sum = 0;
    for (size_t shard = 0; shard < shard_count(work); shard++) {
        size_t first, count = sx_shard_range(work->call->lead.batch, shard, &first);
        sum += sx_norm_sums(&work->view, &work->call->norm, shard)[g] +
               values_in(work, count) * (double)pilot_of(work, shard)[g];
    }
    return sum / values_in(work, work->call->lead.batch);
}

/* Sums of squares move from each shard's pilot to the mean: + n d^2 - 2 d sum, d = mean - pilot. */
static double group_variance(const block_work *work, size_t g, double mean) {
    double squares = 0;
    for (size_t shard = 0; shard < shard_count(work); shard++) {
        size_t first, count = sx_shard_range(work->call->lead.batch, shard, &first);
        const double *sums = sx_norm_sums(&work->view, &work->call->norm, shard);
        double d = mean - (double)pilot_of(work, shard)[g];
        squares += sums[work->view.statistic.groups + g] + d * (d * values_in(work, count) - 2 * sums[g]);
    }
    return sx_norm_variance(values_in(work, work->call->lead.batch), 0, squares);
}

static void move(float momentum, float share, float value, float *moving) {
    *moving = *moving * momentum + value * share;
}

static void batch_statistics(const block_work *work) {
    const sx_norm_options *options = work->block->norm_options;
    const sx_norm_view *view = &work->view;
    float *const *weights = work->call->norm.weights;
    float momentum = (float)options->momentum, share = (float)(1.0 - options->momentum);
    for (size_t g = 0; g < view->statistic.groups; g++) {
        double mean = group_mean(work, g), variance = group_variance(work, g, mean);
        saved_mean(work)[g] = (float)mean;
        saved_inverse(work)[g] = sx_norm_inverse_std(options, variance);
        move(momentum, share, (float)mean, &weights[view->moving_mean][g]);
        move(momentum, share, (float)variance, &weights[view->moving_variance][g]);
    }
}

static void moving_statistics(const block_work *work) {
    const sx_norm_view *view = &work->view;
    float *const *weights = work->call->norm.weights;
    for (size_t g = 0; g < view->statistic.groups; g++) {
        saved_mean(work)[g] = weights[view->moving_mean][g];
        saved_inverse(work)[g] =
            sx_norm_inverse_std(work->block->norm_options, (double)weights[view->moving_variance][g]);
    }
}

static void measure_sums(const block_work *work) {
    sx_measure *measure = work->call->norm.measure;
    size_t groups = work->view.statistic.groups;
    for (size_t g = 0; g < groups; g++) {
        double sum = 0;
        for (size_t shard = 0; shard < shard_count(work); shard++)
            sum += sx_norm_sums(&work->view, &work->call->norm, shard)[g + (measure->pass > 0 ? groups : 0)];
        measure->sum[g] += sum;
    }
    measure->count += values_in(work, work->call->lead.batch);
}

/* --- forward -------------------------------------------------------------------------------------- */

static void make_tables(block_work *work) {
    size_t joint = work->view.joint.groups;
    float *tables = sx_norm_tables(&work->view, &work->call->norm, 0);
    sx_norm_apply_tables(&work->view, &work->call->norm, saved_mean(work), saved_inverse(work), tables,
                         tables + joint);
    sx_norm_spread(&work->view, saved_mean(work), tables + 2 * joint);
    work->scale = tables;
    work->shift = tables + joint;
    work->mean = tables + 2 * joint;
}

static void finish_examples(const block_work *work, size_t first, size_t count, const float *x) {
    bool train = work->call->norm.mode == SX_RUN_TRAIN;
    work->call->norm.kernels->block_forward(&work->sizes, count, x, work->scale, work->shift, work->mean,
                                            work->call->output + out_floats(work, first),
                                            train ? deviations(work, first) : NULL,
                                            train ? winners(work, first) : NULL);
}

static void finish_shard(void *context, size_t shard, int worker) {
    const block_work *work = context;
    sx_shard part = sx_shard_of(&work->call->lead, shard);
    part.slot = sx_shard_slot(&work->call->lead, shard, worker);
    for (size_t i = 0; i < part.count; i += sx_block_examples(work->block)) {
        sx_shard some = some_examples(work, &part, i);
        convolve_again(work, shard, &some);
        finish_examples(work, some.first, some.count, some.y);
    }
}

/* With the moving statistics nothing has to be waited for. */
static void infer_shard(void *context, size_t shard, int worker) {
    const block_work *work = context;
    sx_shard part = sx_shard_of(&work->call->lead, shard);
    part.slot = sx_shard_slot(&work->call->lead, shard, worker);
    for (size_t i = 0; i < part.count; i += sx_block_examples(work->block)) {
        sx_shard some = some_examples(work, &part, i);
        work->block->ops->forward_part(work->block->options, &work->call->lead, shard, some);
        finish_examples(work, some.first, some.count, some.y);
    }
}

void sx_block_forward(const sx_block *block, const sx_block_call *call) {
    block_work work = work_of(block, call);
    if (call->norm.measure) {
        sx_for_shards(&call->lead, convolve_shard, &work);
        measure_sums(&work);
    } else if (call->norm.mode == SX_RUN_TRAIN) {
        sx_for_shards(&call->lead, convolve_shard, &work);
        batch_statistics(&work);
        make_tables(&work);
        sx_for_shards(&call->lead, finish_shard, &work);
    } else {
        moving_statistics(&work);
        make_tables(&work);
        sx_for_shards(&call->lead, infer_shard, &work);
    }
}

/* --- backward ------------------------------------------------------------------------------------- */

static void gradient_sums_shard(void *context, size_t shard, int worker) {
    const block_work *work = context;
    (void)worker;
    sx_shard part = sx_shard_of(&work->call->lead, shard);
    size_t joint = work->view.joint.groups;
    double *sums = sx_norm_sums(&work->view, &work->call->norm, shard);
    memset(sums, 0, 2 * joint * sizeof(double));
    work->call->norm.kernels->block_gradient_sums(
        &work->sizes, part.count, work->call->output_gradient + out_floats(work, part.first),
        deviations(work, part.first), winners(work, part.first), work->inv_std, sums, sums + joint);
}

static void backward_shard(void *context, size_t shard, int worker) {
    const block_work *work = context;
    const sx_block *block = work->block;
    sx_shard part = sx_shard_of(&work->call->lead, shard);
    part.slot = sx_shard_slot(&work->call->lead, shard, worker);
    for (size_t i = 0; i < part.count; i += sx_block_examples(work->block)) {
        sx_shard some = some_examples(work, &part, i);
        float *dx = example_scratch(work, part.slot); /* perhaps in place of y */
        convolve_again(work, shard, &some);
        work->call->norm.kernels->block_backward(
            &work->sizes, some.count, some.y, work->call->output_gradient + out_floats(work, some.first),
            winners(work, some.first), work->slope, work->slope_x, work->offset, dx);
        some.dy = dx;
        if (part.dx) some.dx = part.dx + i * sx_shape_count(block->input);
        block->ops->backward_part(block->options, &work->call->lead, shard, some);
    }
}

static void write_affine(const block_work *work, const double *by_affine) {
    const sx_norm_view *view = &work->view;
    for (size_t h = 0; h < view->affine.groups; h++) {
        if (view->beta >= 0) sx_shard_gradient(&work->call->norm, 0, view->beta)[h] = (float)by_affine[h];
        if (view->gamma >= 0)
            sx_shard_gradient(&work->call->norm, 0, view->gamma)[h] =
                (float)by_affine[view->joint.groups + h];
    }
}

/* Shard 0's sums become the total. */
static double *total_of_shards(const block_work *work) {
    double *total = sx_norm_sums(&work->view, &work->call->norm, 0);
    for (size_t shard = 1; shard < shard_count(work); shard++) {
        const double *sums = sx_norm_sums(&work->view, &work->call->norm, shard);
        for (size_t i = 0; i < 2 * work->view.joint.groups; i++)
            total[i] += sums[i];
    }
    return total;
}

/* Once the shards' sums are totalled in block 0, blocks 1 and 2 are free. */
void sx_block_backward(const sx_block *block, const sx_block_call *call) {
    block_work work = work_of(block, call);
    const sx_norm_view *view = &work.view;
    size_t joint = view->joint.groups;
    float *tables = sx_norm_tables(view, &call->norm, 0);
    sx_norm_gradient gradient = {.n = values_in(&work, call->lead.batch),
                                 .mean = tables,
                                 .inv_std = tables + joint,
                                 .a = tables + 2 * joint,
                                 .b = tables + 3 * joint,
                                 .c = tables + 4 * joint};
    sx_norm_spread(view, saved_mean(&work), tables);
    sx_norm_spread(view, saved_inverse(&work), tables + joint);
    work.inv_std = gradient.inv_std;
    sx_for_shards(&call->lead, gradient_sums_shard, &work);
    gradient.sums = total_of_shards(&work);
    gradient.by_group = sx_norm_sums(view, &call->norm, 1);
    gradient.by_affine = sx_norm_sums(view, &call->norm, 2);
    memset(gradient.by_affine, 0, 2 * joint * sizeof(double));
    sx_norm_backward_tables(view, &call->norm, &gradient);
    write_affine(&work, gradient.by_affine);
    work.slope = gradient.a;
    work.slope_x = gradient.b;
    work.offset = gradient.c;
    sx_for_shards(&call->lead, backward_shard, &work);
}
