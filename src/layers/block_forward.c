/* block_forward.c: a block's statistics and output, shard by shard. */
#include "layers/block_parts.h"

#include <string.h>

/* --- statistics ----------------------------------------------------------------------------------- */

static void add_examples(const sx_block_work *work, size_t shard, const sx_shard *some, const float *centre) {
    double *sums = sx_norm_sums(&work->view, &work->call->norm, shard);
    work->call->norm.kernels->norm_sums(&work->view.statistic, some->count, some->y, centre, sums,
                                        sums + work->view.statistic.groups);
}

static void clear_sums(const sx_block_work *work, size_t shard) {
    memset(sx_norm_sums(&work->view, &work->call->norm, shard), 0,
           2 * work->view.statistic.groups * sizeof(double));
}

float *sx_block_pilot(const sx_block_work *work, size_t shard) {
    return sx_norm_tables(&work->view, &work->call->norm, shard);
}

void sx_block_make_pilot(const sx_block_work *work, size_t shard) {
    sx_norm_means(work->view.statistic.groups, sx_block_values_in(work, 1),
                  sx_norm_sums(&work->view, &work->call->norm, shard), sx_block_pilot(work, shard));
    clear_sums(work, shard);
}

static void find_pilot(const sx_block_work *work, size_t shard, const sx_shard *one) {
    clear_sums(work, shard);
    add_examples(work, shard, one, NULL);
    sx_block_make_pilot(work, shard);
}

static void convolve_shard(void *context, size_t shard, int worker) {
    const sx_block_work *work = context;
    const sx_layer_call *lead = &work->call->lead;
    sx_shard part = sx_block_part_of(work, shard, worker);
    const sx_measure *measure = work->call->norm.measure;
    const float *centre = measure && measure->pass > 0 ? measure->centre : NULL;
    if (work->block->from_image) {
        sx_block_image_sums(work, shard, &part);
        return;
    }
    clear_sums(work, shard);
    if (work->block->rows > 0) {
        sx_block_rows_statistics(work, shard, &part);
        return;
    }
    for (size_t i = 0; i < part.count; i += work->block->examples) {
        sx_shard some = sx_block_some(work, &part, i);
        sx_block_take_input(work, &some);
        work->block->ops->forward_part(work->block->options, lead, shard, some);
        if (sx_block_goes_by_halves(work)) {
            sx_block_halves_statistics(work, some.y);
            return;
        }
        if (!measure && i == 0) {
            sx_shard one = {.count = 1, .y = some.y};
            find_pilot(work, shard, &one);
            centre = sx_block_pilot(work, shard);
        }
        add_examples(work, shard, &some, centre);
    }
}

static sx_block_share share_of_shard(const sx_block_work *work, size_t shard) {
    size_t first;
    if (sx_block_goes_by_halves(work)) return sx_block_share_of_half(work, shard);
    return (sx_block_share){sx_block_values_in(work, sx_shard_range(work->call->lead.batch, shard, &first)),
                            0, work->view.statistic.groups};
}

/* Sums, pilots and shares of all shards. */
typedef struct shard_statistics {
    size_t shards, groups;
    double n; /* values of a group in all */
    const double *sums[SX_SHARDS];
    const float *pilots[SX_SHARDS];
    sx_block_share shares[SX_SHARDS];
} shard_statistics;

static shard_statistics shard_statistics_of(const sx_block_work *work, double n) {
    shard_statistics s = {
        .shards = sx_block_shard_count(work), .groups = work->view.statistic.groups, .n = n};
    for (size_t shard = 0; shard < s.shards; shard++) {
        s.sums[shard] = sx_norm_sums(&work->view, &work->call->norm, shard);
        s.pilots[shard] = sx_block_pilot(work, shard);
        s.shares[shard] = share_of_shard(work, shard);
    }
    return s;
}

static double values_of(const sx_block_share *share, size_t g) {
    return g >= share->first && g < share->end ? share->values : 0;
}

