/* norm_run.c: forward and backward of a normalisation.
 *
 * Statistics over the batch: shards add up in double, the totals are taken in shard order, then one table
 * serves all shards; variances are summed about the mean in a second pass, so that a large mean does not
 * destroy them. Statistics per example: every shard does its examples one by one with its own table.
 * saved: means, then inverse deviations. */
#include "layers/norm.h"

#include <string.h>

typedef struct norm_work {
    const sx_norm_options *options;
    const sx_layer_call *call;
    sx_norm_view view;
    const float *centre;                   /* of sums; NULL = 0 */
    const float *scale, *shift;            /* of apply */
    const float *mean, *inv_std;           /* by u, of gradient sums */
    const float *slope, *slope_x, *offset; /* a, b, c of backward */
} norm_work;

static norm_work work_of(const void *options, const sx_layer_call *call) {
    return (norm_work){
        .options = options, .call = call, .view = sx_norm_view_of(options, call->input_shapes[0])};
}

static float *saved_mean(const norm_work *work) { return work->call->saved; }

/* Behind the means of a whole batch of planned size, wherever that ends: as many means as there are now. */
static float *saved_inverse(const norm_work *work) {
    size_t sets = work->view.per_example ? work->call->batch : 1;
    return (float *)work->call->saved + sets * work->view.statistic.groups;
}

/* --- sums over the batch -------------------------------------------------------------------------- */

static void sums_shard(void *context, size_t shard, int worker) {
    const norm_work *work = context;
    (void)worker;
    sx_shard part = sx_shard_of(work->call, shard);
    size_t groups = work->view.statistic.groups;
    double *sums = sx_norm_sums(&work->view, work->call, shard);
    memset(sums, 0, 2 * groups * sizeof(double));
    work->call->kernels->norm_sums(&work->view.statistic, part.count, part.x, work->centre, sums,
                                   sums + groups);
}

/* Shard 0's block becomes the total of `count` doubles a block. */
static double *total_of_shards(const norm_work *work, size_t count) {
    double *total = sx_norm_sums(&work->view, work->call, 0);
    for (size_t shard = 1; shard < SX_SHARDS && shard < work->call->batch; shard++) {
        const double *sums = sx_norm_sums(&work->view, work->call, shard);
        for (size_t i = 0; i < count; i++)
            total[i] += sums[i];
    }
    return total;
}

static double *batch_sums(norm_work *work, const float *centre) {
    work->centre = centre;
    sx_for_shards(work->call, sums_shard, work);
    return total_of_shards(work, 2 * work->view.statistic.groups);
}

static double values_in_batch(const norm_work *work) {
    return (double)work->call->batch * (double)work->view.values_per_group;
}

static void move(float momentum, float share, float value, float *moving) {
    *moving = *moving * momentum + value * share;
}

static void batch_statistics(norm_work *work) {
    const sx_norm_view *view = &work->view;
    size_t groups = view->statistic.groups;
    double n = values_in_batch(work);
    float *mean = saved_mean(work), *inverse = saved_inverse(work);
    float momentum = (float)work->options->momentum, share = (float)(1.0 - work->options->momentum);
    sx_norm_means(groups, n, batch_sums(work, NULL), mean);
    const double *sums = batch_sums(work, mean);
    for (size_t g = 0; g < groups; g++) {
        double variance = sx_norm_variance(n, sums[g], sums[groups + g]);
        inverse[g] = sx_norm_inverse_std(work->options, variance);
        move(momentum, share, mean[g], &work->call->weights[view->moving_mean][g]);
        move(momentum, share, (float)variance, &work->call->weights[view->moving_variance][g]);
    }
}

static void measure_sums(norm_work *work) {
    sx_measure *measure = work->call->measure;
    size_t groups = work->view.statistic.groups;
    const double *sums = batch_sums(work, measure->pass == 0 ? NULL : measure->centre);
    for (size_t g = 0; g < groups; g++) {
        measure->sum[g] += sums[g];
        measure->squares[g] += sums[groups + g];
    }
    measure->count += values_in_batch(work);
}

/* --- forward -------------------------------------------------------------------------------------- */

