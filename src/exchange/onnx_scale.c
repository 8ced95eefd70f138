/* onnx_scale.c: layers that scale and shift, in ONNX: group normalisation, standardisation, rescaling, and
 * PReLU, whose slope is a table. */
#include "exchange/onnx_layers.h"

#include "base/error.h"
#include "exchange/native_options.h"
#include "layers/axes.h"
#include "layers/numbers.h"

#include <math.h>

sx_onnx_value sx_onnx_with(sx_onnx_graph *graph, const char *op, const sx_onnx_value *x, const char *name,
                           double number) {
    sx_onnx_value value = sx_onnx_scalar(graph, name, number);
    return sx_onnx_apply(graph, op, x, &value);
}

/* x op table, the table over the axes that are kept. */
static sx_status with_table(sx_onnx_writer *writer, const char *op, sx_onnx_value *x, const char *name,
                            const sx_norm_sizes *sizes, const float *values, sx_error *err) {
    sx_onnx_value table;
    sx_status status = sx_onnx_table(&writer->graph, name, sizes, values, false, &table, err);
    if (status == SX_OK) *x = sx_onnx_apply(&writer->graph, op, x, &table);
    return status;
}

/* --- group normalisation ---------------------------------------------------------------------------- */

static sx_onnx_value mean_of_last(sx_onnx_graph *graph, const sx_onnx_value *x) {
    static const int64_t last[] = {2};
    sx_onnx_node mean = sx_onnx_begin("ReduceMean");
    sx_onnx_input(&mean, x);
    sx_onnx_ints(&mean, "axes", last, 1);
    sx_onnx_integer(&mean, "keepdims", 1);
    return sx_onnx_end(graph, &mean);
}

/* (N, groups, values of a group), each group with its own mean and variance. */
static sx_onnx_value normalise_last(sx_onnx_graph *graph, const sx_onnx_value *x, double epsilon) {
    sx_onnx_value mean = mean_of_last(graph, x);
    sx_onnx_value centred = sx_onnx_apply(graph, "Sub", x, &mean);
    sx_onnx_value squares = sx_onnx_apply(graph, "Mul", &centred, &centred);
    sx_onnx_value variance = mean_of_last(graph, &squares);
    sx_onnx_value sum = sx_onnx_with(graph, "Add", &variance, "epsilon", epsilon);
    sx_onnx_value deviation = sx_onnx_apply(graph, "Sqrt", &sum, NULL);
    return sx_onnx_apply(graph, "Div", &centred, &deviation);
}

/* The axis comes first, so that a group's values lie together. */
static sx_onnx_value normalise_groups(sx_onnx_graph *graph, const sx_onnx_value *map, sx_shape shape,
                                      sx_axis axis, size_t groups, double epsilon) {
    const int64_t order[3][4] = {{0, 2, 1, 3}, {0, 3, 2, 1}, {0, 1, 2, 3}};
    const int64_t extents[] = {0, (int64_t)shape.channels, (int64_t)shape.time, (int64_t)shape.frequency};
    const int64_t *turn = order[axis - SX_AXIS_TIME], by_group[] = {0, (int64_t)groups, -1};
    int64_t turned[4];
    for (int i = 0; i < 4; i++)
        turned[i] = extents[turn[i]];
    sx_onnx_value x = axis == SX_AXIS_CHANNELS ? *map : sx_onnx_transpose(graph, map, turn, 4);
    x = sx_onnx_reshape(graph, &x, by_group, 3);
    x = normalise_last(graph, &x, epsilon);
    x = sx_onnx_reshape(graph, &x, turned, 4);
    return axis == SX_AXIS_CHANNELS ? x : sx_onnx_transpose(graph, &x, turn, 4);
}

sx_status sx_onnx_write_group_norm(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                   sx_onnx_value *output, sx_error *err) {
    const sx_node *node = &writer->model->nodes[index];
    const sx_json *spec = sx_spec_layer(writer->model->filled, index);
    sx_axis axis = SX_AXIS_CHANNELS;
    sx_status status = sx_read_axis(spec, "axis", "", &axis, err);
    if (status != SX_OK) return status;
    double groups = sx_native_number(spec, "groups", 32);
    if (groups < 0) groups = (double)sx_axis_extent(node->input_shapes[0], axis);
    sx_norm_sizes sizes = sx_kept_groups(node->input_shapes[0], 1U << axis);
    sx_onnx_value map = sx_onnx_as_map(&writer->graph, inputs);
    sx_onnx_value x = normalise_groups(&writer->graph, &map, node->input_shapes[0], axis, (size_t)groups,
                                       sx_native_number(spec, "epsilon", 1e-3));
    int beta = sx_native_flag(spec, "scale", true) ? 1 : 0;
    if (beta == 1) status = with_table(writer, "Mul", &x, "gamma", &sizes, node->weights[0], err);
    if (status == SX_OK && node->plan.weight_count > beta)
        status = with_table(writer, "Add", &x, "beta", &sizes, node->weights[beta], err);
    *output = x;
    return status;
}

