/* block.c: which layers make a block, and what it needs. */
#include "layers/block.h"

#include "layers/pool.h"

#include "layers/block_parts.h"

enum { FLAT_TABLES = 4, MOST_EXAMPLES = 8 };

bool sx_block_can_lead(sx_block_part lead) { return lead.ops->forward_part && lead.ops->backward_part; }

bool sx_block_takes_norm(sx_block_part norm) {
    return norm.ops == &sx_layer_normalisation &&
           !sx_norm_keeps(((const sx_norm_options *)norm.options)->keep, SX_AXIS_BATCH);
}

bool sx_block_takes_relu(sx_block_part activation) {
    return activation.ops == &sx_layer_activation && sx_activation_is_relu(activation.options);
}

/* Windows side by side, small enough for a winner to be written in a byte. */
bool sx_block_takes_pool(sx_block_part pool, sx_shape input) {
    if (pool.ops != &sx_layer_max_pool && pool.ops != &sx_layer_global_max_pool) return false;
    sx_pool_sizes sizes = sx_pool_sizes_of(pool.options, input);
    return sizes.window_time == sizes.stride_time && sizes.window_frequency == sizes.stride_frequency &&
           sizes.window_time <= SX_BLOCK_TIME && sizes.window_frequency <= SX_BLOCK_FREQUENCY;
}

sx_block_sizes sx_block_sizes_of(const sx_block *block) {
    sx_shape in = block->middle;
    sx_block_sizes sizes = {.norm = block->joint, .relu = block->relu};
    sizes.pool = (sx_pool_sizes){in.time, in.frequency, in.channels, in.time, in.frequency, 1, 1, 1, 1, 0, 0};
    if (block->pool_options) sizes.pool = sx_pool_sizes_of(block->pool_options, in);
    return sizes;
}

static size_t examples_within(size_t bytes, size_t example_floats) {
    size_t fit = bytes / (example_floats * sizeof(float));
    return fit < 1 ? 1 : fit < MOST_EXAMPLES ? fit : MOST_EXAMPLES;
}

/* As many as Winograd's way takes in one turn, and such numbers again while they stay in the second cache. */
static size_t examples_in_turns(size_t a_turn, size_t example_floats) {
    size_t most = examples_within((size_t)1 << 20, example_floats);
    size_t turn = a_turn < 1 ? 1 : a_turn < most ? a_turn : most;
    size_t turns = examples_within((size_t)1 << 18, example_floats) / turn;
    return turns > 1 ? turns * turn : turn;
}

/* Winograd's tiles and pooling gain from several examples whose convolution's output is in the second cache;
 * a flat block of another way from the first. */
static size_t examples_of(const sx_block *block) {
    sx_lead lead;
    size_t values = sx_shape_count(block->middle) + (block->fed ? sx_shape_count(block->input) : 0);
    bool known = block->ops->lead && block->ops->lead(block->options, block->input, &lead);
    if (known && lead.sizes.winograd) return examples_in_turns(sx_winograd_examples(&lead.sizes), values);
    return examples_within((size_t)1 << (known && sx_block_is_flat(block) ? 16 : 19), values);
}

static size_t in_lines(size_t floats) { return (floats + SX_LANES - 1) / SX_LANES * SX_LANES; }

size_t sx_block_example_floats(const sx_block *block) {
    if (block->rows > 0) return in_lines(block->rows * block->middle.frequency * block->middle.channels);
    return in_lines(block->examples * sx_shape_count(block->middle));
}

size_t sx_block_input_floats(const sx_block *block) {
    return block->fed ? in_lines(block->examples * sx_shape_count(block->input)) : 0;
}

/* A few multiply-adds a value, and more values than a core's cache holds. */
bool sx_block_works_again(const sx_layer_plan *lead, size_t batch) {
    size_t values = sx_shape_count(lead->output);
    return lead->multiply_adds <= 16 * values && values * sizeof(float) > ((size_t)4 << 20) / batch;
}

bool sx_block_may_replace(const sx_block *block) {
    return sx_block_is_flat(block) && sx_shape_count(block->input) == sx_shape_count(block->output);
}

/* Whole windows of pooling, whose convolution's output fills less than half of a first cache of 48 KB. */
static size_t rows_of(const sx_block *block) {
    enum { ROW_BYTES = 20 << 10 };
    sx_lead lead;
    if (!block->works_again || !block->first || sx_block_is_flat(block) || !block->ops->forward_rows ||
        !block->ops->lead(block->options, block->input, &lead) || lead.sizes.winograd)
        return 0;
    const sx_pool_sizes pool = sx_pool_sizes_of(block->pool_options, block->middle);
    size_t row = block->middle.frequency * block->middle.channels * sizeof(float);
    size_t windows = ROW_BYTES / (row * pool.window_time);
    size_t rows = (windows > 0 ? windows : 1) * pool.window_time;
    return pool.pad_time == 0 && rows < block->middle.time ? rows : 0;
}

/* scratch: some examples of the convolution's output, and of what is fed, for every shard. */
void sx_block_plan(sx_block *block, size_t batch) {
    block->joint = sx_norm_view_of(block->norm_options, block->middle).joint;
    block->rows = rows_of(block);
    block->examples = block->rows > 0 ? 1 : examples_of(block);
    const size_t groups = block->joint.groups;
    if (sx_block_is_flat(block))
        block->saved_bytes = groups * (SX_SHARDS * 2 * sizeof(double) + FLAT_TABLES * sizeof(float));
    else
        block->saved_bytes = batch * sx_shape_count(block->output) * (sizeof(float) + 1);
    block->scratch_bytes =
        SX_SHARDS * (sx_block_example_floats(block) + sx_block_input_floats(block)) * sizeof(float);
    block->from_image = block->rows > 0 && sx_block_suits_image(block);
    if (!block->from_image) return;
    block->cells_at = (block->saved_bytes + 63) / 64 * 64;
    block->saved_bytes = block->cells_at + sx_block_cell_bytes(block);
    block->scratch_bytes += sx_block_image_bytes(block);
}
