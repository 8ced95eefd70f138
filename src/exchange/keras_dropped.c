/* keras_dropped.c: what a layer of Keras has and a net trained here has not: regularisers, constraints,
 * weights that stay as they are. Predictions are the same without; training is not, so each is a warning. A
 * quantised layer is refused: its weights are other numbers. */
#include "exchange/keras_options.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const char *class_of(const sx_json *value) {
    const char *name = sx_json_text(sx_json_get(value, "class_name"));
    if (!name) name = sx_json_text(value);
    return name ? name : "?";
}

/* what: in two words, for those who name many layers in one sentence. */
static void note(sx_keras_job *job, const char *layer, const char *kind, const char *what, sx_text *text) {
    sx_json *one = sx_json_object();
    char *sentence = sx_text_take(text);
    sx_json_set_text(one, "kind", kind);
    sx_json_set_text(one, "layer", layer);
    sx_json_set_text(one, "what", what);
    sx_json_set_text(one, "text", sentence ? sentence : "");
    sx_json_append(job->dropped, one);
    sx_free(sentence);
}

static void note_option(sx_keras_job *job, const sx_keras_layer *layer, const char *option,
                        const char *kind) {
    sx_text text = {0};
    char what[96];
    if (!sx_keras_has(layer, option)) return;
    snprintf(what, sizeof what, "%s (%.40s)", option, class_of(sx_json_get(layer->config, option)));
    sx_text_format(&text, "%s: its %s has a part in training in Keras, and none here", layer->name, what);
    note(job, layer->name, kind, what, &text);
}

static bool has_trainable_weights(const sx_keras_layer *layer) {
    return layer->has_weights && strcmp(layer->class_name, "Normalization") != 0;
}

static void note_frozen(sx_keras_job *job, const sx_keras_layer *layer) {
    sx_text text = {0};
    if (sx_keras_flag(layer, "trainable", true) || !has_trainable_weights(layer)) return;
    sx_text_format(&text,
                   "%s: trainable=False, so Keras leaves it as it is; trained here, it learns with the rest",
                   layer->name);
    note(job, layer->name, "frozen", "trainable=False", &text);
}

static void note_activity(sx_keras_job *job, const sx_keras_layer *layer) {
    sx_text text = {0};
    if (strcmp(layer->class_name, "ActivityRegularization") != 0) return;
    sx_text_format(&text, "%s: ActivityRegularization adds to the loss in Keras, and nothing here",
                   layer->name);
    note(job, layer->name, "regulariser", "ActivityRegularization", &text);
}

void sx_keras_note_dropped(sx_keras_job *job, const sx_keras_layer *layer) {
    static const char *const parts[] = {"kernel", "bias", "depthwise", "pointwise", "gamma", "beta", "alpha"};
    char option[40];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(option, sizeof option, "%s_regularizer", parts[i]);
        note_option(job, layer, option, "regulariser");
        snprintf(option, sizeof option, "%s_constraint", parts[i]);
        note_option(job, layer, option, "constraint");
    }
    note_option(job, layer, "activity_regularizer", "regulariser");
    note_activity(job, layer);
    note_frozen(job, layer);
}

sx_status sx_keras_refuse_quantised(const sx_keras_layer *layer, sx_error *err) {
    const sx_json *dtype = sx_json_get(layer->config, "dtype");
    const char *name = sx_json_text(sx_json_get(dtype, "class_name"));
    if (!name || strncmp(name, "Quantized", 9) != 0) return SX_OK;
    return sx_fail(err, SX_E_UNSUPPORTED,
                   "%s: is quantised (%.40s); save the model as it was before quantize()", layer->where,
                   name);
}
