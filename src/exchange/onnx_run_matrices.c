/* onnx_run_matrices.c: ONNX operators with sums of products: MatMul, Gemm, Softmax. */
#include "exchange/onnx_read.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

/* y (rows, columns) += a (rows, inner) b (inner, columns). */
static void multiply(const double *a, const double *b, size_t rows, size_t inner, size_t columns, double *y) {
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < inner; k++) {
            double factor = a[i * inner + k];
            for (size_t j = 0; j < columns; j++)
                y[i * columns + j] += factor * b[k * columns + j];
        }
}

/* One of the two may have axes in front; the other is one matrix for all of them. */
static sx_status run_matmul(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                            sx_error *err) {
    const sx_tensor *a = in[0], *b = in[1];
    (void)node;
    if (a->rank < 2 || b->rank < 2 || (a->rank > 2 && b->rank > 2))
        return sx_fail(err, SX_E_UNSUPPORTED, "of %d and %d axes", a->rank, b->rank);
    const sx_tensor *deep = a->rank > b->rank ? a : b;
    size_t rows = a->dims[a->rank - 2], inner = a->dims[a->rank - 1], columns = b->dims[b->rank - 1];
    size_t dims[SX_TENSOR_RANK], count = 1;
    if (b->dims[b->rank - 2] != inner)
        return sx_fail(err, SX_E_SHAPE, "%zu columns by %zu rows", inner, b->dims[b->rank - 2]);
    memcpy(dims, deep->dims, sizeof dims);
    dims[deep->rank - 2] = rows;
    dims[deep->rank - 1] = columns;
    for (int i = 0; i < deep->rank - 2; i++)
        count *= dims[i];
    sx_status status = sx_tensor_create(a->element, dims, deep->rank, out, err);
    for (size_t i = 0; status == SX_OK && i < count; i++)
        multiply(a->values + (a->rank > 2 ? i * rows * inner : 0),
                 b->values + (b->rank > 2 ? i * inner * columns : 0), rows, inner, columns,
                 out->values + i * rows * columns);
    return status;
}

static sx_status run_gemm(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                          sx_error *err) {
    const sx_tensor *a = in[0], *b = in[1];
    if (sx_read_integer(node, "transA", 0) || sx_read_integer(node, "transB", 0) ||
        sx_read_number(node, "alpha", 1) != 1 || sx_read_number(node, "beta", 1) != 1)
        return sx_fail(err, SX_E_UNSUPPORTED, "turned or scaled");
    if (a->rank != 2 || b->rank != 2 || a->dims[1] != b->dims[0] ||
        (node->input_count > 2 && in[2]->count != b->dims[1]))
        return sx_fail(err, SX_E_SHAPE, "its matrices do not fit");
    const size_t dims[2] = {a->dims[0], b->dims[1]};
    sx_status status = sx_tensor_create(a->element, dims, 2, out, err);
    if (status != SX_OK) return status;
    for (size_t i = 0; node->input_count > 2 && i < out->count; i++)
        out->values[i] = in[2]->values[i % dims[1]];
    multiply(a->values, b->values, dims[0], a->dims[1], dims[1], out->values);
    return SX_OK;
}

static void softmax(const double *x, size_t count, size_t step, double *y) {
    double largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, x[i * step]);
    for (size_t i = 0; i < count; i++)
        sum += exp(x[i * step] - largest);
    for (size_t i = 0; i < count; i++)
        y[i * step] = exp(x[i * step] - largest) / sum;
}

static sx_status run_softmax(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                             sx_error *err) {
    const sx_tensor *x = in[0];
    int64_t axis = sx_read_integer(node, "axis", -1);
    if (axis < 0) axis += x->rank;
    if (axis < 0 || axis >= x->rank) return sx_fail(err, SX_E_SHAPE, "its axis is none of %d", x->rank);
    size_t count = x->dims[axis], step = 1;
    for (int i = (int)axis + 1; i < x->rank; i++)
        step *= x->dims[i];
    sx_status status = sx_tensor_create(x->element, x->dims, x->rank, out, err);
    for (size_t i = 0; status == SX_OK && count > 0 && i < x->count / count; i++) {
        size_t place = i / step * step * count + i % step;
        softmax(x->values + place, count, step, out->values + place);
    }
    return status;
}

const sx_onnx_entry sx_onnx_matrix_operators[] = {
    {"MatMul", 2, run_matmul}, {"Gemm", 2, run_gemm}, {"Softmax", 1, run_softmax}, {NULL, 0, NULL}};