static void apply_shard(void *context, size_t shard, int worker) {
    const norm_work *work = context;
    (void)worker;
    sx_shard part = sx_shard_of(work->call, shard);
    work->call->kernels->norm_apply(&work->view.joint, part.count, part.x, work->scale, work->shift, part.y);
}

static void shared_forward(norm_work *work) {
    const sx_layer_call *call = work->call;
    const sx_norm_view *view = &work->view;
    const float *mean = saved_mean(work);
    float *scale = sx_norm_tables(view, call, 0), *shift = scale + view->joint.groups;
    if (call->measure) measure_sums(work);
    if (call->mode == SX_RUN_TRAIN) {
        batch_statistics(work);
    } else {
        mean = call->weights[view->moving_mean];
        for (size_t g = 0; g < view->statistic.groups; g++)
            saved_inverse(work)[g] =
                sx_norm_inverse_std(work->options, (double)call->weights[view->moving_variance][g]);
    }
    sx_norm_apply_tables(view, call, mean, saved_inverse(work), scale, shift);
    work->scale = scale;
    work->shift = shift;
    sx_for_shards(call, apply_shard, work);
}

static void example_statistics(const norm_work *work, const float *x, double *sums, float *mean,
                               float *inverse) {
    const sx_norm_view *view = &work->view;
    size_t groups = view->statistic.groups;
    double n = (double)view->values_per_group;
    memset(sums, 0, 2 * groups * sizeof(double));
    work->call->kernels->norm_sums(&view->statistic, 1, x, NULL, sums, sums + groups);
    sx_norm_means(groups, n, sums, mean);
    memset(sums, 0, 2 * groups * sizeof(double));
    work->call->kernels->norm_sums(&view->statistic, 1, x, mean, sums, sums + groups);
    for (size_t g = 0; g < groups; g++)
        inverse[g] = sx_norm_inverse_std(work->options, sx_norm_variance(n, sums[g], sums[groups + g]));
}

static void forward_examples(void *context, size_t shard, int worker) {
    const norm_work *work = context;
    const sx_norm_view *view = &work->view;
    (void)worker;
    sx_shard part = sx_shard_of(work->call, shard);
    size_t size = sx_shape_count(work->call->output_shape), groups = view->statistic.groups;
    float *scale = sx_norm_tables(view, work->call, shard), *shift = scale + view->joint.groups;
    for (size_t i = 0; i < part.count; i++) {
        float *mean = saved_mean(work) + (part.first + i) * groups;
        float *inverse = saved_inverse(work) + (part.first + i) * groups;
        example_statistics(work, part.x + i * size, sx_norm_sums(view, work->call, shard), mean, inverse);
        sx_norm_apply_tables(view, work->call, mean, inverse, scale, shift);
        work->call->kernels->norm_apply(&view->joint, 1, part.x + i * size, scale, shift, part.y + i * size);
    }
}

void sx_norm_forward(const void *options, const sx_layer_call *call) {
    norm_work work = work_of(options, call);
    if (work.view.per_example)
        sx_for_shards(call, forward_examples, &work);
    else
        shared_forward(&work);
}

/* --- backward ------------------------------------------------------------------------------------- */

static void write_affine(const norm_work *work, size_t shard, const double *by_affine) {
    const sx_norm_view *view = &work->view;
    for (size_t h = 0; h < view->affine.groups; h++) {
        if (view->beta >= 0) sx_shard_gradient(work->call, shard, view->beta)[h] = (float)by_affine[h];
        if (view->gamma >= 0)
            sx_shard_gradient(work->call, shard, view->gamma)[h] = (float)by_affine[view->joint.groups + h];
    }
}

static void gradient_sums_shard(void *context, size_t shard, int worker) {
    const norm_work *work = context;
    (void)worker;
    sx_shard part = sx_shard_of(work->call, shard);
    size_t joint = work->view.joint.groups;
    double *sums = sx_norm_sums(&work->view, work->call, shard);
    memset(sums, 0, 2 * joint * sizeof(double));
    work->call->kernels->norm_gradient_sums(&work->view.joint, part.count, part.x, part.dy, work->mean,
                                            work->inv_std, sums, sums + joint);
}

