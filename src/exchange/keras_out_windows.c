/* keras_out_windows.c: convolutions, dense layers, pools, borders and up-sampling as layers of Keras: the 2D
 * class for a map, the 1D class for (time, channels). Options at Keras's default are not said. */
#include "exchange/keras_out.h"

#include "base/error.h"
#include "exchange/native_options.h"
#include "layers/conv.h"
#include "layers/pool.h"

#include <string.h>

/* --- what they share -------------------------------------------------------------------------------- */

static void set_pair(sx_json *config, const char *key, sx_pair pair, sx_pair missing, int rank) {
    bool single = rank == 3 || pair.time == pair.frequency;
    if (pair.time == missing.time && (rank == 3 || pair.frequency == missing.frequency)) return;
    if (single) {
        sx_json_set_integer(config, key, (int64_t)pair.time);
        return;
    }
    sx_json *list = sx_json_array();
    sx_json_append_integer(list, (int64_t)pair.time);
    sx_json_append_integer(list, (int64_t)pair.frequency);
    sx_json_set(config, key, list);
}

/* (time, channels) where the window leaves frequency alone, else a map. */
static int rank_for(const sx_out_net *net, size_t from, sx_pair a, sx_pair b, sx_pair c) {
    bool along_time = a.frequency == 1 && b.frequency == 1 && c.frequency == 1;
    return net->layers[from].rank == 3 && along_time ? 3 : 4;
}

static void set_window(sx_json *config, const sx_window *window, int rank) {
    const sx_pair one = {1, 1}, none = {0, 0};
    set_pair(config, "kernel_size", window->size, none, rank);
    set_pair(config, "strides", window->stride, one, rank);
    if (window->causal)
        sx_json_set_text(config, "padding", "causal");
    else if (window->same)
        sx_json_set_text(config, "padding", "same");
}

static void set_dilation_and_bias(sx_json *config, const sx_window *window, bool use_bias, int rank) {
    const sx_pair one = {1, 1};
    set_pair(config, "dilation_rate", window->dilation, one, rank);
    if (!use_bias) sx_json_set_bool(config, "use_bias", false);
}

/* A kernel of a map's rank loses the axis that a 1D layer has not. */
static void drop_frequency(sx_out_net *net, size_t layer, int count) {
    for (int w = 0; w < count; w++) {
        sx_out_weight *weight = &net->layers[layer].weights[w];
        weight->dims[1] = weight->dims[2];
        weight->dims[2] = weight->dims[3];
        weight->rank = 3;
    }
}

/* --- convolutions and dense ------------------------------------------------------------------------- */

static void set_conv(sx_out_net *net, size_t layer, const sx_conv_options *o, const sx_window *window,
                     int rank) {
    sx_json *config = sx_out_config(net, layer);
    sx_json_set_integer(config, "filters", (int64_t)o->filters);
    set_window(config, window, rank);
    if (o->groups > 1) sx_json_set_integer(config, "groups", (int64_t)o->groups);
    set_dilation_and_bias(config, window, o->use_bias, rank);
}

sx_status sx_out_conv2d(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    const sx_conv_options *o = net->model->nodes[index].options;
    size_t map = sx_out_as_rank(net, index, in[0], 4);
    (void)err;
    *out = sx_out_add_main(net, index, "Conv2D", map, 4);
    set_conv(net, *out, o, &o->window, 4);
    sx_out_take_weights(net, *out, &net->model->nodes[index]);
    return SX_OK;
}

/* Along the time of a map with several bands: Conv2D with kernels one band wide, causal by a border of
 * zeros. */
