/* keras_weights.c: where Keras keeps the weights of a layer: in a .keras file under
 * /layers/<class>_<n>/vars/<i>, in a legacy HDF5 file under the names that its group lists. In both the order
 * is the layer's own, which is also that of the native layer. */
#include "exchange/keras_job.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { PATH_CHARS = 512 };

/* --- where ------------------------------------------------------------------------------------------ */

/* "layers/sequential/layers/conv2d": of a layer within a model, that of the model first. */
static void add_groups(const sx_keras_job *job, const sx_keras_layer *layer, const char *word,
                       sx_text *path) {
    if (layer->scope != KERAS_TOP) {
        add_groups(job, &job->layers[layer->scope], word, path);
        sx_text_format(path, "/");
    }
    sx_text_format(path, "%s/%s", word, layer->group);
}

/* Of a legacy file: the outermost model's, which names the weights of all its layers. */
static const sx_keras_layer *holder_of(const sx_keras_job *job, const sx_keras_layer *layer) {
    while (layer->scope != KERAS_TOP)
        layer = &job->layers[layer->scope];
    return layer;
}

static sx_status make_path(const sx_keras_job *job, const sx_keras_layer *layer, size_t way,
                           char path[PATH_CHARS], sx_error *err) {
    /* Versions 2.12 to 2.15 wrote another name for "layers". */
    static const char *const current[] = {"layers", "_layer_checkpoint_dependencies"};
    static const char *const legacy[] = {"model_weights/", ""};
    if (job->source->legacy) {
        snprintf(path, PATH_CHARS, "%s%.200s", legacy[way], holder_of(job, layer)->own);
        return SX_OK;
    }
    sx_text text = {0};
    add_groups(job, layer, current[way], &text);
    char *groups = sx_text_take(&text);
    if (!groups) return sx_fail_memory(err, PATH_CHARS);
    snprintf(path, PATH_CHARS, "%.400s/vars", groups);
    sx_free(groups);
    return SX_OK;
}

static sx_status group_of(const sx_keras_job *job, const sx_keras_layer *layer, char path[PATH_CHARS],
                          sx_error *err) {
    for (size_t way = 0; way < 2; way++) {
        sx_h5_kind kind = SX_H5_NONE;
        sx_status status = make_path(job, layer, way, path, err);
        if (status == SX_OK) status = sx_h5_look(job->source->weights, path, &kind, err);
        if (status != SX_OK || kind == SX_H5_GROUP) return status;
    }
    return sx_fail(err, SX_E_FORMAT, "%s: the file holds no weights for it", layer->where);
}

/* Whether "conv/kernel:0" or "block/conv/kernel:0" is a weight of the layer; of one in no inner model, all
 * are. Normalization's are called "mean:0" and so on; Keras cannot save two of it in one model. */
static bool is_weight_of(const sx_keras_layer *layer, const char *name) {
    const char *last = strrchr(name, '/');
    size_t length = strlen(layer->own);
    if (layer->scope == KERAS_TOP) return true;
    if (!last) return strcmp(layer->class_name, "Normalization") == 0;
    if ((size_t)(last - name) < length || strncmp(last - length, layer->own, length) != 0) return false;
    return last - length == name || last[-(ptrdiff_t)length - 1] == '/';
}

/* Of the group's names those of the layer's weights: their count, and the one with number `index` into path,
 * unless that is NULL. */
static sx_status legacy_names(const sx_keras_job *job, const sx_keras_layer *layer, const char *group,
                              size_t index, char *path, size_t *count, sx_error *err) {
    char **names = NULL;
    size_t all = 0;
    sx_status status = sx_h5_texts(job->source->weights, group, "weight_names", &names, &all, err);
    if (status != SX_OK) return status;
    *count = 0;
    for (size_t i = 0; i < all; i++) {
        if (!is_weight_of(layer, names[i])) continue;
        if (path && *count == index) snprintf(path, PATH_CHARS, "%.250s/%.250s", group, names[i]);
        ++*count;
    }
    sx_names_free(names, all);
    if (path && index >= *count)
        return sx_fail(err, SX_E_FORMAT, "%s: the file names %zu weights for it", layer->where, *count);
    return SX_OK;
}

static sx_status count_of(const sx_keras_job *job, const sx_keras_layer *layer, size_t *count,
                          sx_error *err) {
    char group[PATH_CHARS];
    sx_status status = group_of(job, layer, group, err);
    if (status != SX_OK) return status;
    if (!job->source->legacy) return sx_h5_members(job->source->weights, group, count, err);
    return legacy_names(job, layer, group, 0, NULL, count, err);
}

sx_status sx_keras_weight_read(const sx_keras_job *job, const sx_keras_layer *layer, size_t index,
                               sx_h5_array *out, sx_error *err) {
    char group[PATH_CHARS], path[PATH_CHARS];
    size_t count = 0;
    sx_status status = group_of(job, layer, group, err);
    if (status == SX_OK && job->source->legacy)
        status = legacy_names(job, layer, group, index, path, &count, err);
    else if (status == SX_OK)
        snprintf(path, sizeof path, "%.400s/%zu", group, index);
    if (status == SX_OK) status = sx_h5_floats(job->source->weights, path, out, err);
    if (status != SX_OK) sx_error_prefix(err, "%s", layer->where);
    return status;
}

/* --- all of them ------------------------------------------------------------------------------------ */

static sx_status keep_floats(sx_keras_job *job, const sx_h5_array *array, sx_error *err) {
    size_t wanted = job->float_count + array->count;
    if (wanted > job->float_capacity) {
        size_t capacity = wanted + wanted / 2;
        float *larger = sx_resize(job->floats, capacity, sizeof *larger);
        if (!larger) return sx_fail_memory(err, capacity * sizeof *larger);
        job->floats = larger;
        job->float_capacity = capacity;
    }
    memcpy(job->floats + job->float_count, array->values, array->count * sizeof *array->values);
    job->float_count = wanted;
    return SX_OK;
}

static sx_status read_one(sx_keras_job *job, const sx_keras_layer *layer, size_t index, sx_json *counts,
                          sx_error *err) {
    sx_h5_array array = {0};
    sx_status status = sx_keras_weight_read(job, layer, index, &array, err);
    if (status == SX_OK) status = keep_floats(job, &array, err);
    sx_json_append_integer(counts, (int64_t)array.count);
    sx_free(array.values);
    return status;
}

static sx_status read_layer(sx_keras_job *job, const sx_keras_layer *layer, sx_error *err) {
    size_t count = 0;
    sx_json *entry = sx_json_object(), *counts = sx_json_array();
    sx_json_set_text(entry, "layer", layer->native);
    sx_json_set(entry, "counts", counts);
    sx_json_append(job->weights, entry);
    sx_status status = count_of(job, layer, &count, err);
    if (status == SX_OK && count > SX_LAYER_WEIGHTS)
        status = sx_fail(err, SX_E_FORMAT, "%s: the file holds %zu weights for it; at most %d are expected",
                         layer->where, count, SX_LAYER_WEIGHTS);
    for (size_t i = 0; status == SX_OK && i < count; i++)
        status = read_one(job, layer, i, counts, err);
    return status;
}

sx_status sx_keras_weights_read(sx_keras_job *job, sx_error *err) {
    sx_status status = SX_OK;
    for (size_t i = 0; status == SX_OK && i < job->count; i++)
        if (job->layers[i].has_weights) status = read_layer(job, &job->layers[i], err);
    return status;
}
