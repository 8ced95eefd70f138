/* net.c: see net.h. Opening, the checks that need the data, and the first weights. */
#include "experiment/net.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/net.h"
#include "model/spec.h"

#include <stdio.h>
#include <string.h>

void sx_net_clear(sx_study_net *net) {
    sx_model_spec_free(net->spec);
    sx_keras_free(net->owned);
    sx_net_about_free(net->about);
    *net = (sx_study_net){0};
}

/* --- words ------------------------------------------------------------------------------------------ */

static sx_status set_order(sx_model_spec *spec, sx_axis_order order, sx_error *err) {
    if (order == sx_model_spec_order(spec)) return SX_OK;
    sx_json_set_text(spec->root, "order", sx_axis_order_name(order));
    return sx_spec_check(spec, err);
}

/* Recordings come as (time, frequency); of arrays somebody must say it, unless the net does. */
static sx_status choose_order(const sx_compare_options *options, const sx_features *features,
                              sx_axis_order own, sx_axis_order *order, sx_error *err) {
    sx_shape shape = features->shape;
    *order = options->order != SX_ORDER_UNKNOWN ? options->order : own;
    if (!features->from_arrays) {
        if (*order == SX_ORDER_FREQUENCY_TIME)
            return sx_fail(err, SX_E_ARGUMENT,
                           "the net takes frequency,time, but spectrograms of recordings come as "
                           "time,frequency; give it arrays");
        *order = SX_ORDER_TIME_FREQUENCY;
    }
    if (*order != SX_ORDER_UNKNOWN) return SX_OK;
    return sx_fail(err, SX_E_ARGUMENT,
                   "which axis of the arrays is time? They are (%zu, %zu, %zu, %zu) and neither they nor the "
                   "net say it: give --order time,frequency or --order frequency,time",
                   features->count, shape.time, shape.frequency, shape.channels);
}

/* --- a file of Keras -------------------------------------------------------------------------------- */

/* What the file means, not its bytes: saving a model again changes those. */
static uint64_t hash_of(const sx_keras *keras) {
    const sx_json *weights = sx_json_get(keras->about, "weights");
    char *json = sx_json_dump(keras->about, 0);
    size_t floats = 0;
    for (size_t i = 0; i < sx_json_count(weights); i++) {
        const sx_json *counts = sx_json_get(sx_json_at(weights, i), "counts");
        for (size_t k = 0; k < sx_json_count(counts); k++)
            floats += (size_t)sx_json_integer(sx_json_at(counts, k));
    }
    uint64_t hash = json ? sx_hash(json, strlen(json), 1) : 1;
    sx_free(json);
    return floats ? sx_hash(keras->floats, floats * sizeof *keras->floats, hash) : hash;
}

/* (n, time, frequency) arrays of a net with two axes: its channels are the frequencies. */
static sx_shape input_of(const sx_keras *keras, sx_shape data) {
    sx_shape own = sx_keras_input(keras);
    if (sx_json_count(sx_json_get(keras->about, "input")) != 2 || data.channels != 1) return data;
    return own.frequency == 1 ? (sx_shape){data.time, 1, data.frequency} : data;
}

static sx_status check_input(const sx_keras *keras, sx_shape data, sx_error *err) {
    sx_shape own = sx_keras_input(keras);
    bool fits = (own.time == 0 || own.time == data.time) &&
                (own.frequency == 0 || own.frequency == data.frequency) &&
                (own.channels == 0 || own.channels == data.channels);
    if (fits) return SX_OK;
    return sx_fail(err, SX_E_SHAPE,
                   "the net takes %zux%zux%zu (0 = any), the data is %zux%zux%zu: give the arrays that the "
                   "script gives to fit()",
                   own.time, own.frequency, own.channels, data.time, data.frequency, data.channels);
}

static sx_status check_loss(const sx_model *model, sx_loss loss, sx_error *err) {
    sx_output output = sx_model_output(model);
    bool sigmoid = loss == SX_LOSS_SIGMOID;
    if ((output == SX_OUTPUT_SOFTMAX && sigmoid) || (output == SX_OUTPUT_SIGMOID && !sigmoid))
        return sx_fail(err, SX_E_ARGUMENT,
                       "the net ends in %s, but the loss is the cross-entropy of %s: give --loss %s",
                       sigmoid ? "softmax" : "sigmoid", sigmoid ? "sigmoid" : "softmax",
                       sigmoid ? "softmax" : "sigmoid");
    return SX_OK;
}

