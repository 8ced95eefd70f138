/* onnx_along.c: activations that look along axes, in ONNX: softmax over one axis or several, glu, sparsemax.
 */
#include "exchange/onnx_layers.h"

#include "base/error.h"
#include "base/memory.h"
#include "exchange/native_options.h"
#include "layers/axes.h"

#include <string.h>

typedef sx_onnx_graph graph_t;
typedef sx_onnx_value value_t;

static size_t axes_of(sx_axes axes, int64_t places[3]) {
    size_t count = 0;
    if (axes >> SX_AXIS_CHANNELS & 1U) places[count++] = 1;
    if (axes >> SX_AXIS_TIME & 1U) places[count++] = 2;
    if (axes >> SX_AXIS_FREQUENCY & 1U) places[count++] = 3;
    return count;
}

static value_t reduce(graph_t *g, const char *op, const value_t *x, const int64_t *places, size_t count) {
    sx_onnx_node node = sx_onnx_begin(op);
    sx_onnx_input(&node, x);
    sx_onnx_ints(&node, "axes", places, count);
    sx_onnx_integer(&node, "keepdims", 1);
    return sx_onnx_end(g, &node);
}

static value_t softmax_operator(graph_t *g, const value_t *x, int64_t axis) {
    sx_onnx_node node = sx_onnx_begin("Softmax");
    sx_onnx_input(&node, x);
    sx_onnx_integer(&node, "axis", axis);
    value_t y = sx_onnx_end(g, &node);
    y.is_row = x->is_row;
    return y;
}

/* The sum is `values` times the mean. */
static value_t softmax_over(graph_t *g, bool logarithm, const value_t *x, sx_axes axes, double values) {
    int64_t places[3];
    size_t count = axes_of(axes, places);
    value_t map = sx_onnx_as_map(g, x);
    value_t most = reduce(g, "ReduceMax", &map, places, count), rest = sx_onnx_apply(g, "Sub", &map, &most);
    value_t powers = sx_onnx_apply(g, "Exp", &rest, NULL),
            mean = reduce(g, "ReduceMean", &powers, places, count);
    value_t sum = sx_onnx_with(g, "Mul", &mean, "number", values);
    if (!logarithm) return sx_onnx_apply(g, "Div", &powers, &sum);
    value_t log_sum = sx_onnx_apply(g, "Log", &sum, NULL);
    return sx_onnx_apply(g, "Sub", &rest, &log_sum);
}

static value_t slice(graph_t *g, const value_t *x, int64_t axis, int64_t start, int64_t end) {
    const size_t single = 1;
    const value_t lists[] = {sx_onnx_int64s(g, "starts", &start, &single, 1),
                             sx_onnx_int64s(g, "ends", &end, &single, 1),
                             sx_onnx_int64s(g, "axes", &axis, &single, 1)};
    sx_onnx_node node = sx_onnx_begin("Slice");
    sx_onnx_input(&node, x);
    for (int i = 0; i < 3; i++)
        sx_onnx_input(&node, &lists[i]);
    return sx_onnx_end(g, &node);
}

static value_t glu(graph_t *g, const value_t *x, int64_t axis, size_t length) {
    value_t map = sx_onnx_as_map(g, x);
    value_t first = slice(g, &map, axis, 0, (int64_t)length / 2);
    value_t second = slice(g, &map, axis, (int64_t)length / 2, (int64_t)length);
    value_t gate = sx_onnx_apply(g, "Sigmoid", &second, NULL);
    return sx_onnx_apply(g, "Mul", &first, &gate);
}

/* (N, .., .., values) with the axis last, and back: the same swap. */
static value_t swap_last(graph_t *g, const value_t *x, int64_t axis) {
    int64_t order[] = {0, 1, 2, 3};
    if (axis == 3) return *x;
    order[axis] = 3;
    order[3] = axis;
    return sx_onnx_transpose(g, x, order, 4);
}

static value_t sorted(graph_t *g, const value_t *x, size_t length) {
    const int64_t count = (int64_t)length;
    const size_t single = 1;
    value_t most = sx_onnx_int64s(g, "count", &count, &single, 1);
    sx_onnx_node node = sx_onnx_begin("TopK");
    sx_onnx_input(&node, x);
    sx_onnx_input(&node, &most);
    sx_onnx_integer(&node, "axis", -1);
    node.second_output = true;
    return sx_onnx_end(g, &node);
}

