/* spec.c: specs opened, parsed, copied and printed, and their placeholders filled. */
#include "model/spec.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

const char *const sx_spec_axis = "$axis";
const char *const sx_spec_classes = "$classes";

enum { SPEC_BYTES_LIMIT = 1 << 20 };

/* --- looking ---------------------------------------------------------------------------------------- */

size_t sx_spec_layer_count(const sx_model_spec *spec) {
    return sx_json_count(sx_json_get(spec->root, "layers"));
}

sx_json *sx_spec_layer(const sx_model_spec *spec, size_t index) {
    return sx_json_at(sx_json_get(spec->root, "layers"), index);
}

static const char *layer_text(const sx_model_spec *spec, size_t index, const char *key) {
    return sx_json_text(sx_json_get(sx_spec_layer(spec, index), key));
}

const char *sx_spec_layer_name(const sx_model_spec *spec, size_t index) {
    return layer_text(spec, index, "name");
}

const sx_layer_ops *sx_spec_layer_ops(const sx_model_spec *spec, size_t index) {
    return sx_layer_find(layer_text(spec, index, "type"));
}

const char *sx_model_spec_name(const sx_model_spec *spec) {
    const char *name = sx_json_text(sx_json_get(spec->root, "name"));
    return name ? name : "unnamed";
}

sx_axis_order sx_model_spec_order(const sx_model_spec *spec) {
    sx_axis_order order = SX_ORDER_TIME_FREQUENCY;
    const char *name = sx_json_text(sx_json_get(spec->root, "order"));
    if (name && sx_axis_order_parse(name, &order, NULL) != SX_OK) order = SX_ORDER_UNKNOWN;
    return order;
}

char *sx_model_spec_json(const sx_model_spec *spec) { return sx_json_dump(spec->root, 2); }

/* --- making ----------------------------------------------------------------------------------------- */

void sx_model_spec_free(sx_model_spec *spec) {
    if (!spec) return;
    sx_json_free(spec->root);
    sx_free(spec);
}

static sx_status spec_from_text(const char *json, size_t length, const char *source, sx_model_spec **out,
                                sx_error *err) {
    sx_model_spec *spec = sx_alloc(1, sizeof *spec);
    if (!spec) return sx_fail_memory(err, sizeof *spec);
    sx_status status = sx_json_parse(json, length, source, &spec->root, err);
    if (status != SX_OK) {
        sx_model_spec_free(spec);
        return status;
    }
    *out = spec;
    return SX_OK;
}

sx_status sx_model_spec_parse(const char *json, const char *source, sx_model_spec **out, sx_error *err) {
    sx_model_spec *spec = NULL;
    sx_status status = spec_from_text(json, strlen(json), source, &spec, err);
    if (status != SX_OK) return status;
    status = sx_spec_check(spec, err);
    if (status != SX_OK) {
        sx_error_prefix(err, "%s", source);
        sx_model_spec_free(spec);
        return status;
    }
    *out = spec;
    return SX_OK;
}

sx_model_spec *sx_model_spec_copy(const sx_model_spec *spec) {
    sx_model_spec *copy = NULL;
    char *json = sx_json_dump(spec->root, 0);
    if (json && spec_from_text(json, strlen(json), "copy of a net", &copy, NULL) != SX_OK) copy = NULL;
    sx_free(json);
    return copy;
}

sx_status sx_spec_take(sx_model_spec *spec, sx_model_spec *copy, sx_error *err) {
    char *json = sx_json_dump(copy->root, 0); /* says whether every set found memory */
    sx_status status = json ? SX_OK : sx_fail_memory(err, 4096);
    sx_free(json);
    if (status == SX_OK) {
        sx_json *old = spec->root;
        spec->root = copy->root;
        copy->root = old;
    }
    sx_model_spec_free(copy);
    return status;
}

static sx_status open_builtin(const char *name, sx_model_spec **out, sx_error *err) {
    char *json = sx_builtin_json(name);
    if (!json) return sx_fail_memory(err, 4096);
    sx_status status = sx_model_spec_parse(json, name, out, err);
    sx_free(json);
    return status;
}

