/* block_image.c: a first block whose sums come from its image (kernels/first.h).
 *
 * With v the nine values of the image that an output sees and w their weights, an output is y = w.v + bias.
 * By cells, which are the frequencies or the times that the normalisation keeps, or one, the sums S of v and
 * R of v v' are all that the statistics need: the sum of y is w.S + n bias, that of y y is w'R w + 2 bias w.S
 * + n bias^2. Going back, the gradient of y is a g + b y + c with g at winners alone: the winners' part goes
 * window by window into the weights' gradient, and the rest of it, sums of v (b y + c), comes from S and R
 * again. All of it in double, so that a large mean does not eat a variance.
 *
 * Where times are kept, the image is seen turned: its columns are the times. */
#include "layers/block_parts.h"

#include <string.h>

enum { TAPS = 9 };

typedef struct cell {
    double sums[TAPS], products[TAPS][TAPS];
} cell;

/* Weights of some channels, summed over them. */
typedef struct weight_sums {
    double count, bias, bias_squares;
    double weights[TAPS], with_bias[TAPS], products[TAPS][TAPS];
} weight_sums;

static bool is_turned(const sx_block *block) { return block->joint.step_time != 0; }

static bool keeps_columns(const sx_block *block) {
    return block->joint.step_time != 0 || block->joint.step_frequency != 0;
}

static sx_image_sizes image_of(const sx_block *block) {
    sx_shape in = block->input;
    if (is_turned(block)) return (sx_image_sizes){in.frequency, in.time, 1, in.frequency};
    return (sx_image_sizes){in.time, in.frequency, in.frequency, 1};
}

static size_t cell_count(const sx_block *block) { return keeps_columns(block) ? image_of(block).columns : 1; }

bool sx_block_suits_image(const sx_block *block) {
    sx_lead lead;
    if (!block->works_again || !block->first || sx_block_is_flat(block) || !block->ops->lead ||
        !block->ops->lead(block->options, block->input, &lead) || lead.depthwise)
        return false;
    const sx_block_sizes sizes = sx_block_sizes_of(block);
    return sx_conv_suits_winners(&lead.sizes, &sizes) &&
           !(block->joint.step_time && block->joint.step_frequency);
}

/* --- memory ----------------------------------------------------------------------------------------- */

static size_t in_lines(size_t doubles) { return (doubles + 7) / 8 * 8; }

static size_t sum_count(const sx_block *block) {
    return (size_t)SX_IMAGE_CLASSES * SX_IMAGE_LAGS * image_of(block).columns;
}

/* The image in double is more than its frame in float needs. */
static size_t slot_doubles(const sx_block *block) {
    const sx_image_sizes image = image_of(block);
    const size_t frame = (block->input.time + 2) * (block->input.frequency + 2) + 4 * SX_LANES;
    const size_t doubles = sx_image_doubles(image.rows, image.columns);
    return in_lines(doubles > frame ? doubles : frame);
}

size_t sx_block_cell_bytes(const sx_block *block) { return cell_count(block) * sizeof(cell); }

size_t sx_block_image_bytes(const sx_block *block) {
    size_t doubles = SX_SHARDS * (in_lines(sum_count(block)) + slot_doubles(block));
    return doubles * sizeof(double) + sx_block_cell_bytes(block);
}

static double *shard_sums(const sx_block_work *work, size_t shard) {
    double *first = (double *)(void *)sx_block_example_scratch(work, SX_SHARDS);
    return first + shard * in_lines(sum_count(work->block));
}

static double *slot_of(const sx_block_work *work, size_t slot) {
    return shard_sums(work, SX_SHARDS) + slot * slot_doubles(work->block);
}

/* Kept for backward where there is one. */
static cell *cells_of(const sx_block_work *work) {
    if (work->call->saved) return (cell *)(void *)((char *)work->call->saved + work->block->cells_at);
    return (cell *)(void *)slot_of(work, SX_SHARDS);
}

/* --- cells ------------------------------------------------------------------------------------------ */

void sx_block_image_sums(const sx_block_work *work, size_t shard, const sx_shard *part) {
    const sx_image_sizes image = image_of(work->block);
    double *sums = shard_sums(work, shard);
    memset(sums, 0, sum_count(work->block) * sizeof *sums);
    work->call->norm.kernels->image_products(&image, part->count, part->x, sums, slot_of(work, part->slot));
}