/* Sums of the first values up to each: a product with ones above the diagonal. */
static sx_status partial_sums(graph_t *g, const value_t *x, size_t length, value_t *out, value_t *ranks,
                              sx_error *err) {
    const size_t dims[] = {length, length};
    float *ones = sx_alloc(length * length + length, sizeof *ones);
    if (!ones) return sx_fail_memory(err, (length * length + length) * sizeof *ones);
    for (size_t i = 0; i < length; i++) {
        ones[length * length + i] = (float)(i + 1);
        for (size_t k = i; k < length; k++)
            ones[i * length + k] = 1;
    }
    value_t matrix = sx_onnx_floats(g, "ones", ones, dims, 2);
    *ranks = sx_onnx_floats(g, "ranks", ones + length * length, &length, 1);
    *out = sx_onnx_apply(g, "MatMul", x, &matrix);
    sx_free(ones);
    return SX_OK;
}

/* What Keras 3.15 computes (layers/activation_lines.c): the threshold is the sum of the k partial sums that
 * support it, less 1, by k. */
static sx_status sparsemax(graph_t *g, const value_t *input, int64_t axis, size_t length, value_t *output,
                           sx_error *err) {
    static const int64_t last[] = {3};
    value_t map = sx_onnx_as_map(g, input), x = swap_last(g, &map, axis), falling = sorted(g, &x, length);
    value_t partial, ranks;
    sx_status status = partial_sums(g, &falling, length, &partial, &ranks, err);
    if (status != SX_OK) return status;
    value_t less = sx_onnx_with(g, "Sub", &partial, "number", 1),
            share = sx_onnx_apply(g, "Div", &less, &ranks);
    value_t supports = sx_onnx_apply(g, "Greater", &falling, &share);
    value_t zero = sx_onnx_scalar(g, "zero", 0), unit = sx_onnx_scalar(g, "one", 1);
    value_t counted = sx_onnx_choose(g, &supports, &unit, &zero),
            taken = sx_onnx_choose(g, &supports, &partial, &zero);
    value_t part = reduce(g, "ReduceMean", &counted, last, 1),
            mean = reduce(g, "ReduceMean", &taken, last, 1);
    value_t total = sx_onnx_with(g, "Mul", &mean, "number", (double)length),
            rest = sx_onnx_with(g, "Sub", &total, "number", 1);
    value_t count = sx_onnx_with(g, "Mul", &part, "number", (double)length),
            at = sx_onnx_apply(g, "Div", &rest, &count);
    value_t over = sx_onnx_apply(g, "Sub", &x, &at), cut = sx_onnx_apply(g, "Relu", &over, NULL);
    *output = swap_last(g, &cut, axis);
    return SX_OK;
}

static double values_along(sx_shape shape, sx_axes axes) {
    double values = 1;
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++)
        if (axes >> axis & 1U) values *= (double)sx_axis_extent(shape, (sx_axis)axis);
    return values;
}

sx_status sx_onnx_write_along(sx_onnx_writer *writer, size_t index, const char *name, const value_t *x,
                              value_t *output, sx_error *err) {
    sx_shape in = writer->model->nodes[index].input_shapes[0];
    sx_axes axes = 1U << SX_AXIS_CHANNELS;
    int64_t places[3];
    sx_status status =
        sx_read_axes(sx_spec_layer(writer->model->filled, index), "axis", "", false, &axes, err);
    if (status != SX_OK) return status;
    size_t count = axes_of(axes, places);
    graph_t *g = &writer->graph;
    if (strcmp(name, "sparsemax") == 0)
        return sparsemax(g, x, places[0], (size_t)values_along(in, axes), output, err);
    if (strcmp(name, "glu") == 0)
        *output = glu(g, x, places[0], (size_t)values_along(in, axes));
    else if (strcmp(name, "softmax") == 0 && count == 1 && (places[0] == 1 || !x->is_row))
        *output = softmax_operator(g, x, places[0]);
    else
        *output = softmax_over(g, strcmp(name, "log_softmax") == 0, x, axes, values_along(in, axes));
    return SX_OK;
}
