/* onnx_graph.h: an ONNX graph being written, operator by operator (onnx.ai/onnx/repo-docs/IR.html).
 *
 * Inside the graph a map lies as (N, channels, time, frequency), as ONNX's convolutions want it; what has one
 * position only may lie as a row (N, channels). Every value gets a name of its own: the layer's, a slash, the
 * operator and a number. */
#ifndef EXCHANGE_ONNX_GRAPH_H
#define EXCHANGE_ONNX_GRAPH_H

#include "exchange/protobuf.h"

#include <stdbool.h>
#include <stdint.h>

enum { SX_ONNX_OPSET = 17, SX_ONNX_IR_VERSION = 8, SX_ONNX_NAME = 128, SX_ONNX_RANK = 6 };

/* TensorProto.DataType */
typedef enum sx_onnx_type { SX_ONNX_FLOAT = 1, SX_ONNX_INT64 = 7, SX_ONNX_DOUBLE = 11 } sx_onnx_type;

typedef struct sx_onnx_value {
    char name[SX_ONNX_NAME];
    bool is_row;
} sx_onnx_value;

typedef struct sx_onnx_graph {
    sx_text nodes, initializers; /* fields of a GraphProto */
    const char *layer;           /* what is being written now */
    int serial, node_count;
} sx_onnx_graph;

void sx_onnx_graph_clear(sx_onnx_graph *graph);

/* One operator: begin, inputs and attributes in any number, end. */
typedef struct sx_onnx_node {
    const char *op;
    sx_text inputs, attributes;
    bool second_output; /* it has one, which nobody takes */
} sx_onnx_node;

sx_onnx_node sx_onnx_begin(const char *op);
void sx_onnx_input(sx_onnx_node *node, const sx_onnx_value *value);
void sx_onnx_ints(sx_onnx_node *node, const char *name, const int64_t *numbers, size_t count);
void sx_onnx_integer(sx_onnx_node *node, const char *name, int64_t number);
void sx_onnx_number(sx_onnx_node *node, const char *name, double number);
void sx_onnx_word(sx_onnx_node *node, const char *name, const char *text);
sx_onnx_value sx_onnx_end(sx_onnx_graph *graph, sx_onnx_node *node);
/* The same with a name given by the caller: the graph's output. */
sx_onnx_value sx_onnx_end_as(sx_onnx_graph *graph, sx_onnx_node *node, const char *name);

/* Operators without attributes. The second input may be NULL. The output lies as the first input does. */
sx_onnx_value sx_onnx_apply(sx_onnx_graph *graph, const char *op, const sx_onnx_value *a,
                            const sx_onnx_value *b);
/* condition ? a : b, element by element. */
sx_onnx_value sx_onnx_choose(sx_onnx_graph *g, const sx_onnx_value *condition, const sx_onnx_value *a,
                             const sx_onnx_value *b);

/* Tensors kept in the file. name: what it is, e.g. "kernel". */
sx_onnx_value sx_onnx_floats(sx_onnx_graph *graph, const char *name, const float *values, const size_t *dims,
                             int rank);
sx_onnx_value sx_onnx_doubles(sx_onnx_graph *graph, const char *name, const double *values,
                              const size_t *dims, int rank);
sx_onnx_value sx_onnx_int64s(sx_onnx_graph *graph, const char *name, const int64_t *values,
                             const size_t *dims, int rank);
/* One number, without a shape. */
sx_onnx_value sx_onnx_scalar(sx_onnx_graph *graph, const char *name, double number);

/* Changes of the layout; the value itself where it lies so already. */
sx_onnx_value sx_onnx_as_row(sx_onnx_graph *graph, const sx_onnx_value *value);
sx_onnx_value sx_onnx_as_map(sx_onnx_graph *graph, const sx_onnx_value *value);
sx_onnx_value sx_onnx_transpose(sx_onnx_graph *graph, const sx_onnx_value *value, const int64_t *order,
                                size_t rank);

#endif
