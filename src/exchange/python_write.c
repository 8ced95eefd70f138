/* python_write.c: the function that builds a net, and the script around it. */
#include "exchange/python.h"

#include "base/error.h"
#include "base/file.h"
#include "layers/norm.h"

#include <string.h>

/* --- the net ---------------------------------------------------------------------------------------- */

/* True where somebody other than the next layer takes the output. */
static bool is_kept(const sx_out_net *net, size_t index) {
    for (size_t i = 1; i < net->count; i++)
        for (int k = 0; k < net->layers[i].input_count; k++)
            if (net->layers[i].inputs[k] == index && (i != index + 1 || net->layers[i].input_count > 1))
                return true;
    return false;
}

/* The name of a value in the script: kept ones have one of their own. */
static void put_value(sx_text *text, const sx_out_net *net, size_t index) {
    if (index == 0)
        sx_text_add(text, "inputs");
    else if (index + 1 == net->count)
        sx_text_add(text, "outputs");
    else if (is_kept(net, index))
        sx_text_format(text, "x%zu", index);
    else
        sx_text_add(text, "x");
}

static void put_inputs(sx_text *text, const sx_out_net *net, const sx_out_layer *layer) {
    if (layer->input_count > 1) sx_text_add(text, "[");
    for (int i = 0; i < layer->input_count; i++) {
        if (i) sx_text_add(text, ", ");
        put_value(text, net, layer->inputs[i]);
    }
    if (layer->input_count > 1) sx_text_add(text, "]");
}

/* What a reader of the script should know about a normalisation. */
static void put_remark(sx_text *text, const sx_out_net *net, const sx_out_layer *layer) {
    bool first = true;
    if (!layer->node || strcmp(layer->node->ops->type, "normalisation") != 0 ||
        !strstr(layer->class_name, "Normalization"))
        return;
    const sx_norm_options *options = layer->node->options;
    sx_text_add(text, "  # keeps ");
    for (int axis = 0; axis < SX_AXIS_COUNT; axis++) {
        if (!sx_norm_keeps(options->keep, (sx_axis)axis)) continue;
        sx_text_format(text, "%s%s", first ? "" : ", ",
                       sx_axis_word(sx_model_spec_order(net->model->spec), (sx_axis)axis));
        first = false;
    }
    if (first) sx_text_add(text, "nothing");
}

static void put_layer(sx_text *text, const sx_out_net *net, size_t index) {
    const sx_out_layer *layer = &net->layers[index];
    sx_text_add(text, "    ");
    put_value(text, net, index);
    sx_text_format(text, " = layers.%s(", layer->class_name);
    for (size_t i = 0; i < sx_json_count(layer->config); i++) {
        sx_json *value = NULL;
        sx_text_format(text, "%s=", sx_json_key_at(layer->config, i, &value));
        sx_python_value(text, value);
        sx_text_add(text, ", ");
    }
    sx_text_add(text, "name=");
    sx_python_quote(text, layer->name);
    sx_text_add(text, ")(");
    put_inputs(text, net, layer);
    sx_text_add(text, ")");
    put_remark(text, net, layer);
    sx_text_add(text, "\n");
}

static void put_input_layer(sx_text *text, const sx_out_net *net) {
    const sx_out_layer *in = &net->layers[0];
    sx_axis_order order = sx_model_spec_order(net->model->spec);
    sx_text_add(text, "    inputs = keras.Input((");
    if (in->rank > 2) sx_text_format(text, "%zu, ", in->shape.time);
    if (in->rank > 3) sx_text_format(text, "%zu, ", in->shape.frequency);
    sx_text_format(text, "%zu%s), name=", in->shape.channels, in->rank > 2 ? "" : ",");
    sx_python_quote(text, in->name);
    sx_text_add(text, ")  # ");
    if (in->rank > 2) sx_text_format(text, "%s, ", sx_axis_word(order, SX_AXIS_TIME));
    if (in->rank > 3) sx_text_format(text, "%s, ", sx_axis_word(order, SX_AXIS_FREQUENCY));
    sx_text_add(text, "channels\n");
}

sx_status sx_python_code(const sx_out_net *net, char **out, sx_error *err) {
    sx_text text = {0};
    sx_text_add(&text, "import keras\nfrom keras import layers\n\n\ndef build():\n");
    put_input_layer(&text, net);
    for (size_t i = 1; i < net->count; i++)
        put_layer(&text, net, i);
    sx_text_format(&text, "    return keras.Model(inputs, %s, name=", net->count > 1 ? "outputs" : "inputs");
    sx_python_quote(&text, sx_model_spec_name(net->model->spec));
    sx_text_add(&text, ")\n");
    size_t size = text.capacity;
    *out = sx_text_take(&text);
    return *out ? SX_OK : sx_fail_memory(err, size);
}