static double group_mean(const shard_statistics *s, size_t g) {
    double sum = 0;
    for (size_t shard = 0; shard < s->shards; shard++)
        sum += s->sums[shard][g] + values_of(&s->shares[shard], g) * (double)s->pilots[shard][g];
    return sum / s->n;
}

/* Sums of squares move from each shard's pilot to the mean: + n d^2 - 2 d sum, d = mean - pilot. */
static double group_variance(const shard_statistics *s, size_t g, double mean) {
    double squares = 0;
    for (size_t shard = 0; shard < s->shards; shard++) {
        const double *sums = s->sums[shard];
        double d = mean - (double)s->pilots[shard][g];
        squares += sums[s->groups + g] + d * (d * values_of(&s->shares[shard], g) - 2 * sums[g]);
    }
    return sx_norm_variance(s->n, 0, squares);
}

static void move(float momentum, float share, float value, float *moving) {
    *moving = *moving * momentum + value * share;
}

/* Sums and squares of every group from the image, in the place of shard 0's. */
static const double *sums_from_image(const sx_block_work *work) {
    double *sums = sx_norm_sums(&work->view, &work->call->norm, 0);
    sx_block_image_cells(work);
    sx_block_image_statistics(work, sums, sums + work->view.statistic.groups);
    return sums;
}

static void batch_statistics(const sx_block_work *work) {
    const sx_norm_options *options = work->block->norm_options;
    const sx_norm_view *view = &work->view;
    float *const *weights = work->call->norm.weights;
    float momentum = (float)options->momentum, share = (float)(1.0 - options->momentum);
    const double n = sx_block_values_in(work, work->call->lead.batch);
    const double *sums = work->block->from_image ? sums_from_image(work) : NULL;
    const shard_statistics shards = shard_statistics_of(work, n);
    for (size_t g = 0; g < view->statistic.groups; g++) {
        double mean = sums ? sums[g] / n : group_mean(&shards, g);
        double variance = sums ? sx_norm_variance(n, sums[g], sums[view->statistic.groups + g])
                               : group_variance(&shards, g, mean);
        sx_block_mean(work)[g] = (float)mean;
        sx_block_inverse(work)[g] = sx_norm_inverse_std(options, variance);
        move(momentum, share, (float)mean, &weights[view->moving_mean][g]);
        move(momentum, share, (float)variance, &weights[view->moving_variance][g]);
    }
}

static void moving_statistics(const sx_block_work *work) {
    const sx_norm_view *view = &work->view;
    float *const *weights = work->call->norm.weights;
    for (size_t g = 0; g < view->statistic.groups; g++) {
        sx_block_mean(work)[g] = weights[view->moving_mean][g];
        sx_block_inverse(work)[g] =
            sx_norm_inverse_std(work->block->norm_options, (double)weights[view->moving_variance][g]);
    }
}

/* Sums and squares about a centre. */
static void measure_image(const sx_block_work *work) {
    sx_measure *measure = work->call->norm.measure;
    const size_t groups = work->view.statistic.groups;
    const double n = sx_block_values_in(work, work->call->lead.batch), *sums = sums_from_image(work);
    for (size_t g = 0; g < groups; g++) {
        const double centre = measure->pass > 0 ? (double)measure->centre[g] : 0;
        measure->sum[g] += sums[g] - n * centre;
        measure->squares[g] += sums[groups + g] + centre * (n * centre - 2 * sums[g]);
    }
    measure->count += n;
}

static void measure_sums(const sx_block_work *work) {
    sx_measure *measure = work->call->norm.measure;
    size_t groups = work->view.statistic.groups;
    for (size_t g = 0; g < groups; g++) {
        double sum = 0, squares = 0;
        for (size_t shard = 0; shard < sx_block_shard_count(work); shard++) {
            const double *sums = sx_norm_sums(&work->view, &work->call->norm, shard);
            sum += sums[g];
            squares += sums[groups + g];
        }
        measure->sum[g] += sum;
        measure->squares[g] += squares;
    }
    measure->count += sx_block_values_in(work, work->call->lead.batch);
}

/* --- forward -------------------------------------------------------------------------------------- */

