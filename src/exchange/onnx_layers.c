/* onnx_layers.c: one function a kind of layer, and the walk over all of them. */
#include "exchange/onnx_layers.h"

#include "base/error.h"
#include "layers/pool.h"

#include <string.h>

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

static sx_status write_same(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                            sx_onnx_value *output, sx_error *err) {
    (void)writer;
    (void)index;
    (void)err;
    *output = inputs[0];
    return SX_OK;
}

/* --- all -------------------------------------------------------------------------------------------- */

typedef struct layer_writer {
    const char *type;
    sx_onnx_write_layer *write;
} layer_writer;

static const layer_writer writers[] = {
    {"conv2d", sx_onnx_write_conv},
    {"conv1d", sx_onnx_write_conv1d},
    {"depthwise_conv2d", sx_onnx_write_depthwise},
    {"separable_conv2d", sx_onnx_write_separable},
    {"dense", sx_onnx_write_dense},
    {"normalisation", sx_onnx_write_norm},
    {"group_normalisation", sx_onnx_write_group_norm},
    {"standardisation", sx_onnx_write_standardise},
    {"rescaling", sx_onnx_write_rescaling},
    {"activation", sx_onnx_write_activation},
    {"prelu", sx_onnx_write_prelu},
    {"max_pool", write_max_pool},
    {"average_pool", write_average_pool},
    {"global_max_pool", write_global_pool},
    {"global_average_pool", write_global_pool},
    {"zero_padding", sx_onnx_write_edges},
    {"cropping", sx_onnx_write_edges},
    {"up_sampling", sx_onnx_write_up_sampling},
    {"flatten", sx_onnx_write_flatten},
    {"reshape", sx_onnx_write_reshape},
    {"permute", sx_onnx_write_permute},
    {"dropout", write_same},
    {"spatial_dropout", write_same},
    {"gaussian_noise", write_same},
    {"add", sx_onnx_write_merge},
    {"subtract", sx_onnx_write_merge},
    {"multiply", sx_onnx_write_merge},
    {"average", sx_onnx_write_merge},
    {"maximum", sx_onnx_write_merge},
    {"minimum", sx_onnx_write_merge},
    {"concatenate", sx_onnx_write_concatenate},
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