sx_status sx_export_python_code(const sx_model *model, char **code, sx_error *err) {
    sx_out_net net = {0};
    sx_status status = sx_out_net_make(model, NULL, NULL, false, &net, err);
    if (status == SX_OK) status = sx_python_code(&net, code, err);
    sx_out_net_clear(&net);
    return status;
}

/* --- the script ------------------------------------------------------------------------------------- */

static const char *const script_end = "\n\ndef load(path=WEIGHTS):\n"
                                      "    \"\"\"The net with its trained weights.\"\"\"\n"
                                      "    model = build()\n"
                                      "    with np.load(path) as weights:\n"
                                      "        for layer in model.layers:\n"
                                      "            values = layer.get_weights()\n"
                                      "            for i, weight in enumerate(layer.weights):\n"
                                      "                name = f\"{layer.name}/{weight.name}\"\n"
                                      "                name = NAMES.get(name, name)\n"
                                      "                if name:\n"
                                      "                    values[i] = weights[name].reshape(weight.shape)\n"
                                      "            layer.set_weights(values)\n"
                                      "    return model\n"
                                      "\n\nif __name__ == \"__main__\":\n"
                                      "    load().summary()\n";

static void put_head(const sx_export_job *job, sx_text *text) {
    const sx_model_card *card = job->card;
    char *words = card->from_arrays ? NULL : sx_frontend_describe(&card->frontend);
    sx_text_add(text, "# A net trained by sonaxis, as Keras 3 code: load() gives it with its weights.\n");
    if (words) sx_text_format(text, "# Features: %s, clips of %g s.\n", words, card->duration_s);
    sx_text_add(text, "# They are standardised inside the net.\n"
                      "import os\n\nimport numpy as np\n");
    sx_free(words);
}

/* Weights that the file has under another name than Keras; None: not in the file, all ones. */
static void put_renamed(const sx_out_net *net, sx_text *text) {
    sx_text_add(text, "NAMES = {");
    bool first = true;
    for (size_t i = 0; i < net->count; i++)
        for (int w = 0; w < net->layers[i].weight_count; w++) {
            const sx_out_layer *layer = &net->layers[i];
            const sx_out_weight *weight = &layer->weights[w];
            bool same = weight->native && strcmp(weight->native, weight->name) == 0 &&
                        strcmp(layer->name, layer->node->name) == 0;
            if (same) continue;
            sx_text name = {0};
            sx_text_format(&name, "%s/%s", layer->node->name, weight->native ? weight->native : "");
            sx_text_format(text, "%s\"%s/%s\": ", first ? "" : ", ", layer->name, weight->name);
            if (weight->native && name.chars)
                sx_python_quote(text, name.chars);
            else
                sx_text_add(text, "None");
            text->failed = text->failed || name.failed;
            sx_text_clear(&name);
            first = false;
        }
    sx_text_add(text, "}  # weights that are called otherwise in the file\n");
}

static void put_names(const sx_export_job *job, const char *weights, sx_text *text) {
    sx_text_add(text, "\n\nLABELS = [");
    for (size_t i = 0; i < job->card->label_count; i++) {
        if (i) sx_text_add(text, ", ");
        sx_python_quote(text, job->card->label_names[i]);
    }
    sx_text_add(text, "]\nWEIGHTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), ");
    sx_python_quote(text, sx_path_base(weights));
    sx_text_add(text, ")\n");
}

static sx_status write_script(const sx_export_job *job, const char *path, sx_error *err) {
    char *code = NULL, *weights = sx_export_weights_path(job->path);
    sx_out_net net = {0};
    sx_text text = {0};
    sx_status status = weights ? SX_OK : sx_fail_memory(err, strlen(job->path));
    if (status == SX_OK)
        status = sx_out_net_make(job->model, &job->card->standardise, sx_export_end(job), false, &net, err);
    if (status == SX_OK) status = sx_python_code(&net, &code, err);
    if (status == SX_OK) {
        put_head(job, &text);
        sx_text_add(&text, code);
        put_names(job, weights, &text);
        put_renamed(&net, &text);
        sx_text_add(&text, script_end);
        status = text.failed ? sx_fail_memory(err, text.capacity)
                             : sx_file_write(path, text.chars, text.length, err);
    }
    sx_text_clear(&text);
    sx_out_net_clear(&net);
    sx_free(weights);
    sx_free(code);
    return status;
}

const sx_export_format sx_export_python = {.name = "python",
                                           .suffix = ".py",
                                           .summary = "Keras 3 code, with the weights beside it",
                                           .weights = "npz",
                                           .write = write_script};
