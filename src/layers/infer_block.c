/* infer_block.c: see infer_block.h. */
#include "layers/infer_block.h"

#include "layers/block_parts.h"
#include "layers/norm.h"

#include <assert.h>

static size_t rounded_floats(size_t floats) { return (floats + 15) / 16 * 16; }

/* --- plan ------------------------------------------------------------------------------------------- */

static size_t pixels_of(const sx_infer_block *infer) {
    const sx_norm_sizes *n = &infer->finish.block.norm;
    return n->time * n->frequency;
}

bool sx_infer_block_plan(const sx_block *block, int threads, sx_infer_block *out) {
    sx_infer_block infer = {0};
    if (!block->ops->lead || !block->ops->lead(block->options, block->input, &infer.lead)) return false;
    sx_norm_view view = sx_norm_view_of(block->norm_options, block->middle);
    const sx_conv_sizes *s = &infer.lead.sizes;
    size_t taps = s->kernel_time * s->kernel_frequency;
    infer.finish.block = sx_block_sizes_of(block);
    infer.finish.folded = view.joint.step_time == 0 && view.joint.step_frequency == 0;
    infer.groups = view.joint.groups;
    infer.statistics = view.statistic.groups;
    infer.weights = taps * s->out_channels * (infer.lead.depthwise ? 1 : s->in_channels);
    size_t own = infer.finish.folded ? rounded_floats(infer.weights) + rounded_floats(s->out_channels) : 0;
    size_t floats = 2 * rounded_floats(infer.groups) + rounded_floats(infer.statistics) + own +
                    rounded_floats(pixels_of(&infer));
    infer.bytes = floats * sizeof(float);
    infer.in = sx_shape_count(block->input);
    infer.out = sx_shape_count(block->output);
    infer.middle_step = rounded_floats(sx_shape_count(block->middle));
    if (!infer.lead.depthwise) infer.scratch_step = rounded_floats(sx_conv_finish_scratch_floats(s));
    infer.slots = threads < SX_SHARDS ? (size_t)threads : SX_SHARDS;
    infer.scratch_bytes = infer.slots * (infer.middle_step + infer.scratch_step) * sizeof(float);
    *out = infer;
    return true;
}

/* --- prepare ---------------------------------------------------------------------------------------- */

static void place(sx_infer_block *infer, void *memory) {
    infer->scale = memory;
    infer->shift = infer->scale + rounded_floats(infer->groups);
    infer->inverse = infer->shift + rounded_floats(infer->groups);
    infer->pixel_groups = (uint32_t *)(void *)(infer->inverse + rounded_floats(infer->statistics));
    infer->kernel = (float *)(void *)(infer->pixel_groups + rounded_floats(pixels_of(infer)));
    infer->bias = infer->kernel + rounded_floats(infer->weights);
}

static void fill_tables(const sx_block *block, const sx_layer_call *norm, sx_infer_block *infer) {
    sx_norm_view view = sx_norm_view_of(block->norm_options, block->middle);
    for (size_t g = 0; g < infer->statistics; g++)
        infer->inverse[g] =
            sx_norm_inverse_std(block->norm_options, (double)norm->weights[view.moving_variance][g]);
    sx_norm_apply_tables(&view, norm, norm->weights[view.moving_mean], infer->inverse, infer->scale,
                         infer->shift);
    for (size_t p = 0; p < pixels_of(infer); p++) {
        size_t t = p / view.joint.frequency, f = p % view.joint.frequency;
        infer->pixel_groups[p] = (uint32_t)(t * view.joint.step_time + f * view.joint.step_frequency);
    }
}

/* kernel and bias of a channel times its scale, and the shift; the tables then change nothing. */
static void fold(const sx_layer_call *lead, sx_infer_block *infer) {
    sx_norm_sizes *n = &infer->finish.block.norm;
    size_t channels = infer->lead.sizes.out_channels, step = n->step_channels;
    for (size_t i = 0; i < infer->weights; i += channels)
        for (size_t c = 0; c < channels; c++)
            infer->kernel[i + c] = lead->weights[0][i + c] * infer->scale[c * step];
    for (size_t c = 0; c < channels; c++) {
        double bias = infer->lead.use_bias ? (double)lead->weights[1][c] : 0;
        infer->bias[c] = (float)(bias * (double)infer->scale[c * step] + (double)infer->shift[c * step]);
    }
    n->step_channels = 0;
    n->groups = 1;
    infer->scale[0] = 1;
    infer->shift[0] = 0;
    infer->used_kernel = infer->kernel;
    infer->used_bias = infer->bias;
}

static void wire(const sx_block_call *call, sx_infer_block *infer) {
    infer->finish.scale = infer->scale;
    infer->finish.shift = infer->shift;
    infer->finish.groups = infer->pixel_groups;
    infer->x = call->lead.inputs[0];
    infer->y = call->output;
    infer->scratch = call->lead.scratch;
    infer->middle = infer->scratch + infer->slots * infer->scratch_step;
}

void sx_infer_block_prepare(const sx_block *block, const sx_block_call *call, void *memory,
                            sx_infer_block *infer) {
    const sx_layer_call *lead = &call->lead;
    infer->finish.block = sx_block_sizes_of(block);
    place(infer, memory);
    fill_tables(block, &call->norm, infer);
    infer->used_kernel = lead->weights[0];
    infer->used_bias = infer->lead.use_bias ? lead->weights[1] : NULL;
    if (infer->finish.folded) fold(lead, infer);
    if (!infer->lead.depthwise) {
        lead->kernels->conv_pack(&infer->lead.sizes, infer->used_kernel, lead->packed);
        infer->used_kernel = lead->packed;
    }
    wire(call, infer);
}

/* --- run -------------------------------------------------------------------------------------------- */

typedef struct infer_work {
    const sx_infer_block *infer;
    const sx_kernels *kernels;
    size_t batch;
    bool by_worker;
} infer_work;

static void run_shard(void *context, size_t shard, int worker) {
    const infer_work *work = context;
    const sx_infer_block *b = work->infer;
    size_t first, count = sx_shard_range(work->batch, shard, &first);
    size_t slot = work->by_worker ? (size_t)worker : shard;
    const float *x = b->x + first * b->in;
    float *y = b->y + first * b->out, *middle = b->middle + slot * b->middle_step;
    if (b->lead.depthwise) {
        work->kernels->depthwise_finish(&b->lead.sizes, &b->finish, count, x, b->used_kernel, b->used_bias, y,
                                        middle);
    } else {
        work->kernels->conv_finish(&b->lead.sizes, &b->finish, count, x, b->used_kernel, b->used_bias, y,
                                   middle, b->scratch + slot * b->scratch_step);
    }
}

void sx_infer_block_run(const sx_infer_block *infer, const sx_kernels *kernels, sx_pool *pool, size_t batch) {
    size_t threads = (size_t)sx_pool_threads(pool);
    infer_work work = {infer, kernels, batch, threads <= SX_SHARDS};
    assert(threads <= infer->slots || infer->slots == SX_SHARDS);
    sx_pool_run(pool, batch < SX_SHARDS ? batch : SX_SHARDS, run_shard, &work);
}
