/* python_layers.c: our layers by their Keras names. Most options are Keras's own and are copied. */
#include "exchange/python.h"

#include "base/error.h"

#include <string.h>

/* An option and what Keras calls it. */
typedef struct renamed {
    const char *key, *name;
} renamed;

typedef struct layer_words {
    const char *type, *class_name;
    bool wants_map, gives_row;
    const renamed *options; /* key NULL at the end */
} layer_words;

static const renamed none[] = {{NULL, NULL}};
static const renamed conv[] = {
    {"filters", "filters"}, {"kernel_size", "kernel_size"}, {"strides", "strides"},   {"padding", "padding"},
    {"groups", "groups"},   {"dilation", "dilation_rate"},  {"use_bias", "use_bias"}, {NULL, NULL}};
static const renamed depthwise[] = {{"kernel_size", "kernel_size"},
                                    {"depth_multiplier", "depth_multiplier"},
                                    {"strides", "strides"},
                                    {"padding", "padding"},
                                    {"dilation", "dilation_rate"},
                                    {"use_bias", "use_bias"},
                                    {NULL, NULL}};
static const renamed dense[] = {{"units", "units"}, {"use_bias", "use_bias"}, {NULL, NULL}};
static const renamed pool[] = {
    {"pool_size", "pool_size"}, {"strides", "strides"}, {"padding", "padding"}, {NULL, NULL}};
static const renamed dropout[] = {{"rate", "rate"}, {NULL, NULL}};

static const layer_words words[] = {
    {"conv2d", "Conv2D", true, false, conv},
    {"depthwise_conv2d", "DepthwiseConv2D", true, false, depthwise},
    {"dense", "Dense", false, false, dense},
    {"normalisation", "BatchNormalization", false, false, none},
    {"activation", "Activation", false, false, none},
    {"max_pool", "MaxPooling2D", true, false, pool},
    {"average_pool", "AveragePooling2D", true, false, pool},
    {"global_max_pool", "GlobalMaxPooling2D", true, true, none},
    {"global_average_pool", "GlobalAveragePooling2D", true, true, none},
    {"flatten", "Flatten", false, true, none},
    {"dropout", "Dropout", false, false, dropout},
    {"add", "Add", true, false, none},
};

/* A name is enough, but for the two that have an option. */
static sx_status describe_activation(const sx_json *spec, sx_python_call *call, sx_error *err) {
    const char *name = sx_json_text(sx_json_get(spec, "activation"));
    sx_status status = sx_export_check_activation(spec, err);
    if (status != SX_OK) return status;
    if (!sx_json_get(spec, "alpha")) {
        sx_python_quote(&call->arguments, name);
        return SX_OK;
    }
    bool leaky = strcmp(name, "leaky_relu") == 0;
    call->class_name = leaky ? "LeakyReLU" : "ELU";
    sx_python_copy(&call->arguments, leaky ? "negative_slope" : "alpha", spec, "alpha");
    return SX_OK;
}

sx_status sx_python_describe(const sx_node *node, const sx_json *spec, sx_python_call *call, sx_error *err) {
    const layer_words *found = NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].type, node->ops->type) == 0) found = &words[i];
    if (!found) return sx_fail(err, SX_E_UNSUPPORTED, "Keras code is not written with layers of this type");
    *call = (sx_python_call){
        .class_name = found->class_name, .wants_map = found->wants_map, .gives_row = found->gives_row};
    for (const renamed *option = found->options; option->key; option++)
        sx_python_copy(&call->arguments, option->name, spec, option->key);
    if (strcmp(found->type, "activation") == 0) return describe_activation(spec, call, err);
    if (strcmp(found->type, "normalisation") == 0) sx_python_describe_norm(node, spec, call);
    return SX_OK;
}
