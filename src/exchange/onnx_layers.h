/* onnx_layers.h: the layers of a net as ONNX operators. */
#ifndef EXCHANGE_ONNX_LAYERS_H
#define EXCHANGE_ONNX_LAYERS_H

#include "exchange/onnx_graph.h"
#include "layers/window.h"
#include "model/graph.h"

typedef struct sx_onnx_writer {
    sx_onnx_graph graph;
    const sx_model *model;
    sx_onnx_value *outputs; /* of each layer */
    int *folded;            /* of each layer: normalisation its weights take in, -1 = none */
} sx_onnx_writer;

/* Writes one layer after all those before it; inputs in the order of the spec, an output for those behind.
 * What ONNX cannot say, or this writer does not, is SX_E_UNSUPPORTED. */
typedef sx_status sx_onnx_write_layer(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                      sx_onnx_value *output, sx_error *err);

sx_onnx_write_layer sx_onnx_write_conv, sx_onnx_write_depthwise, sx_onnx_write_dense; /* onnx_conv.c */
sx_onnx_write_layer sx_onnx_write_conv1d, sx_onnx_write_separable;
sx_onnx_write_layer sx_onnx_write_norm;                                  /* onnx_norm.c */
sx_onnx_write_layer sx_onnx_write_group_norm, sx_onnx_write_standardise; /* onnx_scale.c */
sx_onnx_write_layer sx_onnx_write_rescaling, sx_onnx_write_prelu;
sx_onnx_write_layer sx_onnx_write_activation; /* onnx_activation.c */
sx_onnx_write_layer sx_onnx_write_flatten, sx_onnx_write_reshape, sx_onnx_write_permute, sx_onnx_write_edges,
    sx_onnx_write_up_sampling;                                      /* onnx_shapes.c */
sx_onnx_write_layer sx_onnx_write_merge, sx_onnx_write_concatenate; /* onnx_joins.c */

/* A table over kept axes, (time, frequency, channels), as ONNX lies: (1, channels, time, frequency). */
SX_MUST_USE sx_status sx_onnx_table(sx_onnx_graph *graph, const char *name, const sx_norm_sizes *sizes,
                                    const float *values, bool is_row, sx_onnx_value *out, sx_error *err);
/* x op number. */
sx_onnx_value sx_onnx_with(sx_onnx_graph *graph, const char *op, const sx_onnx_value *x, const char *name,
                           double number);
/* The same values told anew: 0 = as before, -1 = what is left. */
sx_onnx_value sx_onnx_reshape(sx_onnx_graph *graph, const sx_onnx_value *x, const int64_t *dims, size_t rank);

/* Attributes of a window over a map: size, strides, dilations, and the padding spelled out. */
void sx_onnx_window(sx_onnx_node *node, const sx_window *window, sx_shape in);
/* onnx_along.c: softmax, log_softmax, glu, sparsemax, by name. */
SX_MUST_USE sx_status sx_onnx_write_along(sx_onnx_writer *writer, size_t index, const char *name,
                                          const sx_onnx_value *x, sx_onnx_value *output, sx_error *err);

/* All layers that run. first: the net's input. output: logits as a row. */
SX_MUST_USE sx_status sx_onnx_write_layers(sx_onnx_writer *writer, const sx_onnx_value *first,
                                           sx_onnx_value *output, sx_error *err);
#endif