static size_t conv1d_on_map(sx_out_net *net, size_t index, size_t map) {
    const sx_node *node = &net->model->nodes[index];
    const sx_conv_options *o = node->options;
    sx_window window = o->window;
    if (window.causal) {
        int64_t before = (int64_t)((window.size.time - 1) * window.dilation.time);
        sx_shape padded = node->input_shapes[0];
        padded.time += (size_t)before;
        map = sx_out_add_helper(net, index, "padding", "ZeroPadding2D", map, padded, 4);
        sx_json *sides = sx_json_array();
        for (int i = 0; i < 2; i++) {
            sx_json *pair = sx_json_array();
            sx_json_append_integer(pair, i == 0 ? before : 0);
            sx_json_append_integer(pair, 0);
            sx_json_append(sides, pair);
        }
        sx_json_set(sx_out_config(net, map), "padding", sides);
        window.causal = window.same = false;
    }
    size_t layer = sx_out_add_main(net, index, "Conv2D", map, 4);
    set_conv(net, layer, o, &window, 4);
    sx_out_take_weights(net, layer, node);
    sx_out_weight *kernel = &net->layers[layer].weights[0];
    kernel->dims[3] = kernel->dims[2];
    kernel->dims[2] = kernel->dims[1];
    kernel->dims[1] = 1;
    kernel->rank = 4;
    return layer;
}

sx_status sx_out_conv1d(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    const sx_node *node = &net->model->nodes[index];
    (void)err;
    if (node->input_shapes[0].frequency > 1) {
        *out = conv1d_on_map(net, index, sx_out_as_rank(net, index, in[0], 4));
        return SX_OK;
    }
    const sx_conv_options *o = node->options;
    size_t row = sx_out_as_rank(net, index, in[0], 3);
    *out = sx_out_add_main(net, index, "Conv1D", row, 3);
    set_conv(net, *out, o, &o->window, 3);
    sx_out_take_weights(net, *out, node);
    return SX_OK;
}

/* The part that depthwise and separable layers share; kernels: how many of the weights are kernels. */
static sx_status say_depthwise(sx_out_net *net, size_t index, const char *const names[2], int kernels,
                               size_t from, size_t *out, sx_error *err) {
    const sx_node *node = &net->model->nodes[index];
    const sx_json *spec = sx_spec_layer(net->model->filled, index);
    int64_t multiplier = (int64_t)sx_native_number(spec, "depth_multiplier", 1);
    sx_window window;
    sx_status status = sx_window_read(spec, node->name, &window, err);
    if (status != SX_OK) return status;
    int rank = rank_for(net, from, window.size, window.stride, window.dilation);
    size_t input = sx_out_as_rank(net, index, from, rank);
    *out = sx_out_add_main(net, index, names[rank - 3], input, rank);
    sx_json *config = sx_out_config(net, *out);
    if (kernels == 2) sx_json_set_integer(config, "filters", sx_json_integer(sx_json_get(spec, "filters")));
    set_window(config, &window, rank);
    if (multiplier > 1) sx_json_set_integer(config, "depth_multiplier", multiplier);
    set_dilation_and_bias(config, &window, sx_native_flag(spec, "use_bias", true), rank);
    sx_out_take_weights(net, *out, node);
    if (rank == 3) drop_frequency(net, *out, kernels);
    return SX_OK;
}

sx_status sx_out_depthwise(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    static const char *const names[2] = {"DepthwiseConv1D", "DepthwiseConv2D"};
    return say_depthwise(net, index, names, 1, in[0], out, err);
}

sx_status sx_out_separable(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    static const char *const names[2] = {"SeparableConv1D", "SeparableConv2D"};
    return say_depthwise(net, index, names, 2, in[0], out, err);
}

sx_status sx_out_dense(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    const sx_json *spec = sx_spec_layer(net->model->filled, index);
    (void)err;
    *out = sx_out_add_main(net, index, "Dense", in[0], net->layers[in[0]].rank);
    sx_json *config = sx_out_config(net, *out);
    sx_json_set_integer(config, "units", (int64_t)net->model->nodes[index].plan.output.channels);
    if (!sx_native_flag(spec, "use_bias", true)) sx_json_set_bool(config, "use_bias", false);
    sx_out_take_weights(net, *out, &net->model->nodes[index]);
    return SX_OK;
}

