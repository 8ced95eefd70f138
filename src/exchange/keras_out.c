/* keras_out.c: see keras_out.h: layers being added, their names, and the walk over a net. */
#include "exchange/keras_out.h"

#include "base/error.h"
#include "base/text.h"
#include "layers/axes.h"
#include "sonaxis/exchange.h"

#include <string.h>

/* The most layers of Keras that stand for one native layer: statistics and scale, each between two Permutes
 * and two Reshapes, or a gelu by tanh, and two changes of rank. */
enum { MOST_FOR_ONE = 24 };

/* --- names ------------------------------------------------------------------------------------------ */

/* Scopes of TensorFlow take these characters only. */
static void clean_name(const char *name, char out[SX_OUT_NAME]) {
    static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.";
    sx_print(out, SX_OUT_NAME - 8, "%s%s", strchr(good, name[0]) ? "" : "layer", name);
    for (char *at = out; *at; at++)
        if (!strchr(good, *at) && *at != '_' && *at != '-') *at = '_';
}

static bool is_taken(const sx_out_net *net, const char *name, const char *native) {
    for (size_t i = 0; i < net->count; i++)
        if (strcmp(net->layers[i].name, name) == 0) return true;
    for (size_t i = 0; i < net->model->node_count; i++)
        if (strcmp(net->model->nodes[i].name, name) == 0 && strcmp(name, native) != 0) return true;
    return false;
}

/* native: the native layer whose name this is, or "". */
static void make_name(const sx_out_net *net, const char *wanted, const char *native, char out[SX_OUT_NAME]) {
    char clean[SX_OUT_NAME];
    clean_name(wanted, clean);
    sx_print(out, SX_OUT_NAME, "%s", clean);
    for (int number = 2; is_taken(net, out, native); number++)
        sx_print(out, SX_OUT_NAME, "%s_%d", clean, number);
}

/* --- layers ----------------------------------------------------------------------------------------- */

static size_t add(sx_out_net *net, const char *class_name, const char *name, const char *native, size_t from,
                  sx_shape shape, int rank) {
    sx_out_layer layer = {.class_name = class_name,
                          .inputs = {from},
                          .input_count = net->count > 0,
                          .shape = shape,
                          .rank = rank,
                          .config = sx_json_object()};
    make_name(net, name, native, layer.name);
    net->layers[net->count] = layer;
    return net->count++;
}

size_t sx_out_add(sx_out_net *net, const char *class_name, const char *name, size_t from, sx_shape shape,
                  int rank) {
    return add(net, class_name, name, "", from, shape, rank);
}

size_t sx_out_add_main(sx_out_net *net, size_t index, const char *class_name, size_t from, int rank) {
    const sx_node *node = &net->model->nodes[index];
    size_t layer = add(net, class_name, node->name, node->name, from, node->plan.output, rank);
    net->layers[layer].node = node;
    return layer;
}

size_t sx_out_add_helper(sx_out_net *net, size_t index, const char *suffix, const char *class_name,
                         size_t from, sx_shape shape, int rank) {
    char name[SX_OUT_NAME];
    sx_print(name, sizeof name, "%s_%s", net->model->nodes[index].name, suffix);
    size_t layer = sx_out_add(net, class_name, name, from, shape, rank);
    net->layers[layer].node = &net->model->nodes[index];
    return layer;
}

sx_json *sx_out_config(sx_out_net *net, size_t layer) { return net->layers[layer].config; }

void sx_out_take_weights(sx_out_net *net, size_t layer, const sx_node *node) {
    sx_out_layer *to = &net->layers[layer];
    to->weight_count = node->plan.weight_count;
    for (int w = 0; w < to->weight_count; w++) {
        const sx_weight_plan *plan = &node->plan.weights[w];
        to->weights[w] = (sx_out_weight){.name = plan->name,
                                         .native = plan->name,
                                         .values = node->weights[w],
                                         .count = plan->count,
                                         .rank = plan->rank};
        memcpy(to->weights[w].dims, plan->dims, sizeof plan->dims);
    }
}

/* --- ranks and axes --------------------------------------------------------------------------------- */

static sx_json *dims_json(sx_shape shape, int rank) {
    sx_json *list = sx_json_array();
    if (rank > 2) sx_json_append_integer(list, (int64_t)shape.time);
    if (rank > 3) sx_json_append_integer(list, (int64_t)shape.frequency);
    sx_json_append_integer(list, (int64_t)shape.channels);
    return list;
}

static size_t reshape(sx_out_net *net, size_t index, size_t from, sx_shape shape, int rank) {
    size_t layer = sx_out_add_helper(net, index, "reshape", "Reshape", from, shape, rank);
    sx_json_set(sx_out_config(net, layer), "target_shape", dims_json(shape, rank));
    return layer;
}

