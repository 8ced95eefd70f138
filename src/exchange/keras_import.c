/* keras_import.c: the parent's side of reading a Keras model: sends the bytes to a child, checks what comes
 * back, and gives a net its weights. */
#include "exchange/keras.h"

#include "arrays/archive.h"
#include "base/child.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "exchange/keras_job.h"
#include "model/graph.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const size_t file_bytes_limit = (size_t)1 << 30;

bool sx_keras_is_path(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot &&
           (strcasecmp(dot, ".keras") == 0 || strcasecmp(dot, ".h5") == 0 || strcasecmp(dot, ".hdf5") == 0);
}

void sx_keras_free(sx_keras *keras) {
    if (!keras) return;
    sx_model_spec_free(keras->spec);
    sx_json_free(keras->about);
    sx_free(keras->answer);
    sx_free(keras);
}

/* --- what the child says ---------------------------------------------------------------------------- */

/* Sizes add up to the floats that came, and no weight is infinite or not a number. */
static sx_status check_weights(const sx_keras *keras, size_t float_count, const char *path, sx_error *err) {
    const sx_json *weights = sx_json_get(keras->about, "weights");
    size_t total = 0;
    for (size_t i = 0; i < sx_json_count(weights); i++) {
        const sx_json *entry = sx_json_at(weights, i), *counts = sx_json_get(entry, "counts");
        const char *name = sx_json_text(sx_json_get(entry, "layer"));
        for (size_t k = 0; k < sx_json_count(counts); k++) {
            int64_t count = sx_json_integer(sx_json_at(counts, k));
            if (!name || count < 0 || (uint64_t)count > float_count - total)
                return sx_fail(err, SX_E_FORMAT, "%s: its weights do not add up", path);
            for (size_t f = total; f < total + (size_t)count; f++)
                if (!isfinite(keras->floats[f]))
                    return sx_fail(err, SX_E_NUMERIC,
                                   "%s: layer \"%s\" has a weight that is infinite or not a number: its "
                                   "training has failed",
                                   path, name);
            total += (size_t)count;
        }
    }
    return total == float_count ? SX_OK : sx_fail(err, SX_E_FORMAT, "%s: its weights do not add up", path);
}

/* One axis of any size is time. */
static sx_axis_order order_of(const sx_keras *keras, sx_axis_order said) {
    const sx_json *input = sx_json_get(keras->about, "input");
    bool first = sx_json_integer(sx_json_at(input, 0)) < 0,
         second = sx_json_integer(sx_json_at(input, 1)) < 0;
    if (said != SX_ORDER_UNKNOWN || first == second || sx_json_count(input) < 3) return said;
    return first ? SX_ORDER_TIME_FREQUENCY : SX_ORDER_FREQUENCY_TIME;
}

static sx_status read_spec(sx_keras *keras, const char *path, sx_axis_order said, sx_error *err) {
    sx_axis_order order = order_of(keras, said);
    sx_json *spec = sx_json_get(keras->about, "spec");
    if (order != SX_ORDER_TIME_FREQUENCY) sx_json_set_text(spec, "order", sx_axis_order_name(order));
    char *json = sx_json_dump(spec, 0);
    if (!json) return sx_fail_memory(err, 4096);
    sx_status status = sx_model_spec_parse(json, path, &keras->spec, err);
    sx_free(json);
    return status;
}

static sx_status read_answer(sx_keras *keras, size_t size, const char *path, sx_axis_order order,
                             sx_error *err) {
    uint64_t length = 0;
    if (size < 8) return sx_fail(err, SX_E_FORMAT, "%s: reading it gave nothing", path);
    memcpy(&length, keras->answer, sizeof length);
    size_t start = length <= size - 8 ? (8 + (size_t)length + 7) / 8 * 8 : size + 1;
    if (start > size || (size - start) % sizeof(float) != 0)
        return sx_fail(err, SX_E_FORMAT, "%s: reading it gave nothing that makes sense", path);
    sx_status status =
        sx_json_parse((const char *)keras->answer + 8, (size_t)length, path, &keras->about, err);
    if (status != SX_OK) return status;
    keras->floats = (const float *)(const void *)(keras->answer + start);
    status = check_weights(keras, (size - start) / sizeof(float), path, err);
    return status == SX_OK ? read_spec(keras, path, order, err) : status;
}

/* --- reading ---------------------------------------------------------------------------------------- */

