/* kernels.h: the fast loops, on raw pointers; one table of functions per instruction set, chosen once.
 *
 * Kernels know no layers, allocate nothing and cannot fail. Tensors are (batch, time, frequency, channels),
 * channels contiguous. Every kernel works on the examples (or elements) it is given, so the caller cuts the
 * work into fixed shards. Lanes are output channels, or the SX_LANES partial sums a reduction is defined
 * with: the same bits for every instruction set with fused multiply-add, whatever its vector width. "sse2"
 * has none, so a product is rounded before it is added: a sum of n terms may differ from theirs by n * 2^-24
 * of the sum of the terms' magnitudes, as `plain` may, which is the definition of right. */
#ifndef KERNELS_KERNELS_H
#define KERNELS_KERNELS_H

#include "kernels/first.h"
#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SX_LANES = 16
}; /* partial sums of every reduction over contiguous floats, added as a tree at its end */

/* Sizes of a convolution, one example. Padding is what 'same' or 'valid' gives, zeros before (after follows
 * from sizes). */
typedef struct sx_conv_sizes {
    size_t in_time, in_frequency, in_channels;
    size_t out_time, out_frequency, out_channels;
    size_t kernel_time, kernel_frequency;
    size_t stride_time, stride_frequency;
    size_t dilation_time, dilation_frequency;
    size_t pad_time, pad_frequency;
    bool winograd; /* take Winograd's way; only where sx_conv_suits_winograd */
    bool halves; /* and keep weights half way to its points: the same bits; faster where sx_conv_suits_halves
                  */
} sx_conv_sizes;

typedef struct sx_pool_sizes {
    size_t in_time, in_frequency, channels;
    size_t out_time, out_frequency;
    size_t window_time, window_frequency, stride_time, stride_frequency;
    size_t pad_time, pad_frequency;
} sx_pool_sizes;

/* How a normalisation sees one example as (outer, kept1, middle, kept2, inner)-like runs is told by strides:
 * element (t, f, c) belongs to statistic group t * step_time + f * step_frequency + c * step_channels (step 0
 * = pooled). */
typedef struct sx_norm_sizes {
    size_t time, frequency, channels;
    size_t step_time, step_frequency, step_channels;
    size_t groups; /* how many different groups one example touches */
} sx_norm_sizes;

/* What follows a convolution, in one piece: normalisation, ReLU, max pooling by windows side by side. */
typedef struct sx_block_sizes {
    sx_norm_sizes norm; /* groups of the tables, over the block's input */
    sx_pool_sizes pool; /* stride = window <= SX_BLOCK_TIME x SX_BLOCK_FREQUENCY; 1x1: nothing is pooled */
    bool relu;
} sx_block_sizes;

/* A winner is SX_BLOCK_FREQUENCY * time + frequency, its place in the window; SX_BLOCK_NONE: ReLU let nothing
 * through. */
enum { SX_BLOCK_TIME = 8, SX_BLOCK_FREQUENCY = 16, SX_BLOCK_NONE = 128 };

/* Tables of a normalisation with ReLU behind it, by group: y = max(x * scale + shift, 0). The kernels that go
 * back want mean and inv_std, or a, b and c, too. */
typedef struct sx_norm_relu {
    const float *scale, *shift, *mean, *inv_std, *a, *b, *c;
} sx_norm_relu;

/* A block where nothing but its result is wanted, as in a net that only infers. */
typedef struct sx_finish {
    sx_block_sizes block;
    const float *scale, *shift; /* block.norm.groups of each */
    const uint32_t *groups;     /* of every pixel of the block's input: t * step_time + f * step_frequency */
    bool folded;                /* the convolution's weights and bias do it: scale is 1, shift 0 everywhere */
} sx_finish;

typedef enum sx_activation_kind {
    SX_RELU,
    SX_LEAKY_RELU,
    SX_ELU,
    SX_SILU,
    SX_SIGMOID,
    SX_TANH,
    SX_LINEAR
} sx_activation_kind;

typedef struct sx_adam_step {             /* constants of one step; see sx_kernels.adam */
    double beta1, beta2;                  /* double, so that 1 - beta keeps its digits */
    float epsilon, corrected_rate, decay; /* decay: w *= 1 - decay first */
} sx_adam_step;

