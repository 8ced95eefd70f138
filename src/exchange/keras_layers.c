/* keras_layers.c: the table of Keras's classes, and how the options of each become those of a native layer.
 * Convolutions and pools are in keras_windows.c, normalisations in keras_norm.c, activations in
 * keras_activation.c. */
#include "exchange/keras_options.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

typedef sx_status (*translation)(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err);

/* --- shapes ------------------------------------------------------------------------------------------ */

static sx_status flatten(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    (void)native;
    layer->rank = 2;
    return sx_keras_check_format(layer, err);
}

static sx_status reshape(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    const sx_json *shape = sx_json_get(layer->config, "target_shape");
    size_t count = sx_json_count(shape);
    sx_json *list = sx_json_array();
    (void)job;
    for (size_t i = 0; i < count; i++)
        sx_json_append_integer(list, sx_json_integer(sx_json_at(shape, i)));
    sx_json_set(native, "target_shape", list);
    if (!sx_json_is_array(shape) || count < 1 || count > KERAS_AXES)
        return sx_keras_refuse(layer, "target_shape", "1 to 3 axes beside the batch are there", err);
    layer->rank = (int)count + 1;
    return SX_OK;
}

static sx_status permute(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    const sx_json *dims = sx_json_get(layer->config, "dims");
    const char *from[KERAS_AXES] = {"time", "frequency", "channels"};
    size_t count = sx_json_count(dims);
    sx_json *list = sx_json_array();
    (void)job;
    for (size_t i = 0; i < count && i < KERAS_AXES; i++) {
        const char *name = sx_keras_axis_name(layer->rank, sx_json_integer(sx_json_at(dims, i)));
        from[i + 1 == count ? KERAS_AXES - 1 : i] = name ? name : "?";
    }
    for (size_t i = 0; i < KERAS_AXES; i++)
        sx_json_append_text(list, from[i]);
    sx_json_set(native, "dims", list);
    if (count + 1 == (size_t)layer->rank) return SX_OK;
    return sx_keras_refuse(layer, "dims", "every axis but the batch is expected", err);
}

/* ((a, b), (c, d)), (a, c), or one number; along time alone the frequencies get nothing. */
static sx_status border(const sx_keras_layer *layer, const char *option, sx_json *native, const char *key,
                        sx_error *err) {
    const sx_json *value = sx_json_get(layer->config, option);
    int axes = sx_keras_along_time(layer) ? 1 : 2;
    int64_t sides[4] = {0};
    bool good = true;
    for (int i = 0; i < 2 * axes; i++) {
        const sx_json *at = value;
        if (sx_json_is_array(at) && axes == 2) at = sx_json_at(at, (size_t)i / 2);
        if (sx_json_is_array(at)) at = sx_json_at(at, (size_t)i % 2);
        good = good && sx_json_is_integer(at);
        sides[i] = sx_json_integer(at);
    }
    sx_json *all = sx_json_array();
    for (int i = 0; i < 4; i += 2) {
        sx_json *pair = sx_json_array();
        sx_json_append_integer(pair, sides[i]);
        sx_json_append_integer(pair, sides[i + 1]);
        sx_json_append(all, pair);
    }
    sx_json_set(native, key, all);
    return good ? SX_OK : sx_keras_refuse(layer, option, "integers are expected", err);
}

static sx_status zero_padding(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    sx_status status = sx_keras_check_format(layer, err);
    return status == SX_OK ? border(layer, "padding", native, "padding", err) : status;
}

static sx_status cropping(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    sx_status status = sx_keras_check_format(layer, err);
    return status == SX_OK ? border(layer, "cropping", native, "cropping", err) : status;
}

static sx_status up_sampling(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    const char *how = sx_keras_text(layer, "interpolation", "nearest");
    (void)job;
    if (strcmp(how, "nearest") != 0 && strcmp(how, "bilinear") != 0)
        return sx_keras_refuse(layer, "interpolation", "nearest and bilinear are there", err);
    sx_json_set_text(native, "interpolation", how);
    sx_status status = sx_keras_check_format(layer, err);
    return status == SX_OK
               ? sx_keras_set_pair(layer, "size", sx_keras_along_time(layer) ? 1 : 2, 1, native, "size", err)
               : status;
}

/* --- the rest --------------------------------------------------------------------------------------- */

