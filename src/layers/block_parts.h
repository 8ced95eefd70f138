/* block_parts.h: inside of blocks: sizes, one call's pointers, and what forward and backward share. */
#ifndef LAYERS_BLOCK_PARTS_H
#define LAYERS_BLOCK_PARTS_H

#include "layers/block.h"
#include "layers/norm.h"

sx_block_sizes sx_block_sizes_of(const sx_block *block);
/* Floats of that output, and of a fed block's input, rounded up to cache lines. */
size_t sx_block_example_floats(const sx_block *block);
size_t sx_block_input_floats(const sx_block *block);
/* By the options of an activation layer. */
bool sx_activation_is_relu(const void *options);

/* Nothing is pooled: backward finds everything again from the convolution's output. */
static inline bool sx_block_is_flat(const sx_block *block) { return !block->pool_options; }

typedef struct sx_block_work {
    const sx_block *block;
    const sx_block_call *call;
    sx_norm_view view;
    sx_block_sizes sizes;
    sx_norm_relu tables; /* by u */
} sx_block_work;

sx_block_work sx_block_work_of(const sx_block *block, const sx_block_call *call);

/* saved of the normalisation: means, then inverse deviations, by g. */
float *sx_block_mean(const sx_block_work *work);
float *sx_block_inverse(const sx_block_work *work);

/* saved of a block that pools: deviations, then winners. */
float *sx_block_deviations(const sx_block_work *work, size_t example);
uint8_t *sx_block_winners(const sx_block_work *work, size_t example);

/* saved of a flat one: sums of gradients of every shard, then its tables by u. */
double *sx_block_flat_sums(const sx_block *block, const void *saved, size_t shard);
typedef enum sx_flat_table { SX_FLAT_SCALE, SX_FLAT_SHIFT, SX_FLAT_MEAN, SX_FLAT_INVERSE } sx_flat_table;
float *sx_block_flat_table(const sx_block *block, const void *saved, sx_flat_table table);
sx_norm_relu sx_block_flat_tables(const sx_block *block, const void *saved);

float *sx_block_example_scratch(const sx_block_work *work, size_t slot);
size_t sx_block_shard_count(const sx_block_work *work);
double sx_block_values_in(const sx_block_work *work, size_t examples);

/* As many examples of a shard, from the i-th on, as are worked on together; without memory for the
 * convolution's output of the batch, in scratch. */
sx_shard sx_block_some(const sx_block_work *work, const sx_shard *all, size_t i);
/* Makes their input in a fed block. */
void sx_block_take_input(const sx_block_work *work, sx_shard *some);
/* Shard's part of the leading layer, with the worker's slot. */
sx_shard sx_block_part_of(const sx_block_work *work, size_t shard, int worker);
/* Where the batch's outputs are not kept, a convolution is done again: cheaper than memory far away. */
void sx_block_convolve_again(const sx_block_work *work, size_t shard, const sx_shard *some);

/* What a shard sums about: the mean of its first example, made from that one's sums, which are cleared. */
float *sx_block_pilot(const sx_block_work *work, size_t shard);
void sx_block_make_pilot(const sx_block_work *work, size_t shard);

/* What a shard's statistics are of: so many values of each of the groups first to end - 1. */
typedef struct sx_block_share {
    double values;
    size_t first, end;
} sx_block_share;

/* A single example by halves (block_halves.c): then there are two shards' sums. x, dx: the convolution's
 * output and its gradient; dx may be x. */
bool sx_block_goes_by_halves(const sx_block_work *work);
sx_block_share sx_block_share_of_half(const sx_block_work *work, size_t half);
void sx_block_halves_statistics(const sx_block_work *work, const float *x);
void sx_block_halves_finish(const sx_block_work *work, const float *x);
void sx_block_halves_sums(const sx_block_work *work);
void sx_block_halves_back(const sx_block_work *work, const float *x, float *dx);

/* A shard's statistics, output and gradients by rows, where block->rows > 0 (block_rows.c). */
void sx_block_rows_statistics(const sx_block_work *work, size_t shard, const sx_shard *part);
void sx_block_rows_finish(const sx_block_work *work, size_t shard, const sx_shard *part);
void sx_block_rows_backward(const sx_block_work *work, size_t shard, const sx_shard *part);

/* A first block whose statistics, and all of its gradients that winners alone do not give, come from sums
 * over its image, where block->from_image (block_image.c). */
bool sx_block_suits_image(const sx_block *block);
size_t sx_block_image_bytes(const sx_block *block); /* of scratch, behind that of the examples */
size_t sx_block_cell_bytes(const sx_block *block);  /* of saved, at block->cells_at */
void sx_block_image_sums(const sx_block_work *work, size_t shard, const sx_shard *part);
void sx_block_image_cells(const sx_block_work *work); /* once all shards have theirs */
/* Sums of the convolution's output and of its squares, by statistic group: written. */
void sx_block_image_statistics(const sx_block_work *work, double *sum, double *squares);
void sx_block_image_backward(const sx_block_work *work, size_t shard, const sx_shard *part);
void sx_block_image_rest(const sx_block_work *work); /* what winners do not give, into shard 0's gradient */

#endif