typedef struct sx_kernels {
    const char *name; /* "plain", "sse2", "avx2", "avx512", "neon" */

    /* --- Conv2D. weights (kernel_time, kernel_frequency, in_channels, out_channels) as Keras; bias NULL or
     * out_channels. packed: sx_conv_packed_floats floats that conv_pack fills once per change of the weights;
     * scratch: sx_conv_scratch_floats floats per call. */
    void (*conv_pack)(const sx_conv_sizes *sizes, const float *weights, float *packed);
    void (*conv_forward)(const sx_conv_sizes *sizes, size_t examples, const float *x, const float *packed,
                         const float *bias, float *y, float *scratch);
    /* dx = gradient for x (overwritten). pack_backward prepares the flipped weights. */
    void (*conv_pack_backward)(const sx_conv_sizes *sizes, const float *weights, float *packed);
    void (*conv_backward)(const sx_conv_sizes *sizes, size_t examples, const float *dy, const float *packed,
                          float *dx, float *scratch);
    /* dw and db (NULL = none) are ADDED to; each shard of the batch has its own dw. */
    void (*conv_gradient)(const sx_conv_sizes *sizes, size_t examples, const float *x, const float *dy,
                          float *dw, float *db, float *scratch);

    /* --- DepthwiseConv2D, depth multiplier = out_channels / in_channels; weights (kt, kf, in_channels,
     * multiplier). */
    void (*depthwise_forward)(const sx_conv_sizes *sizes, size_t examples, const float *x,
                              const float *weights, const float *bias, float *y);
    void (*depthwise_backward)(const sx_conv_sizes *sizes, size_t examples, const float *dy,
                               const float *weights, float *dx);
    void (*depthwise_gradient)(const sx_conv_sizes *sizes, size_t examples, const float *x, const float *dy,
                               float *dw, float *db);

    /* --- Normalisation over `examples` examples; groups as in sx_norm_sizes. Sums in double, added to what
     * is there; either may be NULL. Centres: NULL or groups floats that are subtracted first (two-pass
     * variance, exact for a large mean). */
    void (*norm_sums)(const sx_norm_sizes *sizes, size_t examples, const float *x, const float *centres,
                      double *sum, double *sum_of_squares);
    /* y = x * scale[group] + shift[group]; may be in place. */
    void (*norm_apply)(const sx_norm_sizes *sizes, size_t examples, const float *x, const float *scale,
                       const float *shift, float *y);
    /* sum_dy[g] += sum dy; sum_dy_xhat[g] += sum dy * (x - mean[g]) * inv_std[g], g by `sizes`. */
    void (*norm_gradient_sums)(const sx_norm_sizes *sizes, size_t examples, const float *x, const float *dy,
                               const float *mean, const float *inv_std, double *sum_dy, double *sum_dy_xhat);
    /* dx = dy * a[g] + x * b[g] + c[g]. dx may be dy. */
    void (*norm_backward)(const sx_norm_sizes *sizes, size_t examples, const float *x, const float *dy,
                          const float *a, const float *b, const float *c, float *dx);

    /* The same with ReLU behind it. Backward gets the gradient dy of what ReLU gave; it counts where x *
     * scale + shift > 0. y may be x; dx may be x or dy. */
    void (*norm_relu_forward)(const sx_norm_sizes *sizes, size_t examples, const float *x,
                              const sx_norm_relu *tables, float *y);
    void (*norm_relu_gradient_sums)(const sx_norm_sizes *sizes, size_t examples, const float *x,
                                    const float *dy, const sx_norm_relu *tables, double *sum_dy,
                                    double *sum_dy_xhat);
    void (*norm_relu_backward)(const sx_norm_sizes *sizes, size_t examples, const float *x, const float *dy,
                               const sx_norm_relu *tables, float *dx);

    /* --- Elementwise. alpha: slope of leaky ReLU, scale of ELU. activation_backward gets the output y and
     * input x; dx may be dy. */
    void (*activation_forward)(sx_activation_kind kind, float alpha, size_t count, const float *x, float *y);
    void (*activation_backward)(sx_activation_kind kind, float alpha, size_t count, const float *x,
                                const float *y, const float *dy, float *dx);
    void (*add)(size_t count, const float *a, const float *b, float *y); /* y may be a or b */
    /* y = x * mask; mask holds 0 or 1 / (1 - rate). */
    void (*multiply)(size_t count, const float *a, const float *b, float *y);

    /* --- Pooling. Max: winner[i] = offset of the chosen input element within the example (first of equals);
     * windows only cover real elements. Average: divides by the real elements in the window, as Keras 'same'
     * does. */
    void (*max_pool_forward)(const sx_pool_sizes *sizes, size_t examples, const float *x, float *y,
                             uint32_t *winner);
    void (*max_pool_backward)(const sx_pool_sizes *sizes, size_t examples, const float *dy,
                              const uint32_t *winner, float *dx);
    void (*average_pool_forward)(const sx_pool_sizes *sizes, size_t examples, const float *x, float *y);
    void (*average_pool_backward)(const sx_pool_sizes *sizes, size_t examples, const float *dy, float *dx);

    /* --- Blocks. y = pool(relu(x * scale[g] + shift[g])). Unless winner is NULL, also what backward needs of
     * each output: the winner, and its x - mean[g]. */
    void (*block_forward)(const sx_block_sizes *sizes, size_t examples, const float *x, const float *scale,
                          const float *shift, const float *mean, float *y, float *deviation, uint8_t *winner);
    /* As norm_gradient_sums, from the gradient dy of the pooled output. */
    void (*block_gradient_sums)(const sx_block_sizes *sizes, size_t examples, const float *dy,
                                const float *deviation, const uint8_t *winner, const float *inv_std,
                                double *sum_dy, double *sum_dy_xhat);
    /* dx = g * a[g] + x * b[g] + c[g], g = dy at a winner and 0 elsewhere. dx may be x. */
    void (*block_backward)(const sx_block_sizes *sizes, size_t examples, const float *x, const float *dy,
                           const uint8_t *winner, const float *a, const float *b, const float *c, float *dx);

    /* --- First layers (first.h). sums (SX_IMAGE_CLASSES, SX_IMAGE_LAGS, columns) are added to: by class of
     * row and by column, products of each value with a neighbour, which is zero beyond the image. Rows are
     * summed in order, then added; products are exact: every table gives the same bits. scratch:
     * sx_image_doubles doubles. */
    void (*image_products)(const sx_image_sizes *sizes, size_t examples, const float *x, double *sums,
                           double *scratch);
    /* dw and db (NULL = none) of such a layer are added to, from a gradient of its output that is dy *
     * a[group] at the winners of the block and 0 elsewhere; only for sizes of sx_conv_suits_winners. */
    void (*winner_gradient)(const sx_conv_sizes *sizes, const sx_block_sizes *block, size_t examples,
                            const float *x, const float *dy, const uint8_t *winner, const float *a, float *dw,
                            float *db, float *scratch);

    /* --- Inference: a convolution and its block in one go. The same bits as conv_forward (or
     * depthwise_forward) and then block_forward of the same table give, but for the sign of a zero.
     * middle: what one example has between the two, in floats; it is written. */
    void (*conv_finish)(const sx_conv_sizes *sizes, const sx_finish *finish, size_t examples, const float *x,
                        const float *packed, const float *bias, float *y, float *middle, float *scratch);
    void (*depthwise_finish)(const sx_conv_sizes *sizes, const sx_finish *finish, size_t examples,
                             const float *x, const float *weights, const float *bias, float *y,
                             float *middle);

    /* --- Dense: y (rows, out) = x (rows, in) * w (in, out) + bias. */
    void (*dense_forward)(size_t rows, size_t in, size_t out, const float *x, const float *w,
                          const float *bias, float *y);
    void (*dense_backward)(size_t rows, size_t in, size_t out, const float *dy, const float *w, float *dx);
    void (*dense_gradient)(size_t rows, size_t in, size_t out, const float *x, const float *dy, float *dw,
                           float *db); /* added */

    /* --- Steps. gradient_sum: out = fixed tree over `shards` blocks of count floats, shard s at parts + s *
     * count. */
    void (*gradient_sum)(size_t count, size_t shards, const float *parts, float *out);
    /* m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g g; w -= corrected_rate * m / (sqrt(v) + epsilon). */
    void (*adam)(const sx_adam_step *step, size_t count, const float *g, float *w, float *m, float *v);
    /* Keras 3 SGD: velocity = momentum * velocity - rate * g; w += velocity, nesterov: w += momentum *
     * velocity - rate * g. */
    void (*sgd)(float rate, float momentum, bool nesterov, float decay, size_t count, const float *g,
                float *w, float *velocity);
    /* (x - mean) / deviation as x * scale + shift, rows gathered by the caller. */
    void (*scale_shift)(size_t count, const float *x, float scale, float shift, float *y);
} sx_kernels;

