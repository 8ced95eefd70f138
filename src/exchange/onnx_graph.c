/* onnx_graph.c: see onnx_graph.h. Field numbers are those of onnx.proto3. */
#include "exchange/onnx_graph.h"

#include <stdio.h>
#include <string.h>

enum { GRAPH_NODE = 1, GRAPH_INITIALIZER = 5 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_F = 2, ATTRIBUTE_I = 3, ATTRIBUTE_S = 4, ATTRIBUTE_INTS = 8 };
enum { ATTRIBUTE_TYPE = 20, TYPE_FLOAT = 1, TYPE_INT = 2, TYPE_STRING = 3, TYPE_INTS = 7 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9 };

void sx_onnx_graph_clear(sx_onnx_graph *graph) {
    sx_text_clear(&graph->nodes);
    sx_text_clear(&graph->initializers);
    *graph = (sx_onnx_graph){0};
}

/* --- operators -------------------------------------------------------------------------------------- */

sx_onnx_node sx_onnx_begin(const char *op) { return (sx_onnx_node){.op = op}; }

void sx_onnx_input(sx_onnx_node *node, const sx_onnx_value *value) {
    sx_pb_text(&node->inputs, NODE_INPUT, value->name);
}

static void add_attribute(sx_onnx_node *node, sx_text *attribute, int type) {
    sx_pb_integer(attribute, ATTRIBUTE_TYPE, type);
    sx_pb_message(&node->attributes, NODE_ATTRIBUTE, attribute);
}

void sx_onnx_ints(sx_onnx_node *node, const char *name, const int64_t *numbers, size_t count) {
    sx_text attribute = {0};
    sx_pb_text(&attribute, ATTRIBUTE_NAME, name);
    for (size_t i = 0; i < count; i++)
        sx_pb_integer(&attribute, ATTRIBUTE_INTS, numbers[i]);
    add_attribute(node, &attribute, TYPE_INTS);
}

void sx_onnx_integer(sx_onnx_node *node, const char *name, int64_t number) {
    sx_text attribute = {0};
    sx_pb_text(&attribute, ATTRIBUTE_NAME, name);
    sx_pb_integer(&attribute, ATTRIBUTE_I, number);
    add_attribute(node, &attribute, TYPE_INT);
}

void sx_onnx_number(sx_onnx_node *node, const char *name, double number) {
    sx_text attribute = {0};
    sx_pb_text(&attribute, ATTRIBUTE_NAME, name);
    sx_pb_float(&attribute, ATTRIBUTE_F, (float)number);
    add_attribute(node, &attribute, TYPE_FLOAT);
}

void sx_onnx_word(sx_onnx_node *node, const char *name, const char *text) {
    sx_text attribute = {0};
    sx_pb_text(&attribute, ATTRIBUTE_NAME, name);
    sx_pb_text(&attribute, ATTRIBUTE_S, text);
    add_attribute(node, &attribute, TYPE_STRING);
}

sx_onnx_value sx_onnx_end_as(sx_onnx_graph *graph, sx_onnx_node *node, const char *name) {
    sx_onnx_value output = {0};
    sx_text message = node->inputs;
    snprintf(output.name, sizeof output.name, "%s", name);
    sx_pb_text(&message, NODE_OUTPUT, name);
    if (node->second_output) {
        char second[SX_ONNX_NAME + 2];
        snprintf(second, sizeof second, "%s_2", name);
        sx_pb_text(&message, NODE_OUTPUT, second);
    }
    sx_pb_text(&message, NODE_NAME, name);
    sx_pb_text(&message, NODE_OP, node->op);
    if (node->attributes.failed) message.failed = true;
    sx_text_add_bytes(&message, node->attributes.length ? node->attributes.chars : "",
                      node->attributes.length);
    sx_text_clear(&node->attributes);
    sx_pb_message(&graph->nodes, GRAPH_NODE, &message);
    graph->node_count++;
    return output;
}

static void make_name(sx_onnx_graph *graph, const char *what, char name[SX_ONNX_NAME]) {
    snprintf(name, SX_ONNX_NAME, "%s/%s_%d", graph->layer, what, ++graph->serial);
}

sx_onnx_value sx_onnx_end(sx_onnx_graph *graph, sx_onnx_node *node) {
    char name[SX_ONNX_NAME];
    make_name(graph, node->op, name);
    return sx_onnx_end_as(graph, node, name);
}

