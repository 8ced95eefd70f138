/* keras_activation.c: Keras's activations, as names, as objects within other layers, and as layers. Values
 * are those of Keras 3; where Keras 2 computed something else under the same name it is refused. */
#include "exchange/keras_options.h"

#include "base/error.h"

#include <string.h>

/* Names that the native activation layer has as Keras 3 has them. */
static const char *const names[] = {"linear",      "relu",           "relu6",       "leaky_relu",
                                    "elu",         "celu",           "selu",        "gelu",
                                    "silu",        "swish",          "mish",        "sigmoid",
                                    "log_sigmoid", "tanh",           "exponential", "softplus",
                                    "softsign",    "hard_sigmoid",   "hard_silu",   "hard_swish",
                                    "hard_tanh",   "tanh_shrink",    "hard_shrink", "soft_shrink",
                                    "sparse_plus", "sparse_sigmoid", "squareplus",  "softmax",
                                    "log_softmax", "sparsemax",      "glu",         NULL};

static bool is_known(const char *name) {
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static sx_status named(const sx_keras_job *job, const sx_keras_layer *layer, const char *name,
                       sx_json *native, sx_error *err) {
    if (strcmp(name, "linear") == 0) return SX_OK;
    if (!is_known(name))
        return sx_fail(
            err, SX_E_UNSUPPORTED,
            "%s: the activation \"%.80s\" is not one of Keras's own; use one of those, or train the "
            "net with another",
            layer->where, name);
    if (job->source->old && strcmp(name, "hard_sigmoid") == 0)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: hard_sigmoid of Keras 2 is not that of Keras 3; load and save the model with "
                       "Keras 3, or use sigmoid",
                       layer->where);
    sx_json_set_text(native, "activation", name);
    return SX_OK;
}

/* ReLU and the others as the value of an `activation` option: {"class_name": "LeakyReLU", "config": {...}}.
 */
static sx_status layer_as_value(const sx_keras_job *job, const sx_keras_layer *layer, const sx_json *value,
                                sx_json *native, sx_error *err) {
    sx_keras_layer inner = *layer;
    sx_keras_job scratch = *job;
    inner.class_name = sx_json_text(sx_json_get(value, "class_name"));
    inner.config = sx_json_get(value, "config");
    return sx_keras_activation_layer(&scratch, &inner, native, err);
}

static bool is_activation_class(const char *class_name) {
    static const char *const classes[] = {"ReLU", "LeakyReLU", "ELU", "Softmax", "ThresholdedReLU", NULL};
    for (size_t i = 0; classes[i]; i++)
        if (strcmp(classes[i], class_name) == 0) return true;
    return false;
}

sx_status sx_keras_activation(const sx_keras_job *job, const sx_keras_layer *layer, const sx_json *value,
                              sx_json *native, sx_error *err) {
    const char *class_name = sx_json_text(sx_json_get(value, "class_name"));
    if (!value || sx_json_is_null(value)) return SX_OK;
    if (sx_json_is_text(value)) return named(job, layer, sx_json_text(value), native, err);
    if (class_name && is_activation_class(class_name)) return layer_as_value(job, layer, value, native, err);
    const char *function = sx_json_text(sx_json_get(value, "config"));
    if (function && class_name && strcmp(class_name, "function") == 0) {
        const char *point = strrchr(function, '.');
        return named(job, layer, point ? point + 1 : function, native, err);
    }
    return sx_fail(err, SX_E_UNSUPPORTED,
                   "%s: its activation is an object \"%.60s\" of your own, which is a program; use one of "
                   "Keras's activations",
                   layer->where, class_name ? class_name : "?");
}

/* --- layers ----------------------------------------------------------------------------------------- */

static sx_status relu(const sx_keras_layer *layer, sx_json *native) {
    sx_json_set_text(native, "activation", "relu");
    if (sx_keras_has(layer, "max_value"))
        sx_json_set_number(native, "max_value", sx_keras_number(layer, "max_value", 0));
    sx_json_set_number(native, "negative_slope", sx_keras_number(layer, "negative_slope", 0));
    sx_json_set_number(native, "threshold", sx_keras_number(layer, "threshold", 0));
    return SX_OK;
}

static sx_status plain_relu(const sx_keras_layer *layer, sx_json *native) {
    bool plain = !sx_keras_has(layer, "max_value") && !(sx_keras_number(layer, "negative_slope", 0) > 0) &&
                 !(sx_keras_number(layer, "negative_slope", 0) < 0) &&
                 !(sx_keras_number(layer, "threshold", 0) > 0) &&
                 !(sx_keras_number(layer, "threshold", 0) < 0);
    if (!plain) return relu(layer, native);
    sx_json_set_text(native, "activation", "relu");
    return SX_OK;
}

static sx_status softmax(const sx_keras_layer *layer, sx_json *native, sx_error *err) {
    int64_t axes[KERAS_AXES];
    int count = 0;
    sx_status status = sx_keras_read_axes(layer, "axis", layer->rank, -1, axes, &count, err);
    if (status != SX_OK) return status;
    sx_json_set_text(native, "activation", "softmax");
    if (count == 1 && axes[0] == layer->rank - 1) return SX_OK;
    sx_json *list = sx_json_array();
    for (int i = 0; i < count; i++)
        sx_json_append_text(list, sx_keras_axis_name(layer->rank, axes[i]));
    sx_json_set(native, "axis", list);
    return SX_OK;
}

static sx_status prelu(sx_keras_layer *layer, sx_json *native, sx_error *err) {
    int64_t axes[KERAS_AXES];
    int count = 0;
    layer->has_weights = true;
    if (!sx_keras_has(layer, "shared_axes")) return SX_OK;
    sx_status status = sx_keras_read_axes(layer, "shared_axes", layer->rank, -1, axes, &count, err);
    if (status != SX_OK) return status;
    sx_json *list = sx_json_array();
    for (int i = 0; i < count; i++)
        sx_json_append_text(list, sx_keras_axis_name(layer->rank, axes[i]));
    sx_json_set(native, "shared_axes", list);
    return SX_OK;
}

sx_status sx_keras_activation_layer(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                    sx_error *err) {
    const char *name = layer->class_name;
    (void)job;
    if (strcmp(name, "ReLU") == 0) return plain_relu(layer, native);
    if (strcmp(name, "Softmax") == 0) return softmax(layer, native, err);
    if (strcmp(name, "PReLU") == 0) return prelu(layer, native, err);
    if (strcmp(name, "ThresholdedReLU") == 0) {
        sx_json_set_text(native, "activation", "relu");
        sx_json_set_number(native, "threshold", sx_keras_number(layer, "theta", 1));
    } else if (strcmp(name, "LeakyReLU") == 0) {
        double old = sx_keras_number(layer, "alpha", 0.3);
        sx_json_set_text(native, "activation", "leaky_relu");
        sx_json_set_number(native, "negative_slope", sx_keras_number(layer, "negative_slope", old));
    } else {
        sx_json_set_text(native, "activation", "elu");
        sx_json_set_number(native, "alpha", sx_keras_number(layer, "alpha", 1));
    }
    return SX_OK;
}
