/* layer.h: what a layer is: options from JSON, a shape rule, forward, backward. One file a layer, one list of
 * all.
 *
 * Build: `read` fills the options, `plan` checks shapes and says what the layer needs. Run: `forward` and
 * `backward` get pointers into the model's arena, allocate nothing and cannot fail. A batch is cut into
 * SX_SHARDS fixed parts, whatever the number of threads (sx_shard_range); weight gradients are written per
 * shard and added in a fixed tree. */
#ifndef LAYERS_LAYER_H
#define LAYERS_LAYER_H

#include "base/json.h"
#include "base/parallel.h"
#include "base/random.h"
#include "kernels/kernels.h"
#include "sonaxis/axis.h"

enum { SX_SHARDS = 8, SX_LAYER_INPUTS = 8, SX_LAYER_WEIGHTS = 4 };

typedef enum sx_initial {
    SX_INITIAL_ZEROS,
    SX_INITIAL_ONES,
    SX_INITIAL_GLOROT_UNIFORM,
    SX_INITIAL_CONSTANT,        /* a */
    SX_INITIAL_UNIFORM,         /* from a to b */
    SX_INITIAL_NORMAL,          /* mean a, deviation b */
    SX_INITIAL_TRUNCATED_NORMAL /* the same within 2 b of a */
} sx_initial;

/* One weight tensor, in Keras's order and layout. */
typedef struct sx_weight_plan {
    const char *name; /* "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance" */
    size_t dims[4];
    int rank;
    size_t count;
    sx_initial initial;
    double initial_a, initial_b;
    size_t fan_in, fan_out; /* Glorot: limit sqrt(6 / (fan_in + fan_out)) */
    const sx_json *numbers; /* where not NULL, the initial value of all, or a list of one each; of the spec */
    bool trainable;
} sx_weight_plan;

typedef struct sx_layer_plan {
    sx_shape output;
    sx_weight_plan weights[SX_LAYER_WEIGHTS];
    int weight_count;
    size_t multiply_adds; /* of one example, forward */
    /* Buffers for a whole batch, in bytes; 0 = none. saved: written by forward, read by backward. scratch:
     * within one call. packed: made from the weights by `prepare` after they change. */
    size_t saved_bytes, scratch_bytes, packed_bytes;
    /* Where scratch is nothing but a part for each slot (shard.h): one part. A net with fewer threads than
     * SX_SHARDS has as many parts as threads. */
    size_t slot_bytes;
    bool in_place;       /* output may be the same memory as input 0, and backward does not read the input */
    bool reads_output;   /* backward reads the output, so nothing after it may overwrite that in place */
    bool has_statistics; /* a normalisation that keeps moving statistics */
    double momentum;     /* of those: share of the old value that a step keeps */
    sx_axes statistics_kept, affine_kept; /* normalisation only, for the summary */
    sx_axes fixed; /* axes whose extent the weights or what comes after cannot do without */
} sx_layer_plan;

typedef enum sx_run_mode {
    SX_RUN_INFER,  /* moving statistics, no dropout */
    SX_RUN_TRAIN,  /* batch statistics (moving ones are updated), dropout */
    SX_RUN_MEASURE /* as INFER, but a normalisation adds up its input's exact sums into `measure` first */
} sx_run_mode;

/* Sums over a normalisation's input, added up call by call until a whole set has been through: of the values
 * less a centre, and of the squares of that. Groups as the layer's moving statistics. */
typedef struct sx_measure {
    int pass;              /* 0: about 0; 1: about `centre` */
    double *sum, *squares; /* groups */
    const float *centre;   /* groups; near the means, so that these do not eat the variance */
    double count;          /* values per group so far */
} sx_measure;

/* Everything one call works on. Input and output shapes as planned; `batch` examples now, at most the planned
 * number. */
typedef struct sx_layer_call {
    size_t batch;
    size_t planned; /* most examples of a training step; 0 in a net that only infers */
    sx_run_mode mode;
    int input_count;
    sx_shape input_shapes[SX_LAYER_INPUTS];
    sx_shape output_shape;
    const float *inputs[SX_LAYER_INPUTS];
    float *output;
    const float *output_gradient;            /* backward; overwritten by nobody */
    float *input_gradients[SX_LAYER_INPUTS]; /* backward: written (not added to) where not NULL; no two are
                                                the same memory */
    float *weights[SX_LAYER_WEIGHTS];
    float *shard_gradients[SX_LAYER_WEIGHTS]; /* trainable ones: a block of count floats, zeroed by the
                                                 caller, for every shard that holds examples */
    size_t weight_counts[SX_LAYER_WEIGHTS];
    void *saved, *scratch, *packed;
    sx_measure *measure; /* SX_RUN_MEASURE, on the one layer being measured; else NULL */
    sx_stream stream;    /* seed, purpose, layer, step for dropout */
    uint64_t first_item; /* example 0 of this call is this item of the step, for dropout draws */
    sx_pool *pool;
    const sx_kernels *kernels;
    bool exact; /* the definition's order of sums, no faster way that rounds differently */
} sx_layer_call;

