/* keras_out_activation.c: activations as layers of Keras: by name, as the layer that takes the options, or
 * made up of others where Keras has the function with one number only: f(x) = s g(x / s). */
#include "exchange/keras_out.h"

#include "base/error.h"
#include "exchange/native_options.h"
#include "layers/axes.h"

#include <math.h>
#include <string.h>

typedef struct function {
    sx_out_net *net;
    size_t index;
    const sx_node *node;
    const sx_json *spec;
    const char *name;
    size_t from;
    int rank;
} function;

static double option(const function *f, const char *key, double missing) {
    return sx_native_number(f->spec, key, missing);
}

static bool says(const function *f, const char *key) { return sx_json_get(f->spec, key) != NULL; }

static bool equal(double a, double b) { return !(a < b) && !(a > b); }

static size_t helper(const function *f, const char *suffix, const char *class_name, size_t from) {
    return sx_out_add_helper(f->net, f->index, suffix, class_name, from, f->net->layers[from].shape,
                             f->net->layers[from].rank);
}

static size_t rescaled(const function *f, size_t from, double scale, double offset) {
    size_t layer = helper(f, "rescaling", "Rescaling", from);
    sx_json_set_number(sx_out_config(f->net, layer), "scale", scale);
    if (f->net->for_old_keras || !equal(offset, 0))
        sx_json_set_number(sx_out_config(f->net, layer), "offset", offset);
    return layer;
}

/* Called as the native layer; the shape stays, whatever rank it is on. */
static size_t named(const function *f, const char *name, size_t from) {
    size_t layer = sx_out_add_main(f->net, f->index, "Activation", from, f->net->layers[from].rank);
    f->net->layers[layer].shape = f->net->layers[from].shape;
    sx_json_set_text(sx_out_config(f->net, layer), "activation", name);
    return layer;
}

static size_t scaled(const function *f, const char *name, double scale) {
    return rescaled(f, named(f, name, rescaled(f, f->from, 1 / scale, 0)), scale, 0);
}

/* --- with numbers ----------------------------------------------------------------------------------- */

static size_t relu(const function *f, double slope) {
    size_t layer = sx_out_add_main(f->net, f->index, "ReLU", f->from, f->rank);
    sx_json *config = sx_out_config(f->net, layer);
    if (says(f, "max_value")) sx_json_set_number(config, "max_value", option(f, "max_value", 0));
    if (slope > 0) sx_json_set_number(config, "negative_slope", slope);
    if (!equal(option(f, "threshold", 0), 0))
        sx_json_set_number(config, "threshold", option(f, "threshold", 0));
    return layer;
}

static size_t with_number(const function *f, const char *class_name, const char *key, double number) {
    size_t layer = sx_out_add_main(f->net, f->index, class_name, f->from, f->rank);
    sx_json_set_number(sx_out_config(f->net, layer), key, number);
    return layer;
}

static size_t join(const function *f, const char *class_name, const char *suffix, size_t a, size_t b,
                   size_t c, int count) {
    const size_t inputs[3] = {a, b, c};
    size_t layer = helper(f, suffix, class_name, a);
    f->net->layers[layer].input_count = count;
    memcpy(f->net->layers[layer].inputs, inputs, sizeof inputs);
    return layer;
}

/* gelu by tanh: x sigmoid(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3). */
static size_t approximate_gelu(const function *f) {
    size_t cube = join(f, "Multiply", "cube", f->from, f->from, f->from, 3);
    size_t sum = join(f, "Add", "sum", f->from, rescaled(f, cube, 0.044715, 0), 0, 2);
    size_t gate = named(f, "sigmoid", rescaled(f, sum, 1.5957691216057308, 0));
    return join(f, "Multiply", "gated", f->from, gate, 0, 2);
}

/* relu6(x + 3) / 6, which Keras 2 does not call hard_sigmoid. */
static size_t spelt_hard_sigmoid(const function *f) {
    size_t moved = rescaled(f, f->from, 1, 3);
    size_t cut = helper(f, "cut", "ReLU", moved);
    sx_json_set_number(sx_out_config(f->net, cut), "max_value", 6);
    return rescaled(f, cut, 1.0 / 6, 0);
}

static sx_status threshold(const function *f, size_t *out, sx_error *err) {
    double at = option(f, "threshold", 0), otherwise = option(f, "default_value", 0);
    if (!equal(otherwise, 0) || at < 0)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "Keras has no layer for the activation threshold with threshold %g and default_value "
                       "%g; with default_value 0 and no threshold below 0 it is a ReLU",
                       at, otherwise);
    *out = relu(f, 0);
    return SX_OK;
}

/* --- along axes ------------------------------------------------------------------------------------- */

static size_t softmax_layer(const function *f, sx_axes axes) {
    size_t layer = sx_out_add_main(f->net, f->index, "Softmax", f->from, f->rank);
    sx_json *list = sx_out_axis_list(f->rank, axes);
    if (sx_json_count(list) == 1) {
        sx_json_set_integer(sx_out_config(f->net, layer), "axis", sx_json_integer(sx_json_at(list, 0)));
        sx_json_free(list);
    } else {
        sx_json_set(sx_out_config(f->net, layer), "axis", list);
    }
    return layer;
}

