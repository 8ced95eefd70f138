/* onnx_layers.c: one function a kind of layer, and the walk over all of them. */
#include "exchange/onnx_layers.h"

#include "base/error.h"
#include "exchange/format.h"
#include "layers/pool.h"

#include <string.h>

/* --- activations ------------------------------------------------------------------------------------ */

typedef struct simple_function {
    const char *name, *op;
} simple_function;

static sx_onnx_value add_softmax(sx_onnx_graph *graph, const sx_onnx_value *x) {
    sx_onnx_node softmax = sx_onnx_begin("Softmax");
    sx_onnx_input(&softmax, x);
    sx_onnx_integer(&softmax, "axis", 1);
    return sx_onnx_end(graph, &softmax);
}

static sx_onnx_value add_with_alpha(sx_onnx_graph *graph, const char *op, double alpha,
                                    const sx_onnx_value *x) {
    sx_onnx_node node = sx_onnx_begin(op);
    sx_onnx_input(&node, x);
    sx_onnx_number(&node, "alpha", alpha);
    return sx_onnx_end(graph, &node);
}

static sx_onnx_write_layer write_activation;
static sx_status write_activation(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                  sx_onnx_value *output, sx_error *err) {
    static const simple_function simple[] = {{"relu", "Relu"}, {"sigmoid", "Sigmoid"}, {"tanh", "Tanh"}};
    const sx_json *layer = sx_spec_layer(writer->model->filled, index);
    const char *name = sx_json_text(sx_json_get(layer, "activation"));
    const sx_json *alpha = sx_json_get(layer, "alpha");
    sx_onnx_graph *graph = &writer->graph;
    sx_status status = sx_export_check_activation(layer, err);
    if (status != SX_OK) return status;
    *output = inputs[0];
    if (strcmp(name, "linear") == 0) return SX_OK;
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        if (strcmp(name, simple[i].name) != 0) continue;
        *output = sx_onnx_apply(graph, simple[i].op, inputs, NULL);
        return SX_OK;
    }
    if (strcmp(name, "leaky_relu") == 0) {
        *output = add_with_alpha(graph, "LeakyRelu", alpha ? sx_json_number(alpha) : 0.2, inputs);
    } else if (strcmp(name, "elu") == 0) {
        *output = add_with_alpha(graph, "Elu", alpha ? sx_json_number(alpha) : 1, inputs);
    } else if (strcmp(name, "silu") == 0) {
        sx_onnx_value gate = sx_onnx_apply(graph, "Sigmoid", inputs, NULL);
        *output = sx_onnx_apply(graph, "Mul", inputs, &gate);
    } else if (strcmp(name, "softmax") == 0) {
        *output = add_softmax(graph, inputs);
    } else {
        return sx_fail(err, SX_E_UNSUPPORTED, "its activation %s is not one this writer knows", name);
    }
    output->is_row = inputs[0].is_row;
    return SX_OK;
}

/* --- pools ------------------------------------------------------------------------------------------ */

static sx_status write_pool(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs, bool is_max,
                            sx_onnx_value *output) {
    const sx_node *node = &writer->model->nodes[index];
    const sx_pool_options *options = node->options;
    sx_onnx_value map = sx_onnx_as_map(&writer->graph, inputs);
    sx_onnx_node pool = sx_onnx_begin(is_max ? "MaxPool" : "AveragePool");
    sx_onnx_input(&pool, &map);
    sx_onnx_window(&pool, &options->window, node->input_shapes[0]);
    *output = sx_onnx_end(&writer->graph, &pool);
    return SX_OK;
}

static sx_status write_max_pool(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                sx_onnx_value *output, sx_error *err) {
    (void)err;
    return write_pool(writer, index, inputs, true, output);
}

static sx_status write_average_pool(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                    sx_onnx_value *output, sx_error *err) {
    (void)err;
    return write_pool(writer, index, inputs, false, output);
}