static sx_status activation(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    sx_status status = sx_keras_activation(job, layer, sx_json_get(layer->config, "activation"), native, err);
    if (status == SX_OK && !sx_json_get(native, "activation"))
        sx_json_set_text(native, "activation", "linear");
    return status;
}

static sx_status identity(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    (void)layer;
    (void)err;
    sx_json_set_text(native, "activation", "linear");
    return SX_OK;
}

static sx_status dropout(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    if (sx_keras_has(layer, "noise_shape"))
        return sx_keras_refuse(layer, "noise_shape", "it is not there; use SpatialDropout2D", err);
    sx_json_set_number(native, "rate", sx_keras_number(layer, "rate", 0.5));
    return SX_OK;
}

static sx_status gaussian_noise(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    (void)err;
    sx_json_set_number(native, "stddev", sx_keras_number(layer, "stddev", 0.1));
    return SX_OK;
}

/* A number, or a list with one for every channel. */
static sx_status set_numbers(const sx_keras_layer *layer, const char *option, double missing, sx_json *native,
                             sx_error *err) {
    const sx_json *value = sx_json_get(layer->config, option);
    if (sx_json_is_object(value)) value = sx_json_get(sx_json_get(value, "config"), "value");
    if (!sx_json_is_array(value)) {
        sx_json_set_number(native, option, value ? sx_json_number(value) : missing);
        return SX_OK;
    }
    sx_json *list = sx_json_array();
    bool good = true;
    for (size_t i = 0; i < sx_json_count(value); i++) {
        good = good && sx_json_is_number(sx_json_at(value, i));
        sx_json_append_number(list, sx_json_number(sx_json_at(value, i)));
    }
    sx_json_set(native, option, list);
    return good ? SX_OK
                : sx_keras_refuse(layer, option, "a number, or one for each channel, is expected", err);
}

static sx_status rescaling(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)job;
    sx_status status = set_numbers(layer, "scale", 1, native, err);
    return status == SX_OK ? set_numbers(layer, "offset", 0, native, err) : status;
}

/* Keras puts the missing axes of a smaller tensor in front, which is what (1, 1, channels) looks like here,
 * and not what (time, 1, channels) does. */
static sx_status merge(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    (void)native;
    int low = KERAS_AXES + 1, high = 0;
    for (int i = 0; i < layer->input_count; i++) {
        int rank = job->layers[layer->inputs[i]].rank;
        low = rank < low ? rank : low;
        high = rank > high ? rank : high;
    }
    layer->rank = high;
    if (low == high || low == 2) return SX_OK;
    return sx_fail(err, SX_E_UNSUPPORTED,
                   "%s: joins tensors of %d and %d axes; put a Reshape before the smaller one", layer->where,
                   low, high);
}

static sx_status concatenate(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err) {
    int64_t axes[KERAS_AXES];
    int count = 0;
    sx_status status = sx_keras_read_axes(layer, "axis", layer->rank, -1, axes, &count, err);
    if (status != SX_OK) return status;
    sx_json_set_text(native, "axis", sx_keras_axis_name(layer->rank, axes[0]));
    return merge(job, layer, native, err);
}

/* --- the table -------------------------------------------------------------------------------------- */

typedef struct known_class {
    const char *name, *native;
    int low_rank, high_rank; /* of its input */
    translation translate;   /* NULL: it has no options */
} known_class;