/* Keras's functions of a line take the last axis. */
static sx_status along_axes(const function *f, size_t *out, sx_error *err) {
    sx_axes axes = 1U << SX_AXIS_CHANNELS;
    sx_status status = sx_read_axes(f->spec, "axis", "", false, &axes, err);
    if (status != SX_OK) return status;
    if (axes == 1U << SX_AXIS_CHANNELS) {
        *out = named(f, f->name, f->from);
        f->net->layers[*out].shape = f->node->plan.output;
    } else if (strcmp(f->name, "softmax") == 0 && sx_out_can_list(f->net, axes) &&
               (axes & ~sx_out_axes(f->rank)) == 0) {
        *out = softmax_layer(f, axes);
    } else {
        size_t last = named(f, f->name, sx_out_bring_last(f->net, f->index, f->from, axes));
        if (strcmp(f->name, "glu") == 0) f->net->layers[last].shape.channels /= 2;
        *out = sx_out_bring_back(f->net, f->index, last, axes, f->node->plan.output, f->rank);
    }
    return SX_OK;
}

/* --- all -------------------------------------------------------------------------------------------- */

static bool is(const function *f, const char *name) { return strcmp(f->name, name) == 0; }

static bool is_along_axes(const function *f) {
    return is(f, "softmax") || is(f, "log_softmax") || is(f, "sparsemax") || is(f, "glu");
}

/* True where a name says it all, so that the layer before can have it as its activation. */
static bool is_plain(const function *f) {
    static const char *const with[] = {"threshold", "default_value", "max_value", "negative_slope", "alpha",
                                       "b",         "axis",          NULL};
    if (sx_native_flag(f->spec, "approximate", false)) return false;
    for (size_t i = 0; with[i]; i++)
        if (says(f, with[i])) return false;
    return !(f->net->for_old_keras && (is(f, "hard_sigmoid") || is(f, "leaky_relu")));
}

static sx_status say(const function *f, size_t *out, sx_error *err) {
    double shrink = option(f, "threshold", 0.5), slope = option(f, "negative_slope", option(f, "alpha", 0.2));
    if (is_along_axes(f)) return along_axes(f, out, err);
    if (is(f, "threshold")) return threshold(f, out, err);
    if (is_plain(f))
        *out = named(f, f->name, f->from);
    else if (is(f, "relu"))
        *out = relu(f, option(f, "negative_slope", 0));
    else if (is(f, "leaky_relu"))
        *out = f->net->for_old_keras ? relu(f, slope) : with_number(f, "LeakyReLU", "negative_slope", slope);
    else if (is(f, "elu"))
        *out = with_number(f, "ELU", "alpha", option(f, "alpha", 1));
    else if (is(f, "celu"))
        *out = scaled(f, "elu", option(f, "alpha", 1));
    else if (is(f, "gelu"))
        *out = approximate_gelu(f);
    else if (is(f, "hard_sigmoid"))
        *out = spelt_hard_sigmoid(f);
    else if (is(f, "squareplus"))
        *out = option(f, "b", 4) > 0 ? scaled(f, "squareplus", sqrt(option(f, "b", 4)) / 2)
                                     : named(f, "relu", f->from);
    else if (shrink > 0) /* hard_shrink, soft_shrink */
        *out = scaled(f, f->name, 2 * shrink);
    else
        return sx_fail(err, SX_E_UNSUPPORTED, "Keras has no %s with a threshold of %g", f->name, shrink);
    return SX_OK;
}

/* "conv1/relu" behind "conv1" was Conv2D(activation="relu") once, and is again. */
static bool go_into_lead(const function *f, size_t *out) {
    static const char *const leads[] = {"conv2d",           "conv1d", "depthwise_conv2d",
                                        "separable_conv2d", "dense",  NULL};
    if (f->node->inputs[0] < 0 || !is_plain(f)) return false;
    const sx_node *lead = &f->net->model->nodes[f->node->inputs[0]];
    size_t length = strlen(lead->name);
    bool named_so = strncmp(f->node->name, lead->name, length) == 0 && f->node->name[length] == '/';
    if (!named_so || lead->consumers != 1 || is(f, "glu")) return false;
    for (size_t i = 0; leads[i]; i++) {
        if (strcmp(lead->ops->type, leads[i]) != 0) continue;
        sx_json_set_text(sx_out_config(f->net, f->from), "activation", f->name);
        *out = f->from;
        return true;
    }
    return false;
}

sx_status sx_out_activation(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    const sx_json *spec = sx_spec_layer(net->model->filled, index);
    const function f = {.net = net,
                        .index = index,
                        .node = &net->model->nodes[index],
                        .spec = spec,
                        .name = sx_json_text(sx_json_get(spec, "activation")),
                        .from = in[0],
                        .rank = net->layers[in[0]].rank};
    return go_into_lead(&f, out) ? SX_OK : say(&f, out, err);
}

/* alpha's dims are the tensor's, 1 where an axis is shared. */
sx_status sx_out_prelu(sx_out_net *net, size_t index, const size_t *in, size_t *out, sx_error *err) {
    const sx_node *node = &net->model->nodes[index];
    int rank = net->layers[in[0]].rank;
    sx_axes shared = 0;
    (void)err;
    *out = sx_out_add_main(net, index, "PReLU", in[0], rank);
    sx_out_take_weights(net, *out, node);
    sx_out_weight *alpha = &net->layers[*out].weights[0];
    alpha->rank = 0;
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
        size_t places = node->plan.weights[0].dims[axis - SX_AXIS_TIME];
        if (sx_out_axis(rank, (sx_axis)axis) < 0) continue;
        if (places < sx_axis_extent(node->input_shapes[0], (sx_axis)axis)) shared |= 1U << axis;
        alpha->dims[alpha->rank++] = places;
    }
    if (shared) sx_json_set(sx_out_config(net, *out), "shared_axes", sx_out_axis_list(rank, shared));
    return SX_OK;
}
