/* onnx_joins.c: layers with several inputs, in ONNX, which spreads axes of one place as Keras does. */
#include "exchange/onnx_layers.h"

#include "layers/axes.h"

#include <string.h>

typedef struct operation {
    const char *type, *op;
} operation;

sx_status sx_onnx_write_merge(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                              sx_onnx_value *output, sx_error *err) {
    static const operation operations[] = {{"add", "Add"},     {"subtract", "Sub"}, {"multiply", "Mul"},
                                           {"average", "Add"}, {"maximum", "Max"},  {"minimum", "Min"}};
    const sx_node *node = &writer->model->nodes[index];
    const char *op = "Add";
    (void)err;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (strcmp(operations[i].type, node->ops->type) == 0) op = operations[i].op;
    sx_onnx_value sum = sx_onnx_as_map(&writer->graph, &inputs[0]);
    for (int i = 1; i < node->input_count; i++) {
        sx_onnx_value next = sx_onnx_as_map(&writer->graph, &inputs[i]);
        sum = sx_onnx_apply(&writer->graph, op, &sum, &next);
    }
    if (strcmp(node->ops->type, "average") == 0)
        sum = sx_onnx_with(&writer->graph, "Div", &sum, "count", node->input_count);
    *output = sum;
    return SX_OK;
}

sx_status sx_onnx_write_concatenate(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                    sx_onnx_value *output, sx_error *err) {
    sx_axis axis = SX_AXIS_CHANNELS;
    sx_status status = sx_read_axis(sx_spec_layer(writer->model->filled, index), "axis", "", &axis, err);
    if (status != SX_OK) return status;
    sx_onnx_value maps[SX_LAYER_INPUTS];
    int count = writer->model->nodes[index].input_count;
    for (int i = 0; i < count; i++)
        maps[i] = sx_onnx_as_map(&writer->graph, &inputs[i]);
    sx_onnx_node concat = sx_onnx_begin("Concat");
    for (int i = 0; i < count; i++)
        sx_onnx_input(&concat, &maps[i]);
    sx_onnx_integer(&concat, "axis", axis == SX_AXIS_CHANNELS ? 1 : axis == SX_AXIS_TIME ? 2 : 3);
    *output = sx_onnx_end(&writer->graph, &concat);
    return SX_OK;
}
