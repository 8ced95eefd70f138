/* onnx_activation.c: activations in ONNX: operators of their own where every runtime has them, else made up
 * of simpler ones. */
#include "exchange/onnx_layers.h"

#include "base/error.h"
#include "exchange/native_options.h"
#include "layers/axes.h"

#include <math.h>
#include <string.h>

typedef sx_onnx_graph graph_t;
typedef sx_onnx_value value_t;

/* A function of single values; the spec has its options. */
typedef value_t function(graph_t *g, const sx_json *spec, const value_t *x);

static value_t one(graph_t *g, const char *op, const value_t *x) { return sx_onnx_apply(g, op, x, NULL); }

static value_t two(graph_t *g, const char *op, const value_t *a, const value_t *b) {
    return sx_onnx_apply(g, op, a, b);
}

static value_t with(graph_t *g, const char *op, const value_t *x, double number) {
    return sx_onnx_with(g, op, x, "number", number);
}

static value_t within(graph_t *g, const value_t *x, double low, double high) {
    value_t above = with(g, "Max", x, low);
    return with(g, "Min", &above, high);
}

static value_t with_alpha(graph_t *g, const char *op, const char *attribute, double alpha, const value_t *x) {
    sx_onnx_node node = sx_onnx_begin(op);
    sx_onnx_input(&node, x);
    sx_onnx_number(&node, attribute, alpha);
    value_t y = sx_onnx_end(g, &node);
    y.is_row = x->is_row;
    return y;
}

/* condition ? a : b */
static value_t choose(graph_t *g, const value_t *condition, const value_t *a, const value_t *b) {
    sx_onnx_node node = sx_onnx_begin("Where");
    sx_onnx_input(&node, condition);
    sx_onnx_input(&node, a);
    sx_onnx_input(&node, b);
    value_t y = sx_onnx_end(g, &node);
    y.is_row = condition->is_row;
    return y;
}

/* --- lines ------------------------------------------------------------------------------------------ */

static value_t relu(graph_t *g, const sx_json *spec, const value_t *x) {
    double slope = sx_native_number(spec, "negative_slope", 0), at = sx_native_number(spec, "threshold", 0);
    const sx_json *most = sx_json_get(spec, "max_value");
    value_t y = one(g, "Relu", x);
    if (at < 0 || at > 0) {
        value_t above = with(g, "Greater", x, at), zero = sx_onnx_scalar(g, "zero", 0);
        y = choose(g, &above, x, &zero);
        if (most && at < 0) y = one(g, "Relu", &y);
    }
    if (most) y = with(g, "Min", &y, sx_json_number(most));
    if (!(slope > 0)) return y;
    value_t rest = with(g, "Sub", x, at), below = with(g, "Min", &rest, 0);
    below = with(g, "Mul", &below, slope);
    return two(g, "Add", &y, &below);
}

static value_t relu6(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    return within(g, x, 0, 6);
}

static value_t hard_tanh(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    return within(g, x, -1, 1);
}

static value_t hard_sigmoid(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    value_t moved = with(g, "Add", x, 3), cut = within(g, &moved, 0, 6);
    return with(g, "Div", &cut, 6);
}

static value_t hard_silu(graph_t *g, const sx_json *spec, const value_t *x) {
    value_t gate = hard_sigmoid(g, spec, x);
    return two(g, "Mul", x, &gate);
}

static value_t leaky_relu(graph_t *g, const sx_json *spec, const value_t *x) {
    double slope = sx_native_number(spec, "negative_slope", sx_native_number(spec, "alpha", 0.2));
    return with_alpha(g, "LeakyRelu", "alpha", slope, x);
}

static value_t hard_shrink(graph_t *g, const sx_json *spec, const value_t *x) {
    double at = sx_native_number(spec, "threshold", 0.5);
    value_t size = one(g, "Abs", x), outside = with(g, "Greater", &size, at);
    value_t zero = sx_onnx_scalar(g, "zero", 0);
    return choose(g, &outside, x, &zero);
}

