/* python_layers.c: our layers by their Keras names. Most options are Keras's own and are copied. */
#include "exchange/python.h"

#include "base/error.h"

#include <string.h>

/* An option and what Keras calls it. */
typedef struct renamed {
    const char *key, *name;
} renamed;

enum { MOST_OPTIONS = 8 };

typedef sx_status finish(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                         sx_error *err);

typedef struct layer_words {
    const char *type, *class_name;
    bool wants_map, gives_row;
    renamed options[MOST_OPTIONS];
    finish *finish; /* what is not copied; NULL = nothing */
} layer_words;

/* --- what is not copied ----------------------------------------------------------------------------- */

/* An axis by its name or number, as Keras numbers a map's. */
static int axis_number(const sx_json *value) {
    sx_axis axis = SX_AXIS_CHANNELS;
    if (sx_json_is_integer(value)) return (int)sx_json_integer(value);
    if (sx_json_is_text(value) && sx_axis_parse(sx_json_text(value), &axis, NULL) == SX_OK)
        return sx_axis_keras(axis);
    return -1;
}

static void put_axes(sx_text *arguments, const char *name, const sx_json *value) {
    if (!value) return;
    sx_python_argument(arguments, name);
    if (!sx_json_is_array(value)) {
        sx_text_format(arguments, "%d", axis_number(value));
        return;
    }
    sx_text_add(arguments, "(");
    for (size_t i = 0; i < sx_json_count(value); i++)
        sx_text_format(arguments, "%d, ", axis_number(sx_json_at(value, i)));
    sx_text_add(arguments, ")");
}

static void put_shape(sx_text *arguments, const char *name, sx_shape shape) {
    sx_python_argument(arguments, name);
    sx_text_format(arguments, "(%zu, %zu, %zu)", shape.time, shape.frequency, shape.channels);
}

/* {"name": "constant", "value": 0.1} -> keras.initializers.Constant(value=0.1) */
static void put_initializer(sx_text *arguments, const char *name, const sx_json *value) {
    static const renamed classes[] = {{"constant", "Constant"},
                                      {"random_normal", "RandomNormal"},
                                      {"random_uniform", "RandomUniform"},
                                      {"truncated_normal", "TruncatedNormal"}};
    const char *kind = sx_json_text(sx_json_get(value, "name"));
    if (!value) return;
    sx_python_argument(arguments, name);
    if (sx_json_is_text(value)) {
        sx_python_value(arguments, value);
        return;
    }
    const char *class_name = kind;
    for (size_t i = 0; kind && i < sizeof classes / sizeof *classes; i++)
        if (strcmp(kind, classes[i].key) == 0) class_name = classes[i].name;
    sx_text numbers = {0};
    sx_python_copy(&numbers, "value", value, "value");
    sx_python_copy(&numbers, "mean", value, "mean");
    sx_python_copy(&numbers, "stddev", value, "stddev");
    sx_python_copy(&numbers, "minval", value, "low");
    sx_python_copy(&numbers, "maxval", value, "high");
    sx_text_format(arguments, "keras.initializers.%s(%s)", class_name ? class_name : "Zeros",
                   numbers.length ? numbers.chars : "");
    sx_text_clear(&numbers);
}

static sx_status finish_weights(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                                sx_error *err) {
    const sx_json *initializer = sx_json_get(spec, "initializer");
    (void)in_row;
    (void)err;
    if (strcmp(node->ops->type, "separable_conv2d") == 0) {
        put_initializer(&call->arguments, "depthwise_initializer", initializer);
        put_initializer(&call->arguments, "pointwise_initializer", initializer);
    } else if (strcmp(node->ops->type, "depthwise_conv2d") == 0) {
        put_initializer(&call->arguments, "depthwise_initializer", initializer);
    } else {
        put_initializer(&call->arguments, "kernel_initializer", initializer);
    }
    put_initializer(&call->arguments, "bias_initializer", sx_json_get(spec, "bias_initializer"));
    return SX_OK;
}

static sx_status finish_reshape(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                                sx_error *err) {
    (void)spec;
    (void)in_row;
    (void)err;
    put_shape(&call->arguments, "target_shape", node->plan.output);
    call->gives_map = true;
    return SX_OK;
}

