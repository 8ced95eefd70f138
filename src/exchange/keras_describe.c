/* keras_describe.c: what each normalisation of a Keras model keeps and pools, in the user's words and in
 * Keras's numbers. What looks like an accident is found in keras_accidents.c. */
#include "exchange/keras_describe.h"

#include "base/memory.h"
#include "model/graph.h"

#include <stdio.h>
#include <string.h>

/* --- one normalisation ------------------------------------------------------------------------------ */

static int node_called(const sx_model *model, const char *name) {
    for (size_t i = 0; i < model->node_count; i++)
        if (strcmp(model->nodes[i].name, name) == 0) return (int)i;
    return -1;
}

bool sx_keras_norm_at(const sx_keras *keras, const sx_model *model, size_t index, sx_keras_norm *out) {
    const sx_json *entry = sx_json_at(sx_json_get(keras->about, "norms"), index);
    const char *name = sx_json_text(sx_json_get(entry, "layer"));
    int node = name ? node_called(model, name) : -1;
    if (node < 0) return false;
    *out = (sx_keras_norm){.name = name,
                           .class_name = sx_json_text(sx_json_get(entry, "class")),
                           .rank = (int)sx_json_integer(sx_json_get(entry, "rank")),
                           .axes = sx_json_get(entry, "axes"),
                           .momentum = sx_json_get(entry, "momentum"),
                           .node = &model->nodes[node]};
    return out->class_name != NULL;
}

sx_axis sx_keras_norm_axis(const sx_keras_norm *norm, size_t index) {
    int64_t axis = sx_json_integer(sx_json_at(norm->axes, index));
    if (axis == norm->rank - 1) return SX_AXIS_CHANNELS;
    return axis == 1 ? SX_AXIS_TIME : SX_AXIS_FREQUENCY;
}

void sx_keras_norm_axis_text(const sx_keras_norm *norm, sx_text *text) {
    size_t count = sx_json_count(norm->axes);
    sx_text_add(text, count > 1 ? "axis=[" : "axis=");
    for (size_t i = 0; i < count; i++) {
        int64_t axis = sx_json_integer(sx_json_at(norm->axes, i));
        sx_text_format(text, "%s%d", i ? ", " : "", axis == norm->rank - 1 && count == 1 ? -1 : (int)axis);
    }
    if (count > 1) sx_text_add(text, "]");
}

/* Axes a Keras tensor of that rank does not have are not spoken of. */
static bool has_axis(int rank, int axis) {
    if (axis == SX_AXIS_TIME) return rank >= 3;
    return axis != SX_AXIS_FREQUENCY || rank >= 4;
}

void sx_keras_add_axes(sx_text *text, sx_axis_order order, int rank, sx_axes axes) {
    bool first = true;
    for (int axis = 0; axis < SX_AXIS_COUNT; axis++) {
        if (!(axes >> axis & 1U) || !has_axis(rank, axis)) continue;
        sx_text_format(text, "%s%s", first ? "" : ", ", sx_axis_word(order, (sx_axis)axis));
        first = false;
    }
    if (first) sx_text_add(text, "nothing");
}

void sx_keras_add_shape(sx_text *text, const sx_keras *keras, int rank, sx_shape shape) {
    sx_text_add(text, "(batch");
    if (rank >= 3)
        sx_text_format(text, ", %s %zu", sx_axis_word(sx_keras_order(keras), SX_AXIS_TIME), shape.time);
    if (rank >= 4)
        sx_text_format(text, ", %s %zu", sx_axis_word(sx_keras_order(keras), SX_AXIS_FREQUENCY),
                       shape.frequency);
    sx_text_format(text, ", channels %zu)", shape.channels);
}

size_t sx_keras_norm_parameters(const sx_keras_norm *norm) {
    size_t count = 0;
    for (int w = 0; w < norm->node->plan.weight_count; w++)
        count += norm->node->plan.weights[w].count;
    return count;
}

/* Group normalisation keeps the groups of its axis, example by example. */
static bool is_grouped(const sx_keras_norm *norm) {
    return strcmp(norm->class_name, "GroupNormalization") == 0;
}

sx_axes sx_keras_norm_kept(const sx_keras_norm *norm) {
    if (is_grouped(norm)) return 1U << SX_AXIS_BATCH;
    return norm->node->plan.statistics_kept;
}

static void add_norm(sx_text *text, const sx_keras *keras, const sx_keras_norm *norm) {
    const sx_axes every = (1U << SX_AXIS_COUNT) - 1;
    sx_axes kept = sx_keras_norm_kept(norm);
    sx_text_format(text, "%s (%s, ", norm->name, norm->class_name);
    sx_keras_norm_axis_text(norm, text);
    sx_text_add(text, ")\n    input ");
    sx_keras_add_shape(text, keras, norm->rank, norm->node->input_shapes[0]);
    sx_text_add(text, "\n    keeps ");
    sx_keras_add_axes(text, sx_keras_order(keras), norm->rank, kept);
    if (is_grouped(norm)) sx_text_add(text, " and groups of places on its axis");
    sx_text_add(text, "; pools ");
    sx_keras_add_axes(text, sx_keras_order(keras), norm->rank, every & ~kept);
    sx_text_format(text, "; %zu parameters", sx_keras_norm_parameters(norm));
    if (sx_json_is_number(norm->momentum))
        sx_text_format(text, "; momentum %.6g", sx_json_number(norm->momentum));
    sx_text_add(text, "\n");
}

