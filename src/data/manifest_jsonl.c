/* manifest_jsonl.c: manifests with one JSON object a line, the same keys as the columns of a table. */
#include "data/manifest.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_SIZE = 32 };

/* Value as the text a table would hold: only texts, numbers and null. */
static sx_status cell_of(const sx_manifest *manifest, size_t line, sx_column column, const sx_json *value,
                         char *number, const char **cell, sx_error *err) {
    bool is_name = column == SX_COLUMN_path || column == SX_COLUMN_label || column == SX_COLUMN_group;
    if (sx_json_is_text(value)) {
        *cell = sx_json_text(value);
    } else if (sx_json_is_integer(value)) {
        snprintf(number, NUMBER_SIZE, "%" PRId64, sx_json_integer(value));
        *cell = number;
    } else if (sx_json_is_number(value) && !is_name) {
        sx_print(number, NUMBER_SIZE, "%.17g", sx_json_number(value));
        *cell = number;
    } else if (!sx_json_is_null(value)) {
        return sx_fail(err, SX_E_FORMAT, "%s: line %zu: %s must be %s", manifest->path, line,
                       sx_column_names[column], is_name ? "a text in quotes" : "a number or a text");
    }
    return SX_OK;
}

static sx_status add_object(const sx_manifest *manifest, size_t line, const sx_json *object, sx_error *err) {
    if (!sx_json_is_object(object)) {
        return sx_fail(err, SX_E_FORMAT, "%s: line %zu: is not a JSON object {...}", manifest->path, line);
    }
    char numbers[SX_COLUMN_COUNT][NUMBER_SIZE];
    const char *cells[SX_COLUMN_COUNT] = {NULL};
    for (size_t i = 0; i < sx_json_count(object); i++) {
        sx_json *value = NULL;
        const char *key = sx_json_key_at(object, i, &value);
        sx_column column = SX_COLUMN_path;
        sx_status status = sx_manifest_column(manifest, line, key, &column, err);
        if (status == SX_OK)
            status = cell_of(manifest, line, column, value, numbers[column], &cells[column], err);
        if (status != SX_OK) return status;
    }
    return sx_manifest_add_row(manifest, line, cells, err);
}

static sx_status add_line(const sx_manifest *manifest, size_t line, const char *text, size_t length,
                          sx_error *err) {
    if (strspn(text, " \t\r") >= length) return SX_OK;
    sx_error trouble = {SX_OK, ""};
    sx_json *object = NULL;
    sx_status status = sx_json_parse(text, length, "JSON", &object, &trouble);
    if (status != SX_OK) {
        return sx_fail(err, status, "%s: line %zu: %s", manifest->path, line, trouble.text);
    }
    status = add_object(manifest, line, object, err);
    sx_json_free(object);
    return status;
}

sx_status sx_manifest_read_jsonl(const sx_manifest *manifest, char *text, size_t size, sx_error *err) {
    char *end = text + size;
    size_t line = 1;
    for (char *at = text; at < end; line++) {
        char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = stop == NULL ? (size_t)(end - at) : (size_t)(stop - at);
        if (stop != NULL) *stop = '\0';
        sx_status status = add_line(manifest, line, at, length, err);
        if (status != SX_OK) return status;
        at += length + 1;
    }
    return SX_OK;
}
