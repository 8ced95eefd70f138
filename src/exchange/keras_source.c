/* keras_source.c: a .keras archive (config.json and model.weights.h5) or an HDF5 file (attribute
 * model_config), known by its first bytes whatever its name. */
#include "exchange/keras_job.h"

#include "arrays/archive.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

enum { MEMBERS_LIMIT = 1000 };
static const size_t config_bytes_limit = (size_t)16 << 20;

static bool begins_with(const unsigned char *bytes, size_t size, const char *magic, size_t length) {
    return size >= length && memcmp(bytes, magic, length) == 0;
}

/* --- .keras ----------------------------------------------------------------------------------------- */

static sx_status read_member(sx_archive *archive, const char *name, size_t limit, unsigned char **bytes,
                             size_t *size, sx_error *err) {
    size_t index = 0;
    if (!sx_archive_find(archive, name, &index))
        return sx_fail(err, SX_E_FORMAT, "%s is missing, so this is no model that Keras saved", name);
    return sx_archive_read(archive, index, limit, name, bytes, size, err);
}

static sx_status read_json(sx_archive *archive, const char *name, sx_json **out, sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = read_member(archive, name, config_bytes_limit, &bytes, &size, err);
    if (status == SX_OK) status = sx_json_parse((const char *)bytes, size, name, out, err);
    sx_free(bytes);
    return status;
}

static void keep_version(sx_keras_source *source, const char *version) {
    snprintf(source->version, sizeof source->version, "%.31s", version ? version : "");
    source->old = source->version[0] == '1' || source->version[0] == '2';
}

static sx_status read_metadata(sx_archive *archive, sx_keras_source *source, sx_error *err) {
    sx_json *metadata = NULL;
    sx_status status = read_json(archive, "metadata.json", &metadata, err);
    if (status != SX_OK) return status;
    keep_version(source, sx_json_text(sx_json_get(metadata, "keras_version")));
    sx_json_free(metadata);
    return SX_OK;
}

static sx_status read_weights(sx_archive *archive, sx_keras_source *source, sx_error *err) {
    static const char name[] = "model.weights.h5";
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = read_member(archive, name, 0, &bytes, &size, err);
    if (status == SX_OK) status = sx_h5_open(bytes, size, name, &source->weights, err);
    sx_free(bytes);
    return status;
}

static sx_status open_archive(const unsigned char *bytes, size_t size, sx_keras_source *source,
                              sx_error *err) {
    sx_archive *archive = NULL;
    sx_status status =
        sx_archive_open_bytes(bytes, size, "archive", "a readable .keras archive", &archive, err);
    if (status != SX_OK) return status;
    status = sx_archive_check_names(archive, MEMBERS_LIMIT, err);
    if (status == SX_OK) status = read_metadata(archive, source, err);
    if (status == SX_OK) status = read_json(archive, "config.json", &source->model, err);
    if (status == SX_OK) status = read_weights(archive, source, err);
    sx_archive_close(archive);
    if (status == SX_OK) source->training = sx_json_get(source->model, "compile_config");
    return status;
}

/* --- HDF5 ------------------------------------------------------------------------------------------- */

/* One text of an attribute of the root; NULL where it is not there. Free with sx_free. */
static sx_status root_text(sx_h5 *file, const char *name, char **out, sx_error *err) {
    char **texts = NULL;
    size_t count = 0;
    sx_status status = sx_h5_texts(file, "", name, &texts, &count, err);
    if (status != SX_OK) return status;
    *out = count > 0 ? texts[0] : NULL;
    for (size_t i = 1; i < count; i++)
        sx_free(texts[i]);
    sx_free(texts);
    return SX_OK;
}

static sx_status root_json(sx_keras_source *source, const char *name, sx_json **out, sx_error *err) {
    char *text = NULL;
    sx_status status = root_text(source->weights, name, &text, err);
    if (status == SX_OK && text && strlen(text) > config_bytes_limit)
        status = sx_fail(err, SX_E_FORMAT, "%s has more than %zu bytes", name, config_bytes_limit);
    if (status == SX_OK && text) status = sx_json_parse(text, strlen(text), name, out, err);
    sx_free(text);
    return status;
}

static sx_status open_hdf5(const unsigned char *bytes, size_t size, sx_keras_source *source, sx_error *err) {
    char *version = NULL;
    source->legacy = true;
    sx_status status = sx_h5_open(bytes, size, "HDF5", &source->weights, err);
    if (status == SX_OK) status = root_json(source, "model_config", &source->model, err);
    if (status == SX_OK && !source->model)
        status = sx_fail(err, SX_E_FORMAT,
                         "it holds weights at most and no net (no model_config); build the net in Keras, "
                         "call model.load_weights() with this file, then model.save(\"my.keras\")");
    if (status == SX_OK) status = root_json(source, "training_config", &source->training, err);
    if (status == SX_OK) status = root_text(source->weights, "keras_version", &version, err);
    keep_version(source, version);
    if (status == SX_OK && !version) source->old = true; /* so early that it did not say */
    sx_free(version);
    return status;
}

/* --- either ----------------------------------------------------------------------------------------- */

static sx_status open_either(const unsigned char *bytes, size_t size, sx_keras_source *source,
                             sx_error *err) {
    if (begins_with(bytes, size, "PK\3\4", 4)) return open_archive(bytes, size, source, err);
    if (begins_with(bytes, size, "\x89HDF\r\n\x1a\n", 8)) return open_hdf5(bytes, size, source, err);
    if (begins_with(bytes, size, "\x80", 1))
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "it looks like a Python pickle, which is a program and is never run; save the model "
                       "with model.save(\"my.keras\")");
    return sx_fail(err, SX_E_FORMAT, "it is neither a .keras archive nor an HDF5 file");
}

sx_status sx_keras_source_open(const unsigned char *bytes, size_t size, sx_keras_source *out, sx_error *err) {
    sx_keras_source source = {0};
    sx_status status = open_either(bytes, size, &source, err);
    if (status != SX_OK) {
        sx_keras_source_close(&source);
        return status;
    }
    *out = source;
    return SX_OK;
}

void sx_keras_source_close(sx_keras_source *source) {
    if (source->legacy) sx_json_free(source->training); /* else a part of the model's JSON */
    sx_json_free(source->model);
    sx_h5_close(source->weights);
}