/* Row and column of a tap, in the image as it is seen. */
static size_t tap_row(size_t k) { return k / 3; }
static size_t tap_column(size_t k) { return k % 3; }

/* Sums at a lag over the values that tap k sees from all rows of one column of outputs. */
static double seen_by(const double *sums, size_t columns, size_t column, size_t k, size_t lag) {
    const size_t at = column + tap_column(k) - 1, run = SX_IMAGE_LAGS * columns;
    if (at >= columns) return 0; /* before the image it is large */
    sums += lag * columns + at;
    double sum = sums[SX_IMAGE_MIDDLE * run];
    if (tap_row(k) < 2) sum += sums[SX_IMAGE_FIRST * run];
    if (tap_row(k) > 0) sum += sums[SX_IMAGE_LAST * run];
    return sum;
}

/* From tap k to the later tap l. */
static size_t lag_between(size_t k, size_t l) {
    static const size_t zero[3] = {0, 5, 10}; /* lag of (rows, 0) */
    return zero[tap_row(l) - tap_row(k)] + tap_column(l) - tap_column(k);
}

static void add_column(const double *sums, size_t columns, size_t column, cell *to) {
    for (size_t k = 0; k < TAPS; k++) {
        to->sums[k] += seen_by(sums, columns, column, k, SX_IMAGE_ONE);
        for (size_t l = k; l < TAPS; l++)
            to->products[k][l] += seen_by(sums, columns, column, k, lag_between(k, l));
    }
}

static void fill_other_half(cell *c) {
    for (size_t k = 0; k < TAPS; k++) {
        for (size_t l = 0; l < k; l++)
            c->products[k][l] = c->products[l][k];
    }
}

void sx_block_image_cells(const sx_block_work *work) {
    const sx_block *block = work->block;
    const size_t columns = image_of(block).columns, count = cell_count(block);
    double *total = shard_sums(work, 0);
    cell *cells = cells_of(work);
    for (size_t shard = 1; shard < sx_block_shard_count(work); shard++) {
        const double *sums = shard_sums(work, shard);
        for (size_t i = 0; i < sum_count(block); i++)
            total[i] += sums[i];
    }
    memset(cells, 0, count * sizeof *cells);
    for (size_t column = 0; column < columns; column++)
        add_column(total, columns, column, &cells[count > 1 ? column : 0]);
    for (size_t i = 0; i < count; i++)
        fill_other_half(&cells[i]);
}

/* --- statistics ------------------------------------------------------------------------------------- */

typedef struct weights {
    const float *w, *bias; /* bias NULL = 0 */
    size_t channels, place[TAPS];
} weights;

static weights weights_of(const sx_block_work *work) {
    sx_lead lead;
    float *const *all = work->call->lead.weights;
    work->block->ops->lead(work->block->options, work->block->input, &lead);
    weights w = {.w = all[0], .bias = lead.use_bias ? all[1] : NULL, .channels = lead.sizes.out_channels};
    for (size_t k = 0; k < TAPS; k++)
        w.place[k] = is_turned(work->block) ? tap_column(k) * 3 + tap_row(k) : k;
    return w;
}

static double weight_at(const weights *w, size_t k, size_t c) {
    return (double)w->w[w->place[k] * w->channels + c];
}

static void add_channel(const weights *w, size_t c, weight_sums *to) {
    const double bias = w->bias ? (double)w->bias[c] : 0;
    to->count += 1;
    to->bias += bias;
    to->bias_squares += bias * bias;
    for (size_t k = 0; k < TAPS; k++) {
        const double weight = weight_at(w, k, c);
        to->weights[k] += weight;
        to->with_bias[k] += weight * bias;
        for (size_t l = 0; l < TAPS; l++)
            to->products[k][l] += weight * weight_at(w, l, c);
    }
}

/* n values a channel. */
static void add_outputs(const weight_sums *w, const cell *from, double n, double *sum, double *squares) {
    double values = n * w->bias, all = n * w->bias_squares;
    for (size_t k = 0; k < TAPS; k++) {
        values += w->weights[k] * from->sums[k];
        all += 2 * w->with_bias[k] * from->sums[k];
        for (size_t l = 0; l < TAPS; l++)
            all += w->products[k][l] * from->products[k][l];
    }
    *sum += values;
    *squares += all;
}

