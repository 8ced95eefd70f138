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
    sizes.halves = sx_conv_suits_halves(&sizes);
    return sizes;
}

/* A training step makes weights of 36 points for a pair of channels, and brings sums of their gradient back
 * to taps: that costs about as much as so many tiles. With few examples and small maps it is more than the
 * fewer products save. */
enum { TILES_A_STEP = 20 };

static bool winograd_pays(const sx_conv_sizes *s, size_t examples) {
    size_t tiles = sx_winograd_tiles_of(s) * examples;
    return 9 * s->out_time * s->out_frequency * examples > 36 * (tiles + TILES_A_STEP);
}

static sx_conv_sizes sizes_for(const sx_conv_options *o, const sx_layer_call *call, size_t examples) {
    sx_conv_sizes sizes = conv_sizes(o, call->input_shapes[0], call->exact);
    if (call->planned > 0 && !winograd_pays(&sizes, examples)) sizes.winograd = sizes.halves = false;
    return sizes;
}

/* What a training step packs weights for: forward, and the gradient of the input. */
static sx_conv_sizes step_sizes(const sx_conv_options *o, const sx_layer_call *call) {
    return sizes_for(o, call, call->planned);
}

/* But for the steps, the shapes decide, so that a net that only infers gives the same bits. */
static sx_conv_sizes forward_sizes(const sx_conv_options *o, const sx_layer_call *call) {
    if (call->mode == SX_RUN_TRAIN) return step_sizes(o, call);
    return conv_sizes(o, call->input_shapes[0], call->exact);
}

/* For the gradient of the weights, which every shard sums for itself. */
static sx_conv_sizes gradient_sizes(const sx_conv_options *o, const sx_layer_call *call) {
    return sizes_for(o, call, (call->planned + SX_SHARDS - 1) / SX_SHARDS);
}

/* Each part starts on a cache line. */
static size_t rounded_floats(size_t floats) { return (floats + 15) / 16 * 16; }

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* Enough for either way, so that one slot ends where the next begins whatever each of them does. */
static size_t scratch_floats(const sx_conv_options *o, sx_shape in) {
    sx_conv_sizes sizes = conv_sizes(o, in, false), direct = conv_sizes(o, in, true);
    return larger(sx_conv_scratch_floats(&sizes), sx_conv_scratch_floats(&direct));
}

sx_status sx_conv_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                       sx_layer_plan *plan, sx_error *err) {
    const sx_conv_options *o = options;
    (void)input_count;
    (void)batch;
    sx_status status = sx_conv_plan_weights(o, inputs[0], plan, err);
    if (status != SX_OK || o->groups > 1) return status;
    sx_conv_sizes sizes = conv_sizes(o, inputs[0], false);
    size_t forward = sx_conv_packed_floats(&sizes), backward = sx_conv_packed_backward_floats(&sizes);
    size_t scratch = scratch_floats(o, inputs[0]);
    const size_t limit = (size_t)1 << 40;
    /* Kernels find their way within the scratch by offsets of 32 bits. */
    if (forward > limit || backward > limit || scratch > UINT32_MAX)
        return sx_fail(err, SX_E_SHAPE, "a %zux%zu kernel from %zu to %zu channels is too large",
                       sizes.kernel_time, sizes.kernel_frequency, sizes.in_channels, sizes.out_channels);
    plan->packed_bytes = (rounded_floats(forward) + rounded_floats(backward)) * sizeof(float);
    plan->slot_bytes = rounded_floats(scratch) * sizeof(float);
    plan->scratch_bytes = SX_SHARDS * plan->slot_bytes;
    return SX_OK;
}

static float *packed_backward(const sx_conv_options *o, const sx_layer_call *call) {
    sx_conv_sizes sizes = conv_sizes(o, call->input_shapes[0], false);
    return (float *)call->packed + rounded_floats(sx_conv_packed_floats(&sizes));
}

static float *slot_scratch(const sx_conv_options *o, const sx_layer_call *call, size_t slot) {
    return (float *)call->scratch + slot * rounded_floats(scratch_floats(o, call->input_shapes[0]));
}

void sx_conv_prepare(const void *options, const sx_layer_call *call) {
    const sx_conv_options *o = options;
    if (o->groups > 1) return;
    sx_conv_sizes sizes = forward_sizes(o, call);
    call->kernels->conv_pack(&sizes, call->weights[0], call->packed);
}

void sx_conv_prepare_backward(const void *options, const sx_layer_call *call) {
    const sx_conv_options *o = options;
    if (o->groups > 1) return;
    sx_conv_sizes sizes = step_sizes(o, call);
    call->kernels->conv_pack_backward(&sizes, call->weights[0], packed_backward(o, call));
}

bool sx_conv_lead(const void *options, sx_shape in, sx_lead *lead) {
    const sx_conv_options *o = options;
    if (o->groups > 1) return false;
    *lead = (sx_lead){.sizes = conv_sizes(o, in, false), .use_bias = o->use_bias};
    return true;
}

typedef struct forward_call {
    const sx_conv_options *options;
    const sx_layer_call *call;
    sx_shard part;
} forward_call;

/* A convolution of `rows` rows of the output, from `first` on; moves x to the first row they see. */
static sx_conv_sizes some_rows(sx_conv_sizes s, size_t first, size_t rows, const float **x) {
    size_t start = first * s.stride_time, skipped = start > s.pad_time ? start - s.pad_time : 0;
    size_t reach = (rows - 1) * s.stride_time + (s.kernel_time - 1) * s.dilation_time + 1;
    *x += skipped * s.in_frequency * s.in_channels;
    s.pad_time -= start < s.pad_time ? start : s.pad_time;
    s.in_time -= skipped;
    if (s.in_time + s.pad_time > reach) s.in_time = reach - s.pad_time;
    s.out_time = rows;
    return s;
}

