/* onnx_run_shapes.c: ONNX operators that move values about, and those that sum over axes. */
#include "exchange/onnx_read.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

static sx_status reshaped(const sx_tensor *x, const size_t *dims, int rank, sx_tensor *out, sx_error *err) {
    sx_status status = sx_tensor_create(x->element, dims, rank, out, err);
    if (status != SX_OK) return status;
    if (out->count != x->count) {
        sx_tensor_clear(out);
        return sx_fail(err, SX_E_SHAPE, "its shape asks for other than %zu values", x->count);
    }
    memcpy(out->values, x->values, x->count * sizeof *x->values);
    return SX_OK;
}

/* An axis counted from either end. */
static sx_status check_axis(double number, int rank, int *axis, sx_error *err) {
    if (!(number >= -rank && number < rank)) return sx_fail(err, SX_E_SHAPE, "axis %g of %d", number, rank);
    *axis = (int)number + (number < 0 ? rank : 0);
    return SX_OK;
}

/* Walks x by the places of another shape: steps[i] is what one step along axis i of dims moves in x. */
static void gather_by_steps(const sx_tensor *x, int64_t start, const int64_t *steps, sx_tensor *out) {
    for (size_t index = 0; index < out->count; index++) {
        size_t rest = index;
        int64_t place = start;
        for (int i = out->rank - 1; i >= 0; i--) {
            place += (int64_t)(rest % out->dims[i]) * steps[i];
            rest /= out->dims[i];
        }
        out->values[index] = x->values[place];
    }
}

static void steps_of(const sx_tensor *x, int64_t *steps) {
    int64_t step = 1;
    for (int i = x->rank - 1; i >= 0; i--) {
        steps[i] = step;
        step *= (int64_t)x->dims[i];
    }
}

static sx_status run_transpose(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                               sx_error *err) {
    const sx_tensor *x = in[0];
    int64_t order[SX_TENSOR_RANK] = {0}, own[SX_TENSOR_RANK], steps[SX_TENSOR_RANK];
    size_t dims[SX_TENSOR_RANK];
    unsigned seen = 0;
    if (sx_read_ints(node, "perm", order, SX_TENSOR_RANK) != (size_t)x->rank)
        return sx_fail(err, SX_E_FORMAT, "no order for %d axes", x->rank);
    steps_of(x, own);
    for (int i = 0; i < x->rank; i++) {
        if (order[i] < 0 || order[i] >= x->rank) return sx_fail(err, SX_E_FORMAT, "its order is none");
        seen |= 1U << order[i];
        dims[i] = x->dims[order[i]];
        steps[i] = own[order[i]];
    }
    if (seen != (1U << x->rank) - 1) return sx_fail(err, SX_E_FORMAT, "its order names an axis twice");
    sx_status status = sx_tensor_create(x->element, dims, x->rank, out, err);
    if (status == SX_OK) gather_by_steps(x, 0, steps, out);
    return status;
}

static sx_status run_flatten(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                             sx_error *err) {
    const sx_tensor *x = in[0];
    int64_t axis = sx_read_integer(node, "axis", 1);
    size_t dims[2] = {1, 1};
    for (int i = 0; i < x->rank; i++)
        dims[i < axis ? 0 : 1] *= x->dims[i];
    return reshaped(x, dims, 2, out, err);
}

static sx_status run_unsqueeze(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                               sx_error *err) {
    const sx_tensor *x = in[0], *axes = in[1];
    size_t dims[SX_TENSOR_RANK];
    unsigned added = 0;
    int rank = x->rank + (int)axes->count, from = 0, axis = 0;
    (void)node;
    if (axes->count > SX_TENSOR_RANK || rank > SX_TENSOR_RANK)
        return sx_fail(err, SX_E_SHAPE, "%d axes", rank);
    for (size_t i = 0; i < axes->count; i++) {
        sx_status status = check_axis(axes->values[i], rank, &axis, err);
        if (status != SX_OK) return status;
        if (added >> axis & 1U) return sx_fail(err, SX_E_FORMAT, "axis %d twice", axis);
        added |= 1U << axis;
    }
    for (int i = 0; i < rank; i++)
        dims[i] = added >> i & 1U ? 1 : x->dims[from++];
    return reshaped(x, dims, rank, out, err);
}

