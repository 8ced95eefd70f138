/* onnx_norm.c: normalisations. ONNX's BatchNormalization knows one axis, the channels; any other is a
 * multiplication and an addition with tables that are spread along the axes that are pooled. A normalisation
 * that keeps the batch takes its statistics from the example. */
#include "exchange/onnx_layers.h"

#include "base/error.h"
#include "exchange/fold.h"
#include "layers/norm.h"

#include <string.h>

sx_status sx_onnx_table(sx_onnx_graph *graph, const char *name, const sx_norm_sizes *sizes,
                        const float *values, bool is_row, sx_onnx_value *out, sx_error *err) {
    size_t times = sizes->step_time ? sizes->time : 1, channels = sizes->step_channels ? sizes->channels : 1;
    size_t bands = sizes->step_frequency ? sizes->frequency : 1, at = 0;
    const size_t dims[4] = {1, channels, times, bands};
    float *turned = sx_alloc(sizes->groups, sizeof *turned);
    if (!turned) return sx_fail_memory(err, sizes->groups * sizeof *turned);
    for (size_t c = 0; c < channels; c++)
        for (size_t t = 0; t < times; t++)
            for (size_t f = 0; f < bands; f++)
                turned[at++] =
                    values[t * sizes->step_time + f * sizes->step_frequency + c * sizes->step_channels];
    *out = sx_onnx_floats(graph, name, turned, dims, is_row ? 2 : 4);
    sx_free(turned);
    return SX_OK;
}

/* y = x * scale + shift. */
static sx_status add_scale_and_shift(sx_onnx_writer *writer, const sx_node *node, const sx_onnx_value *x,
                                     sx_onnx_value *output, sx_error *err) {
    sx_fold fold = {0};
    sx_onnx_value scale, shift;
    sx_status status = sx_fold_tables(node, &fold, err);
    if (status == SX_OK)
        status = sx_onnx_table(&writer->graph, "scale", &fold.joint, fold.scale, x->is_row, &scale, err);
    if (status == SX_OK)
        status = sx_onnx_table(&writer->graph, "shift", &fold.joint, fold.shift, x->is_row, &shift, err);
    sx_fold_clear(&fold);
    if (status != SX_OK) return status;
    sx_onnx_value scaled = sx_onnx_apply(&writer->graph, "Mul", x, &scale);
    *output = sx_onnx_apply(&writer->graph, "Add", &scaled, &shift);
    return SX_OK;
}

