/* name_pattern.c: a pattern cut into literals and fields, and names matched against it. */
#include "data/name_pattern.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/listing.h"

#include <string.h>

static const char *const field_names[] = {"label", "group", "take", "fold", "any", NULL};

static sx_status find_field(const char *pattern, const char *name, sx_field *field, sx_error *err) {
    for (int i = 0; field_names[i] != NULL; i++) {
        if (strcmp(name, field_names[i]) == 0) {
            *field = (sx_field)i;
            return SX_OK;
        }
    }
    const char *nearest = sx_text_nearest(name, field_names);
    return sx_fail(
        err, SX_E_ARGUMENT,
        "name pattern '%s': unknown field {%s}%s%s%s; known are {label}, {group}, {take}, {fold}, {any}",
        pattern, name, nearest != NULL ? ", did you mean {" : "", nearest != NULL ? nearest : "",
        nearest != NULL ? "}?" : "");
}

/* Adds the field that begins at open ('{'); *rest = what follows it. */
static sx_status read_field(const char *whole, char *open, sx_name_pattern *pattern, char **rest,
                            sx_error *err) {
    char *close = strchr(open, '}');
    if (close == NULL) return sx_fail(err, SX_E_ARGUMENT, "name pattern '%s': a '{' is never closed", whole);
    if (pattern->field_count == SX_PATTERN_FIELDS) {
        return sx_fail(err, SX_E_ARGUMENT, "name pattern '%s': more than %d fields", whole,
                       SX_PATTERN_FIELDS);
    }
    *open = '\0';
    *close = '\0';
    sx_field field = SX_FIELD_ANY;
    sx_status status = find_field(whole, open + 1, &field, err);
    if (status != SX_OK) return status;
    for (size_t i = 0; i < pattern->field_count; i++) {
        if (field != SX_FIELD_ANY && pattern->fields[i] == field) {
            return sx_fail(err, SX_E_ARGUMENT, "name pattern '%s': {%s} stands in it twice", whole, open + 1);
        }
    }
    pattern->fields[pattern->field_count++] = field;
    pattern->literals[pattern->field_count] = close + 1;
    *rest = close + 1;
    return SX_OK;
}

static sx_status check_pattern(const char *whole, const sx_name_pattern *pattern, sx_error *err) {
    bool has_label = false;
    size_t slashes = 0;
    for (size_t i = 0; i <= pattern->field_count; i++) {
        const char *literal = pattern->literals[i];
        if (i < pattern->field_count) has_label |= pattern->fields[i] == SX_FIELD_LABEL;
        if (strchr(literal, '}') != NULL) {
            return sx_fail(err, SX_E_ARGUMENT, "name pattern '%s': a '}' without its '{'", whole);
        }
        if (i > 0 && i < pattern->field_count && literal[0] == '\0') {
            return sx_fail(err, SX_E_ARGUMENT, "name pattern '%s': {%s} and {%s} need some text between them",
                           whole, field_names[pattern->fields[i - 1]], field_names[pattern->fields[i]]);
        }
        for (const char *at = literal; *at != '\0'; at++)
            slashes += *at == '/';
    }
    if (!has_label) return sx_fail(err, SX_E_ARGUMENT, "name pattern '%s': it needs {label}", whole);
    if (slashes > 1) {
        return sx_fail(err, SX_E_ARGUMENT, "name pattern '%s': at most one '/', for one level of sub-folders",
                       whole);
    }
    return SX_OK;
}

sx_status sx_name_pattern_read(const char *text, sx_name_pattern *out, sx_error *err) {
    sx_name_pattern pattern = {.text = sx_copy_text(text)};
    if (pattern.text == NULL) return sx_fail_memory(err, strlen(text) + 1);
    pattern.literals[0] = pattern.text;
    pattern.has_folder = strchr(text, '/') != NULL;
    pattern.has_extension = sx_is_sound_name(text);
    sx_status status = SX_OK;
    char *rest = pattern.text;
    for (char *open = strchr(rest, '{'); open != NULL && status == SX_OK; open = strchr(rest, '{')) {
        status = read_field(text, open, &pattern, &rest, err);
    }
    if (status == SX_OK) status = check_pattern(text, &pattern, err);
    if (status != SX_OK) {
        sx_name_pattern_clear(&pattern);
        return status;
    }
    *out = pattern;
    return SX_OK;
}

void sx_name_pattern_clear(sx_name_pattern *pattern) {
    sx_free(pattern->text);
    *pattern = (sx_name_pattern){0};
}

static bool holds(const char *start, size_t length, const char *literal) {
    size_t size = strlen(literal);
    if (size == 0) return false;
    for (size_t i = 0; i + size <= length; i++) {
        if (memcmp(start + i, literal, size) == 0) return true;
    }
    return false;
}

/* Length of the field that ends where `after` begins first, or at the end of the name. 0 = no match. */
static size_t field_length(const char *start, const char *end, const char *before, const char *after) {
    size_t length = (size_t)(end - start);
    size_t size = strlen(after);
    for (size_t i = 0; size > 0; i++) {
        if (i + size > length) return 0;
        if (memcmp(start + i, after, size) == 0) {
            length = i;
            break;
        }
    }
    return holds(start, length, before) || holds(start, length, "/") ? 0 : length;
}

bool sx_name_pattern_match(const sx_name_pattern *pattern, const char *name, sx_name_piece *pieces) {
    const char *dot = pattern->has_extension ? NULL : strrchr(name, '.');
    const char *end = dot != NULL ? dot : name + strlen(name);
    const char *at = name;
    memset(pieces, 0, SX_FIELD_COUNT * sizeof *pieces);
    size_t first = strlen(pattern->literals[0]);
    if ((size_t)(end - at) < first || memcmp(at, pattern->literals[0], first) != 0) return false;
    at += first;
    for (size_t i = 0; i < pattern->field_count; i++) {
        const char *after = pattern->literals[i + 1];
        size_t length = field_length(at, end, pattern->literals[i], after);
        if (length == 0) return false;
        pieces[pattern->fields[i]] = (sx_name_piece){at, length};
        at += length + strlen(after);
    }
    return at == end;
}
