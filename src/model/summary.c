/* summary.c: a net as a table, like Keras's summary(), and as JSON. */
#include "base/json.h"
#include "base/text.h"
#include "model/graph.h"
#include "tensor/shape_json.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_CHARS = 32, AXES_CHARS = 64, NAME_COLUMN = 36, SHAPE_COLUMN = 16, NUMBER_COLUMN = 15 };

/* 1234567 -> "1,234,567". */
static const char *grouped(size_t number, char out[NUMBER_CHARS]) {
    char digits[NUMBER_CHARS];
    int length = snprintf(digits, sizeof digits, "%zu", number), used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = 0;
    return out;
}

/* "time, frequency", "nothing" for the empty set. */
static const char *axes_text(sx_axis_order order, sx_axes axes, char out[AXES_CHARS]) {
    int used = 0;
    snprintf(out, AXES_CHARS, "nothing");
    for (int axis = 0; axis < SX_AXIS_COUNT; axis++)
        if (axes >> axis & 1U)
            used += snprintf(out + used, AXES_CHARS - (size_t)used, "%s%s", used ? ", " : "",
                             sx_axis_word(order, (sx_axis)axis));
    return out;
}

static const sx_axes every_axis = (1U << SX_AXIS_COUNT) - 1;

static bool is_normalisation(const sx_node *node) { return node->ops == &sx_layer_normalisation; }

/* The axis if Keras's BatchNormalization(axis) does the same, else -1. */
static int keras_preset(const sx_layer_plan *plan) {
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++)
        if (plan->statistics_kept == 1U << axis && plan->affine_kept == 1U << axis) return axis;
    return -1;
}

static size_t parameter_count(const sx_layer_plan *plan) {
    size_t count = 0;
    for (int w = 0; w < plan->weight_count; w++)
        count += plan->weights[w].count;
    return count;
}

static size_t total_multiply_adds(const sx_model *model) {
    size_t total = 0;
    for (size_t i = 0; i < model->node_count; i++)
        total += model->nodes[i].plan.multiply_adds;
    return total;
}

/* First layer that ties the net to the input's extent along time or frequency; NULL = none. */
static const sx_node *fixed_by(const sx_model *model, sx_axis axis) {
    for (size_t i = 0; i < model->node_count; i++) {
        if (model->nodes[i].plan.fixed >> axis & 1U) return &model->nodes[i];
    }
    return NULL;
}

/* --- text ------------------------------------------------------------------------------------------- */

static void add_normalisation(sx_text *text, sx_axis_order order, const sx_layer_plan *plan) {
    char kept[AXES_CHARS], pooled[AXES_CHARS], affine[AXES_CHARS];
    int preset = keras_preset(plan);
    sx_text_format(text, "    keeps %s; pools %s", axes_text(order, plan->statistics_kept, kept),
                   axes_text(order, every_axis & ~plan->statistics_kept, pooled));
    if (plan->affine_kept != plan->statistics_kept)
        sx_text_format(text, "; gamma and beta keep %s", axes_text(order, plan->affine_kept, affine));
    if (!plan->has_statistics) sx_text_add(text, "; no moving statistics");
    if (preset >= 0) sx_text_format(text, " (Keras axis %d)", sx_axis_keras((sx_axis)preset));
    sx_text_add(text, "\n");
}

static const char *input_name(const sx_model *model, int input) {
    return input < 0 ? "input" : model->nodes[input].name;
}

static void add_inputs(sx_text *text, const sx_model *model, size_t index) {
    const sx_node *node = &model->nodes[index];
    if (node->input_count == 1 && node->inputs[0] == (int)index - 1) return;
    for (int i = 0; i < node->input_count; i++)
        sx_text_format(text, "%s%s", i ? ", " : "    from ", input_name(model, node->inputs[i]));
    sx_text_add(text, "\n");
}

static void add_layer(sx_text *text, const sx_model *model, size_t index) {
    const sx_node *node = &model->nodes[index];
    char name[SX_SPEC_NAME_LIMIT + 64], shape[80], parameters[NUMBER_CHARS], multiply_adds[NUMBER_CHARS];
    sx_shape out = node->plan.output;
    snprintf(name, sizeof name, "%s (%s) ", node->name, node->ops->type);
    snprintf(shape, sizeof shape, "%zux%zux%zu", out.time, out.frequency, out.channels);
    sx_text_format(text, "%-*s%-*s%*s%*s\n", NAME_COLUMN, name, SHAPE_COLUMN, shape, NUMBER_COLUMN,
                   grouped(parameter_count(&node->plan), parameters), NUMBER_COLUMN,
                   grouped(node->plan.multiply_adds, multiply_adds));
    if (is_normalisation(node)) add_normalisation(text, sx_model_spec_order(model->spec), &node->plan);
    add_inputs(text, model, index);
    if (index >= model->run_count) sx_text_add(text, "    not run: losses and predictions apply their own\n");
}

static void add_fixed(sx_text *text, const sx_model *model) {
    sx_axis_order order = sx_model_spec_order(model->spec);
    const size_t extents[] = {0, model->options.input.time, model->options.input.frequency};
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_FREQUENCY; axis++) {
        const sx_node *node = fixed_by(model, (sx_axis)axis);
        if (!node) continue;
        const char *word = sx_axis_word(order, (sx_axis)axis);
        sx_text_format(text, "Fixed: takes exactly %zu %s%s, because %s ", extents[axis],
                       strcmp(word, "time") == 0        ? "frames"
                       : strcmp(word, "frequency") == 0 ? "frequency bands"
                                                        : "places on its ",
                       order == SX_ORDER_UNKNOWN ? word : "", node->name);
        if (is_normalisation(node))
            sx_text_format(text, "keeps %s.\n", word);
        else
            sx_text_format(text, "%s.\n",
                           node->ops == &sx_layer_flatten ? "flattens the map"
                           : node->plan.weight_count > 0  ? "has weights for each"
                                                          : "moves values between axes");
    }
}