static sx_status write_global_pool(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                   sx_onnx_value *output, sx_error *err) {
    bool is_max = strcmp(writer->model->nodes[index].ops->type, "global_max_pool") == 0;
    (void)err;
    sx_onnx_value map = sx_onnx_as_map(&writer->graph, inputs);
    *output = sx_onnx_apply(&writer->graph, is_max ? "GlobalMaxPool" : "GlobalAveragePool", &map, NULL);
    return SX_OK;
}

/* --- shapes and sums -------------------------------------------------------------------------------- */

static sx_status write_same(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                            sx_onnx_value *output, sx_error *err) {
    (void)writer;
    (void)index;
    (void)err;
    *output = inputs[0];
    return SX_OK;
}

/* Keras flattens (time, frequency, channels). */
static sx_status write_flatten(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                               sx_onnx_value *output, sx_error *err) {
    static const int64_t channels_last[] = {0, 2, 3, 1};
    sx_shape in = writer->model->nodes[index].input_shapes[0];
    sx_onnx_value x = inputs[0];
    (void)err;
    if (!x.is_row && in.time * in.frequency > 1 && in.channels > 1)
        x = sx_onnx_transpose(&writer->graph, &x, channels_last, 4);
    *output = sx_onnx_as_row(&writer->graph, &x);
    return SX_OK;
}

static sx_status write_add(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                           sx_onnx_value *output, sx_error *err) {
    (void)err;
    int count = writer->model->nodes[index].input_count;
    sx_onnx_value sum = sx_onnx_as_map(&writer->graph, &inputs[0]);
    for (int i = 1; i < count; i++) {
        sx_onnx_value next = sx_onnx_as_map(&writer->graph, &inputs[i]);
        sum = sx_onnx_apply(&writer->graph, "Add", &sum, &next);
    }
    *output = sum;
    return SX_OK;
}

/* --- all -------------------------------------------------------------------------------------------- */

typedef struct layer_writer {
    const char *type;
    sx_onnx_write_layer *write;
} layer_writer;

static const layer_writer writers[] = {
    {"conv2d", sx_onnx_write_conv},
    {"depthwise_conv2d", sx_onnx_write_depthwise},
    {"dense", sx_onnx_write_dense},
    {"normalisation", sx_onnx_write_norm},
    {"activation", write_activation},
    {"max_pool", write_max_pool},
    {"average_pool", write_average_pool},
    {"global_max_pool", write_global_pool},
    {"global_average_pool", write_global_pool},
    {"flatten", write_flatten},
    {"dropout", write_same},
    {"add", write_add},
};

static sx_status write_one(sx_onnx_writer *writer, size_t index, const sx_onnx_value *first, sx_error *err) {
    const sx_node *node = &writer->model->nodes[index];
    sx_onnx_value inputs[SX_LAYER_INPUTS];
    writer->graph.layer = node->name;
    writer->graph.serial = 0;
    for (int i = 0; i < node->input_count; i++)
        inputs[i] = node->inputs[i] < 0 ? *first : writer->outputs[node->inputs[i]];
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (strcmp(writers[i].type, node->ops->type) != 0) continue;
        return writers[i].write(writer, index, inputs, &writer->outputs[index], err);
    }
    return sx_fail(err, SX_E_UNSUPPORTED, "ONNX files are not written with layers of this type");
}

sx_status sx_onnx_write_layers(sx_onnx_writer *writer, const sx_onnx_value *first, sx_onnx_value *output,
                               sx_error *err) {
    const sx_model *model = writer->model;
    for (size_t i = 0; i < model->run_count; i++) {
        sx_status status = write_one(writer, i, first, err);
        if (status == SX_OK) continue;
        sx_error_prefix(err, "layer \"%s\" (%s)", model->nodes[i].name, model->nodes[i].ops->type);
        return status;
    }
    *output = sx_onnx_as_row(&writer->graph, &writer->outputs[model->run_count - 1]);
    return SX_OK;
}
