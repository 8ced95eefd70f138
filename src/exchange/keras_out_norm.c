/* keras_out_norm.c: normalisations as layers of Keras. Keras's BatchNormalization keeps one axis; statistics
 * over several are those of (rest, kept) with the kept ones as the last axis. Statistics of the example are
 * LayerNormalization, or GroupNormalization with one group for every place. A scale and offset of other axes
 * than the statistics' is a DepthwiseConv1D of size 1 along them. */
#include "exchange/keras_out.h"

#include "base/error.h"
#include "exchange/native_options.h"
#include "layers/axes.h"
#include "layers/norm.h"

#include <string.h>

typedef struct norm {
    sx_out_net *net;
    size_t index;
    const sx_node *node;
    const sx_norm_options *options;
    sx_axes kept, affine; /* those that the tensor has */
    int rank;
} norm;

static bool is_single(sx_axes axes) { return axes && !(axes & (axes - 1)); }

static int number_of(int rank, sx_axes axis) {
    for (int i = SX_AXIS_TIME; i <= SX_AXIS_FREQUENCY; i++)
        if (axis == 1U << i) return sx_out_axis(rank, (sx_axis)i);
    return -1;
}

static bool has_affine(const norm *n) { return n->options->scale || n->options->center; }

static void set_options(const norm *n, size_t layer, bool moves, bool affine) {
    sx_json *config = sx_out_config(n->net, layer);
    const sx_norm_options *o = n->options;
    if (moves && (o->momentum < 0.99 || o->momentum > 0.99))
        sx_json_set_number(config, "momentum", o->momentum);
    sx_json_set_number(config, "epsilon", o->epsilon);
    if (!affine || !o->center) sx_json_set_bool(config, "center", false);
    if (!affine || !o->scale) sx_json_set_bool(config, "scale", false);
}

/* The node's weights; without affine only its statistics. Vectors, where Keras has one axis for several. */
static void set_weights(const norm *n, size_t layer, bool affine, bool vectors) {
    sx_out_layer *to = &n->net->layers[layer];
    sx_out_take_weights(n->net, layer, n->node);
    int first = affine ? 0 : (n->options->scale ? 1 : 0) + (n->options->center ? 1 : 0);
    to->weight_count -= first;
    memmove(to->weights, to->weights + first, (size_t)to->weight_count * sizeof *to->weights);
    for (int w = 0; vectors && w < to->weight_count; w++) {
        to->weights[w].dims[0] = to->weights[w].count;
        to->weights[w].rank = 1;
    }
}

/* affine: gamma and beta are kept by the same axes, and go along. */
static size_t batch_norm(const norm *n, size_t from, bool affine) {
    bool single = is_single(n->kept);
    int rank = single ? n->rank : 3;
    sx_shape shape = n->net->layers[from].shape;
    size_t at = single ? from : sx_out_bring_last(n->net, n->index, from, n->kept);
    size_t layer = sx_out_add_main(n->net, n->index, "BatchNormalization", at, rank);
    n->net->layers[layer].shape = n->net->layers[at].shape;
    if (single) sx_json_set_integer(sx_out_config(n->net, layer), "axis", number_of(rank, n->kept));
    set_options(n, layer, true, affine);
    set_weights(n, layer, affine, true);
    return single ? layer : sx_out_bring_back(n->net, n->index, layer, n->kept, shape, n->rank);
}

/* Axes that the tensor has not have one place each, and no dim in Keras. */
static void set_affine_dims(const norm *n, sx_out_weight *weight) {
    weight->rank = 0;
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++)
        if (n->affine >> axis & 1U)
            weight->dims[weight->rank++] = sx_axis_extent(n->node->input_shapes[0], (sx_axis)axis);
}