/* 3x3 in steps of 1, 16 channels or more on both sides, and a map that tiles of 4x4 fill by half or more. */
bool sx_conv_suits_winograd(const sx_conv_sizes *sizes);
/* Tiles of 4x4 that cover an example's output. */
size_t sx_winograd_tiles_of(const sx_conv_sizes *sizes);
/* Whole examples that Winograd's way takes in one turn; 0 where one takes several. */
size_t sx_winograd_examples(const sx_conv_sizes *sizes);
/* Winograd's weights would come from beyond the second cache for a map of few tiles. */
bool sx_conv_suits_halves(const sx_conv_sizes *sizes);
/* 3x3 'same' in steps of 1 from one channel to whole runs of SX_LANES, then ReLU and pooling by whole windows
 * of 2x2. */
bool sx_conv_suits_winners(const sx_conv_sizes *sizes, const sx_block_sizes *block);
/* Floats needed; SIZE_MAX on overflow. The same for every table. scratch covers forward, backward and
 * gradient. */
size_t sx_conv_packed_floats(const sx_conv_sizes *sizes);
size_t sx_conv_packed_backward_floats(const sx_conv_sizes *sizes);
size_t sx_conv_scratch_floats(const sx_conv_sizes *sizes);
size_t sx_conv_finish_scratch_floats(const sx_conv_sizes *sizes); /* enough for conv_finish */

/* Chosen on first call from what the processor has, or from SONAXIS_KERNELS (an unknown or impossible name
 * gives the best one). Never NULL. */
const sx_kernels *sx_kernels_get(void);
/* Tests and benches: by name, NULL where this machine or build lacks it. */
const sx_kernels *sx_kernels_named(const char *name);
extern const char *const sx_kernel_names[]; /* NULL at the end */
/* Name of the chosen table; also declared in sonaxis/sonaxis.h, which stands on a higher floor. */
SX_API const char *sx_kernels_name(void);

#endif
