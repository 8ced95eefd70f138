/* block_rows.c: a block that does its convolution again goes through an example by rows, all of whose values
 * stay in the first cache between one kernel and the next. */
#include "layers/block_parts.h"

typedef struct rows {
    sx_shard part; /* one example: x whole, y the rows in scratch */
    size_t first, count;
    size_t pooled; /* of the output, the first that is theirs */
} rows;

static rows rows_at(const sx_block_work *work, const sx_shard *part, size_t example, size_t first) {
    const sx_block *block = work->block;
    size_t left = block->middle.time - first;
    rows r = {.part = {.first = part->first + example, .count = 1, .slot = part->slot},
              .first = first,
              .count = left < block->rows ? left : block->rows,
              .pooled = first / work->sizes.pool.window_time};
    r.part.x = part->x + example * sx_shape_count(block->input);
    r.part.y = sx_block_example_scratch(work, part->slot);
    return r;
}

typedef void rows_visit(const sx_block_work *work, size_t shard, const rows *r);

/* The convolution's output of every few rows of examples [from, to) of a shard. */
static void for_rows(const sx_block_work *work, size_t shard, const sx_shard *part, size_t from, size_t to,
                     rows_visit *visit) {
    const sx_block *block = work->block;
    for (size_t example = from; example < to; example++) {
        for (size_t first = 0; first < block->middle.time; first += block->rows) {
            rows r = rows_at(work, part, example, first);
            block->ops->forward_rows(block->options, &work->call->lead, r.part, r.first, r.count);
            visit(work, shard, &r);
        }
    }
}

/* --- statistics ------------------------------------------------------------------------------------- */

static void add_rows_about(const sx_block_work *work, size_t shard, const rows *r, const float *centre) {
    sx_norm_sizes sizes = work->view.statistic;
    size_t group = r->first * sizes.step_time;
    double *sums = sx_norm_sums(&work->view, &work->call->norm, shard) + group;
    sizes.time = r->count;
    work->call->norm.kernels->norm_sums(&sizes, 1, r->part.y, centre ? centre + group : NULL, sums,
                                        sums + sizes.groups);
}

static void add_rows(const sx_block_work *work, size_t shard, const rows *r) {
    add_rows_about(work, shard, r, NULL);
}

static void add_rows_about_pilot(const sx_block_work *work, size_t shard, const rows *r) {
    add_rows_about(work, shard, r, sx_block_pilot(work, shard));
}

static void add_rows_about_centre(const sx_block_work *work, size_t shard, const rows *r) {
    add_rows_about(work, shard, r, work->call->norm.measure->centre);
}

void sx_block_rows_statistics(const sx_block_work *work, size_t shard, const sx_shard *part) {
    const sx_measure *measure = work->call->norm.measure;
    if (measure) {
        for_rows(work, shard, part, 0, part->count, measure->pass > 0 ? add_rows_about_centre : add_rows);
        return;
    }
    for_rows(work, shard, part, 0, 1, add_rows);
    sx_block_make_pilot(work, shard);
    for_rows(work, shard, part, 0, part->count, add_rows_about_pilot);
}

/* --- output ----------------------------------------------------------------------------------------- */

/* The last rows have what is left of the output. */
static sx_block_sizes sizes_of(const sx_block_work *work, const rows *r) {
    sx_block_sizes sizes = work->sizes;
    sx_pool_sizes *pool = &sizes.pool;
    bool last = r->first + r->count == work->block->middle.time;
    pool->out_time = last ? pool->out_time - r->pooled : r->count / pool->window_time;
    pool->in_time = sizes.norm.time = r->count;
    return sizes;
}

static size_t pooled_floats(const sx_block_work *work, const rows *r) {
    return r->pooled * work->block->output.frequency * work->block->output.channels;
}

static void finish_rows(const sx_block_work *work, size_t shard, const rows *r) {
    const sx_block_sizes sizes = sizes_of(work, r);
    const size_t group = r->first * sizes.norm.step_time, at = pooled_floats(work, r);
    const sx_norm_relu *tables = &work->tables;
    bool train = work->call->norm.mode == SX_RUN_TRAIN;
    float *y = work->call->output + r->part.first * sx_shape_count(work->block->output) + at;
    (void)shard;
    work->call->norm.kernels->block_forward(&sizes, 1, r->part.y, tables->scale + group,
                                            tables->shift + group, tables->mean + group, y,
                                            train ? sx_block_deviations(work, r->part.first) + at : NULL,
                                            train ? sx_block_winners(work, r->part.first) + at : NULL);
}

void sx_block_rows_finish(const sx_block_work *work, size_t shard, const sx_shard *part) {
    for_rows(work, shard, part, 0, part->count, finish_rows);
}

/* --- gradients -------------------------------------------------------------------------------------- */

/* The gradient of the convolution's output takes the output's place. */
static void back_rows(const sx_block_work *work, size_t shard, const rows *r) {
    const sx_block *block = work->block;
    const sx_block_sizes sizes = sizes_of(work, r);
    const size_t group = r->first * sizes.norm.step_time, at = pooled_floats(work, r);
    const sx_norm_relu *tables = &work->tables;
    const float *dy = work->call->output_gradient + r->part.first * sx_shape_count(block->output) + at;
    sx_shard part = r->part;
    work->call->norm.kernels->block_backward(&sizes, 1, part.y, dy, sx_block_winners(work, part.first) + at,
                                             tables->a + group, tables->b + group, tables->c + group, part.y);
    part.dy = part.y;
    block->ops->gradient_rows(block->options, &work->call->lead, shard, part, r->first, r->count);
}

void sx_block_rows_backward(const sx_block_work *work, size_t shard, const sx_shard *part) {
    for_rows(work, shard, part, 0, part->count, back_rows);
}
