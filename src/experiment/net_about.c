/* net_about.c: what is told of a Keras net besides its normalisations: which layers began with the file's
 * weights, and its code. */
#include "experiment/net.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "model/net.h"
#include "sonaxis/export.h"

#include <string.h>

sx_net_about *sx_net_about_share(sx_net_about *about) {
    if (about) about->users++;
    return about;
}

void sx_net_about_free(sx_net_about *about) {
    if (!about || about->users-- > 0) return;
    for (size_t i = 0; i < about->norm_count; i++) {
        sx_free(about->norms[i].layer);
        sx_free(about->norms[i].class_name);
        sx_free(about->norms[i].axis_text);
        sx_free(about->norms[i].reason);
    }
    for (size_t i = 0; i < SX_MAX_AXES; i++)
        sx_free(about->code[i]);
    sx_names_free(about->taken, about->taken_count);
    sx_names_free(about->fresh, about->fresh_count);
    sx_free(about->norms);
    sx_free(about->code_reason);
    sx_free(about->training);
    sx_free(about->path);
    sx_free(about);
}

static bool add_name(char **names, size_t *count, const char *name) {
    names[*count] = sx_copy_text(name);
    if (!names[*count]) return false;
    *count += 1;
    return true;
}

/* As sx_keras_take_weights decides: a layer takes them where all their sizes fit. */
static bool fits(const sx_keras *keras, const sx_model *model, size_t layer) {
    size_t first = 0;
    const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
    const sx_json *counts = sx_keras_layer_counts(keras, sx_model_layer_name(model, layer), &first);
    if (!counts || sx_json_count(counts) != (size_t)plan->weight_count) return false;
    for (int w = 0; w < plan->weight_count; w++)
        if ((size_t)sx_json_integer(sx_json_at(counts, (size_t)w)) != plan->weights[w].count) return false;
    return true;
}

static sx_status sort_layers(const sx_study_net *net, const sx_model *model, sx_error *err) {
    sx_net_about *about = net->about;
    size_t room = sx_model_layer_count(model) + 1;
    about->taken = sx_alloc(room, sizeof *about->taken);
    about->fresh = sx_alloc(room, sizeof *about->fresh);
    bool good = about->taken && about->fresh;
    for (size_t i = 0; good && i < sx_model_layer_count(model); i++) {
        const char *name = sx_model_layer_name(model, i);
        if (sx_model_layer_plan(model, i)->weight_count == 0) continue;
        if (fits(net->keras, model, i) && !sx_net_varies(about, name))
            good = add_name(about->taken, &about->taken_count, name);
        else
            good = add_name(about->fresh, &about->fresh_count, name);
    }
    return good ? SX_OK : sx_fail_memory(err, 2 * room * sizeof *about->taken);
}

/* Code that cannot be written is no reason to stop. */
static sx_status write_code(const sx_study_net *net, const sx_model *model, size_t axis, sx_error *err) {
    sx_error why = {0};
    sx_status status = sx_export_python_code(model, &net->about->code[axis], &why);
    if (status == SX_OK || net->about->code_reason) return SX_OK;
    if (status == SX_E_MEMORY) return sx_fail(err, status, "%s", why.text);
    net->about->code_reason = sx_copy_text(why.text);
    return net->about->code_reason ? SX_OK : sx_fail_memory(err, sizeof why.text);
}

sx_status sx_net_describe(const sx_study_net *net, sx_model *model, size_t axis, sx_error *err) {
    if (!net->about) return SX_OK;
    sx_status status = SX_OK;
    if (net->from_weights && !net->about->taken) status = sort_layers(net, model, err);
    return status == SX_OK ? write_code(net, model, axis, err) : status;
}