/* As many outputs as there are labels, and the loss that belongs to the last activation. */
static sx_status check_output(const sx_study_net *net, const sx_features *features, sx_loss loss,
                              sx_error *err) {
    sx_model *model = NULL;
    const sx_model_options building = {.input = net->input, .batch = 1, .threads = 1};
    sx_status status = sx_model_build(net->keras->spec, &building, &model, err);
    if (status != SX_OK) return status;
    size_t outputs = sx_model_class_count(model);
    if (outputs == 1)
        status = sx_fail(err, SX_E_UNSUPPORTED,
                         "the net has 1 output; two labels need two here: end it with Dense(2, "
                         "activation=\"softmax\") and sparse_categorical_crossentropy");
    else if (outputs != features->label_count)
        status =
            sx_fail(err, SX_E_DATA, "the net has %zu outputs, the data has %zu labels (%s to %s)", outputs,
                    features->label_count, features->label_count ? features->label_names[0] : "none",
                    features->label_count ? features->label_names[features->label_count - 1] : "none");
    else
        status = check_loss(model, loss, err);
    sx_model_free(model);
    return status;
}

static sx_status start_about(const sx_compare_options *options, sx_study_net *net, sx_error *err) {
    net->about = sx_alloc(1, sizeof *net->about);
    if (!net->about) return sx_fail_memory(err, sizeof *net->about);
    net->about->path = sx_copy_text(options->model);
    net->about->training = sx_copy_text(options->training_notes ? options->training_notes : "");
    net->about->from_weights = net->from_weights;
    snprintf(net->about->version, sizeof net->about->version, "%s", sx_keras_version(net->keras));
    bool good = net->about->path && net->about->training;
    return good ? SX_OK : sx_fail_memory(err, strlen(options->model));
}

static sx_status read_keras(const sx_compare_options *options, const sx_features *features, sx_study_net *net,
                            sx_error *err) {
    sx_axis_order order = SX_ORDER_UNKNOWN;
    net->hash = hash_of(net->keras);
    net->input = input_of(net->keras, features->shape);
    net->from_weights = options->from_weights;
    sx_status status = choose_order(options, features, sx_keras_order(net->keras), &order, err);
    if (status == SX_OK) status = check_input(net->keras, net->input, err);
    if (status == SX_OK) status = start_about(options, net, err);
    if (status != SX_OK) return status;
    net->spec = sx_model_spec_copy(net->keras->spec);
    if (!net->spec) return sx_fail_memory(err, 4096);
    status = set_order(net->spec, order, err);
    if (status == SX_OK)
        status = sx_net_find_norms(net->keras, features, net->vary, net->spec, net->about, err);
    return status == SX_OK ? check_output(net, features, options->train.loss, err) : status;
}

static sx_status open_keras(const sx_compare_options *options, const sx_features *features, sx_study_net *net,
                            sx_error *err) {
    sx_status status = SX_OK;
    net->keras = options->keras;
    if (!net->keras) {
        status = sx_keras_open(options->model, options->order, &net->owned, err); /* names the path */
        if (status != SX_OK) return status;
        net->keras = net->owned;
    }
    status = read_keras(options, features, net, err);
    if (status != SX_OK) sx_error_prefix(err, "%s", options->model);
    return status;
}

sx_status sx_net_keras_spec(const sx_keras *keras, const sx_features *features, const char *vary,
                            sx_axis axis, sx_model_spec **out, sx_error *err) {
    sx_net_about *about = NULL;
    sx_model_spec *spec = NULL;
    bool all = !vary || strcmp(vary, "all") == 0;
    sx_status status = check_input(keras, features->shape, err);
    if (status != SX_OK) return status;
    spec = sx_model_spec_copy(keras->spec);
    about = sx_alloc(1, sizeof *about);
    if (!spec || !about) status = sx_fail_memory(err, 4096);
    if (status == SX_OK && axis != SX_AXIS_BATCH)
        status = sx_net_find_norms(keras, features, all ? NULL : vary, spec, about, err);
    if (status == SX_OK && axis != SX_AXIS_BATCH) status = sx_model_spec_set_axis(spec, axis, NULL, err);
    sx_net_about_free(about);
    if (status == SX_OK)
        *out = spec;
    else
        sx_model_spec_free(spec);
    return status;
}

