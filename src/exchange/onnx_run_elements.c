/* onnx_run_elements.c: ONNX operators on single values, with NumPy's spreading of shapes. */
#include "exchange/onnx_read.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

typedef double unary(double x);
typedef double binary(double a, double b);

static sx_status run_unary(const sx_tensor *x, unary *function, sx_tensor *out, sx_error *err) {
    sx_status status = sx_tensor_create(x->element, x->dims, x->rank, out, err);
    for (size_t i = 0; status == SX_OK && i < x->count; i++)
        out->values[i] = function(x->values[i]);
    return status;
}

/* Extent of axis `axis` of `rank`, shapes aligned at their ends. */
static size_t spread_dim(const sx_tensor *x, int axis, int rank) {
    int own = axis - (rank - x->rank);
    return own < 0 ? 1 : x->dims[own];
}

static sx_status spread_dims(const sx_tensor *a, const sx_tensor *b, size_t *dims, int *rank, sx_error *err) {
    *rank = a->rank > b->rank ? a->rank : b->rank;
    for (int i = 0; i < *rank; i++) {
        size_t da = spread_dim(a, i, *rank), db = spread_dim(b, i, *rank);
        if (da != db && da != 1 && db != 1)
            return sx_fail(err, SX_E_SHAPE, "extents %zu and %zu of axis %d do not go together", da, db, i);
        dims[i] = da == 1 ? db : da;
    }
    return SX_OK;
}

/* Place in x of the place `index` of a tensor with these dims. */
static size_t spread_place(const sx_tensor *x, const size_t *dims, int rank, size_t index) {
    size_t place = 0, step = 1;
    for (int i = rank - 1; i >= 0; i--) {
        size_t at = index % dims[i], own = spread_dim(x, i, rank);
        index /= dims[i];
        if (own > 1) place += at * step;
        step *= own;
    }
    return place;
}

static sx_status run_binary(const sx_tensor *const *in, binary *function, sx_tensor *out, sx_error *err) {
    const sx_tensor *a = in[0], *b = in[1];
    size_t dims[SX_TENSOR_RANK];
    int rank = 0;
    sx_status status = spread_dims(a, b, dims, &rank, err);
    if (status == SX_OK) status = sx_tensor_create(a->element, dims, rank, out, err);
    for (size_t i = 0; status == SX_OK && i < out->count; i++)
        out->values[i] =
            function(a->values[spread_place(a, dims, rank, i)], b->values[spread_place(b, dims, rank, i)]);
    return status;
}

#define UNARY(name, formula)                                                                                 \
    static double name(double x) { return formula; }                                                         \
    static sx_status run_##name(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,        \
                                sx_error *err) {                                                             \
        (void)node;                                                                                          \
        return run_unary(in[0], name, out, err);                                                             \
    }
UNARY(relu, x > 0 ? x : 0)
UNARY(sigmoid, 1 / (1 + exp(-x)))
UNARY(hyperbolic_tangent, tanh(x))
UNARY(root, sqrt(x))
UNARY(natural_logarithm, log(x))
UNARY(same, x)
UNARY(power_of_e, exp(x))
UNARY(negative, -x)
UNARY(size_of, fabs(x))
UNARY(error_function, erf(x))
UNARY(soft_plus, x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)))
#undef UNARY

#define BINARY(name, formula)                                                                                \
    static double name(double a, double b) { return formula; }                                               \
    static sx_status run_##name(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,        \
                                sx_error *err) {                                                             \
        (void)node;                                                                                          \
        return run_binary(in, name, out, err);                                                               \
    }
BINARY(sum, a + b)
BINARY(difference, a - b)
BINARY(product, a *b)
BINARY(quotient, a / b)
BINARY(larger, a > b ? a : b)
BINARY(smaller, a < b ? a : b)
BINARY(is_greater, a > b ? 1 : 0)
BINARY(power, pow(a, b))
BINARY(remainder_of, a - b * floor(a / b))
#undef BINARY

/* --- choices ---------------------------------------------------------------------------------------- */

static sx_status run_greater(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                             sx_error *err) {
    sx_status status = run_is_greater(node, in, out, err);
    if (status == SX_OK) out->element = SX_ELEMENT_BOOL;
    return status;
}

/* Inputs: condition, a, b. */
static sx_status run_where(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                           sx_error *err) {
    size_t dims[SX_TENSOR_RANK];
    int rank = 0;
    (void)node;
    sx_status status = spread_dims(in[1], in[2], dims, &rank, err);
    if (status != SX_OK) return status;
    sx_tensor both = {.rank = rank};
    memcpy(both.dims, dims, sizeof dims);
    status = spread_dims(in[0], &both, dims, &rank, err);
    if (status == SX_OK) status = sx_tensor_create(in[1]->element, dims, rank, out, err);
    for (size_t i = 0; status == SX_OK && i < out->count; i++) {
        bool first = in[0]->values[spread_place(in[0], dims, rank, i)] != 0;
        const sx_tensor *from = first ? in[1] : in[2];
        out->values[i] = from->values[spread_place(from, dims, rank, i)];
    }
    return status;
}

/* --- with attributes -------------------------------------------------------------------------------- */

static sx_status run_leaky_relu(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                                sx_error *err) {
    double alpha = sx_read_number(node, "alpha", 0.01);
    sx_status status = run_unary(in[0], same, out, err);
    for (size_t i = 0; status == SX_OK && i < out->count; i++)
        if (out->values[i] < 0) out->values[i] *= alpha;
    return status;
}

static sx_status run_elu(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                         sx_error *err) {
    double alpha = sx_read_number(node, "alpha", 1);
    sx_status status = run_unary(in[0], same, out, err);
    for (size_t i = 0; status == SX_OK && i < out->count; i++)
        if (out->values[i] < 0) out->values[i] = alpha * expm1(out->values[i]);
    return status;
}

static sx_status run_cast(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                          sx_error *err) {
    int64_t to = sx_read_integer(node, "to", 0);
    if (to != SX_ELEMENT_FLOAT && to != SX_ELEMENT_DOUBLE)
        return sx_fail(err, SX_E_UNSUPPORTED, "to type %lld", (long long)to);
    sx_status status = run_unary(in[0], same, out, err);
    if (status == SX_OK) out->element = (sx_element)to;
    return status;
}

const sx_onnx_entry sx_onnx_element_operators[] = {{"Relu", 1, run_relu},
                                                   {"LeakyRelu", 1, run_leaky_relu},
                                                   {"Elu", 1, run_elu},
                                                   {"Sigmoid", 1, run_sigmoid},
                                                   {"Tanh", 1, run_hyperbolic_tangent},
                                                   {"Sqrt", 1, run_root},
                                                   {"Log", 1, run_natural_logarithm},
                                                   {"Exp", 1, run_power_of_e},
                                                   {"Neg", 1, run_negative},
                                                   {"Abs", 1, run_size_of},
                                                   {"Erf", 1, run_error_function},
                                                   {"Softplus", 1, run_soft_plus},
                                                   {"Min", 2, run_smaller},
                                                   {"Greater", 2, run_greater},
                                                   {"Where", 3, run_where},
                                                   {"Identity", 1, run_same},
                                                   {"Cast", 1, run_cast},
                                                   {"Add", 2, run_sum},
                                                   {"Sub", 2, run_difference},
                                                   {"Mul", 2, run_product},
                                                   {"Div", 2, run_quotient},
                                                   {"Max", 2, run_larger},
                                                   {"Pow", 2, run_power},
                                                   {"Mod", 2, run_remainder_of},
                                                   {NULL, 0, NULL}};
