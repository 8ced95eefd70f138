/* conv2d.c: Keras's Conv2D. Weights kernel (time, frequency, in / groups, out) and bias (out); both kinds of
 * packed weights, for forward and for the input's gradient, lie one behind the other. */
#include "base/error.h"
#include "layers/conv.h"

static sx_status conv_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    sx_conv_options *o = options;
    sx_status status = sx_conv_read(spec, where, o, err);
    return status == SX_OK ? sx_window_read(spec, where, &o->window, err) : status;
}

/* Winograd's way where the shapes suit it, by rule, so that every machine does the same. */
static sx_conv_sizes conv_sizes(const sx_conv_options *o, sx_shape in, bool exact) {
    sx_conv_sizes sizes = sx_window_conv_sizes(&o->window, in, o->filters);
    sizes.winograd = !exact && sx_conv_suits_winograd(&sizes);
    return sizes;
}

/* Each part starts on a cache line. */
static size_t rounded_floats(size_t floats) { return (floats + 15) / 16 * 16; }

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

sx_status sx_conv_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                       sx_layer_plan *plan, sx_error *err) {
    const sx_conv_options *o = options;
    (void)input_count;
    (void)batch;
    sx_status status = sx_conv_plan_weights(o, inputs[0], plan, err);
    if (status != SX_OK || o->groups > 1) return status;
    sx_conv_sizes sizes = conv_sizes(o, inputs[0], false), direct = conv_sizes(o, inputs[0], true);
    size_t forward = sx_conv_packed_floats(&sizes), backward = sx_conv_packed_backward_floats(&sizes);
    size_t scratch = larger(sx_conv_scratch_floats(&sizes), sx_conv_scratch_floats(&direct));
    const size_t limit = (size_t)1 << 40;
    /* Kernels find their way within the scratch by offsets of 32 bits. */
    if (forward > limit || backward > limit || scratch > UINT32_MAX)
        return sx_fail(err, SX_E_SHAPE, "a %zux%zu kernel from %zu to %zu channels is too large",
                       sizes.kernel_time, sizes.kernel_frequency, sizes.in_channels, sizes.out_channels);
    plan->packed_bytes = (rounded_floats(forward) + rounded_floats(backward)) * sizeof(float);
    plan->scratch_bytes = SX_SHARDS * rounded_floats(scratch) * sizeof(float);
    return SX_OK;
}

static float *packed_backward(const sx_conv_sizes *sizes, const sx_layer_call *call) {
    return (float *)call->packed + rounded_floats(sx_conv_packed_floats(sizes));
}

static float *slot_scratch(const sx_conv_sizes *sizes, const sx_layer_call *call, size_t slot) {
    return (float *)call->scratch + slot * rounded_floats(sx_conv_scratch_floats(sizes));
}

void sx_conv_prepare(const void *options, const sx_layer_call *call) {
    const sx_conv_options *o = options;
    if (o->groups > 1) return;
    sx_conv_sizes sizes = conv_sizes(o, call->input_shapes[0], call->exact);
    call->kernels->conv_pack(&sizes, call->weights[0], call->packed);
    if (call->mode == SX_RUN_TRAIN)
        call->kernels->conv_pack_backward(&sizes, call->weights[0], packed_backward(&sizes, call));
}

bool sx_conv_lead(const void *options, sx_shape in, sx_lead *lead) {
    const sx_conv_options *o = options;
    if (o->groups > 1) return false;
    *lead = (sx_lead){.sizes = conv_sizes(o, in, false), .use_bias = o->use_bias};
    return true;
}

void sx_conv_forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const sx_conv_options *o = options;
    (void)shard;
    if (o->groups > 1) {
        sx_conv_groups_forward(o, call, part);
        return;
    }
    sx_conv_sizes sizes = conv_sizes(o, call->input_shapes[0], call->exact);
    call->kernels->conv_forward(&sizes, part.count, part.x, call->packed,
                                o->use_bias ? call->weights[1] : NULL, part.y,
                                slot_scratch(&sizes, call, part.slot));
}

void sx_conv_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, sx_conv_forward_part);
}

void sx_conv_backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const sx_conv_options *o = options;
    if (o->groups > 1) {
        sx_conv_groups_backward(o, call, shard, part);
        return;
    }
    sx_conv_sizes sizes = conv_sizes(o, call->input_shapes[0], call->exact);
    float *scratch = slot_scratch(&sizes, call, part.slot);
    call->kernels->conv_gradient(&sizes, part.count, part.x, part.dy, sx_shard_gradient(call, shard, 0),
                                 o->use_bias ? sx_shard_gradient(call, shard, 1) : NULL, scratch);
    if (part.dx)
        call->kernels->conv_backward(&sizes, part.count, part.dy, packed_backward(&sizes, call), part.dx,
                                     scratch);
}

void sx_conv_backward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, sx_conv_backward_part);
}

static const char *const keys[] = {"filters", "kernel_size", "strides",     "dilation",         "padding",
                                   "groups",  "use_bias",    "initializer", "bias_initializer", NULL};

const sx_layer_ops sx_layer_conv2d = {.type = "conv2d",
                                      .options_size = sizeof(sx_conv_options),
                                      .keys = keys,
                                      .min_inputs = 1,
                                      .max_inputs = 1,
                                      .read = conv_read,
                                      .plan = sx_conv_plan,
                                      .prepare = sx_conv_prepare,
                                      .forward = sx_conv_forward,
                                      .backward = sx_conv_backward,
                                      .forward_part = sx_conv_forward_part,
                                      .backward_part = sx_conv_backward_part,
                                      .lead = sx_conv_lead};
