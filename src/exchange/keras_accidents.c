/* keras_accidents.c: settings of normalisations that are seldom meant: axis=1 from a channels-first habit, a
 * momentum as PyTorch counts it, a number of frames that the net is tied to, statistics that were never
 * trained; and what of the file a training here leaves out. A warning says what is, why it may be an
 * accident, and what to write instead. */
#include "exchange/keras_describe.h"

#include <math.h>
#include <string.h>

static void add(sx_json *list, const char *kind, const char *layer, sx_text *text) {
    sx_json *one = sx_json_object();
    char *sentence = sx_text_take(text);
    sx_json_set_text(one, "kind", kind);
    sx_json_set_text(one, "layer", layer);
    sx_json_set_text(one, "text", sentence ? sentence : "");
    sx_json_append(list, one);
    sx_free(sentence);
}

static bool is_batch_norm(const sx_keras_norm *norm) {
    return strstr(norm->class_name, "BatchNormalization") != NULL;
}

/* --- axis=1 ----------------------------------------------------------------------------------------- */

/* Where channels lie first, axis=1 is what to write; here they lie last. */
static void channels_first(const sx_keras *keras, const sx_keras_norm *norm, sx_json *list) {
    sx_text text = {0};
    bool suspicious = norm->rank == 4 && sx_json_count(norm->axes) == 1 && is_batch_norm(norm) &&
                      sx_keras_norm_axis(norm, 0) == SX_AXIS_TIME;
    if (!suspicious) return;
    const char *word = sx_axis_word(sx_keras_order(keras), SX_AXIS_TIME);
    const sx_shape shape = norm->node->input_shapes[0];
    sx_text_format(&text,
                   "%s: axis=1 keeps %s (%zu means and variances, one for each place on it) and pools ",
                   norm->name, word, shape.time);
    sx_text_format(
        &text,
        "%s and channels. axis=1 is a habit of channels-first data (PyTorch, Theano); this net's "
        "channels are the last axis. If each of the %zu channels was to have its own, write axis=-1",
        sx_axis_word(sx_keras_order(keras), SX_AXIS_FREQUENCY), shape.channels);
    add(list, "channels_first", norm->name, &text);
}

/* --- momentum --------------------------------------------------------------------------------------- */

static void momentum(const sx_keras_norm *norm, sx_json *list) {
    sx_text text = {0};
    double value = sx_json_number(norm->momentum);
    if (!sx_json_is_number(norm->momentum) || value > 0.5) return;
    sx_text_format(
        &text,
        "%s: momentum %.6g is the share of the old value that a step leaves, so the moving "
        "statistics are nearly those of the last batch. PyTorch counts the other way round: its %.6g "
        "is Keras's %.6g",
        norm->name, value, value, 1 - value);
    add(list, "momentum", norm->name, &text);
}

/* --- statistics ------------------------------------------------------------------------------------- */

static bool all_are(const float *values, size_t count, float wanted) {
    for (size_t i = 0; i < count; i++)
        if (values[i] < wanted || values[i] > wanted) return false;
    return true;
}

static void untrained(const sx_keras_norm *norm, sx_json *list) {
    const sx_layer_plan *plan = &norm->node->plan;
    sx_text text = {0};
    if (!plan->has_statistics || plan->weight_count < 2) return;
    int mean = plan->weight_count - 2;
    bool first = all_are(norm->node->weights[mean], plan->weights[mean].count, 0) &&
                 all_are(norm->node->weights[mean + 1], plan->weights[mean + 1].count, 1);
    if (!first) return;
    sx_text_format(
        &text,
        "%s: its moving mean is 0 and its moving variance 1 everywhere, as at the beginning: it was "
        "never trained, so predictions do not normalise",
        norm->name);
    add(list, "untrained", norm->name, &text);
}

/* --- extents ---------------------------------------------------------------------------------------- */

static bool keeps(const sx_keras_norm *norm, sx_axis axis) {
    return norm->rank > 2 && ((norm->node->plan.statistics_kept | norm->node->plan.affine_kept) >> axis & 1U);
}

/* Who ties the net to its extent along an axis: a normalisation, or another layer. */
static const sx_node *tied_by(const sx_model *model, sx_axis axis) {
    for (size_t i = 0; i < model->node_count; i++)
        if (model->nodes[i].plan.fixed >> axis & 1U) return &model->nodes[i];
    return NULL;
}

static bool is_kept_by_norm(const sx_keras *keras, const sx_model *model, const char *name, sx_axis axis) {
    for (size_t i = 0; i < sx_json_count(sx_json_get(keras->about, "norms")); i++) {
        sx_keras_norm norm;
        if (sx_keras_norm_at(keras, model, i, &norm) && strcmp(norm.name, name) == 0)
            return keeps(&norm, axis);
    }
    return false;
}

/* Only time is a surprise: bands are as many as the front-end makes. */
static void fixed_frames(const sx_keras *keras, const sx_model *model, sx_json *list) {
    sx_axis_order order = sx_keras_order(keras);
    sx_axis time = order == SX_ORDER_FREQUENCY_TIME ? SX_AXIS_FREQUENCY : SX_AXIS_TIME;
    const sx_shape in = model->options.input;
    const sx_node *node = tied_by(model, time);
    size_t extent = time == SX_AXIS_TIME ? in.time : in.frequency;
    const char *word = sx_axis_word(order, time);
    sx_text text = {0};
    if (!node || extent < 2) return;
    if (order == SX_ORDER_UNKNOWN)
        sx_text_format(&text, "the net takes exactly %zu places on its %s", extent, word);
    else
        sx_text_format(&text, "the net takes exactly %zu frames", extent);
    if (is_kept_by_norm(keras, model, node->name, time))
        sx_text_format(&text, ", because %s keeps %s", node->name, word);
    else if (node->ops == &sx_layer_flatten)
        sx_text_format(&text, ", because %s flattens the map; a global pool would take any number",
                       node->name);
    else
        sx_text_format(&text, ", because %s is made for them", node->name);
    add(list, "fixed_frames", node->name, &text);
}

/* --- what training leaves out ----------------------------------------------------------------------- */

static void add_dropped(const sx_keras *keras, sx_json *list) {
    const sx_json *dropped = sx_json_get(keras->about, "dropped");
    for (size_t i = 0; i < sx_json_count(dropped); i++) {
        const sx_json *one = sx_json_at(dropped, i);
        const char *kind = sx_json_text(sx_json_get(one, "kind"));
        const char *layer = sx_json_text(sx_json_get(one, "layer"));
        const char *said = sx_json_text(sx_json_get(one, "text"));
        sx_text text = {0};
        if (!kind || !layer || !said) continue;
        sx_text_format(&text, "%s", said);
        add(list, kind, layer, &text);
    }
}

sx_json *sx_keras_accidents(const sx_keras *keras, const sx_model *model) {
    sx_json *list = sx_json_array();
    for (size_t i = 0; i < sx_json_count(sx_json_get(keras->about, "norms")); i++) {
        sx_keras_norm norm;
        if (!sx_keras_norm_at(keras, model, i, &norm)) continue;
        channels_first(keras, &norm, list);
        momentum(&norm, list);
        untrained(&norm, list);
    }
    fixed_frames(keras, model, list);
    add_dropped(keras, list);
    return list;
}