static sx_status open_file(const char *path, sx_model_spec **out, sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = sx_file_read(path, SPEC_BYTES_LIMIT, &bytes, &size, err);
    if (status != SX_OK) return status;
    if (memchr(bytes, 0, size))
        status = sx_fail(err, SX_E_FORMAT, "%s: holds zero bytes, so it is not a JSON spec", path);
    else
        status = sx_model_spec_parse((const char *)bytes, path, out, err);
    sx_free(bytes);
    return status;
}

sx_status sx_model_spec_open(const char *name_or_path, sx_model_spec **out, sx_error *err) {
    const char *const *names = sx_model_builtin_names();
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name_or_path) == 0) return open_builtin(name_or_path, out, err);
    if (sx_file_look(name_or_path, NULL) != SX_FILE_NONE) return open_file(name_or_path, out, err);
    const char *nearest = sx_text_nearest(name_or_path, names);
    return sx_fail(
        err, SX_E_ARGUMENT,
        "no built-in net and no file is called \"%s\"; built in are small, kws, kwsL, esc and dscnn%s%s%s",
        name_or_path, nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}

/* --- placeholders ----------------------------------------------------------------------------------- */

static bool is_placeholder(const sx_json *value, const char *placeholder) {
    const char *text = sx_json_text(value);
    return text && strcmp(text, placeholder) == 0;
}

static bool value_has(const sx_json *value, const char *placeholder) {
    if (!sx_json_is_array(value)) return is_placeholder(value, placeholder);
    for (size_t i = 0; i < sx_json_count(value); i++)
        if (is_placeholder(sx_json_at(value, i), placeholder)) return true;
    return false;
}

static bool is_option(const char *key) {
    return strcmp(key, "name") != 0 && strcmp(key, "type") != 0 && strcmp(key, "inputs") != 0;
}

bool sx_spec_has(const sx_json *layer, const char *placeholder) {
    for (size_t i = 0; i < sx_json_count(layer); i++) {
        sx_json *value = NULL;
        const char *key = sx_json_key_at(layer, i, &value);
        if (is_option(key) && value_has(value, placeholder)) return true;
    }
    return false;
}

/* A list of texts and integers, which is all that options hold. */
static sx_json *filled_list(const sx_json *list, const char *placeholder, const char *text, int64_t number) {
    sx_json *filled = sx_json_array();
    for (size_t i = 0; i < sx_json_count(list); i++) {
        const sx_json *value = sx_json_at(list, i);
        bool fill = is_placeholder(value, placeholder);
        if (fill ? text != NULL : sx_json_is_text(value))
            sx_json_append_text(filled, fill ? text : sx_json_text(value));
        else
            sx_json_append_integer(filled, fill ? number : sx_json_integer(value));
    }
    return filled;
}

void sx_spec_fill(sx_json *layer, const char *placeholder, const char *text, int64_t number) {
    for (size_t i = 0; i < sx_json_count(layer); i++) {
        sx_json *value = NULL;
        const char *key = sx_json_key_at(layer, i, &value);
        if (!is_option(key) || !value_has(value, placeholder)) continue;
        if (sx_json_is_array(value))
            sx_json_set(layer, key, filled_list(value, placeholder, text, number));
        else if (text)
            sx_json_set_text(layer, key, text);
        else
            sx_json_set_integer(layer, key, number);
    }
}

sx_status sx_spec_filled(const sx_model_spec *spec, const char *axis, size_t classes, sx_model_spec **out,
                         sx_error *err) {
    sx_model_spec *copy = sx_model_spec_copy(spec);
    if (!copy) return sx_fail_memory(err, 4096);
    for (size_t i = 0; i < sx_spec_layer_count(copy); i++) {
        if (axis) sx_spec_fill(sx_spec_layer(copy, i), sx_spec_axis, axis, 0);
        sx_spec_fill(sx_spec_layer(copy, i), sx_spec_classes, NULL, (int64_t)classes);
    }
    *out = copy;
    return SX_OK;
}

bool sx_model_spec_needs_axis(const sx_model_spec *spec) {
    for (size_t i = 0; i < sx_spec_layer_count(spec); i++)
        if (sx_spec_has(sx_spec_layer(spec, i), sx_spec_axis)) return true;
    return false;
}
