/* infer_block.h: a fused block of a net that only infers, made ready once when the weights change.
 *
 * The moving statistics are then constants: where the normalisation keeps channels at most, its scale and
 * shift go into the convolution's weights and bias, which is exact but for rounding; where it keeps frequency
 * or time they are applied to the convolution's sums before these are written (kernels.h, conv_finish). Every
 * place it reads and writes is known beforehand, so a run is one call of a kernel. */
#ifndef LAYERS_INFER_BLOCK_H
#define LAYERS_INFER_BLOCK_H

#include "layers/block.h"

typedef struct sx_infer_block {
    sx_lead lead;
    sx_finish finish;
    size_t groups, statistics, weights; /* floats of the tables */
    size_t bytes, scratch_bytes;        /* of its memory, and of scratch */
    size_t slots;                       /* of scratch */
    float *scale, *shift, *inverse, *kernel, *bias;
    uint32_t *pixel_groups;
    const float *used_kernel, *used_bias; /* what the kernel reads: packed or not, own or the layer's */
    const float *x;
    float *y, *middle, *scratch;
    size_t in, out, middle_step, scratch_step; /* floats of an example, and of a slot */
} sx_infer_block;

/* False: the block's leading layer has no such way. threads: of the pool it will run on, which sizes the
 * scratch. */
bool sx_infer_block_plan(const sx_block *block, int threads, sx_infer_block *out);
/* memory: `bytes`; call: as for sx_block_forward, with all its places, but only scratch_bytes of scratch,
 * which begin where lead's do. Packed weights go to the leading layer's own. */
void sx_infer_block_prepare(const sx_block *block, const sx_block_call *call, void *memory,
                            sx_infer_block *infer);
void sx_infer_block_run(const sx_infer_block *infer, const sx_kernels *kernels, sx_pool *pool, size_t batch);

#endif