static size_t layer_norm(const norm *n, size_t from, bool affine) {
    sx_axes pooled = sx_out_axes(n->rank) & ~n->kept;
    bool list = sx_out_can_list(n->net, pooled);
    sx_shape shape = n->net->layers[from].shape;
    size_t at = list ? from : sx_out_bring_last(n->net, n->index, from, pooled);
    size_t layer = sx_out_add_main(n->net, n->index, "LayerNormalization", at, n->net->layers[at].rank);
    n->net->layers[layer].shape = n->net->layers[at].shape;
    if (is_single(pooled))
        sx_json_set_integer(sx_out_config(n->net, layer), "axis", number_of(n->rank, pooled));
    else if (list)
        sx_json_set(sx_out_config(n->net, layer), "axis", sx_out_axis_list(n->rank, pooled));
    set_options(n, layer, false, affine);
    set_weights(n, layer, affine, !list);
    for (int w = 0; list && affine && w < n->net->layers[layer].weight_count; w++)
        set_affine_dims(n, &n->net->layers[layer].weights[w]);
    return list ? layer : sx_out_bring_back(n->net, n->index, layer, pooled, shape, n->rank);
}

static size_t group_norm(const norm *n, size_t from) {
    size_t layer = sx_out_add_main(n->net, n->index, "GroupNormalization", from, n->rank);
    sx_json *config = sx_out_config(n->net, layer);
    sx_json_set_integer(config, "groups", n->kept ? -1 : 1);
    sx_json_set_integer(config, "axis", number_of(n->rank, n->affine));
    set_options(n, layer, false, true);
    set_weights(n, layer, true, true);
    return layer;
}

/* Scale and offset by themselves. */
static size_t affine_part(const norm *n, size_t from) {
    const sx_norm_options *o = n->options;
    sx_shape shape = n->net->layers[from].shape;
    size_t at = sx_out_bring_last(n->net, n->index, from, n->affine);
    size_t places = n->net->layers[at].shape.channels;
    size_t layer =
        sx_out_add_helper(n->net, n->index, "scale", "DepthwiseConv1D", at, n->net->layers[at].shape, 3);
    sx_out_layer *to = &n->net->layers[layer];
    sx_json_set_integer(to->config, "kernel_size", 1);
    if (!o->center) sx_json_set_bool(to->config, "use_bias", false);
    sx_json_set_text(to->config, "depthwise_initializer", "ones");
    to->weights[0] = (sx_out_weight){.name = "kernel", .dims = {1, places, 1}, .rank = 3, .count = places};
    if (o->scale) {
        to->weights[0].native = "gamma";
        to->weights[0].values = n->node->weights[0];
    }
    if (o->center)
        to->weights[1] = (sx_out_weight){.name = "bias",
                                         .native = "beta",
                                         .values = n->node->weights[o->scale ? 1 : 0],
                                         .dims = {places},
                                         .rank = 1,
                                         .count = places};
    to->weight_count = o->center ? 2 : 1;
    return sx_out_bring_back(n->net, n->index, layer, n->affine, shape, n->rank);
}

static norm norm_of(sx_out_net *net, size_t index, size_t from) {
    norm n = {.net = net, .index = index, .node = &net->model->nodes[index], .rank = net->layers[from].rank};
    n.options = n.node->options;
    n.kept = n.options->keep & sx_out_axes(n.rank);
    n.affine = n.options->affine & sx_out_axes(n.rank);
    return n;
}

sx_status sx_out_norm(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    norm n = norm_of(net, index, in[0]);
    sx_axes pooled = sx_out_axes(n.rank) & ~n.kept;
    bool by_example = sx_norm_keeps(n.options->keep, SX_AXIS_BATCH);
    if (by_example && !pooled)
        return sx_fail(err, SX_E_UNSUPPORTED, "it keeps every axis, so that each value is its own mean");
    if (!by_example) {
        bool together = n.affine == n.kept || !has_affine(&n);
        *out = batch_norm(&n, in[0], together);
        if (!together) *out = affine_part(&n, *out);
    } else if (n.affine == pooled || !has_affine(&n)) {
        *out = layer_norm(&n, in[0], true);
    } else if (is_single(n.affine) && (n.kept == n.affine || n.kept == 0) && n.rank > 2) {
        *out = group_norm(&n, in[0]);
    } else {
        *out = affine_part(&n, layer_norm(&n, in[0], false));
    }
    return SX_OK;
}