static sx_status finish_permute(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                                sx_error *err) {
    const sx_json *dims = sx_json_get(spec, "dims");
    (void)node;
    (void)in_row;
    (void)err;
    sx_python_argument(&call->arguments, "dims");
    if (sx_json_count(dims) == 2) { /* [2, 1] of a (time, channels) tensor */
        sx_text_add(&call->arguments, "(3, 2, 1)");
        return SX_OK;
    }
    for (size_t i = 0; i < sx_json_count(dims); i++) {
        int axis = axis_number(sx_json_at(dims, i));
        sx_text_format(&call->arguments, "%s%d", i ? ", " : "(", axis < 0 ? axis + 4 : axis);
    }
    sx_text_add(&call->arguments, ")");
    return SX_OK;
}

static sx_status finish_axis(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                             sx_error *err) {
    (void)node;
    (void)in_row;
    (void)err;
    put_axes(&call->arguments, "axis", sx_json_get(spec, "axis"));
    return SX_OK;
}

static sx_status finish_prelu(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                              sx_error *err) {
    (void)node;
    (void)in_row;
    (void)err;
    const sx_json *axes = sx_json_get(spec, "shared_axes");
    if (axes && sx_json_count(axes) > 0) put_axes(&call->arguments, "shared_axes", axes);
    return SX_OK;
}

static void put_numbers(sx_text *arguments, const char *name, const float *values, size_t count) {
    sx_python_argument(arguments, name);
    for (size_t i = 0; i < count; i++) {
        sx_text_add(arguments, i ? ", " : count > 1 ? "[" : "");
        sx_text_add_number(arguments, (double)values[i]);
    }
    if (count > 1) sx_text_add(arguments, "]");
}

/* Its numbers are no variables in Keras. */
static sx_status finish_standardisation(const sx_node *node, const sx_json *spec, bool in_row,
                                        sx_python_call *call, sx_error *err) {
    const sx_json *keep = sx_json_get(spec, "keep");
    (void)in_row;
    (void)err;
    if (keep && sx_json_count(keep) == 0) {
        sx_python_argument(&call->arguments, "axis");
        sx_text_add(&call->arguments, "None");
    } else {
        put_axes(&call->arguments, "axis", keep);
    }
    put_numbers(&call->arguments, "mean", node->weights[0], node->plan.weights[0].count);
    put_numbers(&call->arguments, "variance", node->weights[1], node->plan.weights[1].count);
    sx_python_copy(&call->arguments, "invert", spec, "invert");
    return SX_OK;
}

/* Along time: what Keras wants has no frequency. */
static sx_status finish_conv1d(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                               sx_error *err) {
    if (node->input_shapes[0].frequency > 1)
        return sx_fail(err, SX_E_UNSUPPORTED, "Keras's Conv1D takes no frequency axis");
    return finish_weights(node, spec, in_row, call, err);
}

static sx_status finish_dense(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                              sx_error *err) {
    return finish_weights(node, spec, in_row, call, err);
}

static sx_status finish_norm(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                             sx_error *err) {
    (void)in_row;
    return sx_python_describe_norm(node, spec, call, err);
}

/* --- activations ------------------------------------------------------------------------------------ */

/* Without options a name is enough; with them it is a layer or a function of Keras. */
static sx_status finish_activation(const sx_node *node, const sx_json *spec, bool in_row,
                                   sx_python_call *call, sx_error *err) {
    static const char *const options[] = {"negative_slope", "max_value",     "threshold", "alpha",
                                          "approximate",    "default_value", "b",         NULL};
    const char *name = sx_json_text(sx_json_get(spec, "activation"));
    const sx_json *axis = sx_json_get(spec, "axis");
    (void)node;
    (void)in_row;
    (void)err;
    bool leaky = strcmp(name, "leaky_relu") == 0;
    for (int i = 0; options[i]; i++) {
        bool slope = leaky && strcmp(options[i], "alpha") == 0;
        sx_python_copy(&call->arguments, slope ? "negative_slope" : options[i], spec, options[i]);
    }
    put_axes(&call->arguments, "axis", axis);
    if (axis) call->wants_map = true;
    if (call->arguments.length == 0) {
        call->class_name = "Activation";
        sx_python_quote(&call->arguments, name);
        return SX_OK;
    }
    call->class_name = strcmp(name, "relu") == 0      ? "ReLU"
                       : leaky                        ? "LeakyReLU"
                       : strcmp(name, "elu") == 0     ? "ELU"
                       : strcmp(name, "softmax") == 0 ? "Softmax"
                                                      : NULL;
    call->function = name;
    return SX_OK;
}

/* --- table ------------------------------------------------------------------------------------------ */

#define WINDOW                                                                                               \
    {"strides", "strides"}, {"padding", "padding"}, { "dilation", "dilation_rate" }
#define POOL                                                                                                 \
    {"pool_size", "pool_size"}, {"strides", "strides"}, { "padding", "padding" }

