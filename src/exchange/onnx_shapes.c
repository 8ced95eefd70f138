/* onnx_shapes.c: layers that move values about, in ONNX. Keras counts values with the channels last, so what
 * tells them anew turns the map first. */
#include "exchange/onnx_layers.h"

#include "base/error.h"
#include "exchange/native_options.h"

#include <string.h>

static const int64_t channels_last[] = {0, 2, 3, 1}, channels_first[] = {0, 3, 1, 2};

sx_onnx_value sx_onnx_reshape(sx_onnx_graph *graph, const sx_onnx_value *x, const int64_t *dims,
                              size_t rank) {
    sx_onnx_value shape = sx_onnx_int64s(graph, "shape", dims, &rank, 1);
    sx_onnx_value told = sx_onnx_apply(graph, "Reshape", x, &shape);
    told.is_row = rank == 2;
    return told;
}

sx_status sx_onnx_write_flatten(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                sx_onnx_value *output, sx_error *err) {
    sx_shape in = writer->model->nodes[index].input_shapes[0];
    sx_onnx_value x = inputs[0];
    (void)err;
    if (!x.is_row && in.time * in.frequency > 1 && in.channels > 1)
        x = sx_onnx_transpose(&writer->graph, &x, channels_last, 4);
    *output = sx_onnx_as_row(&writer->graph, &x);
    return SX_OK;
}

sx_status sx_onnx_write_reshape(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                sx_onnx_value *output, sx_error *err) {
    sx_shape out = writer->model->nodes[index].plan.output;
    const int64_t dims[] = {0, (int64_t)out.time, (int64_t)out.frequency, (int64_t)out.channels};
    sx_onnx_value x = inputs[0];
    (void)err;
    if (!x.is_row) x = sx_onnx_transpose(&writer->graph, &x, channels_last, 4);
    x = sx_onnx_reshape(&writer->graph, &x, dims, 4);
    *output = sx_onnx_transpose(&writer->graph, &x, channels_first, 4);
    return SX_OK;
}

/* Axis of a map (N, channels, time, frequency). */
static int64_t place_of(sx_axis axis) { return axis == SX_AXIS_CHANNELS ? 1 : axis == SX_AXIS_TIME ? 2 : 3; }

sx_status sx_onnx_write_permute(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                sx_onnx_value *output, sx_error *err) {
    sx_axis from[3];
    sx_status status = sx_native_permute(sx_spec_layer(writer->model->filled, index), from, err);
    if (status != SX_OK) return status;
    const int64_t order[] = {0, place_of(from[2]), place_of(from[0]), place_of(from[1])};
    sx_onnx_value map = sx_onnx_as_map(&writer->graph, inputs);
    *output = sx_onnx_transpose(&writer->graph, &map, order, 4);
    return SX_OK;
}

/* --- borders ---------------------------------------------------------------------------------------- */

static sx_onnx_value pad(sx_onnx_graph *graph, const sx_onnx_value *x, const int64_t sides[4]) {
    const int64_t pads[] = {0, 0, sides[0], sides[2], 0, 0, sides[1], sides[3]};
    const size_t count = 8;
    sx_onnx_value widths = sx_onnx_int64s(graph, "pads", pads, &count, 1);
    return sx_onnx_apply(graph, "Pad", x, &widths);
}

static sx_onnx_value crop(sx_onnx_graph *graph, const sx_onnx_value *x, const int64_t sides[4],
                          sx_shape out) {
    const int64_t starts[] = {sides[0], sides[2]}, axes[] = {2, 3};
    const int64_t ends[] = {sides[0] + (int64_t)out.time, sides[2] + (int64_t)out.frequency};
    const size_t two = 2;
    const sx_onnx_value lists[] = {sx_onnx_int64s(graph, "starts", starts, &two, 1),
                                   sx_onnx_int64s(graph, "ends", ends, &two, 1),
                                   sx_onnx_int64s(graph, "axes", axes, &two, 1)};
    sx_onnx_node slice = sx_onnx_begin("Slice");
    sx_onnx_input(&slice, x);
    for (int i = 0; i < 3; i++)
        sx_onnx_input(&slice, &lists[i]);
    return sx_onnx_end(graph, &slice);
}