/* A flat block in training keeps its tables, for backward and for the block it feeds. */
static void make_tables(sx_block_work *work) {
    const sx_block *block = work->block;
    size_t joint = work->view.joint.groups;
    const float *mean = sx_block_mean(work), *inverse = sx_block_inverse(work);
    float *tables = sx_norm_tables(&work->view, &work->call->norm, 0), *shift = tables + joint;
    bool kept = sx_block_is_flat(block) && work->call->saved;
    if (kept) {
        tables = sx_block_flat_table(block, work->call->saved, SX_FLAT_SCALE);
        shift = sx_block_flat_table(block, work->call->saved, SX_FLAT_SHIFT);
        sx_norm_spread(&work->view, inverse, sx_block_flat_table(block, work->call->saved, SX_FLAT_INVERSE));
    }
    sx_norm_apply_tables(&work->view, &work->call->norm, mean, inverse, tables, shift);
    sx_norm_spread(&work->view, mean, shift + joint);
    work->tables = (sx_norm_relu){.scale = tables, .shift = shift, .mean = shift + joint};
}

static void finish_flat(const sx_block_work *work, size_t count, const float *x, float *y) {
    const sx_kernels *kernels = work->call->norm.kernels;
    const sx_norm_sizes *sizes = &work->view.joint;
    if (work->block->relu)
        kernels->norm_relu_forward(sizes, count, x, &work->tables, y);
    else
        kernels->norm_apply(sizes, count, x, work->tables.scale, work->tables.shift, y);
}

static void finish_examples(const sx_block_work *work, size_t first, size_t count, const float *x) {
    const sx_norm_relu *tables = &work->tables;
    float *y = work->call->output + first * sx_shape_count(work->block->output);
    if (sx_block_is_flat(work->block) && work->call->saved) {
        finish_flat(work, count, x, y);
        return;
    }
    if (sx_block_goes_by_halves(work)) {
        sx_block_halves_finish(work, x);
        return;
    }
    bool train = work->call->norm.mode == SX_RUN_TRAIN;
    work->call->norm.kernels->block_forward(&work->sizes, count, x, tables->scale, tables->shift,
                                            tables->mean, y, train ? sx_block_deviations(work, first) : NULL,
                                            train ? sx_block_winners(work, first) : NULL);
}

static void finish_shard(void *context, size_t shard, int worker) {
    const sx_block_work *work = context;
    sx_shard part = sx_block_part_of(work, shard, worker);
    if (work->block->rows > 0) {
        sx_block_rows_finish(work, shard, &part);
        return;
    }
    for (size_t i = 0; i < part.count; i += work->block->examples) {
        sx_shard some = sx_block_some(work, &part, i);
        if (work->block->works_again) sx_block_take_input(work, &some);
        sx_block_convolve_again(work, shard, &some);
        finish_examples(work, some.first, some.count, some.y);
    }
}

/* With the moving statistics nothing has to be waited for. */
static void infer_shard(void *context, size_t shard, int worker) {
    const sx_block_work *work = context;
    sx_shard part = sx_block_part_of(work, shard, worker);
    for (size_t i = 0; i < part.count; i += work->block->examples) {
        sx_shard some = sx_block_some(work, &part, i);
        sx_block_take_input(work, &some);
        work->block->ops->forward_part(work->block->options, &work->call->lead, shard, some);
        if (!work->block->deferred) finish_examples(work, some.first, some.count, some.y);
    }
}

void sx_block_forward(const sx_block *block, const sx_block_call *call) {
    sx_block_work work = sx_block_work_of(block, call);
    if (call->norm.measure) {
        sx_for_shards(&call->lead, convolve_shard, &work);
        (block->from_image ? measure_image : measure_sums)(&work);
    } else if (call->norm.mode == SX_RUN_TRAIN) {
        sx_for_shards(&call->lead, convolve_shard, &work);
        batch_statistics(&work);
        make_tables(&work);
        if (!block->deferred) sx_for_shards(&call->lead, finish_shard, &work);
    } else {
        moving_statistics(&work);
        make_tables(&work);
        sx_for_shards(&call->lead, block->rows > 0 ? finish_shard : infer_shard, &work);
    }
}
