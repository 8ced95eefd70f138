/* keras_config.c: see keras_config.h. Options that stand at Keras's default are left out, as Keras allows. */
#include "exchange/keras_config.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "model/card.h"

#include <inttypes.h>
#include <string.h>

/* --- tensors ---------------------------------------------------------------------------------------- */

/* [null, time, frequency, channels] */
static sx_json *batch_shape(const sx_out_layer *layer) {
    sx_json *list = sx_json_array();
    sx_json_append_text(list, NULL);
    if (layer->rank > 2) sx_json_append_integer(list, (int64_t)layer->shape.time);
    if (layer->rank > 3) sx_json_append_integer(list, (int64_t)layer->shape.frequency);
    sx_json_append_integer(list, (int64_t)layer->shape.channels);
    return list;
}

/* ["name", 0, 0]: the first output of the layer's first use. */
static sx_json *history(const sx_out_layer *layer) {
    sx_json *list = sx_json_array();
    sx_json_append_text(list, layer->name);
    sx_json_append_integer(list, 0);
    sx_json_append_integer(list, 0);
    return list;
}

static sx_json *tensor(const sx_out_layer *from) {
    sx_json *object = sx_json_object(), *config = sx_json_object();
    sx_json_set(config, "shape", batch_shape(from));
    sx_json_set_text(config, "dtype", "float32");
    sx_json_set(config, "keras_history", history(from));
    sx_json_set_text(object, "class_name", "__keras_tensor__");
    sx_json_set(object, "config", config);
    return object;
}

/* --- layers ----------------------------------------------------------------------------------------- */

/* Keras 3: one node, whose arguments are one tensor or a list of them. */
static sx_json *node(const sx_out_net *net, const sx_out_layer *layer) {
    sx_json *args = sx_json_array(), *object = sx_json_object();
    sx_json *to = layer->input_count > 1 ? sx_json_array() : args;
    for (int i = 0; i < layer->input_count; i++)
        sx_json_append(to, tensor(&net->layers[layer->inputs[i]]));
    if (to != args) sx_json_append(args, to);
    sx_json_set(object, "args", args);
    sx_json_set(object, "kwargs", sx_json_object());
    return object;
}

/* Keras 2: a list of ["name", 0, 0, {}]. */
static sx_json *old_node(const sx_out_net *net, const sx_out_layer *layer) {
    sx_json *list = sx_json_array();
    for (int i = 0; i < layer->input_count; i++) {
        sx_json *edge = history(&net->layers[layer->inputs[i]]);
        sx_json_append(edge, sx_json_object());
        sx_json_append(list, edge);
    }
    return list;
}

static sx_json *layer_json(sx_out_net *net, size_t index, bool old) {
    sx_out_layer *layer = &net->layers[index];
    sx_json *object = sx_json_object(), *nodes = sx_json_array(), *config = layer->config;
    layer->config = NULL;
    if (index == 0) {
        sx_json_set(config, old ? "batch_input_shape" : "batch_shape", batch_shape(layer));
        sx_json_set_text(config, "dtype", "float32");
    } else {
        sx_json_append(nodes, old ? old_node(net, layer) : node(net, layer));
    }
    sx_json_set_text(config, "name", layer->name);
    if (!old) sx_json_set_text(object, "module", "keras.layers");
    sx_json_set_text(object, "class_name", layer->class_name);
    sx_json_set(object, "config", config);
    if (!old) sx_json_set_text(object, "registered_name", NULL);
    sx_json_set_text(object, "name", layer->name);
    sx_json_set(object, "inbound_nodes", nodes);
    return object;
}

static sx_json *end(const sx_out_layer *layer, bool old) {
    if (!old) return history(layer);
    sx_json *list = sx_json_array();
    sx_json_append(list, history(layer));
    return list;
}

sx_json *sx_keras_config(sx_out_net *net, bool old) {
    sx_json *model = sx_json_object(), *config = sx_json_object(), *layers = sx_json_array();
    for (size_t i = 0; i < net->count; i++)
        sx_json_append(layers, layer_json(net, i, old));
    sx_json_set_text(config, "name", sx_model_spec_name(net->model->spec));
    sx_json_set_bool(config, "trainable", true);
    sx_json_set(config, "layers", layers);
    sx_json_set(config, "input_layers", end(&net->layers[0], old));
    sx_json_set(config, "output_layers", end(&net->layers[net->count - 1], old));
    if (!old) sx_json_set_text(model, "module", "keras.src.models.functional");
    sx_json_set_text(model, "class_name", "Functional");
    sx_json_set(model, "config", config);
    if (!old) sx_json_set_text(model, "registered_name", "Functional");
    return model;
}

/* --- what must be known ----------------------------------------------------------------------------- */

sx_json *sx_keras_about(const sx_export_job *job) {
    sx_json *about = NULL;
    char *card = sx_card_to_json(job->card, &job->model->options);
    if (card && sx_json_parse(card, strlen(card), "card", &about, NULL) != SX_OK) about = NULL;
    sx_free(card);
    if (about && !job->card->from_arrays) {
        char hash[17] = "", *frontend = sx_frontend_to_json(&job->card->frontend);
        if (frontend) sx_print(hash, sizeof hash, "%016" PRIx64, sx_hash(frontend, strlen(frontend), 0));
        sx_json_set_text(about, "frontend_hash", frontend ? hash : NULL);
        sx_free(frontend);
    }
    sx_json_set_bool(about, "standardised_inside", true);
    sx_json_set_text(about, "sonaxis_version", sx_version());
    return about;
}