static void add_totals(sx_text *text, const sx_model *model) {
    char a[NUMBER_CHARS], b[NUMBER_CHARS], c[NUMBER_CHARS];
    sx_text_format(text, "Parameters: %s (%.1f KiB), of which trainable: %s, moving statistics: %s\n",
                   grouped(sx_model_parameter_count(model), a),
                   (double)sx_model_parameter_count(model) * sizeof(float) / 1024,
                   grouped(model->trainable_count, b), grouped(model->statistics_count, c));
    sx_text_format(text, "Multiply-adds of one example in convolutions and dense layers: %s\n",
                   grouped(total_multiply_adds(model), a));
    sx_text_format(text, "Memory for batches of up to %zu%s: %.1f MiB\n", model->options.batch,
                   model->options.training ? ", with gradients" : "",
                   (double)model->arena.size / (1024 * 1024));
}

char *sx_model_summary(const sx_model *model) {
    sx_text text = {0};
    char rule[NAME_COLUMN + SHAPE_COLUMN + 2 * NUMBER_COLUMN + 1];
    sx_shape in = model->options.input;
    sx_axis_order order = sx_model_spec_order(model->spec);
    memset(rule, '-', sizeof rule - 1);
    rule[sizeof rule - 1] = 0;
    sx_text_format(&text, "Net \"%s\": input %zux%zux%zu (%s x %s x channels), %zu classes\n\n",
                   sx_model_spec_name(model->spec), in.time, in.frequency, in.channels,
                   sx_axis_word(order, SX_AXIS_TIME), sx_axis_word(order, SX_AXIS_FREQUENCY),
                   model->options.classes);
    sx_text_format(&text, "%-*s%-*s%*s%*s\n%s\n", NAME_COLUMN, "Layer (type)", SHAPE_COLUMN, "Output",
                   NUMBER_COLUMN, "Parameters", NUMBER_COLUMN, "Multiply-adds", rule);
    for (size_t i = 0; i < model->node_count; i++)
        add_layer(&text, model, i);
    sx_text_format(&text, "%s\n", rule);
    add_totals(&text, model);
    add_fixed(&text, model);
    return sx_text_take(&text);
}

/* --- JSON ------------------------------------------------------------------------------------------- */

static sx_json *axes_json(sx_axis_order order, sx_axes axes) {
    sx_json *list = sx_json_array();
    for (int axis = 0; axis < SX_AXIS_COUNT; axis++)
        if (axes >> axis & 1U) sx_json_append_text(list, sx_axis_word(order, (sx_axis)axis));
    return list;
}

static sx_json *layer_json(const sx_model *model, size_t index) {
    const sx_node *node = &model->nodes[index];
    sx_axis_order order = sx_model_spec_order(model->spec);
    sx_json *layer = sx_json_object(), *inputs = sx_json_array();
    for (int i = 0; i < node->input_count; i++)
        sx_json_append_text(inputs, input_name(model, node->inputs[i]));
    sx_json_set_text(layer, "name", node->name);
    sx_json_set_text(layer, "type", node->ops->type);
    sx_json_set(layer, "inputs", inputs);
    sx_json_set(layer, "output", sx_shape_json(node->plan.output));
    sx_json_set_integer(layer, "parameters", (int64_t)parameter_count(&node->plan));
    sx_json_set_integer(layer, "multiply_adds", (int64_t)node->plan.multiply_adds);
    if (!is_normalisation(node)) return layer;
    sx_json_set(layer, "keeps", axes_json(order, node->plan.statistics_kept));
    sx_json_set(layer, "pools", axes_json(order, every_axis & ~node->plan.statistics_kept));
    sx_json_set(layer, "affine_keeps", axes_json(order, node->plan.affine_kept));
    int preset = keras_preset(&node->plan);
    if (preset >= 0) sx_json_set_integer(layer, "keras_axis", sx_axis_keras((sx_axis)preset));
    return layer;
}

char *sx_model_summary_json(const sx_model *model) {
    sx_json *root = sx_json_object(), *layers = sx_json_array();
    for (size_t i = 0; i < model->node_count; i++)
        sx_json_append(layers, layer_json(model, i));
    sx_json_set_text(root, "schema", "sonaxis-net-1");
    sx_json_set_text(root, "name", sx_model_spec_name(model->spec));
    sx_json_set(root, "input", sx_shape_json(model->options.input));
    sx_json_set_integer(root, "classes", (int64_t)model->options.classes);
    sx_json_set_integer(root, "parameters", (int64_t)sx_model_parameter_count(model));
    sx_json_set_integer(root, "trainable", (int64_t)model->trainable_count);
    sx_json_set_integer(root, "multiply_adds", (int64_t)total_multiply_adds(model));
    sx_json_set_bool(root, "fixed_frames", fixed_by(model, SX_AXIS_TIME) != NULL);
    sx_json_set_bool(root, "fixed_bands", fixed_by(model, SX_AXIS_FREQUENCY) != NULL);
    sx_json_set(root, "layers", layers);
    char *json = sx_json_dump(root, 2);
    sx_json_free(root);
    return json;
}
