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

/* --- lines ------------------------------------------------------------------------------------------ */

static value_t relu(graph_t *g, const sx_json *spec, const value_t *x) {
    double slope = sx_native_number(spec, "negative_slope", 0), at = sx_native_number(spec, "threshold", 0);
    const sx_json *most = sx_json_get(spec, "max_value");
    value_t y = one(g, "Relu", x);
    if (at < 0 || at > 0) {
        value_t above = with(g, "Greater", x, at), zero = sx_onnx_scalar(g, "zero", 0);
        y = sx_onnx_choose(g, &above, x, &zero);
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
    return sx_onnx_choose(g, &outside, x, &zero);
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
    return sx_onnx_choose(g, &above, x, &otherwise);
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
        if (!entries[i].write) return sx_onnx_write_along(writer, index, name, inputs, output, err);
        *output = entries[i].write(&writer->graph, spec, inputs);
        return SX_OK;
    }
    return sx_fail(err, SX_E_UNSUPPORTED, "its activation %s is not one this writer knows", name);
}
