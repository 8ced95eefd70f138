/* onnx_run_order.c: ONNX operators that tell shapes anew, join tensors, and sort. */
#include "exchange/onnx_read.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* 0 stands for the extent that is there, -1 for what is left. */
static sx_status run_reshape(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                             sx_error *err) {
    const sx_tensor *x = in[0], *shape = in[1];
    size_t dims[SX_TENSOR_RANK], told = 1;
    int left = -1, rank = (int)shape->count;
    (void)node;
    if (shape->count > SX_TENSOR_RANK) return sx_fail(err, SX_E_SHAPE, "%zu axes", shape->count);
    for (int i = 0; i < rank; i++) {
        double wanted = shape->values[i];
        if (wanted < -1 || wanted > 1 << 30 || (wanted < 0 && left >= 0) || (wanted == 0 && i >= x->rank))
            return sx_fail(err, SX_E_SHAPE, "an extent of %g", wanted);
        if (wanted < 0) left = i;
        dims[i] = wanted < 0 ? 1 : wanted == 0 ? x->dims[i] : (size_t)wanted;
        if (dims[i] > 0 && told > ((size_t)1 << 40) / dims[i]) return sx_fail(err, SX_E_SHAPE, "too large");
        told *= dims[i];
    }
    if (left >= 0 && told > 0) dims[left] = x->count / told;
    if (left >= 0) told *= dims[left];
    if (told != x->count)
        return sx_fail(err, SX_E_SHAPE, "its shape asks for other than %zu values", x->count);
    sx_status status = sx_tensor_create(x->element, dims, rank, out, err);
    if (status == SX_OK) memcpy(out->values, x->values, x->count * sizeof *x->values);
    return status;
}

/* Shapes agree but for the axis; its extents are added up. */
static sx_status joined_dims(const sx_read_node *node, const sx_tensor *const *in, int axis, size_t *dims,
                             sx_error *err) {
    memcpy(dims, in[0]->dims, sizeof in[0]->dims);
    for (int k = 1; k < node->input_count; k++) {
        if (in[k]->rank != in[0]->rank) return sx_fail(err, SX_E_SHAPE, "inputs of other ranks");
        for (int i = 0; i < in[0]->rank; i++)
            if (i != axis && in[k]->dims[i] != dims[i])
                return sx_fail(err, SX_E_SHAPE, "inputs that do not agree along axis %d", i);
        dims[axis] += in[k]->dims[axis];
    }
    return SX_OK;
}

static sx_status run_concat(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                            sx_error *err) {
    int64_t axis = sx_read_integer(node, "axis", 0);
    size_t dims[SX_TENSOR_RANK], outer = 1, inner = 1, before = 0;
    if (axis < 0) axis += in[0]->rank;
    if (axis < 0 || axis >= in[0]->rank) return sx_fail(err, SX_E_SHAPE, "its axis is none of its inputs'");
    sx_status status = joined_dims(node, in, (int)axis, dims, err);
    if (status == SX_OK) status = sx_tensor_create(in[0]->element, dims, in[0]->rank, out, err);
    if (status != SX_OK) return status;
    for (int i = 0; i < in[0]->rank; i++) {
        if (i < axis) outer *= dims[i];
        if (i > axis) inner *= dims[i];
    }
    for (int k = 0; k < node->input_count; k++) {
        size_t run = in[k]->dims[axis] * inner;
        for (size_t o = 0; o < outer; o++)
            memcpy(out->values + o * dims[axis] * inner + before, in[k]->values + o * run,
                   run * sizeof *out->values);
        before += run;
    }
    return SX_OK;
}

static int falling(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x > y ? -1 : x < y;
}

/* The largest first, along the last axis; of its outputs the values only. */
static sx_status run_top_k(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                           sx_error *err) {
    const sx_tensor *x = in[0];
    int64_t axis = sx_read_integer(node, "axis", -1);
    size_t length = x->rank > 0 ? x->dims[x->rank - 1] : 0;
    if (length == 0 || (axis != -1 && axis != x->rank - 1) || !sx_read_integer(node, "largest", 1) ||
        in[1]->count != 1 || in[1]->values[0] != (double)length)
        return sx_fail(err, SX_E_UNSUPPORTED, "but for all values along the last axis, the largest first");
    sx_status status = sx_tensor_create(x->element, x->dims, x->rank, out, err);
    if (status != SX_OK) return status;
    memcpy(out->values, x->values, x->count * sizeof *x->values);
    for (size_t i = 0; i < x->count; i += length)
        qsort(out->values + i, length, sizeof *out->values, falling);
    return SX_OK;
}

const sx_onnx_entry sx_onnx_order_operators[] = {
    {"Reshape", 2, run_reshape}, {"Concat", 1, run_concat}, {"TopK", 2, run_top_k}, {NULL, 0, NULL}};