static void forward_with(const forward_call *f, const sx_conv_sizes *sizes, const sx_shard *part,
                         float *scratch) {
    const sx_layer_call *call = f->call;
    call->kernels->conv_forward(sizes, part->count, part->x, call->packed,
                                f->options->use_bias ? call->weights[1] : NULL, part->y, scratch);
}

/* Rows of whole tiles, so that each output is the sum that it is without halves; directly it is that anyhow.
 */
static size_t rows_of_half(const sx_conv_sizes *s) {
    return s->winograd ? (s->out_time + 7) / 8 * 4 : (s->out_time + 1) / 2;
}

static void forward_half(void *context, size_t half, int worker) {
    const forward_call *f = context;
    sx_shard part = f->part;
    sx_conv_sizes sizes = forward_sizes(f->options, f->call);
    size_t rows = rows_of_half(&sizes), first = half * rows;
    float *scratch = slot_scratch(f->options, f->call, sx_shard_slot(f->call, half, worker));
    part.y += first * sizes.out_frequency * sizes.out_channels;
    sizes = some_rows(sizes, first, half == 0 ? rows : sizes.out_time - rows, &part.x);
    forward_with(f, &sizes, &part, scratch);
}

/* A single example on several threads, where its later half begins within the input. */
static bool goes_by_halves(const sx_conv_sizes *s, const sx_layer_call *call) {
    size_t rows = rows_of_half(s);
    return call->batch == 1 && sx_pool_threads(call->pool) > 1 && rows < s->out_time &&
           rows * s->stride_time >= s->pad_time && rows * s->stride_time < s->in_time + s->pad_time;
}

void sx_conv_forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const sx_conv_options *o = options;
    forward_call f = {o, call, part};
    (void)shard;
    if (o->groups > 1) {
        sx_conv_groups_forward(o, call, part);
        return;
    }
    sx_conv_sizes sizes = forward_sizes(o, call);
    if (goes_by_halves(&sizes, call)) {
        sx_pool_run(call->pool, 2, forward_half, &f);
    } else {
        forward_with(&f, &sizes, &part, slot_scratch(o, call, part.slot));
    }
}

void sx_conv_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, sx_conv_forward_part);
}

static void conv_forward_rows(const void *options, const sx_layer_call *call, sx_shard part, size_t first,
                              size_t count) {
    forward_call f = {options, call, part};
    sx_conv_sizes sizes = some_rows(forward_sizes(options, call), first, count, &part.x);
    forward_with(&f, &sizes, &part, slot_scratch(options, call, part.slot));
}

typedef struct backward_call {
    const sx_conv_options *options;
    const sx_layer_call *call;
    size_t shard;
    sx_shard part;
} backward_call;

static void weight_gradient_of(const backward_call *b, const sx_conv_sizes *sizes, size_t slot) {
    const sx_layer_call *call = b->call;
    call->kernels->conv_gradient(sizes, b->part.count, b->part.x, b->part.dy,
                                 sx_shard_gradient(call, b->shard, 0),
                                 b->options->use_bias ? sx_shard_gradient(call, b->shard, 1) : NULL,
                                 slot_scratch(b->options, call, slot));
}

static void weight_gradient(const backward_call *b, size_t slot) {
    sx_conv_sizes sizes = gradient_sizes(b->options, b->call);
    weight_gradient_of(b, &sizes, slot);
}

static void conv_gradient_rows(const void *options, const sx_layer_call *call, size_t shard, sx_shard part,
                               size_t first, size_t count) {
    sx_conv_sizes sizes = some_rows(gradient_sizes(options, call), first, count, &part.x);
    backward_call b = {options, call, shard, part};
    weight_gradient_of(&b, &sizes, part.slot);
}

static void input_gradient(const backward_call *b, size_t slot) {
    const sx_layer_call *call = b->call;
    sx_conv_sizes sizes = step_sizes(b->options, call);
    call->kernels->conv_backward(&sizes, b->part.count, b->part.dy, packed_backward(b->options, call),
                                 b->part.dx, slot_scratch(b->options, call, slot));
}

static void one_gradient(void *context, size_t index, int worker) {
    const backward_call *b = context;
    (index == 0 ? weight_gradient : input_gradient)(b, sx_shard_slot(b->call, index, worker));
}

/* A single example's gradients have nothing to do with each other: two threads take one each. */
void sx_conv_backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const sx_conv_options *o = options;
    backward_call b = {o, call, shard, part};
    if (o->groups > 1) {
        sx_conv_groups_backward(o, call, shard, part);
    } else if (call->batch == 1 && part.dx) {
        sx_pool_run(call->pool, 2, one_gradient, &b);
    } else {
        weight_gradient(&b, part.slot);
        if (part.dx) input_gradient(&b, part.slot);
    }
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
                                      .prepare_backward = sx_conv_prepare_backward,
                                      .forward = sx_conv_forward,
                                      .backward = sx_conv_backward,
                                      .forward_part = sx_conv_forward_part,
                                      .backward_part = sx_conv_backward_part,
                                      .forward_rows = conv_forward_rows,
                                      .gradient_rows = conv_gradient_rows,
                                      .lead = sx_conv_lead};