static value_t soft_shrink(graph_t *g, const sx_json *spec, const value_t *x) {
    double at = sx_native_number(spec, "threshold", 0.5);
    value_t over = with(g, "Sub", x, at), under = with(g, "Add", x, at);
    value_t up = one(g, "Relu", &over), down = with(g, "Min", &under, 0);
    return two(g, "Add", &up, &down);
}

static value_t threshold(graph_t *g, const sx_json *spec, const value_t *x) {
    value_t above = with(g, "Greater", x, sx_native_number(spec, "threshold", 0));
    value_t otherwise = sx_onnx_scalar(g, "otherwise", sx_native_number(spec, "default_value", 0));
    return choose(g, &above, x, &otherwise);
}

/* 0 up to -1, (x + 1)^2 / 4 up to 1, then x. */
static value_t sparse_plus(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    value_t cut = within(g, x, -1, 1), moved = with(g, "Add", &cut, 1);
    value_t square = two(g, "Mul", &moved, &moved), middle = with(g, "Div", &square, 4);
    value_t rest = with(g, "Sub", x, 1), over = one(g, "Relu", &rest);
    return two(g, "Add", &middle, &over);
}

static value_t sparse_sigmoid(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    value_t moved = with(g, "Add", x, 1), half = with(g, "Div", &moved, 2);
    return within(g, &half, 0, 1);
}

/* --- curves ----------------------------------------------------------------------------------------- */

static value_t linear(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)g;
    (void)spec;
    return *x;
}

static value_t sigmoid(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    return one(g, "Sigmoid", x);
}

static value_t tanh_of(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    return one(g, "Tanh", x);
}

static value_t exponential(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    return one(g, "Exp", x);
}

static value_t softplus(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    return one(g, "Softplus", x);
}

static value_t silu(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    value_t gate = one(g, "Sigmoid", x);
    return two(g, "Mul", x, &gate);
}

static value_t mish(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    value_t plus = one(g, "Softplus", x), gate = one(g, "Tanh", &plus);
    return two(g, "Mul", x, &gate);
}

static value_t log_sigmoid(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    value_t other = one(g, "Neg", x), plus = one(g, "Softplus", &other);
    return one(g, "Neg", &plus);
}

static value_t softsign(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    value_t size = one(g, "Abs", x), more = with(g, "Add", &size, 1);
    return two(g, "Div", x, &more);
}

static value_t tanh_shrink(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    value_t y = one(g, "Tanh", x);
    return two(g, "Sub", x, &y);
}

static value_t squareplus(graph_t *g, const sx_json *spec, const value_t *x) {
    value_t square = two(g, "Mul", x, x), more = with(g, "Add", &square, sx_native_number(spec, "b", 4));
    value_t root = one(g, "Sqrt", &more), sum = two(g, "Add", x, &root);
    return with(g, "Div", &sum, 2);
}

static value_t elu(graph_t *g, const sx_json *spec, const value_t *x) {
    return with_alpha(g, "Elu", "alpha", sx_native_number(spec, "alpha", 1), x);
}

/* alpha elu(x / alpha) */
static value_t celu(graph_t *g, const sx_json *spec, const value_t *x) {
    double alpha = sx_native_number(spec, "alpha", 1);
    value_t small = with(g, "Div", x, alpha), y = with_alpha(g, "Elu", "alpha", 1, &small);
    return with(g, "Mul", &y, alpha);
}

static value_t selu(graph_t *g, const sx_json *spec, const value_t *x) {
    (void)spec;
    value_t y = with_alpha(g, "Elu", "alpha", 1.6732632423543772, x);
    return with(g, "Mul", &y, 1.0507009873554805);
}

/* x Phi(x), by erf; or x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)), which is that by tanh. */
static value_t gelu(graph_t *g, const sx_json *spec, const value_t *x) {
    if (!sx_native_flag(spec, "approximate", false)) {
        value_t small = with(g, "Mul", x, 0.70710678118654752), erf_of = one(g, "Erf", &small);
        value_t more = with(g, "Add", &erf_of, 1), product = two(g, "Mul", x, &more);
        return with(g, "Mul", &product, 0.5);
    }
    value_t square = two(g, "Mul", x, x), cube = two(g, "Mul", &square, x);
    value_t part = with(g, "Mul", &cube, 0.044715), sum = two(g, "Add", x, &part);
    value_t steep = with(g, "Mul", &sum, 1.5957691216057308), gate = one(g, "Sigmoid", &steep);
    return two(g, "Mul", x, &gate);
}