static const known_class classes[] = {
    {"InputLayer", NULL, 0, 0, NULL},
    {"Conv2D", "conv2d", 4, 4, sx_keras_conv2d},
    {"Conv1D", "conv1d", 3, 3, sx_keras_conv1d},
    {"DepthwiseConv2D", "depthwise_conv2d", 4, 4, sx_keras_depthwise},
    {"DepthwiseConv1D", "depthwise_conv2d", 3, 3, sx_keras_depthwise},
    {"SeparableConv2D", "separable_conv2d", 4, 4, sx_keras_separable},
    {"SeparableConv1D", "separable_conv2d", 3, 3, sx_keras_separable},
    {"Dense", "dense", 2, 4, sx_keras_dense},
    {"BatchNormalization", "normalisation", 2, 4, sx_keras_batch_norm},
    {"SyncBatchNormalization", "normalisation", 2, 4, sx_keras_batch_norm},
    {"LayerNormalization", "normalisation", 2, 4, sx_keras_layer_norm},
    {"GroupNormalization", "group_normalisation", 2, 4, sx_keras_group_norm},
    {"Normalization", "standardisation", 2, 4, sx_keras_standardise},
    {"Rescaling", "rescaling", 2, 4, rescaling},
    {"Activation", "activation", 2, 4, activation},
    {"Identity", "activation", 2, 4, identity},
    {"ActivityRegularization", "activation", 2, 4, identity},
    {"ReLU", "activation", 2, 4, sx_keras_activation_layer},
    {"LeakyReLU", "activation", 2, 4, sx_keras_activation_layer},
    {"ELU", "activation", 2, 4, sx_keras_activation_layer},
    {"ThresholdedReLU", "activation", 2, 4, sx_keras_activation_layer},
    {"Softmax", "activation", 2, 4, sx_keras_activation_layer},
    {"PReLU", "prelu", 2, 4, sx_keras_activation_layer},
    {"MaxPooling2D", "max_pool", 4, 4, sx_keras_pool},
    {"MaxPooling1D", "max_pool", 3, 3, sx_keras_pool},
    {"AveragePooling2D", "average_pool", 4, 4, sx_keras_pool},
    {"AveragePooling1D", "average_pool", 3, 3, sx_keras_pool},
    {"GlobalMaxPooling2D", "global_max_pool", 4, 4, sx_keras_global_pool},
    {"GlobalMaxPooling1D", "global_max_pool", 3, 3, sx_keras_global_pool},
    {"GlobalAveragePooling2D", "global_average_pool", 4, 4, sx_keras_global_pool},
    {"GlobalAveragePooling1D", "global_average_pool", 3, 3, sx_keras_global_pool},
    {"ZeroPadding2D", "zero_padding", 4, 4, zero_padding},
    {"ZeroPadding1D", "zero_padding", 3, 3, zero_padding},
    {"Cropping2D", "cropping", 4, 4, cropping},
    {"Cropping1D", "cropping", 3, 3, cropping},
    {"UpSampling2D", "up_sampling", 4, 4, up_sampling},
    {"UpSampling1D", "up_sampling", 3, 3, up_sampling},
    {"Flatten", "flatten", 2, 4, flatten},
    {"Reshape", "reshape", 2, 4, reshape},
    {"Permute", "permute", 2, 4, permute},
    {"Dropout", "dropout", 2, 4, dropout},
    {"SpatialDropout2D", "spatial_dropout", 4, 4, dropout},
    {"SpatialDropout1D", "spatial_dropout", 3, 3, dropout},
    {"GaussianNoise", "gaussian_noise", 2, 4, gaussian_noise},
    {"Add", "add", 2, 4, merge},
    {"Subtract", "subtract", 2, 4, merge},
    {"Multiply", "multiply", 2, 4, merge},
    {"Average", "average", 2, 4, merge},
    {"Maximum", "maximum", 2, 4, merge},
    {"Minimum", "minimum", 2, 4, merge},
    {"Concatenate", "concatenate", 2, 4, concatenate},
    {NULL, NULL, 0, 0, NULL},
};

static const known_class *find_class(const char *name) {
    for (const known_class *known = classes; known->name; known++)
        if (strcmp(known->name, name) == 0) return known;
    return NULL;
}

bool sx_keras_class_known(const char *class_name) { return find_class(class_name) != NULL; }

static bool is_of_keras(const sx_keras_layer *layer) {
    const char *registered = sx_json_text(sx_json_get(layer->stored, "registered_name"));
    const char *module = sx_json_text(sx_json_get(layer->stored, "module"));
    if (registered && strchr(registered, '>')) return false;
    return !module || strncmp(module, "keras", 5) == 0 || strncmp(module, "tf_keras", 8) == 0;
}

sx_status sx_keras_refuse_class(const sx_keras_layer *layer, sx_error *err) {
    if (strcmp(layer->class_name, "Lambda") == 0)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: a Lambda is a program inside the file, and is never run; write it with layers of "
                       "Keras (Rescaling, Multiply, Activation ...) and save the model again",
                       layer->where);
    if (!is_of_keras(layer) || strchr(layer->class_name, '>'))
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: a custom object, whose program is not in the file; write it with layers of Keras",
                       layer->where);
    return sx_fail(err, SX_E_UNSUPPORTED,
                   "%s: this layer is not there; docs/keras.md lists those that are. Replace it, or take it "
                   "out and give the net its output as input",
                   layer->where);
}