/* --- standardisation and rescaling ------------------------------------------------------------------ */

sx_status sx_onnx_write_standardise(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                    sx_onnx_value *output, sx_error *err) {
    const sx_node *node = &writer->model->nodes[index];
    const sx_json *spec = sx_spec_layer(writer->model->filled, index);
    sx_axes kept = 1U << SX_AXIS_CHANNELS;
    sx_status status = sx_read_axes(spec, "keep", "", false, &kept, err);
    if (status != SX_OK) return status;
    sx_norm_sizes sizes = sx_kept_groups(node->input_shapes[0], kept);
    float *deviation = sx_alloc(sizes.groups, sizeof *deviation);
    if (!deviation) return sx_fail_memory(err, sizes.groups * sizeof *deviation);
    for (size_t g = 0; g < sizes.groups; g++)
        deviation[g] = fmaxf(sqrtf(node->weights[1][g]), 1e-7f);
    bool invert = sx_native_flag(spec, "invert", false);
    sx_onnx_value x = sx_onnx_as_map(&writer->graph, inputs);
    if (invert) status = with_table(writer, "Mul", &x, "deviation", &sizes, deviation, err);
    if (status == SX_OK)
        status = with_table(writer, invert ? "Add" : "Sub", &x, "mean", &sizes, node->weights[0], err);
    if (status == SX_OK && !invert)
        status = with_table(writer, "Div", &x, "deviation", &sizes, deviation, err);
    sx_free(deviation);
    *output = x;
    return status;
}

sx_status sx_onnx_write_rescaling(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                  sx_onnx_value *output, sx_error *err) {
    const sx_json *spec = sx_spec_layer(writer->model->filled, index);
    const sx_json *scale = sx_json_get(spec, "scale"), *offset = sx_json_get(spec, "offset");
    sx_shape in = writer->model->nodes[index].input_shapes[0];
    sx_norm_sizes sizes = sx_kept_groups(in, 1U << SX_AXIS_CHANNELS);
    float *table = sx_alloc(2 * in.channels, sizeof *table);
    if (!table) return sx_fail_memory(err, 2 * in.channels * sizeof *table);
    for (size_t c = 0; c < in.channels; c++) {
        table[c] = (float)sx_number_at(scale, c, 1);
        table[in.channels + c] = (float)sx_number_at(offset, c, 0);
    }
    sx_onnx_value x = sx_onnx_as_map(&writer->graph, inputs);
    sx_status status = with_table(writer, "Mul", &x, "scale", &sizes, table, err);
    if (status == SX_OK) status = with_table(writer, "Add", &x, "offset", &sizes, table + in.channels, err);
    sx_free(table);
    *output = x;
    return status;
}

/* --- PReLU ------------------------------------------------------------------------------------------ */

/* max(x, 0) + alpha min(x, 0): ONNX's PRelu is not spread over every axis by every runtime. */
sx_status sx_onnx_write_prelu(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                              sx_onnx_value *output, sx_error *err) {
    const sx_node *node = &writer->model->nodes[index];
    const size_t *dims = node->plan.weights[0].dims;
    sx_axes kept = 0;
    for (int i = 0; i < 3; i++)
        if (dims[i] > 1) kept |= 1U << (SX_AXIS_TIME + i);
    sx_norm_sizes sizes = sx_kept_groups(node->input_shapes[0], kept);
    sx_onnx_graph *graph = &writer->graph;
    sx_onnx_value x = sx_onnx_as_map(graph, inputs);
    sx_onnx_value above = sx_onnx_apply(graph, "Relu", &x, NULL);
    sx_onnx_value below = sx_onnx_with(graph, "Min", &x, "zero", 0);
    sx_status status = with_table(writer, "Mul", &below, "alpha", &sizes, node->weights[0], err);
    if (status == SX_OK) *output = sx_onnx_apply(graph, "Add", &above, &below);
    return status;
}