static sx_status ask_child(const char *path, unsigned char **answer, size_t *size, sx_error *err) {
    sx_keras_request request = {.path = path};
    unsigned char *bytes = NULL;
    if (sx_file_look(path, NULL) == SX_FILE_FOLDER)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: a folder, perhaps a SavedModel, which holds a program; save the model with "
                       "model.save(\"my.keras\")",
                       path);
    /* The child can open no file, so not the modules either. */
    sx_status status = sx_archive_load(err);
    if (status == SX_OK) status = sx_h5_load(err);
    if (status == SX_OK) status = sx_file_read(path, file_bytes_limit, &bytes, &request.size, err);
    if (status != SX_OK) return status;
    request.bytes = bytes;
    /* HDF5 copies the file twice, and weights are kept twice more. */
    const sx_child_limits limits = {.memory_bytes = 6 * request.size + ((size_t)256 << 20),
                                    .answer_bytes = 2 * request.size + ((size_t)64 << 20),
                                    .cpu_s = 20,
                                    .wall_s = 300};
    status = sx_child_run(sx_keras_answer, &request, &limits, path, answer, size, err);
    sx_free(bytes);
    return status;
}

sx_status sx_keras_open(const char *path, sx_axis_order order, sx_keras **out, sx_error *err) {
    sx_keras *keras = sx_alloc(1, sizeof *keras);
    size_t size = 0;
    if (!keras) return sx_fail_memory(err, sizeof *keras);
    sx_status status = ask_child(path, &keras->answer, &size, err);
    if (status == SX_OK) status = read_answer(keras, size, path, order, err);
    if (status != SX_OK) {
        sx_keras_free(keras);
        return status;
    }
    *out = keras;
    return SX_OK;
}

/* --- looking ---------------------------------------------------------------------------------------- */

const sx_model_spec *sx_keras_spec(const sx_keras *keras) { return keras->spec; }

sx_axis_order sx_keras_order(const sx_keras *keras) { return sx_model_spec_order(keras->spec); }

const char *sx_keras_version(const sx_keras *keras) {
    const char *version = sx_json_text(sx_json_get(keras->about, "version"));
    return version ? version : "";
}

static size_t input_size(const sx_json *input, size_t index) {
    int64_t size = sx_json_integer(sx_json_at(input, index));
    return size > 0 ? (size_t)size : 0;
}

sx_shape sx_keras_input(const sx_keras *keras) {
    const sx_json *input = sx_json_get(keras->about, "input");
    size_t count = sx_json_count(input);
    sx_shape shape = {1, 1, input_size(input, count > 0 ? count - 1 : 0)};
    if (count > 1) shape.time = input_size(input, 0);
    if (count > 2) shape.frequency = input_size(input, 1);
    return shape;
}

static double number_of(const sx_json *training, const char *key) {
    const sx_json *value = sx_json_get(training, key);
    return sx_json_is_number(value) ? sx_json_number(value) : (double)NAN;
}

static void text_of(const sx_json *training, const char *key, char *out, size_t size) {
    const char *text = sx_json_text(sx_json_get(training, key));
    snprintf(out, size, "%s", text ? text : "");
}

sx_keras_training sx_keras_get_training(const sx_keras *keras) {
    const sx_json *about = sx_json_get(keras->about, "training");
    sx_keras_training training = {.learning_rate = number_of(about, "learning_rate"),
                                  .momentum = number_of(about, "momentum"),
                                  .beta_1 = number_of(about, "beta_1"),
                                  .beta_2 = number_of(about, "beta_2"),
                                  .epsilon = number_of(about, "epsilon"),
                                  .weight_decay = number_of(about, "weight_decay"),
                                  .label_smoothing = number_of(about, "label_smoothing"),
                                  .nesterov = sx_json_bool(sx_json_get(about, "nesterov"))};
    text_of(about, "optimiser", training.optimiser, sizeof training.optimiser);
    text_of(about, "schedule", training.schedule, sizeof training.schedule);
    text_of(about, "loss", training.loss, sizeof training.loss);
    return training;
}

/* --- weights ---------------------------------------------------------------------------------------- */

const sx_json *sx_keras_layer_counts(const sx_keras *keras, const char *name, size_t *first) {
    const sx_json *weights = sx_json_get(keras->about, "weights");
    *first = 0;
    for (size_t i = 0; i < sx_json_count(weights); i++) {
        const sx_json *entry = sx_json_at(weights, i), *counts = sx_json_get(entry, "counts");
        if (strcmp(sx_json_text(sx_json_get(entry, "layer")), name) == 0) return counts;
        for (size_t k = 0; k < sx_json_count(counts); k++)
            *first += (size_t)sx_json_integer(sx_json_at(counts, k));
    }
    return NULL;
}