/* Groups from one cell to the next. */
static size_t cell_step(const sx_block *block, const sx_norm_sizes *groups) {
    return is_turned(block) ? groups->step_time : groups->step_frequency;
}

static double values_in_cell(const sx_block_work *work) {
    const sx_shape map = work->block->middle;
    return (double)work->call->lead.batch * (double)(map.time * map.frequency) /
           (double)cell_count(work->block);
}

void sx_block_image_statistics(const sx_block_work *work, double *sum, double *squares) {
    const sx_norm_sizes *groups = &work->view.statistic;
    const weights w = weights_of(work);
    const size_t step = cell_step(work->block, groups), apart = groups->step_channels ? 1 : w.channels;
    const double n = values_in_cell(work);
    memset(sum, 0, groups->groups * sizeof *sum);
    memset(squares, 0, groups->groups * sizeof *squares);
    for (size_t first = 0; first < w.channels; first += apart) {
        weight_sums some = {0};
        for (size_t c = first; c < first + apart; c++)
            add_channel(&w, c, &some);
        for (size_t i = 0; i < cell_count(work->block); i++) {
            size_t g = i * step + first * groups->step_channels;
            add_outputs(&some, &cells_of(work)[i], n, &sum[g], &squares[g]);
        }
    }
}

/* --- gradients -------------------------------------------------------------------------------------- */

void sx_block_image_backward(const sx_block_work *work, size_t shard, const sx_shard *part) {
    const sx_layer_call *lead_call = &work->call->lead;
    const float *dy = work->call->output_gradient + part->first * sx_shape_count(work->block->output);
    sx_lead lead;
    work->block->ops->lead(work->block->options, work->block->input, &lead);
    work->call->norm.kernels->winner_gradient(&lead.sizes, &work->sizes, part->count, part->x, dy,
                                              sx_block_winners(work, part->first), work->tables.a,
                                              sx_shard_gradient(lead_call, shard, 0),
                                              lead.use_bias ? sx_shard_gradient(lead_call, shard, 1) : NULL,
                                              (float *)(void *)slot_of(work, part->slot));
}

/* Sums over cells of b and c times what they are multiplied with. */
typedef struct rest {
    double count_b, count_c, sums_b[TAPS], sums_c[TAPS], products_b[TAPS][TAPS];
} rest;

static rest rest_of(const sx_block_work *work, size_t first_group) {
    const size_t step = cell_step(work->block, &work->block->joint);
    const double n = values_in_cell(work);
    rest r = {0};
    for (size_t i = 0; i < cell_count(work->block); i++) {
        const cell *from = &cells_of(work)[i];
        const double b = (double)work->tables.b[first_group + i * step];
        const double c = (double)work->tables.c[first_group + i * step];
        r.count_b += n * b;
        r.count_c += n * c;
        for (size_t k = 0; k < TAPS; k++) {
            r.sums_b[k] += b * from->sums[k];
            r.sums_c[k] += c * from->sums[k];
            for (size_t l = 0; l < TAPS; l++)
                r.products_b[k][l] += b * from->products[k][l];
        }
    }
    return r;
}

static void add_rest(const rest *r, const weights *w, size_t c, float *dw, float *db) {
    const double bias = w->bias ? (double)w->bias[c] : 0;
    double all = bias * r->count_b + r->count_c;
    for (size_t k = 0; k < TAPS; k++) {
        double sum = bias * r->sums_b[k] + r->sums_c[k];
        for (size_t l = 0; l < TAPS; l++)
            sum += r->products_b[k][l] * weight_at(w, l, c);
        all += r->sums_b[k] * weight_at(w, k, c);
        dw[w->place[k] * w->channels + c] += (float)sum;
    }
    if (db) db[c] += (float)all;
}

void sx_block_image_rest(const sx_block_work *work) {
    const weights w = weights_of(work);
    const size_t by_channel = work->block->joint.step_channels;
    float *dw = sx_shard_gradient(&work->call->lead, 0, 0);
    float *db = w.bias ? sx_shard_gradient(&work->call->lead, 0, 1) : NULL;
    rest r = {0};
    for (size_t c = 0; c < w.channels; c++) {
        if (c == 0 || by_channel) r = rest_of(work, c * by_channel);
        add_rest(&r, &w, c, dw, db);
    }
}