sx_status sx_out_group_norm(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    const sx_json *spec = sx_spec_layer(net->model->filled, index);
    sx_axis axis = SX_AXIS_CHANNELS;
    sx_status status = sx_read_axis(spec, "axis", "", &axis, err);
    if (status != SX_OK) return status;
    int rank = sx_out_axis(net->layers[in[0]].rank, axis) < 0 ? 4 : net->layers[in[0]].rank;
    size_t from = sx_out_as_rank(net, index, in[0], rank);
    *out = sx_out_add_main(net, index, "GroupNormalization", from, rank);
    sx_json *config = sx_out_config(net, *out);
    sx_json_set_integer(config, "groups", (int64_t)sx_native_number(spec, "groups", 32));
    sx_json_set_integer(config, "axis", axis == SX_AXIS_CHANNELS ? -1 : sx_out_axis(rank, axis));
    sx_json_set_number(config, "epsilon", sx_native_number(spec, "epsilon", 1e-3));
    if (!sx_native_flag(spec, "center", true)) sx_json_set_bool(config, "center", false);
    if (!sx_native_flag(spec, "scale", true)) sx_json_set_bool(config, "scale", false);
    sx_out_take_weights(net, *out, &net->model->nodes[index]);
    return SX_OK;
}

/* --- Normalization ---------------------------------------------------------------------------------- */

/* Numbers in lists of lists, one level for each of the dims. */
static sx_json *nested(const float **at, const size_t *dims, int rank) {
    sx_json *list = sx_json_array();
    for (size_t i = 0; i < dims[0]; i++) {
        if (rank > 1)
            sx_json_append(list, nested(at, dims + 1, rank - 1));
        else
            sx_json_append_number(list, (double)*(*at)++);
    }
    return list;
}

static void set_table(sx_json *config, const char *key, const float *values, const size_t *dims, int rank) {
    if (rank > 0)
        sx_json_set(config, key, nested(&values, dims, rank));
    else
        sx_json_set_number(config, key, (double)values[0]);
}

static sx_axes standardised_axes(const sx_out_net *net, size_t index, int rank, sx_error *err,
                                 sx_status *status) {
    sx_axes kept = 1U << SX_AXIS_CHANNELS;
    *status = sx_read_axes(sx_spec_layer(net->model->filled, index), "keep", "", false, &kept, err);
    return kept & sx_out_axes(rank);
}

/* Mean and variance are options, not weights: they were measured once. */
sx_status sx_out_standardise(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    const sx_node *node = &net->model->nodes[index];
    int rank = net->layers[in[0]].rank, count = 0;
    size_t dims[3] = {node->plan.weights[0].count};
    sx_status status = SX_OK;
    sx_axes kept = standardised_axes(net, index, rank, err, &status);
    if (status != SX_OK) return status;
    bool list = sx_out_can_list(net, kept);
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++)
        if (kept >> axis & 1U) {
            if (list) dims[count] = sx_axis_extent(node->input_shapes[0], (sx_axis)axis);
            count++;
        }
    size_t from = list ? in[0] : sx_out_bring_last(net, index, in[0], kept);
    *out = sx_out_add_main(net, index, "Normalization", from, net->layers[from].rank);
    net->layers[*out].shape = net->layers[from].shape;
    sx_json *config = sx_out_config(net, *out);
    if (count == 0)
        sx_json_set_text(config, "axis", NULL);
    else if (list)
        sx_json_set(config, "axis", sx_out_axis_list(rank, kept));
    set_table(config, "mean", node->weights[0], dims, list ? count : 1);
    set_table(config, "variance", node->weights[1], dims, list ? count : 1);
    if (sx_native_flag(sx_spec_layer(net->model->filled, index), "invert", false))
        sx_json_set_bool(config, "invert", true);
    if (!list) *out = sx_out_bring_back(net, index, *out, kept, node->plan.output, rank);
    return SX_OK;
}