static sx_status run_gather(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                            sx_error *err) {
    const sx_tensor *x = in[0], *indices = in[1];
    int axis = 0, rank = x->rank - 1 + indices->rank;
    size_t dims[SX_TENSOR_RANK], outer = 1, inner = 1;
    sx_status status = check_axis((double)sx_read_integer(node, "axis", 0), x->rank, &axis, err);
    if (status != SX_OK) return status;
    if (rank > SX_TENSOR_RANK) return sx_fail(err, SX_E_SHAPE, "%d axes", rank);
    for (int i = 0, at = 0; i < x->rank; i++) {
        if (i < axis) outer *= x->dims[i];
        if (i > axis) inner *= x->dims[i];
        for (int k = 0; i == axis && k < indices->rank; k++)
            dims[at++] = indices->dims[k];
        if (i != axis) dims[at++] = x->dims[i];
    }
    for (size_t i = 0; i < indices->count; i++)
        if (!(indices->values[i] >= 0 && indices->values[i] < (double)x->dims[axis]))
            return sx_fail(err, SX_E_SHAPE, "place %g of %zu", indices->values[i], x->dims[axis]);
    status = sx_tensor_create(x->element, dims, rank, out, err);
    for (size_t o = 0; status == SX_OK && o < outer; o++)
        for (size_t i = 0; i < indices->count; i++)
            memcpy(out->values + (o * indices->count + i) * inner,
                   x->values + (o * x->dims[axis] + (size_t)indices->values[i]) * inner,
                   inner * sizeof *x->values);
    return status;
}

static double clamp(double value, double low, double high) {
    return value < low ? low : value > high ? high : value;
}

/* Inputs: x, starts, ends, axes; steps of one. */
static sx_status run_slice(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                           sx_error *err) {
    const sx_tensor *x = in[0], *starts = in[1], *ends = in[2], *axes = in[3];
    size_t dims[SX_TENSOR_RANK];
    int64_t steps[SX_TENSOR_RANK], start = 0;
    int axis = 0;
    if (node->input_count > 4 || ends->count != starts->count || axes->count != starts->count)
        return sx_fail(err, SX_E_UNSUPPORTED, "with steps, or starts without ends");
    memcpy(dims, x->dims, sizeof dims);
    steps_of(x, steps);
    for (size_t i = 0; i < axes->count; i++) {
        sx_status status = check_axis(axes->values[i], x->rank, &axis, err);
        if (status != SX_OK) return status;
        double extent = (double)x->dims[axis], first = starts->values[i], last = ends->values[i];
        first = clamp(first < 0 ? first + extent : first, 0, extent);
        last = clamp(last < 0 ? last + extent : last, first, extent);
        dims[axis] = (size_t)(last - first);
        start += (int64_t)first * steps[axis];
    }
    sx_status status = sx_tensor_create(x->element, dims, x->rank, out, err);
    if (status == SX_OK) gather_by_steps(x, start, steps, out);
    return status;
}

/* Where place `at` of a padded axis comes from; -1 = nowhere. */
static int64_t padded_from(int64_t at, int64_t before, int64_t extent, bool reflect) {
    int64_t place = at - before;
    if (place >= 0 && place < extent) return place;
    if (!reflect) return -1;
    return place < 0 ? -place : 2 * (extent - 1) - place;
}

static sx_status check_pads(const sx_tensor *x, const sx_tensor *pads, bool reflect, size_t *dims,
                            sx_error *err) {
    if (pads->count != 2 * (size_t)x->rank) return sx_fail(err, SX_E_SHAPE, "%zu pads", pads->count);
    for (int i = 0; i < x->rank; i++) {
        double before = pads->values[i], behind = pads->values[i + x->rank],
               most = reflect ? (double)x->dims[i] - 1 : 1e8;
        if (!(before >= 0 && behind >= 0 && before <= most && behind <= most))
            return sx_fail(err, SX_E_SHAPE, "pads of %g and %g on axis %d", before, behind, i);
        dims[i] = x->dims[i] + (size_t)before + (size_t)behind;
    }
    return SX_OK;
}

