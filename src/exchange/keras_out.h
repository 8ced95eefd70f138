/* keras_out.h: a native net as layers of Keras, before it is written as a file or as code.
 *
 * Every value has a rank, the batch counted: 4 is (time, frequency, channels), 3 (time, channels), 2
 * (channels). A layer that Keras has for one rank only gets a Reshape before it; what Keras has no single
 * layer for is said by several. Order and names are those that Keras itself gives when it loads such a net,
 * since it finds weights by them. */
#ifndef EXCHANGE_KERAS_OUT_H
#define EXCHANGE_KERAS_OUT_H

#include "base/json.h"
#include "exchange/format.h"

enum { SX_OUT_NAME = 96 };

typedef struct sx_out_weight {
    const char *name;    /* as Keras has it: "kernel" */
    const char *native;  /* name of the native weight; NULL where there is none */
    const float *values; /* borrowed; NULL = ones */
    size_t dims[4], count;
    int rank;
} sx_out_weight;

typedef struct sx_out_layer {
    const char *class_name; /* of keras.layers */
    char name[SX_OUT_NAME];
    sx_json *config; /* options without the name; those at Keras's default are left out */
    size_t inputs[SX_LAYER_INPUTS];
    int input_count;
    sx_shape shape; /* of the output */
    int rank;
    const sx_node *node; /* the native layer it stands for, or helps to */
    sx_out_weight weights[SX_LAYER_WEIGHTS];
    int weight_count;
} sx_out_layer;

typedef struct sx_out_net {
    const sx_model *model;
    sx_out_layer *layers; /* 0 is the InputLayer, the last the output */
    size_t count, capacity;
    size_t *outputs;    /* of each native layer: the layer that gives its output */
    bool for_old_keras; /* where Keras 2 means something else by a name, others are used */
} sx_out_net;

/* standardise: what stands before the net, NULL = nothing. score: what stands at its end instead of its own
 * softmax or sigmoid, "linear" = nothing, NULL = what the spec says. What Keras cannot say is
 * SX_E_UNSUPPORTED and names the layer. Clear with sx_out_net_clear. */
SX_MUST_USE sx_status sx_out_net_make(const sx_model *model, const sx_standardise *standardise,
                                      const char *score, bool for_old_keras, sx_out_net *out, sx_error *err);
void sx_out_net_clear(sx_out_net *net);
/* Layers by falling distance from the output, then as a walk from it meets them: how Keras orders them. */
SX_MUST_USE sx_status sx_out_net_sort(sx_out_net *net, sx_error *err);

/* --- for those who say a layer (keras_out_*.c) ------------------------------------------------------- */

/* One native layer: in: the layers that give its inputs; *out: the one that gives its output. */
typedef sx_status sx_out_say(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err);
sx_out_say sx_out_norm, sx_out_group_norm, sx_out_standardise; /* keras_out_norm.c */
sx_out_say sx_out_activation, sx_out_prelu;                    /* keras_out_activation.c */
sx_out_say sx_out_conv2d, sx_out_conv1d, sx_out_depthwise, sx_out_separable, sx_out_dense, sx_out_pool,
    sx_out_global_pool, sx_out_edges, sx_out_up_sampling; /* keras_out_windows.c */
sx_out_say sx_out_flatten, sx_out_reshape, sx_out_permute, sx_out_dropout, sx_out_spatial_dropout,
    sx_out_noise, sx_out_rescaling, sx_out_merge, sx_out_concatenate; /* keras_out_layers.c */

/* A layer that takes `from` and gives `shape`; name: what it is to be called, made unique. Room is there. */
size_t sx_out_add(sx_out_net *net, const char *class_name, const char *name, size_t from, sx_shape shape,
                  int rank);
/* The layer itself, called as the native layer, with the native layer's output. */
size_t sx_out_add_main(sx_out_net *net, size_t index, const char *class_name, size_t from, int rank);
/* The same with a suffix, for what helps it. */
size_t sx_out_add_helper(sx_out_net *net, size_t index, const char *suffix, const char *class_name,
                         size_t from, sx_shape shape, int rank);
sx_json *sx_out_config(sx_out_net *net, size_t layer);
/* The node's weights in their order, with their own dims. */
void sx_out_take_weights(sx_out_net *net, size_t layer, const sx_node *node);

/* from, with a Reshape behind it where its rank is another. */
size_t sx_out_as_rank(sx_out_net *net, size_t index, size_t from, int rank);
/* Keras's number of an axis of a tensor of that rank; -1 where it has none. */
int sx_out_axis(int rank, sx_axis axis);
/* Axes that a tensor of that rank has. */
sx_axes sx_out_axes(int rank);
/* False for several axes in a file of HDF5: Keras 3.15 forgets such lists as it reads them there. */
bool sx_out_can_list(const sx_out_net *net, sx_axes axes);
/* A list of the numbers of axes. */
sx_json *sx_out_axis_list(int rank, sx_axes axes);

/* The axes of a set as the last axis of (rest, set), and back: out is the shape that comes then. */
size_t sx_out_bring_last(sx_out_net *net, size_t index, size_t from, sx_axes axes);
size_t sx_out_bring_back(sx_out_net *net, size_t index, size_t from, sx_axes axes, sx_shape out, int rank);

#endif
