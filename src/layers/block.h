/* block.h: a layer that convolves, then normalisation, activation and max pooling, run as one.
 *
 * Forward: the statistics are summed some examples at a time while the convolution's output is still in the
 * cache, about the mean of the shard's first example, so that a large mean does not destroy the variance;
 * then one pass normalises, lets ReLU cut and pools. Backward: sums from the pooled gradient, then example by
 * example the gradient of the convolution's output, which goes into the convolution's own gradients at once.
 * Between the convolution's output and the pooled map nothing is written down. The parts give the same as a
 * block as they give one by one, but for the rounding of the statistics.
 *
 * Where a convolution is so cheap that it is done again rather than its output kept, and no gradient of its
 * input is wanted, as in a first layer, a pooled block goes through an example by rows that fit the first
 * cache. If it is a 3x3 convolution of one channel that pools by 2x2 behind ReLU, as most are, its statistics
 * and that part of its gradients which is not the winners' are found from products of the image's values with
 * their neighbours: then its convolution is done for the output alone.
 *
 * A flat block pools nothing. Where its output feeds another block's leading layer and nobody else, it is
 * deferred in training: the output is never written for the batch. The block that it feeds makes it, some
 * examples at a time, from the convolution's output and the normalisation's tables, and, going back, sums the
 * deferred block's gradients while it writes them. */
#ifndef LAYERS_BLOCK_H
#define LAYERS_BLOCK_H

#include "layers/layer.h"

typedef struct sx_block {
    const sx_layer_ops *ops; /* of the leading layer */
    const void *options, *norm_options;
    const void *pool_options; /* NULL = nothing is pooled */
    bool relu;
    bool works_again;                  /* does the leading layer's work again rather than keep its output */
    bool first;                        /* its input is the net's: nobody wants a gradient of it */
    bool deferred, fed;                /* its output is made by the block it feeds; it makes its input */
    sx_shape input, middle, output;    /* of the block; of the convolution */
    sx_norm_sizes joint;               /* groups of the normalisation's tables */
    size_t examples;                   /* that a shard works on together */
    size_t rows;                       /* of one example, instead; 0 = whole examples */
    bool from_image;                   /* sums of its output come from its image */
    size_t cells_at;                   /* of saved, where those are kept */
    size_t saved_bytes, scratch_bytes; /* its own, for the planned batch */
} sx_block;

/* True where these layers can be a block; ops NULL: the layer is not there. Fills everything but shapes and
 * bytes. */
typedef struct sx_block_part {
    const sx_layer_ops *ops;
    const void *options;
} sx_block_part;
bool sx_block_can_lead(sx_block_part lead);
bool sx_block_takes_norm(sx_block_part norm);
bool sx_block_takes_relu(sx_block_part activation);
bool sx_block_takes_pool(sx_block_part pool, sx_shape input);
void sx_block_plan(sx_block *block, size_t batch);

/* True where the gradient of the block's input may take the place of that of its output: an example's is
 * written when the other's is done with. */
bool sx_block_may_replace(const sx_block *block);

/* True where it costs less to do the leading layer's work again than to keep its output for a batch. */
bool sx_block_works_again(const sx_layer_plan *lead, size_t batch);

/* The deferred block that feeds another: the output of its leading layer, and its saved. */
typedef struct sx_block_feeder {
    const sx_block *block; /* NULL = the input lies in memory */
    const float *middle;
    void *saved;
} sx_block_feeder;

/* lead: its output is NULL where it is not kept: in inference, or where the block works again. norm: its
 * inputs, output and gradients are not used. Both have scratch of their own. saved: NULL in a model that is
 * not for training. output: NULL where deferred. output_gradient: the lead's input gradient where
 * sx_block_may_replace. */
typedef struct sx_block_call {
    sx_layer_call lead, norm;
    float *output;
    const float *output_gradient;
    void *saved, *scratch;
    sx_block_feeder feeder;
} sx_block_call;

/* With norm.measure, ends after measuring. */
void sx_block_forward(const sx_block *block, const sx_block_call *call);
void sx_block_backward(const sx_block *block, const sx_block_call *call);

/* For a deferred block after forward: what makes its output of finite numbers is finite. */
bool sx_block_is_finite(const sx_block *block, const void *saved);

#endif
