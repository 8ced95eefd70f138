/* python_write.c: the function that builds a net, and the script around it. */
#include "exchange/python.h"

#include "base/error.h"
#include "base/file.h"
#include "exchange/onnx_frontend.h"
#include "layers/norm.h"

#include <string.h>

typedef struct script {
    const sx_model *model;
    sx_text body;
    bool *rows; /* of each layer: its output is a row */
    bool own_class;
} script;

/* True where somebody other than the next layer takes the output. */
static bool is_kept(const sx_model *model, int index) {
    for (size_t i = 0; i < model->node_count; i++)
        for (int k = 0; k < model->nodes[i].input_count; k++)
            if (model->nodes[i].inputs[k] == index &&
                ((int)i != index + 1 || model->nodes[i].input_count > 1))
                return true;
    return false;
}

/* The name of a value in the script: kept ones have one of their own. */
static void put_value(sx_text *text, const sx_model *model, int index) {
    if (index < 0)
        sx_text_add(text, is_kept(model, index) ? "start" : "x");
    else if (is_kept(model, index))
        sx_text_format(text, "x%d", index + 1);
    else
        sx_text_add(text, "x");
}

/* An input, with a Reshape around it where the layer needs a map and it is a row. */
static void put_input(script *c, const sx_node *node, int input, bool wants_map) {
    int from = node->inputs[input];
    bool reshape = wants_map && from >= 0 && c->rows[from];
    if (reshape) sx_text_format(&c->body, "layers.Reshape((1, 1, %zu))(", node->input_shapes[input].channels);
    put_value(&c->body, c->model, from);
    if (reshape) sx_text_add(&c->body, ")");
}

static void put_inputs(script *c, const sx_node *node, bool wants_map) {
    if (node->input_count > 1) sx_text_add(&c->body, "[");
    for (int i = 0; i < node->input_count; i++) {
        if (i) sx_text_add(&c->body, ", ");
        put_input(c, node, i, wants_map);
    }
    if (node->input_count > 1) sx_text_add(&c->body, "]");
}

/* What a reader of the script should know about a normalisation. */
static void put_remark(script *c, const sx_node *node) {
    bool first = true;
    if (strcmp(node->ops->type, "normalisation") != 0) return;
    const sx_norm_options *options = node->options;
    sx_text_add(&c->body, "  # keeps ");
    for (int axis = 0; axis < SX_AXIS_COUNT; axis++) {
        if (!sx_norm_keeps(options->keep, (sx_axis)axis)) continue;
        sx_text_format(&c->body, "%s%s", first ? "" : ", ",
                       sx_axis_word(sx_model_spec_order(c->model->spec), (sx_axis)axis));
        first = false;
    }
    if (first) sx_text_add(&c->body, "nothing");
}

static void put_call(script *c, const sx_node *node, const sx_python_call *call) {
    const char *arguments = call->arguments.length ? call->arguments.chars : "";
    sx_text_format(&c->body, "%s%s(%s%sname=", call->is_own ? "" : "layers.", call->class_name, arguments,
                   *arguments ? ", " : "");
    sx_python_quote(&c->body, node->name);
    sx_text_add(&c->body, ")(");
    put_inputs(c, node, call->wants_map);
    sx_text_add(&c->body, ")");
}

static sx_status put_layer(script *c, size_t index, sx_error *err) {
    const sx_node *node = &c->model->nodes[index];
    const sx_json *spec = sx_spec_layer(c->model->filled, index);
    bool in_row = node->inputs[0] >= 0 && c->rows[node->inputs[0]];
    sx_python_call call = {0};
    sx_status status = SX_OK;
    if (strchr(node->name, '/')) status = sx_fail(err, SX_E_UNSUPPORTED, "Keras takes no name with a slash");
    if (status == SX_OK) status = sx_python_describe(node, spec, &call, err);
    if (status == SX_OK) {
        sx_text_add(&c->body, "    ");
        put_value(&c->body, c->model, (int)index);
        sx_text_add(&c->body, " = ");
        put_call(c, node, &call);
        put_remark(c, node);
        sx_text_add(&c->body, "\n");
        c->rows[index] = call.gives_row || (in_row && !call.wants_map);
        c->own_class = c->own_class || call.is_own;
        if (call.arguments.failed) c->body.failed = true;
    } else {
        sx_error_prefix(err, "layer \"%s\" (%s)", node->name, node->ops->type);
    }
    sx_text_clear(&call.arguments);
    return status;
}

