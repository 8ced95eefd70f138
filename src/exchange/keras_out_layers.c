/* keras_out_layers.c: shapes, noise, rescaling and joins as layers of Keras. */
#include "exchange/keras_out.h"

#include "exchange/native_options.h"
#include "layers/axes.h"

#include <string.h>

sx_status sx_out_flatten(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    (void)err;
    *out = sx_out_add_main(net, index, "Flatten", in[0], 2);
    return SX_OK;
}

sx_status sx_out_reshape(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    const sx_json *list = sx_json_get(sx_spec_layer(net->model->filled, index), "target_shape");
    sx_json *target = sx_json_array();
    (void)err;
    for (size_t i = 0; i < sx_json_count(list); i++)
        sx_json_append_integer(target, sx_json_integer(sx_json_at(list, i)));
    *out = sx_out_add_main(net, index, "Reshape", in[0], (int)sx_json_count(list) + 1);
    sx_json_set(sx_out_config(net, *out), "target_shape", target);
    return SX_OK;
}

sx_status sx_out_permute(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    sx_axis from[3];
    sx_status status = sx_native_permute(sx_spec_layer(net->model->filled, index), from, err);
    if (status != SX_OK) return status;
    bool swap = net->layers[in[0]].rank == 3 && from[0] == SX_AXIS_CHANNELS && from[2] == SX_AXIS_TIME;
    size_t map = swap ? in[0] : sx_out_as_rank(net, index, in[0], 4);
    sx_json *dims = sx_json_array();
    *out = sx_out_add_main(net, index, "Permute", map, swap ? 3 : 4);
    for (int i = 0; i < 3; i++)
        if (!swap || i != 1) sx_json_append_integer(dims, sx_out_axis(swap ? 3 : 4, from[i]));
    sx_json_set(sx_out_config(net, *out), "dims", dims);
    return SX_OK;
}

static double option(const sx_out_net *net, size_t index, const char *key, double missing) {
    const sx_json *value = sx_json_get(sx_spec_layer(net->model->filled, index), key);
    return value ? sx_json_number(value) : missing;
}

sx_status sx_out_dropout(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    (void)err;
    *out = sx_out_add_main(net, index, "Dropout", in[0], net->layers[in[0]].rank);
    sx_json_set_number(sx_out_config(net, *out), "rate", option(net, index, "rate", 0.5));
    return SX_OK;
}

sx_status sx_out_spatial_dropout(sx_out_net *net, size_t index, const size_t *in, size_t *out,
                                 sx_error *err) {
    bool row = net->layers[in[0]].rank == 3;
    size_t map = row ? in[0] : sx_out_as_rank(net, index, in[0], 4);
    (void)err;
    *out = sx_out_add_main(net, index, row ? "SpatialDropout1D" : "SpatialDropout2D", map, row ? 3 : 4);
    sx_json_set_number(sx_out_config(net, *out), "rate", option(net, index, "rate", 0.5));
    return SX_OK;
}

sx_status sx_out_noise(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    (void)err;
    *out = sx_out_add_main(net, index, "GaussianNoise", in[0], net->layers[in[0]].rank);
    sx_json_set_number(sx_out_config(net, *out), "stddev", option(net, index, "stddev", 0.1));
    return SX_OK;
}

/* A number, or a list of one for every channel. */
static void set_numbers(sx_json *config, const char *key, const sx_json *value, double missing) {
    if (!sx_json_is_array(value)) {
        sx_json_set_number(config, key, value ? sx_json_number(value) : missing);
        return;
    }
    sx_json *list = sx_json_array();
    for (size_t i = 0; i < sx_json_count(value); i++)
        sx_json_append_number(list, sx_json_number(sx_json_at(value, i)));
    sx_json_set(config, key, list);
}

sx_status sx_out_rescaling(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    const sx_json *spec = sx_spec_layer(net->model->filled, index);
    (void)err;
    *out = sx_out_add_main(net, index, "Rescaling", in[0], net->layers[in[0]].rank);
    set_numbers(sx_out_config(net, *out), "scale", sx_json_get(spec, "scale"), 1);
    set_numbers(sx_out_config(net, *out), "offset", sx_json_get(spec, "offset"), 0);
    return SX_OK;
}

/* --- joins ------------------------------------------------------------------------------------------ */

static void set_inputs(sx_out_net *net, size_t index, const size_t *in, int rank, size_t ranked[]) {
    for (int i = 0; i < net->model->nodes[index].input_count; i++)
        ranked[i] = sx_out_as_rank(net, index, in[i], rank);
}

static int highest_rank(const sx_out_net *net, size_t index, const size_t *in) {
    int rank = 0;
    for (int i = 0; i < net->model->nodes[index].input_count; i++)
        if (net->layers[in[i]].rank > rank) rank = net->layers[in[i]].rank;
    return rank;
}

/* Keras would put missing axes in front, which is another place than a native tensor has them. */
static size_t join(sx_out_net *net, size_t index, const char *class_name, const size_t *in, int rank) {
    size_t ranked[SX_LAYER_INPUTS] = {0};
    set_inputs(net, index, in, rank, ranked);
    size_t layer = sx_out_add_main(net, index, class_name, ranked[0], rank);
    net->layers[layer].input_count = net->model->nodes[index].input_count;
    memcpy(net->layers[layer].inputs, ranked, sizeof ranked);
    return layer;
}

sx_status sx_out_merge(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    static const char *const names[][2] = {{"add", "Add"},           {"subtract", "Subtract"},
                                           {"multiply", "Multiply"}, {"average", "Average"},
                                           {"maximum", "Maximum"},   {"minimum", "Minimum"}};
    (void)err;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], net->model->nodes[index].ops->type) == 0)
            *out = join(net, index, names[i][1], in, highest_rank(net, index, in));
    return SX_OK;
}

sx_status sx_out_concatenate(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    sx_axis axis = SX_AXIS_CHANNELS;
    int rank = highest_rank(net, index, in);
    sx_status status = sx_read_axis(sx_spec_layer(net->model->filled, index), "axis", "", &axis, err);
    if (status != SX_OK) return status;
    if (sx_out_axis(rank, axis) < 0) rank = 4;
    *out = join(net, index, "Concatenate", in, rank);
    sx_json_set_integer(sx_out_config(net, *out), "axis",
                        axis == SX_AXIS_CHANNELS ? -1 : sx_out_axis(rank, axis));
    return SX_OK;
}
