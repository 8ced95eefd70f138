/* net_norms.c: which normalisations of a Keras file vary, and why the others do not. */
#include "experiment/net.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/spec.h"

#include <string.h>

bool sx_net_varies(const sx_net_about *about, const char *layer) {
    for (size_t i = 0; i < about->norm_count; i++)
        if (strcmp(about->norms[i].layer, layer) == 0) return !about->norms[i].reason;
    return false;
}

/* --- axes moved on the way -------------------------------------------------------------------------- */

/* A reshape that only sets channels behind the data's own two axes moves nothing. */
static bool keeps_axes(const sx_json *layer, sx_shape data) {
    const sx_json *shape = sx_json_get(layer, "target_shape");
    int64_t first = sx_json_integer(sx_json_at(shape, 0)), second = sx_json_integer(sx_json_at(shape, 1));
    return sx_json_count(shape) == 3 && (first < 0 || first == (int64_t)data.time) &&
           (second < 0 || second == (int64_t)data.frequency);
}

/* The layer at or before `index` that moves axes, -1 = none. The spec is checked: inputs come before. */
static int moved_by(const sx_model_spec *spec, int index, sx_shape data) {
    if (index < 0) return -1;
    int inputs[SX_LAYER_INPUTS];
    const sx_json *layer = sx_spec_layer(spec, (size_t)index);
    const char *type = sx_json_text(sx_json_get(layer, "type"));
    if (strcmp(type, "permute") == 0) return index;
    if (strcmp(type, "reshape") == 0) return keeps_axes(layer, data) ? -1 : index;
    int count = sx_spec_inputs(spec, (size_t)index, inputs);
    return count > 0 ? moved_by(spec, inputs[0], data) : -1;
}

/* --- one normalisation ------------------------------------------------------------------------------ */

static int layer_called(const sx_model_spec *spec, const char *name) {
    for (size_t i = 0; i < sx_spec_layer_count(spec); i++)
        if (strcmp(sx_spec_layer_name(spec, i), name) == 0) return (int)i;
    return -1;
}

static char *axis_text(const sx_json *axes, int rank, int *axis) {
    sx_text text = {0};
    size_t count = sx_json_count(axes);
    sx_text_add(&text, count == 1 ? "axis=" : "axis=[");
    for (size_t i = 0; i < count; i++) {
        int number = (int)sx_json_integer(sx_json_at(axes, i));
        if (count == 1) *axis = number = number == rank - 1 ? -1 : number;
        sx_text_format(&text, "%s%d", i ? ", " : "", number);
    }
    if (count != 1) sx_text_add(&text, "]");
    return sx_text_take(&text);
}

/* Why it cannot vary; NULL where it can (or where memory is out, which *failed says). */
static char *find_reason(const sx_json *entry, const sx_model_spec *spec, const sx_features *features,
                         bool *failed) {
    const char *name = sx_json_text(sx_json_get(entry, "layer"));
    const char *class_name = sx_json_text(sx_json_get(entry, "class"));
    int64_t rank = sx_json_integer(sx_json_get(entry, "rank"));
    int index = layer_called(spec, name), moved = moved_by(spec, index, features->shape);
    sx_text why = {0};
    if (!strstr(class_name, "BatchNormalization"))
        sx_text_format(&why, "a %s normalises every example by itself and has no axis of that kind",
                       class_name);
    else if (rank == 3)
        sx_text_add(&why, "it works on (batch, steps, channels), which has no three axes to choose from");
    else if (rank != 4)
        sx_text_add(&why, "it works on (batch, features), where time and frequency are gone");
    else if (sx_json_count(sx_json_get(entry, "axes")) != 1)
        sx_text_add(&why, "it keeps a list of axes");
    else if (moved >= 0)
        sx_text_format(&why, "it stands behind layer \"%s\", which moves the axes",
                       sx_spec_layer_name(spec, (size_t)moved));
    if (why.length == 0 && !why.failed) return NULL;
    char *reason = sx_text_take(&why);
    *failed = *failed || !reason;
    return reason;
}

static sx_status read_norm(const sx_json *entry, const sx_model_spec *spec, const sx_features *features,
                           sx_net_norm *norm, sx_error *err) {
    bool failed = false;
    int rank = (int)sx_json_integer(sx_json_get(entry, "rank"));
    const char *name = sx_json_text(sx_json_get(entry, "layer")),
               *class_name = sx_json_text(sx_json_get(entry, "class"));
    if (!name || !class_name || layer_called(spec, name) < 0)
        return sx_fail(err, SX_E_FORMAT, "what it says of its normalisations does not make sense");
    norm->layer = sx_copy_text(name);
    norm->class_name = sx_copy_text(class_name);
    norm->axis_text = axis_text(sx_json_get(entry, "axes"), rank, &norm->axis);
    norm->reason = find_reason(entry, spec, features, &failed);
    failed = failed || !norm->layer || !norm->class_name || !norm->axis_text;
    return failed ? sx_fail_memory(err, 256) : SX_OK;
}