sx_status sx_onnx_write_edges(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                              sx_onnx_value *output, sx_error *err) {
    const sx_node *node = &writer->model->nodes[index];
    int64_t sides[4];
    (void)err;
    sx_native_sides(sx_spec_layer(writer->model->filled, index), sides);
    sx_onnx_value map = sx_onnx_as_map(&writer->graph, inputs);
    *output = strcmp(node->ops->type, "cropping") == 0 ? crop(&writer->graph, &map, sides, node->plan.output)
                                                       : pad(&writer->graph, &map, sides);
    return SX_OK;
}

/* --- up-sampling ------------------------------------------------------------------------------------ */

/* Places repeated: the same place again and again. */
static sx_status repeat(sx_onnx_graph *graph, sx_onnx_value *x, int64_t axis, size_t places, int64_t times,
                        sx_error *err) {
    size_t count = places * (size_t)times;
    if (times == 1) return SX_OK;
    int64_t *indices = sx_alloc(count, sizeof *indices);
    if (!indices) return sx_fail_memory(err, count * sizeof *indices);
    for (size_t i = 0; i < count; i++)
        indices[i] = (int64_t)i / times;
    sx_onnx_value list = sx_onnx_int64s(graph, "places", indices, &count, 1);
    sx_onnx_node gather = sx_onnx_begin("Gather");
    sx_onnx_input(&gather, x);
    sx_onnx_input(&gather, &list);
    sx_onnx_integer(&gather, "axis", axis);
    *x = sx_onnx_end(graph, &gather);
    sx_free(indices);
    return SX_OK;
}

/* Half-pixel centres: the share that each of `places` has in each of places * times. */
static float *shares_of(size_t places, int64_t times) {
    size_t count = places * (size_t)times;
    float *shares = sx_alloc(count * places, sizeof *shares);
    for (size_t i = 0; shares && i < count; i++) {
        float centre = ((float)i + 0.5f) / (float)times - 0.5f;
        if (centre < 0) centre = 0;
        size_t first = (size_t)centre, second = first + 1 < places ? first + 1 : first;
        shares[i * places + first] += 1 - (centre - (float)first);
        shares[i * places + second] += centre - (float)first;
    }
    return shares;
}

/* Along time a matrix from the left; along frequency its transpose from the right. */
static sx_status interpolate(sx_onnx_graph *graph, sx_onnx_value *x, bool along_time, size_t places,
                             int64_t times, sx_error *err) {
    size_t count = places * (size_t)times;
    const size_t dims[] = {along_time ? count : places, along_time ? places : count};
    if (times == 1) return SX_OK;
    float *shares = shares_of(places, times), *turned = sx_alloc(count * places, sizeof *turned);
    if (!shares || !turned) {
        sx_free(shares);
        sx_free(turned);
        return sx_fail_memory(err, count * places * sizeof *shares);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < places; k++)
            turned[k * count + i] = shares[i * places + k];
    sx_onnx_value matrix = sx_onnx_floats(graph, "shares", along_time ? shares : turned, dims, 2);
    *x = along_time ? sx_onnx_apply(graph, "MatMul", &matrix, x) : sx_onnx_apply(graph, "MatMul", x, &matrix);
    x->is_row = false;
    sx_free(shares);
    sx_free(turned);
    return SX_OK;
}

sx_status sx_onnx_write_up_sampling(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                    sx_onnx_value *output, sx_error *err) {
    sx_shape in = writer->model->nodes[index].input_shapes[0];
    int64_t size[2];
    bool bilinear = sx_native_up_sampling(sx_spec_layer(writer->model->filled, index), size);
    sx_onnx_graph *graph = &writer->graph;
    sx_onnx_value x = sx_onnx_as_map(graph, inputs);
    sx_status status = bilinear ? interpolate(graph, &x, true, in.time, size[0], err)
                                : repeat(graph, &x, 2, in.time, size[0], err);
    if (status == SX_OK)
        status = bilinear ? interpolate(graph, &x, false, in.frequency, size[1], err)
                          : repeat(graph, &x, 3, in.frequency, size[1], err);
    *output = x;
    return status;
}