static void put_input_layer(script *c, const sx_standardise *standardise) {
    sx_shape in = c->model->options.input;
    const char *start = is_kept(c->model, -1) ? "start" : "x";
    sx_text_format(&c->body,
                   "    inputs = keras.Input((%zu, %zu, %zu), name=\"features\")  # time, frequency, "
                   "channels\n    %s = ",
                   in.time, in.frequency, in.channels, start);
    if (standardise && (standardise->mean != 0 || standardise->deviation != 1)) {
        sx_text_add(&c->body, "layers.Rescaling(");
        sx_text_add_number(&c->body, 1 / standardise->deviation);
        sx_text_add(&c->body, ", offset=");
        sx_text_add_number(&c->body, -standardise->mean / standardise->deviation);
        sx_text_add(&c->body, ", name=\"standardise\")(inputs)\n");
    } else {
        sx_text_add(&c->body, "inputs\n");
    }
}

static void put_end(script *c, size_t count, const char *score) {
    const int last = (int)count - 1;
    sx_text_add(&c->body, "    outputs = ");
    if (score) sx_text_format(&c->body, "layers.Activation(\"%s\", name=\"scores\")(", score);
    if (!c->rows[last]) sx_text_add(&c->body, "layers.Flatten()(");
    put_value(&c->body, c->model, last);
    if (!c->rows[last]) sx_text_add(&c->body, ")");
    sx_text_add(&c->body, score ? ")\n" : "\n");
    sx_text_add(&c->body, "    return keras.Model(inputs, outputs, name=");
    sx_python_quote(&c->body, sx_model_spec_name(c->model->spec));
    sx_text_add(&c->body, ")\n");
}

static sx_status put_net(script *c, size_t count, const sx_standardise *standardise, const char *score,
                         sx_error *err) {
    sx_status status = SX_OK;
    sx_text_add(&c->body, "def build():\n");
    put_input_layer(c, standardise);
    for (size_t i = 0; status == SX_OK && i < count; i++)
        status = put_layer(c, i, err);
    if (status == SX_OK) put_end(c, count, score);
    return status;
}

sx_status sx_python_code(const sx_model *model, const sx_standardise *standardise, const char *score,
                         char **out, sx_error *err) {
    script c = {.model = model};
    sx_text text = {0};
    c.rows = sx_alloc(model->node_count, sizeof *c.rows);
    if (!c.rows) return sx_fail_memory(err, model->node_count * sizeof *c.rows);
    size_t count = score ? model->run_count : model->node_count;
    sx_status status = put_net(&c, count, standardise, score, err);
    if (status == SX_OK) {
        sx_text_add(&text, "import keras\nfrom keras import layers\n\n\n");
        if (c.own_class) sx_text_format(&text, "%s\n\n", sx_python_own_code);
        sx_text_add_bytes(&text, c.body.length ? c.body.chars : "", c.body.length);
        text.failed = text.failed || c.body.failed;
        *out = sx_text_take(&text);
        if (!*out) status = sx_fail_memory(err, c.body.capacity);
    }
    sx_text_clear(&c.body);
    sx_free(c.rows);
    return status;
}

sx_status sx_export_python_code(const sx_model *model, char **code, sx_error *err) {
    return sx_python_code(model, NULL, NULL, code, err);
}

/* --- the script ------------------------------------------------------------------------------------- */

static const char *const script_end =
    "\n\ndef load(path=WEIGHTS):\n"
    "    \"\"\"The net with its trained weights.\"\"\"\n"
    "    model = build()\n"
    "    with np.load(path) as weights:\n"
    "        for layer in model.layers:\n"
    "            layer.set_weights([weights[f\"{layer.name}/{weight.name}\"] for weight in layer.weights])\n"
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
    const char *score = sx_export_score(job);
    char *net = NULL, *weights = sx_export_weights_path(job->path);
    sx_text text = {0};
    sx_status status = weights ? SX_OK : sx_fail_memory(err, strlen(job->path));
    if (status == SX_OK)
        status = sx_python_code(job->model, &job->card->standardise, score ? score : "linear", &net, err);
    if (status == SX_OK) {
        put_head(job, &text);
        sx_text_add(&text, net);
        put_names(job, weights, &text);
        sx_text_add(&text, script_end);
        status = text.failed ? sx_fail_memory(err, text.capacity)
                             : sx_file_write(path, text.chars, text.length, err);
    }
    sx_text_clear(&text);
    sx_free(weights);
    sx_free(net);
    return status;
}

const sx_export_format sx_export_python = {.name = "python",
                                           .suffix = ".py",
                                           .summary = "Keras 3 code, with the weights beside it",
                                           .weights = "npz",
                                           .write = write_script};