/* --- the user's choice ------------------------------------------------------------------------------ */

static bool is_chosen(const char *vary, const char *layer) {
    size_t length = strlen(layer);
    for (const char *name = vary; *name;) {
        name += strspn(name, ", ");
        size_t here = strcspn(name, ",");
        if (here == length && strncmp(name, layer, length) == 0) return true;
        name += here;
    }
    return false;
}

static void add_names(const sx_net_about *about, sx_text *text) {
    for (size_t i = 0; i < about->norm_count; i++)
        sx_text_format(text, "%s%s%s", i ? ", " : "", about->norms[i].layer,
                       about->norms[i].reason ? " (which cannot)" : "");
}

/* Every name of the list is a normalisation that can vary. */
static sx_status check_choice(const sx_net_about *about, const char *vary, sx_error *err) {
    for (const char *name = vary; *name;) {
        name += strspn(name, ", ");
        size_t length = strcspn(name, ",");
        const sx_net_norm *found = NULL;
        for (size_t i = 0; i < about->norm_count; i++)
            if (strlen(about->norms[i].layer) == length && strncmp(about->norms[i].layer, name, length) == 0)
                found = &about->norms[i];
        if (found && found->reason)
            return sx_fail(err, SX_E_ARGUMENT, "layer \"%s\" cannot vary: %s", found->layer, found->reason);
        if (!found && length > 0) {
            sx_text names = {0};
            add_names(about, &names);
            sx_status status =
                sx_fail(err, SX_E_ARGUMENT, "no normalisation is called \"%.*s\"; there are %.700s",
                        (int)length, name, names.length ? names.chars : "none");
            sx_text_clear(&names);
            return status;
        }
        name += length;
    }
    return SX_OK;
}

/* Those that were not chosen stay, and say so. */
static sx_status apply_choice(sx_net_about *about, const char *vary, sx_error *err) {
    sx_status status = check_choice(about, vary, err);
    for (size_t i = 0; status == SX_OK && i < about->norm_count; i++) {
        sx_net_norm *norm = &about->norms[i];
        if (norm->reason || is_chosen(vary, norm->layer)) continue;
        norm->reason = sx_copy_text("it was not chosen");
        if (!norm->reason) status = sx_fail_memory(err, 32);
    }
    return status;
}

static sx_status mark(sx_model_spec *spec, sx_net_about *about, sx_error *err) {
    for (size_t i = 0; i < about->norm_count; i++) {
        if (about->norms[i].reason) continue;
        int index = layer_called(spec, about->norms[i].layer);
        sx_json_set_text(sx_spec_layer(spec, (size_t)index), "axis", sx_spec_axis);
        about->vary_count++;
    }
    return sx_spec_check(spec, err);
}

static sx_status refuse_none(const sx_net_about *about, sx_error *err) {
    if (about->norm_count == 0)
        return sx_fail(err, SX_E_DATA,
                       "the net has no normalisation, so there is no axis to compare; put a "
                       "BatchNormalization behind a Conv2D");
    return sx_fail(err, SX_E_DATA, "no normalisation of the net can vary; %s: %s", about->norms[0].layer,
                   about->norms[0].reason);
}

sx_status sx_net_find_norms(const sx_keras *keras, const sx_features *features, const char *vary,
                            sx_model_spec *spec, sx_net_about *about, sx_error *err) {
    const sx_json *norms = sx_json_get(keras->about, "norms");
    size_t count = sx_json_count(norms);
    about->norms = sx_alloc(count + 1, sizeof *about->norms);
    if (!about->norms) return sx_fail_memory(err, (count + 1) * sizeof *about->norms);
    sx_status status = SX_OK;
    for (size_t i = 0; status == SX_OK && i < count; i++) {
        about->norm_count = i + 1;
        status = read_norm(sx_json_at(norms, i), spec, features, &about->norms[i], err);
    }
    if (status == SX_OK && vary) status = apply_choice(about, vary, err);
    if (status == SX_OK) status = mark(spec, about, err);
    if (status == SX_OK && about->vary_count == 0) status = refuse_none(about, err);
    return status;
}