/* --- layer by layer --------------------------------------------------------------------------------- */

/* Keras's name where a native layer may have it, else one like it with the layer's number. */
static void name_native(size_t index, sx_keras_layer *layer) {
    size_t length = strlen(layer->name);
    bool good = length <= 48 && !strchr(layer->name, ',') && strcmp(layer->name, "input") != 0;
    if (good)
        snprintf(layer->native, KERAS_NAME_CHARS, "%.60s", layer->name);
    else
        snprintf(layer->native, KERAS_NAME_CHARS, "layer_%zu", index);
}

static void set_inputs(sx_keras_job *job, const sx_keras_layer *layer, sx_json *native) {
    const char *first = layer->input_count ? job->layers[layer->inputs[0]].output : "input";
    bool follows = layer->input_count <= 1 && strcmp(first, job->previous) == 0;
    if (follows) return;
    sx_json *list = sx_json_array();
    for (int i = 0; i < layer->input_count; i++)
        sx_json_append_text(list, job->layers[layer->inputs[i]].output);
    sx_json_set(native, "inputs", list);
}

static void append(sx_keras_job *job, sx_json *native, const char *type, const char *name) {
    sx_json_set_text(native, "type", type);
    sx_json_set_text(native, "name", name);
    sx_json_append(job->native, native);
    snprintf(job->previous, sizeof job->previous, "%s", name);
}

/* The activation of Conv2D(activation=...) becomes a layer of its own, "conv1/relu". */
static sx_status append_activation(sx_keras_job *job, sx_keras_layer *layer, sx_error *err) {
    char name[KERAS_NAME_CHARS];
    snprintf(layer->output, sizeof layer->output, "%s", layer->native);
    if (!layer->has_weights) return SX_OK;
    sx_json *native = sx_json_object();
    sx_status status = sx_keras_activation(job, layer, sx_json_get(layer->config, "activation"), native, err);
    const char *function = sx_json_text(sx_json_get(native, "activation"));
    if (status != SX_OK || !function) {
        sx_json_free(native);
        return status;
    }
    snprintf(name, sizeof name, "%.48s/%.14s", layer->native, function);
    append(job, native, "activation", name);
    snprintf(layer->output, sizeof layer->output, "%s", name);
    return SX_OK;
}

static sx_status check_rank(const sx_keras_layer *layer, const known_class *known, sx_error *err) {
    if (layer->rank >= known->low_rank && layer->rank <= known->high_rank) return SX_OK;
    return sx_fail(err, SX_E_UNSUPPORTED,
                   "%s: its input has %d axes, batch counted; %d%s%d can be translated", layer->where,
                   layer->rank, known->low_rank, known->low_rank == known->high_rank ? "" : " to ",
                   known->high_rank);
}

static sx_status translate(sx_keras_job *job, size_t index, sx_error *err) {
    sx_keras_layer *layer = &job->layers[index];
    const known_class *known = find_class(layer->class_name);
    if (!is_of_keras(layer)) return sx_keras_refuse_class(layer, err);
    layer->rank = layer->input_count ? job->layers[layer->inputs[0]].rank : job->input_rank;
    snprintf(layer->output, sizeof layer->output, "%s",
             layer->input_count ? job->layers[layer->inputs[0]].output : "input");
    if (layer->is_model || !known->native) return SX_OK;
    name_native(index, layer);
    sx_status status = check_rank(layer, known, err);
    if (status == SX_OK) status = sx_keras_refuse_quantised(layer, err);
    sx_json *native = sx_json_object();
    if (status == SX_OK && known->translate) status = known->translate(job, layer, native, err);
    if (status != SX_OK) {
        sx_json_free(native);
        return status;
    }
    sx_keras_note_dropped(job, layer);
    set_inputs(job, layer, native);
    append(job, native, known->native, layer->native);
    return append_activation(job, layer, err);
}

sx_status sx_keras_layers_translate(sx_keras_job *job, sx_error *err) {
    snprintf(job->previous, sizeof job->previous, "input");
    for (size_t i = 0; i < job->count; i++) {
        sx_status status = translate(job, i, err);
        if (status != SX_OK) return status;
    }
    if (sx_json_count(job->native) > 0) return SX_OK;
    return sx_fail(err, SX_E_FORMAT, "the model has no layer beside its input");
}