/* --- the whole -------------------------------------------------------------------------------------- */

static void add_training(sx_text *text, const sx_keras *keras) {
    sx_keras_training training = sx_keras_get_training(keras);
    if (!training.optimiser[0]) return;
    sx_text_format(text, "Compiled with %s", training.optimiser);
    if (training.learning_rate > 0)
        sx_text_format(text, ", learning rate %.6g%s%s", training.learning_rate,
                       training.schedule[0] ? " at first, by " : "", training.schedule);
    if (training.loss[0]) sx_text_format(text, ", loss %s", training.loss);
    sx_text_add(text, "\n");
}

static void add_input(sx_text *text, const sx_keras *keras, const sx_model *model) {
    int rank = (int)sx_json_count(sx_json_get(keras->about, "input")) + 1;
    sx_text_add(text, "Input ");
    sx_keras_add_shape(text, keras, rank, model->options.input);
    if (sx_keras_order(keras) == SX_ORDER_UNKNOWN && rank > 2)
        sx_text_add(text, "; the file does not say which axis is time: say --order time,frequency or "
                          "frequency,time");
    sx_text_add(text, "\n");
}

char *sx_keras_describe(const sx_keras *keras, const sx_model *model) {
    size_t count = sx_json_count(sx_json_get(keras->about, "norms"));
    sx_text text = {0};
    sx_text_format(&text, "Keras %s\n", sx_keras_version(keras)[0] ? sx_keras_version(keras) : "model");
    add_input(&text, keras, model);
    add_training(&text, keras);
    sx_text_format(&text, "\n%s\n", count ? "Normalisations" : "No normalisation");
    for (size_t i = 0; i < count; i++) {
        sx_keras_norm norm;
        if (sx_keras_norm_at(keras, model, i, &norm)) add_norm(&text, keras, &norm);
    }
    sx_json *accidents = sx_keras_accidents(keras, model);
    if (sx_json_count(accidents) > 0) sx_text_add(&text, "\n");
    for (size_t i = 0; i < sx_json_count(accidents); i++)
        sx_text_format(&text, "warning: %s\n", sx_json_text(sx_json_get(sx_json_at(accidents, i), "text")));
    sx_json_free(accidents);
    return sx_text_take(&text);
}

/* --- JSON ------------------------------------------------------------------------------------------- */

static sx_json *axes_json(const sx_keras *keras, int rank, sx_axes axes) {
    sx_json *list = sx_json_array();
    for (int axis = 0; axis < SX_AXIS_COUNT; axis++)
        if ((axes >> axis & 1U) && has_axis(rank, axis))
            sx_json_append_text(list, sx_axis_word(sx_keras_order(keras), (sx_axis)axis));
    return list;
}

static sx_json *norm_json(const sx_keras *keras, const sx_keras_norm *norm) {
    const sx_axes every = (1U << SX_AXIS_COUNT) - 1;
    sx_json *one = sx_json_object(), *axes = sx_json_array(), *input = sx_json_array();
    const sx_shape shape = norm->node->input_shapes[0];
    for (size_t i = 0; i < sx_json_count(norm->axes); i++)
        sx_json_append_integer(axes, sx_json_integer(sx_json_at(norm->axes, i)));
    if (norm->rank >= 3) sx_json_append_integer(input, (int64_t)shape.time);
    if (norm->rank >= 4) sx_json_append_integer(input, (int64_t)shape.frequency);
    sx_json_append_integer(input, (int64_t)shape.channels);
    sx_json_set_text(one, "layer", norm->name);
    sx_json_set_text(one, "class", norm->class_name);
    sx_json_set(one, "input", input);
    sx_json_set(one, "keras_axes", axes);
    sx_json_set(one, "keeps", axes_json(keras, norm->rank, sx_keras_norm_kept(norm)));
    sx_json_set(one, "pools", axes_json(keras, norm->rank, every & ~sx_keras_norm_kept(norm)));
    sx_json_set_integer(one, "parameters", (int64_t)sx_keras_norm_parameters(norm));
    if (sx_json_is_number(norm->momentum))
        sx_json_set_number(one, "momentum", sx_json_number(norm->momentum));
    return one;
}

static sx_json *net_json(const sx_model *model) {
    char *text = sx_model_summary_json(model);
    sx_json *net = NULL;
    if (text && sx_json_parse(text, strlen(text), "summary", &net, NULL) != SX_OK) net = NULL;
    sx_free(text);
    return net;
}

char *sx_keras_describe_json(const sx_keras *keras, const sx_model *model) {
    sx_json *root = sx_json_object(), *norms = sx_json_array();
    for (size_t i = 0; i < sx_json_count(sx_json_get(keras->about, "norms")); i++) {
        sx_keras_norm norm;
        if (sx_keras_norm_at(keras, model, i, &norm)) sx_json_append(norms, norm_json(keras, &norm));
    }
    sx_json_set_text(root, "schema", "sonaxis-keras-1");
    sx_json_set_text(root, "keras_version", sx_keras_version(keras));
    sx_json_set_text(root, "order", sx_axis_order_name(sx_keras_order(keras)));
    sx_json_set(root, "normalisations", norms);
    sx_json_set(root, "warnings", sx_keras_accidents(keras, model));
    sx_json_set(root, "net", net_json(model));
    char *json = sx_json_dump(root, 2);
    sx_json_free(root);
    return json;
}