static sx_status run_pad(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                         sx_error *err) {
    const sx_tensor *x = in[0], *pads = in[1];
    bool reflect = sx_read_word_is(node, "mode", "reflect");
    size_t dims[SX_TENSOR_RANK];
    int64_t steps[SX_TENSOR_RANK];
    sx_status status = check_pads(x, pads, reflect, dims, err);
    if (status == SX_OK) status = sx_tensor_create(x->element, dims, x->rank, out, err);
    if (status != SX_OK) return status;
    double filling = node->input_count > 2 && in[2]->count == 1 ? in[2]->values[0] : 0;
    steps_of(x, steps);
    for (size_t index = 0; index < out->count; index++) {
        size_t rest = index;
        int64_t place = 0;
        for (int i = x->rank - 1; i >= 0; i--) {
            int64_t from = padded_from((int64_t)(rest % dims[i]), (int64_t)pads->values[i],
                                       (int64_t)x->dims[i], reflect);
            place = from < 0 || place < 0 ? -1 : place + from * steps[i];
            rest /= dims[i];
        }
        out->values[index] = place < 0 ? filling : x->values[place];
    }
    return SX_OK;
}

/* --- sums over axes --------------------------------------------------------------------------------- */

typedef enum reduction { REDUCE_MEAN, REDUCE_MAX } reduction;

/* The attribute's axes, as bits. */
static sx_status reduced_axes(const sx_read_node *node, const sx_tensor *x, unsigned *axes, sx_error *err) {
    int64_t numbers[SX_TENSOR_RANK] = {0};
    size_t count = sx_read_ints(node, "axes", numbers, SX_TENSOR_RANK);
    int axis = 0;
    if (count == 0) return sx_fail(err, SX_E_UNSUPPORTED, "without axes");
    for (size_t i = 0; i < count; i++) {
        sx_status status = check_axis((double)numbers[i], x->rank, &axis, err);
        if (status != SX_OK) return status;
        *axes |= 1U << axis;
    }
    return SX_OK;
}

static void reduce_into(const sx_tensor *x, unsigned axes, reduction how, sx_tensor *out) {
    double n = out->count ? (double)x->count / (double)out->count : 1;
    for (size_t i = 0; how == REDUCE_MAX && i < out->count; i++)
        out->values[i] = -INFINITY;
    for (size_t index = 0; index < x->count; index++) {
        size_t rest = index, place = 0, step = 1;
        for (int i = x->rank - 1; i >= 0; i--) {
            if (!(axes >> i & 1U)) {
                place += rest % x->dims[i] * step;
                step *= x->dims[i];
            }
            rest /= x->dims[i];
        }
        double value = x->values[index], *to = &out->values[place];
        *to = how == REDUCE_MAX ? (value > *to ? value : *to) : *to + value;
    }
    for (size_t i = 0; how == REDUCE_MEAN && i < out->count; i++)
        out->values[i] /= n;
}

static sx_status reduce(const sx_read_node *node, const sx_tensor *const *in, reduction how, sx_tensor *out,
                        sx_error *err) {
    const sx_tensor *x = in[0];
    bool keep = sx_read_integer(node, "keepdims", 1) != 0;
    size_t dims[SX_TENSOR_RANK];
    unsigned axes = 0;
    int rank = 0;
    sx_status status = reduced_axes(node, x, &axes, err);
    if (status != SX_OK) return status;
    for (int i = 0; i < x->rank; i++) {
        if (!(axes >> i & 1U))
            dims[rank++] = x->dims[i];
        else if (keep)
            dims[rank++] = 1;
    }
    status = sx_tensor_create(x->element, dims, rank, out, err);
    if (status == SX_OK) reduce_into(x, axes, how, out);
    return status;
}

static sx_status run_reduce_mean(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                                 sx_error *err) {
    return reduce(node, in, REDUCE_MEAN, out, err);
}

static sx_status run_reduce_max(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                                sx_error *err) {
    return reduce(node, in, REDUCE_MAX, out, err);
}

const sx_onnx_entry sx_onnx_shape_operators[] = {
    {"Transpose", 1, run_transpose},    {"Flatten", 1, run_flatten},      {"Unsqueeze", 2, run_unsqueeze},
    {"Gather", 2, run_gather},          {"Slice", 4, run_slice},          {"Pad", 2, run_pad},
    {"ReduceMean", 1, run_reduce_mean}, {"ReduceMax", 1, run_reduce_max}, {NULL, 0, NULL}};
