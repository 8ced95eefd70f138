/* net_words.c: what the owner of a Keras net does with the answer: the lines of the script, for the terminal
 * and for compare.json. */
#include "experiment/net.h"

#include "base/memory.h"

#include <string.h>

/* --- lines ------------------------------------------------------------------------------------------ */

bool sx_net_change_at(const sx_comparison *comparison, size_t index, sx_net_change *out) {
    const sx_net_norm *norm = &comparison->net->norms[index];
    int to = sx_axis_keras(comparison->verdict.axis);
    if (norm->reason) return false;
    *out = (sx_net_change){.norm = norm, .changes = norm->axis != to};
    sx_print(out->to, sizeof out->to, "axis=%d", to);
    return true;
}

size_t sx_net_change_count(const sx_comparison *comparison) {
    sx_net_change change;
    size_t count = 0;
    for (size_t i = 0; i < comparison->net->norm_count; i++)
        count += sx_net_change_at(comparison, i, &change) && change.changes;
    return count;
}

void sx_net_say_head(const sx_comparison *comparison, sx_text *text) {
    size_t count = sx_net_change_count(comparison);
    const char *word = sx_axis_word(comparison->order, comparison->verdict.axis);
    bool decided = comparison->verdict.kind != SX_VERDICT_UNDECIDED;
    if (count == 0 && decided)
        sx_text_format(text, "Your script has it already: what was varied keeps %s in it", word);
    else if (count == 0)
        sx_text_format(text, "Nothing is decided; the axis that is ahead is the one in your script");
    else if (decided && count == 1)
        sx_text_add(text, "In your script, change axis= in this line");
    else if (decided)
        sx_text_format(text, "In your script, change axis= in these %zu lines", count);
    else
        sx_text_format(text,
                       "Nothing is decided, so your script may stay as it is. To keep %s, the axis "
                       "that is ahead, it would be",
                       word);
}

static void add_names(sx_text *text, char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        sx_text_format(text, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", names[i]);
    if (count == 0) sx_text_add(text, "none");
}

/* The axis that the varied normalisations have in the file; 0 where they differ. */
static int file_axis(const sx_net_about *net) {
    int axis = 0;
    for (size_t i = 0; i < net->norm_count; i++) {
        if (net->norms[i].reason) continue;
        if (axis != 0 && net->norms[i].axis != axis) return 0;
        axis = net->norms[i].axis;
    }
    return axis;
}

void sx_net_say_weights(const sx_comparison *comparison, sx_text *text) {
    const sx_net_about *net = comparison->net;
    if (!net->from_weights) return;
    sx_text_add(text, "Every axis began with the file's weights in ");
    add_names(text, net->taken, net->taken_count);
    sx_text_add(text, "; anew on every axis began ");
    add_names(text, net->fresh, net->fresh_count);
    sx_text_add(text,
                ". The same layers began the same way whatever the axis, but those weights were learnt ");
    int axis = file_axis(net);
    if (axis != 0)
        sx_text_format(text, "with axis=%d, which may favour it", axis);
    else
        sx_text_add(text, "with the file's own axes, which may favour them");
    sx_text_add(text,
                ", and on whatever it was trained with, perhaps these very test examples. For a verdict "
                "that is free of both, compare without --from-weights.");
}

const char *sx_net_code(const sx_comparison *comparison) {
    for (size_t i = 0; i < comparison->axis_count; i++)
        if (comparison->axes[i].axis == comparison->verdict.axis) return comparison->net->code[i];
    return NULL;
}

/* --- the terminal ----------------------------------------------------------------------------------- */

static int longest_name(const sx_net_about *net) {
    size_t longest = 0;
    for (size_t i = 0; i < net->norm_count; i++)
        longest = strlen(net->norms[i].layer) > longest ? strlen(net->norms[i].layer) : longest;
    return (int)longest;
}

void sx_net_say(const sx_comparison *comparison, sx_text *text) {
    const sx_net_about *net = comparison->net;
    sx_net_change change;
    if (!net) return;
    int width = longest_name(net);
    sx_net_say_head(comparison, text);
    sx_text_add(text, ":\n");
    for (size_t i = 0; i < net->norm_count; i++) {
        if (!sx_net_change_at(comparison, i, &change)) continue;
        sx_text_format(text, "  %-*s  %s", width, change.norm->layer, change.norm->axis_text);
        if (change.changes) sx_text_format(text, "  ->  %s", change.to);
        sx_text_add(text, change.changes ? "\n" : "  stays\n");
    }
    for (size_t i = 0; i < net->norm_count; i++)
        if (net->norms[i].reason)
            sx_text_format(text, "Not varied: %s (%s, %s): %s.\n", net->norms[i].layer,
                           net->norms[i].class_name, net->norms[i].axis_text, net->norms[i].reason);
    if (net->from_weights) {
        sx_net_say_weights(comparison, text);
        sx_text_add(text, "\n");
    }
    sx_text_add(text, "\n");
}

/* --- JSON ------------------------------------------------------------------------------------------- */

static sx_json *names_json(char *const *names, size_t count) {
    sx_json *list = sx_json_array();
    for (size_t i = 0; i < count; i++)
        sx_json_append_text(list, names[i]);
    return list;
}

static sx_json *norm_json(const sx_comparison *comparison, size_t index) {
    const sx_net_norm *norm = &comparison->net->norms[index];
    sx_json *one = sx_json_object();
    sx_net_change change;
    bool varies = sx_net_change_at(comparison, index, &change);
    sx_json_set_text(one, "layer", norm->layer);
    sx_json_set_text(one, "class", norm->class_name);
    sx_json_set_text(one, "now", norm->axis_text);
    sx_json_set_bool(one, "varied", varies);
    if (varies) {
        sx_json_set_text(one, "to", change.to);
        sx_json_set_bool(one, "changes", change.changes);
    } else {
        sx_json_set_text(one, "reason", norm->reason);
    }
    return one;
}

static sx_json *lines_json(const char *text) {
    sx_json *list = sx_json_array();
    while (*text) {
        sx_text line = {0};
        size_t length = strcspn(text, "\n");
        sx_text_add_bytes(&line, text, length);
        char *made = sx_text_take(&line);
        sx_json_append_text(list, made);
        sx_free(made);
        text += length + (text[length] == '\n');
    }
    return list;
}

sx_json *sx_net_json(const sx_comparison *comparison) {
    const sx_net_about *net = comparison->net;
    sx_json *root = sx_json_object(), *norms = sx_json_array();
    for (size_t i = 0; i < net->norm_count; i++)
        sx_json_append(norms, norm_json(comparison, i));
    sx_json_set_text(root, "path", net->path);
    sx_json_set_text(root, "keras_version", net->version);
    sx_json_set(root, "normalisations", norms);
    sx_json_set(root, "training", lines_json(net->training));
    sx_json_set_bool(root, "from_weights", net->from_weights);
    if (net->from_weights) {
        sx_json_set(root, "layers_from_file", names_json(net->taken, net->taken_count));
        sx_json_set(root, "layers_anew", names_json(net->fresh, net->fresh_count));
    }
    sx_json_set_text(root, "keras_code", sx_net_code(comparison));
    if (!sx_net_code(comparison)) sx_json_set_text(root, "keras_code_reason", net->code_reason);
    return root;
}