/* Weight w, or a constant where the layer has none. */
static sx_status add_vector(sx_onnx_writer *writer, const sx_node *node, int w, const char *name,
                            float otherwise, sx_onnx_node *to, sx_error *err) {
    size_t count = node->input_shapes[0].channels;
    float *values = sx_alloc(count, sizeof *values);
    if (!values) return sx_fail_memory(err, count * sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = w < 0 ? otherwise : node->weights[w][i];
    sx_onnx_value vector = sx_onnx_floats(&writer->graph, name, values, &count, 1);
    sx_onnx_input(to, &vector);
    sx_free(values);
    return SX_OK;
}

static sx_status add_batch_normalization(sx_onnx_writer *writer, const sx_node *node, const sx_onnx_value *x,
                                         sx_onnx_value *output, sx_error *err) {
    const sx_norm_options *options = node->options;
    sx_norm_view view = sx_norm_view_of(options, node->input_shapes[0]);
    sx_onnx_node batch = sx_onnx_begin("BatchNormalization");
    sx_onnx_input(&batch, x);
    sx_status status = add_vector(writer, node, view.gamma, "gamma", 1, &batch, err);
    if (status == SX_OK) status = add_vector(writer, node, view.beta, "beta", 0, &batch, err);
    if (status == SX_OK) status = add_vector(writer, node, view.moving_mean, "moving_mean", 0, &batch, err);
    if (status == SX_OK)
        status = add_vector(writer, node, view.moving_variance, "moving_variance", 1, &batch, err);
    sx_onnx_number(&batch, "epsilon", options->epsilon);
    *output = sx_onnx_end(&writer->graph, &batch);
    output->is_row = x->is_row;
    return status;
}

/* --- statistics of the example ---------------------------------------------------------------------- */

static sx_onnx_value add_mean(sx_onnx_writer *writer, const sx_norm_options *options,
                              const sx_onnx_value *x) {
    int64_t axes[3];
    size_t count = 0;
    if (!sx_norm_keeps(options->keep, SX_AXIS_CHANNELS)) axes[count++] = 1;
    if (!sx_norm_keeps(options->keep, SX_AXIS_TIME)) axes[count++] = 2;
    if (!sx_norm_keeps(options->keep, SX_AXIS_FREQUENCY)) axes[count++] = 3;
    sx_onnx_node mean = sx_onnx_begin("ReduceMean");
    sx_onnx_input(&mean, x);
    sx_onnx_ints(&mean, "axes", axes, count);
    sx_onnx_integer(&mean, "keepdims", 1);
    return sx_onnx_end(&writer->graph, &mean);
}

static sx_status apply_weight(sx_onnx_writer *writer, const sx_node *node, int w, const char *op,
                              sx_onnx_value *x, sx_error *err) {
    sx_onnx_value table;
    if (w < 0) return SX_OK;
    sx_norm_view view = sx_norm_view_of(node->options, node->input_shapes[0]);
    sx_status status = sx_onnx_table(&writer->graph, node->plan.weights[w].name, &view.affine,
                                     node->weights[w], x->is_row, &table, err);
    if (status == SX_OK) *x = sx_onnx_apply(&writer->graph, op, x, &table);
    return status;
}

static sx_status add_per_example(sx_onnx_writer *writer, const sx_node *node, const sx_onnx_value *input,
                                 sx_onnx_value *output, sx_error *err) {
    const sx_norm_options *options = node->options;
    const sx_axes all = (1U << SX_AXIS_COUNT) - 1;
    if ((options->keep & all) == all)
        return sx_fail(err, SX_E_UNSUPPORTED, "it keeps every axis, so that each value is its own mean");
    sx_onnx_graph *graph = &writer->graph;
    sx_norm_view view = sx_norm_view_of(options, node->input_shapes[0]);
    sx_onnx_value x = sx_onnx_as_map(graph, input);
    sx_onnx_value mean = add_mean(writer, options, &x);
    sx_onnx_value centred = sx_onnx_apply(graph, "Sub", &x, &mean);
    sx_onnx_value squares = sx_onnx_apply(graph, "Mul", &centred, &centred);
    sx_onnx_value variance = add_mean(writer, options, &squares);
    sx_onnx_value epsilon = sx_onnx_scalar(graph, "epsilon", options->epsilon);
    sx_onnx_value sum = sx_onnx_apply(graph, "Add", &variance, &epsilon);
    sx_onnx_value deviation = sx_onnx_apply(graph, "Sqrt", &sum, NULL);
    sx_onnx_value y = sx_onnx_apply(graph, "Div", &centred, &deviation);
    sx_status status = apply_weight(writer, node, view.gamma, "Mul", &y, err);
    if (status == SX_OK) status = apply_weight(writer, node, view.beta, "Add", &y, err);
    if (status == SX_OK) *output = y;
    return status;
}

sx_status sx_onnx_write_norm(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                             sx_onnx_value *output, sx_error *err) {
    const sx_node *node = &writer->model->nodes[index];
    const sx_norm_options *options = node->options;
    const sx_axes channels = 1U << SX_AXIS_CHANNELS;
    if (node->inputs[0] >= 0 && writer->folded[node->inputs[0]] == (int)index) {
        *output = inputs[0];
        return SX_OK;
    }
    if (sx_norm_keeps(options->keep, SX_AXIS_BATCH))
        return add_per_example(writer, node, inputs, output, err);
    if (options->keep == channels && options->affine == channels)
        return add_batch_normalization(writer, node, inputs, output, err);
    return add_scale_and_shift(writer, node, inputs, output, err);
}