static const layer_words words[] = {
    {"conv2d",
     "Conv2D",
     true,
     false,
     {{"filters", "filters"},
      {"kernel_size", "kernel_size"},
      WINDOW,
      {"groups", "groups"},
      {"use_bias", "use_bias"}},
     finish_weights},
    {"conv1d",
     "Conv1D",
     true,
     false,
     {{"filters", "filters"},
      {"kernel_size", "kernel_size"},
      WINDOW,
      {"groups", "groups"},
      {"use_bias", "use_bias"}},
     finish_conv1d},
    {"depthwise_conv2d",
     "DepthwiseConv2D",
     true,
     false,
     {{"kernel_size", "kernel_size"},
      {"depth_multiplier", "depth_multiplier"},
      WINDOW,
      {"use_bias", "use_bias"}},
     finish_weights},
    {"separable_conv2d",
     "SeparableConv2D",
     true,
     false,
     {{"filters", "filters"},
      {"kernel_size", "kernel_size"},
      {"depth_multiplier", "depth_multiplier"},
      WINDOW,
      {"use_bias", "use_bias"}},
     finish_weights},
    {"dense", "Dense", false, false, {{"units", "units"}, {"use_bias", "use_bias"}}, finish_dense},
    {"normalisation", "BatchNormalization", false, false, {{NULL, NULL}}, finish_norm},
    {"group_normalisation",
     "GroupNormalization",
     true,
     false,
     {{"groups", "groups"}, {"epsilon", "epsilon"}, {"center", "center"}, {"scale", "scale"}},
     finish_axis},
    {"standardisation", "Normalization", true, false, {{NULL, NULL}}, finish_standardisation},
    {"prelu", "PReLU", true, false, {{NULL, NULL}}, finish_prelu},
    {"activation", "Activation", false, false, {{NULL, NULL}}, finish_activation},
    {"max_pool", "MaxPooling2D", true, false, {POOL}, NULL},
    {"average_pool", "AveragePooling2D", true, false, {POOL}, NULL},
    {"global_max_pool", "GlobalMaxPooling2D", true, true, {{NULL, NULL}}, NULL},
    {"global_average_pool", "GlobalAveragePooling2D", true, true, {{NULL, NULL}}, NULL},
    {"zero_padding", "ZeroPadding2D", true, false, {{"padding", "padding"}}, NULL},
    {"cropping", "Cropping2D", true, false, {{"cropping", "cropping"}}, NULL},
    {"up_sampling",
     "UpSampling2D",
     true,
     false,
     {{"size", "size"}, {"interpolation", "interpolation"}},
     NULL},
    {"flatten", "Flatten", false, true, {{NULL, NULL}}, NULL},
    {"reshape", "Reshape", false, false, {{NULL, NULL}}, finish_reshape},
    {"permute", "Permute", true, false, {{NULL, NULL}}, finish_permute},
    {"rescaling", "Rescaling", false, false, {{"scale", "scale"}, {"offset", "offset"}}, NULL},
    {"dropout", "Dropout", false, false, {{"rate", "rate"}}, NULL},
    {"spatial_dropout", "SpatialDropout2D", true, false, {{"rate", "rate"}}, NULL},
    {"gaussian_noise", "GaussianNoise", false, false, {{"stddev", "stddev"}}, NULL},
    {"add", "Add", true, false, {{NULL, NULL}}, NULL},
    {"subtract", "Subtract", true, false, {{NULL, NULL}}, NULL},
    {"multiply", "Multiply", true, false, {{NULL, NULL}}, NULL},
    {"average", "Average", true, false, {{NULL, NULL}}, NULL},
    {"maximum", "Maximum", true, false, {{NULL, NULL}}, NULL},
    {"minimum", "Minimum", true, false, {{NULL, NULL}}, NULL},
    {"concatenate", "Concatenate", true, false, {{NULL, NULL}}, finish_axis},
};

sx_status sx_python_describe(const sx_node *node, const sx_json *spec, bool in_row, sx_python_call *call,
                             sx_error *err) {
    const layer_words *found = NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].type, node->ops->type) == 0) found = &words[i];
    if (!found) return sx_fail(err, SX_E_UNSUPPORTED, "Keras code is not written with layers of this type");
    *call = (sx_python_call){
        .class_name = found->class_name, .wants_map = found->wants_map, .gives_row = found->gives_row};
    for (int i = 0; i < MOST_OPTIONS && found->options[i].key; i++)
        sx_python_copy(&call->arguments, found->options[i].name, spec, found->options[i].key);
    return found->finish ? found->finish(node, spec, in_row, call, err) : SX_OK;
}