/* Consecutive examples of one shard; pointers at the first of them, those a call has not stay NULL. */
typedef struct sx_shard {
    size_t first, count;
    size_t slot; /* of scratch, below SX_SHARDS: shards that run at the same time have different ones */
    const float *x, *dy;
    float *y, *dx;
} sx_shard;

/* A convolution as a kernel sees it, for blocks of nets that only infer. Weight 0 is (taps, [in,] out),
 * weight 1 the bias. */
typedef struct sx_lead {
    sx_conv_sizes sizes;
    bool depthwise, use_bias;
} sx_lead;

typedef struct sx_layer_ops {
    const char *type;        /* "conv2d" */
    size_t options_size;     /* of the plain struct that read fills */
    const char *const *keys; /* legal members besides "type", "name", "inputs"; NULL at the end */
    int min_inputs, max_inputs;
    /* Options from a spec's JSON object, whose keys were checked; defaults are Keras's. where: "layers[2]
     * (conv2d)". The options may point into the object, which outlives them. */
    sx_status (*read)(const sx_json *spec, const char *where, void *options, sx_error *err);
    /* Shapes -> plan; batch = largest batch. */
    sx_status (*plan)(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                      sx_layer_plan *plan, sx_error *err);
    /* NULL = nothing to pack. Anew when the weights change, or forward's mode between SX_RUN_TRAIN and the
     * others. What only backward needs is for a training step alone, perhaps on another thread meanwhile. */
    void (*prepare)(const void *options, const sx_layer_call *call);
    void (*prepare_backward)(const void *options, const sx_layer_call *call);
    void (*forward)(const void *options, const sx_layer_call *call);
    void (*backward)(const void *options, const sx_layer_call *call);
    /* The same for some examples of a shard, wherever they lie; NULL where a layer cannot. A layer that can
     * may lead a fused block (block.h). */
    void (*forward_part)(const void *options, const sx_layer_call *call, size_t shard, sx_shard part);
    void (*backward_part)(const void *options, const sx_layer_call *call, size_t shard, sx_shard part);
    /* Rows [first, first + count) of the output of one example alone: part.x is the whole example, part.y and
     * part.dy are those rows. Backward gives gradients of the weights only. NULL where a layer cannot. */
    void (*forward_rows)(const void *options, const sx_layer_call *call, sx_shard part, size_t first,
                         size_t count);
    void (*gradient_rows)(const void *options, const sx_layer_call *call, size_t shard, sx_shard part,
                          size_t first, size_t count);
    /* False, or NULL: the layer is no single convolution that a kernel can finish a block for. */
    bool (*lead)(const void *options, sx_shape in, sx_lead *lead);
} sx_layer_ops;

/* One line a layer: its ops are sx_layer_<id>. The gradient and parity tests walk this list. */
/* clang-format off */
#define SX_LAYER_LIST(X) \
    X(conv2d) \
    X(conv1d) \
    X(depthwise_conv2d) \
    X(separable_conv2d) \
    X(normalisation) \
    X(group_normalisation) \
    X(standardisation) \
    X(rescaling) \
    X(activation) \
    X(prelu) \
    X(max_pool) \
    X(average_pool) \
    X(global_average_pool) \
    X(global_max_pool) \
    X(zero_padding) \
    X(cropping) \
    X(up_sampling) \
    X(flatten) \
    X(reshape) \
    X(permute) \
    X(dense) \
    X(dropout) \
    X(spatial_dropout) \
    X(gaussian_noise) \
    X(add) \
    X(subtract) \
    X(multiply) \
    X(average) \
    X(maximum) \
    X(minimum) \
    X(concatenate)
/* clang-format on */

#define SX_LAYER_DECLARE(id) extern const sx_layer_ops sx_layer_##id;
SX_LAYER_LIST(SX_LAYER_DECLARE)
#undef SX_LAYER_DECLARE

extern const sx_layer_ops *const sx_layers[];        /* NULL at the end */
const sx_layer_ops *sx_layer_find(const char *type); /* NULL where unknown */

/* Examples of shard s of a batch: [*first, *first + count), sizes differ by at most one. */
size_t sx_shard_range(size_t batch, size_t shard, size_t *first);
/* Runs task(context, shard, worker) over all shards that hold examples. */
void sx_for_shards(const sx_layer_call *call, void (*task)(void *context, size_t shard, int worker),
                   void *context);

static inline size_t sx_shape_count(sx_shape shape) { return shape.time * shape.frequency * shape.channels; }

#endif