void sx_net_keras_standardise(const sx_features *features, const size_t *items, size_t count,
                              sx_standardise *out) {
    *out = (sx_standardise){0, 1};
    if (!features->from_arrays) sx_standardise_fit(features, items, count, out);
}

/* --- a spec ----------------------------------------------------------------------------------------- */

static sx_status open_spec(const sx_compare_options *options, const sx_features *features, sx_study_net *net,
                           sx_error *err) {
    sx_axis_order order = SX_ORDER_TIME_FREQUENCY;
    if (options->from_weights)
        return sx_fail(err, SX_E_ARGUMENT,
                       "there are no weights to begin with: net \"%s\" is a description, not a .keras or .h5 "
                       "file",
                       options->model);
    net->input = features->shape;
    sx_status status = sx_model_spec_open(options->model, &net->spec, err);
    if (status == SX_OK)
        status = choose_order(options, features, sx_model_spec_order(net->spec), &order, err);
    return status == SX_OK ? set_order(net->spec, order, err) : status;
}

sx_status sx_net_open(const sx_compare_options *options, const sx_features *features, sx_study_net *out,
                      sx_error *err) {
    bool all = !options->vary || strcmp(options->vary, "all") == 0;
    sx_study_net net = {.vary = all ? NULL : options->vary};
    bool keras = options->keras || sx_keras_is_path(options->model);
    sx_status status =
        keras ? open_keras(options, features, &net, err) : open_spec(options, features, &net, err);
    if (status == SX_OK)
        *out = net;
    else
        sx_net_clear(&net);
    return status;
}

sx_status sx_net_spec(const sx_study_net *net, sx_axis axis, sx_model_spec **out, sx_error *err) {
    sx_model_spec *spec = sx_model_spec_copy(net->spec);
    if (!spec) return sx_fail(err, SX_E_MEMORY, "out of memory for the net's description");
    sx_status status = sx_model_spec_set_axis(spec, axis, net->keras ? NULL : net->vary, err);
    if (status == SX_OK && sx_model_spec_needs_axis(spec))
        status = sx_model_spec_set_axis(spec, SX_AXIS_CHANNELS, NULL, err);
    if (status == SX_OK)
        *out = spec;
    else
        sx_model_spec_free(spec);
    return status;
}

/* --- first weights ---------------------------------------------------------------------------------- */

/* Weights of the normalisations that vary, in the order of the layers: out of the model, or back. */
static void move_varied(const sx_study_net *net, sx_model *model, float *kept, bool back) {
    for (size_t i = 0; i < sx_model_layer_count(model); i++) {
        const sx_layer_plan *plan = sx_model_layer_plan(model, i);
        if (!sx_net_varies(net->about, sx_model_layer_name(model, i))) continue;
        for (int w = 0; w < plan->weight_count; w++) {
            size_t count = plan->weights[w].count;
            float *weights = sx_model_layer_weight(model, i, w);
            memcpy(back ? weights : kept, back ? kept : weights, count * sizeof *kept);
            kept += count;
        }
    }
}

sx_status sx_net_begin(const sx_study_net *net, sx_model *model, sx_error *err) {
    if (!net->keras || !net->from_weights) return SX_OK;
    float *kept = sx_alloc(sx_model_parameter_count(model) + 1, sizeof *kept);
    if (!kept) return sx_fail_memory(err, sx_model_parameter_count(model) * sizeof *kept);
    move_varied(net, model, kept, false);
    sx_status status = sx_keras_take_weights(net->keras, model, NULL, err);
    move_varied(net, model, kept, true);
    sx_model_weights_changed(model);
    sx_free(kept);
    return status;
}