/* --- along axes ------------------------------------------------------------------------------------- */

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
    value_t most = reduce(g, "ReduceMax", &map, places, count), rest = two(g, "Sub", &map, &most);
    value_t powers = one(g, "Exp", &rest), mean = reduce(g, "ReduceMean", &powers, places, count);
    value_t sum = with(g, "Mul", &mean, values);
    if (!logarithm) return two(g, "Div", &powers, &sum);
    value_t log_sum = one(g, "Log", &sum);
    return two(g, "Sub", &rest, &log_sum);
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
    value_t gate = one(g, "Sigmoid", &second);
    return two(g, "Mul", &first, &gate);
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
    value_t less = with(g, "Sub", &partial, 1), share = two(g, "Div", &less, &ranks);
    value_t supports = two(g, "Greater", &falling, &share);
    value_t zero = sx_onnx_scalar(g, "zero", 0), unit = sx_onnx_scalar(g, "one", 1);
    value_t counted = choose(g, &supports, &unit, &zero), taken = choose(g, &supports, &partial, &zero);
    value_t part = reduce(g, "ReduceMean", &counted, last, 1),
            mean = reduce(g, "ReduceMean", &taken, last, 1);
    value_t total = with(g, "Mul", &mean, (double)length), rest = with(g, "Sub", &total, 1);
    value_t count = with(g, "Mul", &part, (double)length), at = two(g, "Div", &rest, &count);
    value_t over = two(g, "Sub", &x, &at), cut = one(g, "Relu", &over);
    *output = swap_last(g, &cut, axis);
    return SX_OK;
}

static double values_along(sx_shape shape, sx_axes axes) {
    double values = 1;
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++)
        if (axes >> axis & 1U) values *= (double)sx_axis_extent(shape, (sx_axis)axis);
    return values;
}

static sx_status write_along(sx_onnx_writer *writer, size_t index, const char *name, const value_t *x,
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

/* --- all -------------------------------------------------------------------------------------------- */

typedef struct entry {
    const char *name;
    function *write; /* NULL: along axes */
} entry;

static const entry entries[] = {{"linear", linear},
                                {"relu", relu},
                                {"relu6", relu6},
                                {"leaky_relu", leaky_relu},
                                {"elu", elu},
                                {"celu", celu},
                                {"selu", selu},
                                {"gelu", gelu},
                                {"silu", silu},
                                {"swish", silu},
                                {"mish", mish},
                                {"sigmoid", sigmoid},
                                {"log_sigmoid", log_sigmoid},
                                {"tanh", tanh_of},
                                {"exponential", exponential},
                                {"softplus", softplus},
                                {"softsign", softsign},
                                {"hard_sigmoid", hard_sigmoid},
                                {"hard_silu", hard_silu},
                                {"hard_swish", hard_silu},
                                {"hard_tanh", hard_tanh},
                                {"tanh_shrink", tanh_shrink},
                                {"hard_shrink", hard_shrink},
                                {"soft_shrink", soft_shrink},
                                {"threshold", threshold},
                                {"sparse_plus", sparse_plus},
                                {"sparse_sigmoid", sparse_sigmoid},
                                {"squareplus", squareplus},
                                {"softmax", NULL},
                                {"log_softmax", NULL},
                                {"sparsemax", NULL},
                                {"glu", NULL}};

sx_status sx_onnx_write_activation(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                   sx_onnx_value *output, sx_error *err) {
    const sx_json *spec = sx_spec_layer(writer->model->filled, index);
    const char *name = sx_json_text(sx_json_get(spec, "activation"));
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        if (strcmp(entries[i].name, name) != 0) continue;
        if (!entries[i].write) return write_along(writer, index, name, inputs, output, err);
        *output = entries[i].write(&writer->graph, spec, inputs);
        return SX_OK;
    }
    return sx_fail(err, SX_E_UNSUPPORTED, "its activation %s is not one this writer knows", name);
}