static void backward_shard(void *context, size_t shard, int worker) {
    const norm_work *work = context;
    (void)worker;
    sx_shard part = sx_shard_of(work->call, shard);
    work->call->kernels->norm_backward(&work->view.joint, part.count, part.x, part.dy, work->slope,
                                       work->slope_x, work->offset, part.dx);
}

/* The five tables of one shard's block. */
static sx_norm_gradient gradient_of(const norm_work *work, size_t shard, double n) {
    size_t joint = work->view.joint.groups;
    float *tables = sx_norm_tables(&work->view, work->call, shard);
    return (sx_norm_gradient){.n = n,
                              .mean = tables,
                              .inv_std = tables + joint,
                              .a = tables + 2 * joint,
                              .b = tables + 3 * joint,
                              .c = tables + 4 * joint};
}

/* Once the shards' sums are totalled in block 0, blocks 1 and 2 are free. */
static void shared_backward(norm_work *work) {
    const sx_norm_view *view = &work->view;
    size_t joint = view->joint.groups;
    sx_norm_gradient gradient = gradient_of(work, 0, values_in_batch(work));
    float *tables = sx_norm_tables(view, work->call, 0);
    sx_norm_spread(view, saved_mean(work), tables);
    sx_norm_spread(view, saved_inverse(work), tables + joint);
    work->mean = gradient.mean;
    work->inv_std = gradient.inv_std;
    sx_for_shards(work->call, gradient_sums_shard, work);
    gradient.sums = total_of_shards(work, 2 * joint);
    gradient.by_group = sx_norm_sums(view, work->call, 1);
    gradient.by_affine = sx_norm_sums(view, work->call, 2);
    memset(gradient.by_affine, 0, 2 * joint * sizeof(double));
    sx_norm_backward_tables(view, work->call, &gradient);
    write_affine(work, 0, gradient.by_affine);
    work->slope = gradient.a;
    work->slope_x = gradient.b;
    work->offset = gradient.c;
    if (work->call->input_gradients[0]) sx_for_shards(work->call, backward_shard, work);
}

static void backward_example(const norm_work *work, const sx_shard *part, size_t i,
                             const sx_norm_gradient *gradient, size_t shard) {
    const sx_norm_view *view = &work->view;
    size_t size = sx_shape_count(work->call->output_shape), joint = view->joint.groups;
    size_t at = (part->first + i) * view->statistic.groups;
    const float *x = part->x + i * size, *dy = part->dy + i * size;
    float *tables = sx_norm_tables(view, work->call, shard);
    double *sums = sx_norm_sums(view, work->call, shard);
    sx_norm_spread(view, saved_mean(work) + at, tables);
    sx_norm_spread(view, saved_inverse(work) + at, tables + joint);
    memset(sums, 0, 2 * joint * sizeof(double));
    work->call->kernels->norm_gradient_sums(&view->joint, 1, x, dy, gradient->mean, gradient->inv_std, sums,
                                            sums + joint);
    sx_norm_backward_tables(view, work->call, gradient);
    if (part->dx)
        work->call->kernels->norm_backward(&view->joint, 1, x, dy, gradient->a, gradient->b, gradient->c,
                                           part->dx + i * size);
}

static void backward_examples(void *context, size_t shard, int worker) {
    const norm_work *work = context;
    (void)worker;
    sx_shard part = sx_shard_of(work->call, shard);
    size_t joint = work->view.joint.groups;
    double *sums = sx_norm_sums(&work->view, work->call, shard);
    sx_norm_gradient gradient = gradient_of(work, shard, (double)work->view.values_per_group);
    gradient.sums = sums;
    gradient.by_group = sums + 2 * joint;
    gradient.by_affine = sums + 4 * joint;
    memset(gradient.by_affine, 0, 2 * joint * sizeof(double));
    for (size_t i = 0; i < part.count; i++)
        backward_example(work, &part, i, &gradient, shard);
    write_affine(work, shard, gradient.by_affine);
}

void sx_norm_backward(const void *options, const sx_layer_call *call) {
    norm_work work = work_of(options, call);
    if (work.view.per_example)
        sx_for_shards(call, backward_examples, &work);
    else
        shared_backward(&work);
}