size_t sx_out_as_rank(sx_out_net *net, size_t index, size_t from, int rank) {
    if (net->layers[from].rank == rank) return from;
    return reshape(net, index, from, net->layers[from].shape, rank);
}

int sx_out_axis(int rank, sx_axis axis) {
    if (axis == SX_AXIS_CHANNELS) return rank - 1;
    if (axis == SX_AXIS_TIME) return rank > 2 ? 1 : -1;
    return axis == SX_AXIS_FREQUENCY && rank > 3 ? 2 : -1;
}

sx_axes sx_out_axes(int rank) {
    sx_axes axes = 1U << SX_AXIS_CHANNELS;
    if (rank > 2) axes |= 1U << SX_AXIS_TIME;
    if (rank > 3) axes |= 1U << SX_AXIS_FREQUENCY;
    return axes;
}

bool sx_out_can_list(const sx_out_net *net, sx_axes axes) {
    return !net->for_old_keras || (axes & (axes - 1)) == 0;
}

sx_json *sx_out_axis_list(int rank, sx_axes axes) {
    sx_json *list = sx_json_array();
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++)
        if (axes >> axis & 1U && sx_out_axis(rank, (sx_axis)axis) > 0)
            sx_json_append_integer(list, sx_out_axis(rank, (sx_axis)axis));
    return list;
}

/* --- a set of axes as the last one ------------------------------------------------------------------- */

/* The three axes, those outside the set first. Returns false where that is the order they have. */
static bool order_of(sx_axes axes, sx_axis order[3]) {
    int count = 0;
    for (int inside = 0; inside < 2; inside++)
        for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++)
            if ((int)(axes >> axis & 1U) == inside) order[count++] = (sx_axis)axis;
    return order[0] != SX_AXIS_TIME || order[1] != SX_AXIS_FREQUENCY;
}

static size_t permute(sx_out_net *net, size_t index, size_t from, const sx_axis order[3], sx_shape shape) {
    size_t layer = sx_out_add_helper(net, index, "permute", "Permute", from, shape, 4);
    sx_json *dims = sx_json_array();
    for (int i = 0; i < 3; i++)
        sx_json_append_integer(dims, (int)order[i]);
    sx_json_set(sx_out_config(net, layer), "dims", dims);
    return layer;
}

static sx_shape permuted(sx_shape shape, const sx_axis order[3]) {
    return (sx_shape){sx_axis_extent(shape, order[0]), sx_axis_extent(shape, order[1]),
                      sx_axis_extent(shape, order[2])};
}

size_t sx_out_bring_last(sx_out_net *net, size_t index, size_t from, sx_axes axes) {
    sx_axis order[3];
    sx_shape shape = net->layers[from].shape;
    size_t set = 1;
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++)
        if (axes >> axis & 1U) set *= sx_axis_extent(shape, (sx_axis)axis);
    if (order_of(axes, order)) {
        from = sx_out_as_rank(net, index, from, 4);
        from = permute(net, index, from, order, permuted(shape, order));
    }
    return reshape(net, index, from, (sx_shape){sx_shape_count(shape) / set, 1, set}, 3);
}

size_t sx_out_bring_back(sx_out_net *net, size_t index, size_t from, sx_axes axes, sx_shape out, int rank) {
    sx_axis order[3], back[3];
    if (!order_of(axes, order)) return reshape(net, index, from, out, rank);
    for (int i = 0; i < 3; i++)
        back[(int)order[i] - SX_AXIS_TIME] = (sx_axis)(SX_AXIS_TIME + i);
    from = reshape(net, index, from, permuted(out, order), 4);
    from = permute(net, index, from, back, out);
    return sx_out_as_rank(net, index, from, rank);
}

/* --- the walk --------------------------------------------------------------------------------------- */

typedef struct sayer {
    const char *type;
    sx_out_say *say;
} sayer;

static const sayer sayers[] = {{"conv2d", sx_out_conv2d},
                               {"conv1d", sx_out_conv1d},
                               {"depthwise_conv2d", sx_out_depthwise},
                               {"separable_conv2d", sx_out_separable},
                               {"dense", sx_out_dense},
                               {"normalisation", sx_out_norm},
                               {"group_normalisation", sx_out_group_norm},
                               {"standardisation", sx_out_standardise},
                               {"rescaling", sx_out_rescaling},
                               {"activation", sx_out_activation},
                               {"prelu", sx_out_prelu},
                               {"max_pool", sx_out_pool},
                               {"average_pool", sx_out_pool},
                               {"global_max_pool", sx_out_global_pool},
                               {"global_average_pool", sx_out_global_pool},
                               {"zero_padding", sx_out_edges},
                               {"cropping", sx_out_edges},
                               {"up_sampling", sx_out_up_sampling},
                               {"flatten", sx_out_flatten},
                               {"reshape", sx_out_reshape},
                               {"permute", sx_out_permute},
                               {"dropout", sx_out_dropout},
                               {"spatial_dropout", sx_out_spatial_dropout},
                               {"gaussian_noise", sx_out_noise},
                               {"add", sx_out_merge},
                               {"subtract", sx_out_merge},
                               {"multiply", sx_out_merge},
                               {"average", sx_out_merge},
                               {"maximum", sx_out_merge},
                               {"minimum", sx_out_merge},
                               {"concatenate", sx_out_concatenate}};