static bool fits(const sx_json *counts, const sx_layer_plan *plan) {
    if (sx_json_count(counts) != (size_t)plan->weight_count) return false;
    for (int w = 0; w < plan->weight_count; w++)
        if ((uint64_t)sx_json_integer(sx_json_at(counts, (size_t)w)) != plan->weights[w].count) return false;
    return true;
}

/* Layers whose values the spec holds (standardisation) are in no list of the file. */
static bool take_layer(const sx_keras *keras, sx_model *model, size_t layer, bool *there) {
    size_t at = 0;
    const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
    const sx_json *counts = sx_keras_layer_counts(keras, sx_model_layer_name(model, layer), &at);
    *there = counts != NULL;
    if (!counts || !fits(counts, plan)) return false;
    for (int w = 0; w < plan->weight_count; w++) {
        memcpy(sx_model_layer_weight(model, layer, w), keras->floats + at,
               plan->weights[w].count * sizeof(float));
        at += plan->weights[w].count;
    }
    return true;
}

sx_status sx_keras_take_weights(const sx_keras *keras, sx_model *model, size_t *taken, sx_error *err) {
    size_t count = 0, found = 0;
    for (size_t i = 0; i < sx_model_layer_count(model); i++) {
        bool there = false;
        count += take_layer(keras, model, i, &there);
        found += there;
    }
    sx_model_weights_changed(model);
    if (found == 0 && sx_json_count(sx_json_get(keras->about, "weights")) > 0)
        return sx_fail(err, SX_E_ARGUMENT, "net \"%s\" has no layer of the Keras model",
                       sx_model_spec_name(sx_model_get_spec(model)));
    if (taken) *taken = count;
    return SX_OK;
}

static sx_status check_all_taken(const sx_keras *keras, sx_model *model, sx_error *err) {
    for (size_t i = 0; i < sx_model_layer_count(model); i++) {
        size_t first = 0;
        const sx_layer_plan *plan = sx_model_layer_plan(model, i);
        const char *name = sx_model_layer_name(model, i);
        const sx_json *counts = sx_keras_layer_counts(keras, name, &first);
        if (!counts || fits(counts, plan)) continue;
        char *text = sx_json_dump(counts, 0);
        sx_status status = sx_fail(
            err, SX_E_FORMAT,
            "layer \"%s\": the file has %.100s weights for it, the net needs %d of %zu and so on; the "
            "file is damaged or of another input",
            name, text ? text : "?", plan->weight_count, plan->weight_count ? plan->weights[0].count : 0);
        sx_free(text);
        return status;
    }
    return SX_OK;
}

static sx_status choose_input(const sx_keras *keras, sx_shape *input, sx_error *err) {
    const sx_shape own = sx_keras_input(keras), asked = *input;
    const size_t has[] = {own.time, own.frequency, own.channels};
    size_t *wants[] = {&input->time, &input->frequency, &input->channels};
    for (int i = 0; i < KERAS_AXES; i++) {
        if (*wants[i] == 0) *wants[i] = has[i];
        if (*wants[i] == 0)
            return sx_fail(err, SX_E_SHAPE, "the model takes any size of its %s; say which, or give data",
                           sx_axis_word(sx_keras_order(keras), (sx_axis)(i + 1)));
        if (has[i] != 0 && *wants[i] != has[i])
            return sx_fail(err, SX_E_SHAPE, "the model takes %zux%zux%zu (0 = any), not %zux%zux%zu",
                           own.time, own.frequency, own.channels, asked.time, asked.frequency,
                           asked.channels);
    }
    return SX_OK;
}

sx_status sx_keras_build(const sx_keras *keras, const sx_model_options *options, sx_model **out,
                         sx_error *err) {
    sx_model_options building = *options;
    sx_model *model = NULL;
    sx_status status = choose_input(keras, &building.input, err);
    if (status == SX_OK) status = sx_model_build(keras->spec, &building, &model, err);
    if (status == SX_OK) status = sx_keras_take_weights(keras, model, NULL, err);
    if (status == SX_OK) status = check_all_taken(keras, model, err);
    if (status != SX_OK) {
        sx_model_free(model);
        return status;
    }
    *out = model;
    return SX_OK;
}