/* --- pools ------------------------------------------------------------------------------------------ */

static bool is_max(const sx_out_net *net, size_t index) {
    return strstr(net->model->nodes[index].ops->type, "max") != NULL;
}

sx_status sx_out_pool(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    static const char *const names[2][2] = {{"AveragePooling1D", "AveragePooling2D"},
                                            {"MaxPooling1D", "MaxPooling2D"}};
    const sx_pool_options *o = net->model->nodes[index].options;
    const sx_pair none = {0, 0}, one = {1, 1};
    int rank = rank_for(net, in[0], o->window.size, o->window.stride, one);
    size_t map = sx_out_as_rank(net, index, in[0], rank);
    (void)err;
    *out = sx_out_add_main(net, index, names[is_max(net, index)][rank - 3], map, rank);
    sx_json *config = sx_out_config(net, *out);
    set_pair(config, "pool_size", o->window.size, none, rank);
    set_pair(config, "strides", o->window.stride, o->window.size, rank);
    if (o->window.same) sx_json_set_text(config, "padding", "same");
    return SX_OK;
}

sx_status sx_out_global_pool(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    static const char *const names[2][2] = {{"GlobalAveragePooling1D", "GlobalAveragePooling2D"},
                                            {"GlobalMaxPooling1D", "GlobalMaxPooling2D"}};
    bool keep = sx_native_flag(sx_spec_layer(net->model->filled, index), "keepdims", false);
    int rank = net->layers[in[0]].rank == 3 ? 3 : 4;
    size_t map = sx_out_as_rank(net, index, in[0], rank);
    (void)err;
    *out = sx_out_add_main(net, index, names[is_max(net, index)][rank - 3], map, keep ? rank : 2);
    if (keep) sx_json_set_bool(sx_out_config(net, *out), "keepdims", true);
    return SX_OK;
}

/* --- borders and up-sampling ------------------------------------------------------------------------ */

static sx_json *ends(int64_t before, int64_t after) {
    sx_json *pair = sx_json_array();
    sx_json_append_integer(pair, before);
    sx_json_append_integer(pair, after);
    return pair;
}

sx_status sx_out_edges(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    static const char *const names[2][2] = {{"ZeroPadding1D", "ZeroPadding2D"}, {"Cropping1D", "Cropping2D"}};
    bool crops = strcmp(net->model->nodes[index].ops->type, "cropping") == 0;
    int64_t sides[4];
    sx_native_sides(sx_spec_layer(net->model->filled, index), sides);
    int rank = net->layers[in[0]].rank == 3 && sides[2] == 0 && sides[3] == 0 ? 3 : 4;
    size_t map = sx_out_as_rank(net, index, in[0], rank);
    (void)err;
    *out = sx_out_add_main(net, index, names[crops][rank - 3], map, rank);
    sx_json *value = ends(sides[0], sides[1]);
    if (rank == 4) {
        sx_json *both = sx_json_array();
        sx_json_append(both, value);
        sx_json_append(both, ends(sides[2], sides[3]));
        value = both;
    }
    sx_json_set(sx_out_config(net, *out), crops ? "cropping" : "padding", value);
    return SX_OK;
}

sx_status sx_out_up_sampling(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    int64_t size[2];
    bool bilinear = sx_native_up_sampling(sx_spec_layer(net->model->filled, index), size);
    int rank = net->layers[in[0]].rank == 3 && size[1] == 1 && !bilinear ? 3 : 4;
    size_t map = sx_out_as_rank(net, index, in[0], rank);
    (void)err;
    *out = sx_out_add_main(net, index, rank == 3 ? "UpSampling1D" : "UpSampling2D", map, rank);
    sx_json *config = sx_out_config(net, *out);
    if (rank == 3)
        sx_json_set_integer(config, "size", size[0]);
    else
        sx_json_set(config, "size", ends(size[0], size[1]));
    if (bilinear) sx_json_set_text(config, "interpolation", "bilinear");
    return SX_OK;
}