sx_onnx_value sx_onnx_apply(sx_onnx_graph *graph, const char *op, const sx_onnx_value *a,
                            const sx_onnx_value *b) {
    sx_onnx_node node = sx_onnx_begin(op);
    sx_onnx_input(&node, a);
    if (b) sx_onnx_input(&node, b);
    sx_onnx_value output = sx_onnx_end(graph, &node);
    output.is_row = a->is_row;
    return output;
}

sx_onnx_value sx_onnx_choose(sx_onnx_graph *g, const sx_onnx_value *condition, const sx_onnx_value *a,
                             const sx_onnx_value *b) {
    sx_onnx_node node = sx_onnx_begin("Where");
    sx_onnx_input(&node, condition);
    sx_onnx_input(&node, a);
    sx_onnx_input(&node, b);
    sx_onnx_value y = sx_onnx_end(g, &node);
    y.is_row = condition->is_row;
    return y;
}

/* --- tensors ---------------------------------------------------------------------------------------- */

/* Takes the raw bytes over. */
static sx_onnx_value add_tensor(sx_onnx_graph *graph, const char *what, sx_onnx_type type, const size_t *dims,
                                int rank, sx_text *raw) {
    sx_onnx_value value = {0};
    sx_text tensor = {0};
    make_name(graph, what, value.name);
    for (int i = 0; i < rank; i++)
        sx_pb_integer(&tensor, TENSOR_DIMS, (int64_t)dims[i]);
    sx_pb_integer(&tensor, TENSOR_TYPE, type);
    sx_pb_text(&tensor, TENSOR_NAME, value.name);
    sx_pb_message(&tensor, TENSOR_RAW, raw);
    sx_pb_message(&graph->initializers, GRAPH_INITIALIZER, &tensor);
    return value;
}

static size_t product(const size_t *dims, int rank) {
    size_t count = 1;
    for (int i = 0; i < rank; i++)
        count *= dims[i];
    return count;
}

sx_onnx_value sx_onnx_floats(sx_onnx_graph *graph, const char *name, const float *values, const size_t *dims,
                             int rank) {
    sx_text raw = {0};
    sx_pb_raw_floats(&raw, values, product(dims, rank));
    return add_tensor(graph, name, SX_ONNX_FLOAT, dims, rank, &raw);
}

sx_onnx_value sx_onnx_doubles(sx_onnx_graph *graph, const char *name, const double *values,
                              const size_t *dims, int rank) {
    sx_text raw = {0};
    sx_pb_raw_doubles(&raw, values, product(dims, rank));
    return add_tensor(graph, name, SX_ONNX_DOUBLE, dims, rank, &raw);
}

sx_onnx_value sx_onnx_int64s(sx_onnx_graph *graph, const char *name, const int64_t *values,
                             const size_t *dims, int rank) {
    sx_text raw = {0};
    sx_pb_raw_integers(&raw, values, product(dims, rank));
    return add_tensor(graph, name, SX_ONNX_INT64, dims, rank, &raw);
}

sx_onnx_value sx_onnx_scalar(sx_onnx_graph *graph, const char *name, double number) {
    float value = (float)number;
    return sx_onnx_floats(graph, name, &value, NULL, 0);
}

/* --- layouts ---------------------------------------------------------------------------------------- */

sx_onnx_value sx_onnx_as_row(sx_onnx_graph *graph, const sx_onnx_value *value) {
    if (value->is_row) return *value;
    sx_onnx_node node = sx_onnx_begin("Flatten");
    sx_onnx_input(&node, value);
    sx_onnx_integer(&node, "axis", 1);
    sx_onnx_value row = sx_onnx_end(graph, &node);
    row.is_row = true;
    return row;
}

sx_onnx_value sx_onnx_as_map(sx_onnx_graph *graph, const sx_onnx_value *value) {
    static const int64_t axes[] = {2, 3};
    if (!value->is_row) return *value;
    const size_t two = 2;
    sx_onnx_value added = sx_onnx_int64s(graph, "axes", axes, &two, 1);
    sx_onnx_value map = sx_onnx_apply(graph, "Unsqueeze", value, &added);
    map.is_row = false;
    return map;
}

sx_onnx_value sx_onnx_transpose(sx_onnx_graph *graph, const sx_onnx_value *value, const int64_t *order,
                                size_t rank) {
    sx_onnx_node node = sx_onnx_begin("Transpose");
    sx_onnx_input(&node, value);
    sx_onnx_ints(&node, "perm", order, rank);
    return sx_onnx_end(graph, &node);
}