static sx_status say_one(sx_out_net *net, size_t index, size_t first, sx_error *err) {
    const sx_node *node = &net->model->nodes[index];
    size_t in[SX_LAYER_INPUTS];
    for (int i = 0; i < node->input_count; i++)
        in[i] = node->inputs[i] < 0 ? first : net->outputs[node->inputs[i]];
    sx_status status = SX_E_UNSUPPORTED;
    for (size_t i = 0; i < sizeof sayers / sizeof *sayers; i++) {
        if (strcmp(sayers[i].type, node->ops->type) != 0) continue;
        status = sayers[i].say(net, index, in, &net->outputs[index], err);
        if (status != SX_OK) sx_error_prefix(err, "layer \"%s\" (%s)", node->name, node->ops->type);
        return status;
    }
    return sx_fail(err, status, "layer \"%s\" (%s): Keras has no layer of this type", node->name,
                   node->ops->type);
}

static size_t put_standardisation(sx_out_net *net, const sx_standardise *standardise, size_t from) {
    double mean = standardise->mean, deviation = standardise->deviation;
    size_t layer = sx_out_add(net, "Normalization", "standardise", from, net->layers[from].shape,
                              net->layers[from].rank);
    sx_json *config = sx_out_config(net, layer);
    sx_json_set_text(config, "axis", NULL);
    sx_json_set_number(config, "mean", mean);
    sx_json_set_number(config, "variance", deviation * deviation);
    return layer;
}

/* Scores are rows. */
static void put_end(sx_out_net *net, size_t last, const char *score) {
    sx_shape shape = net->layers[last].shape;
    if (net->layers[last].rank > 2) last = sx_out_add(net, "Flatten", "flat", last, shape, 2);
    if (strcmp(score, "linear") == 0) return;
    last = sx_out_add(net, "Activation", "scores", last, shape, 2);
    sx_json_set_text(sx_out_config(net, last), "activation", score);
}

static const char *own_score(const sx_model *model) {
    static const char *const names[] = {"linear", "softmax", "sigmoid"};
    return names[sx_model_output(model)];
}

static sx_status say_all(sx_out_net *net, const sx_standardise *standardise, const char *score,
                         sx_error *err) {
    const sx_model *model = net->model;
    bool own = !score || strcmp(score, own_score(model)) == 0;
    size_t count = own ? model->node_count : model->run_count;
    size_t first =
        sx_out_add(net, "InputLayer", "features", 0, model->options.input, sx_export_input_rank(model));
    if (standardise && (standardise->mean < 0 || standardise->mean > 0 || standardise->deviation < 1 ||
                        standardise->deviation > 1))
        first = put_standardisation(net, standardise, first);
    for (size_t i = 0; i < count; i++) {
        sx_status status = say_one(net, i, first, err);
        if (status != SX_OK) return status;
    }
    if (score) put_end(net, net->outputs[count - 1], own ? "linear" : score);
    return SX_OK;
}

static bool is_complete(const sx_out_net *net) {
    for (size_t i = 0; i < net->count; i++)
        if (!net->layers[i].config) return false;
    return true;
}

sx_status sx_out_net_make(const sx_model *model, const sx_standardise *standardise, const char *score,
                          bool for_old_keras, sx_out_net *out, sx_error *err) {
    sx_out_net net = {.model = model, .for_old_keras = for_old_keras};
    net.capacity = MOST_FOR_ONE * model->node_count + 4;
    net.layers = sx_alloc(net.capacity, sizeof *net.layers);
    net.outputs = sx_alloc(model->node_count, sizeof *net.outputs);
    sx_status status =
        net.layers && net.outputs ? SX_OK : sx_fail_memory(err, net.capacity * sizeof *net.layers);
    if (status == SX_OK) status = say_all(&net, standardise, score, err);
    if (status == SX_OK && !is_complete(&net)) status = sx_fail_memory(err, sizeof(void *));
    if (status == SX_OK) status = sx_out_net_sort(&net, err);
    if (status == SX_OK)
        *out = net;
    else
        sx_out_net_clear(&net);
    return status;
}

void sx_out_net_clear(sx_out_net *net) {
    for (size_t i = 0; net->layers && i < net->count; i++)
        sx_json_free(net->layers[i].config);
    sx_free(net->layers);
    sx_free(net->outputs);
    *net = (sx_out_net){0};
}
