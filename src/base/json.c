/* json.c: text to JSON values through jansson, whose own tree is left behind here. */
#include "base/json_value.h"

#include "base/error.h"

#include <jansson.h>
#include <string.h>

static sx_json *convert(json_t *value);

static sx_json *convert_array(json_t *array) {
    sx_json *made = sx_json_array();
    size_t index;
    json_t *element;
    json_array_foreach(array, index, element) { sx_json_append(made, convert(element)); }
    return made;
}

static sx_json *convert_object(json_t *object) {
    sx_json *made = sx_json_object();
    const char *key;
    json_t *member;
    json_object_foreach(object, key, member) { sx_json_set(made, key, convert(member)); }
    return made;
}

/* NULL or a value marked as failed when out of memory. jansson limits the depth to 2048. */
static sx_json *convert(json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return convert_object(value);
    case JSON_ARRAY:
        return convert_array(value);
    case JSON_STRING:
        return sx_json_new_text(json_string_value(value));
    case JSON_INTEGER:
        return sx_json_new_integer(json_integer_value(value));
    case JSON_REAL:
        return sx_json_new_number(json_real_value(value));
    case JSON_TRUE:
        return sx_json_new_bool(true);
    case JSON_FALSE:
        return sx_json_new_bool(false);
    case JSON_NULL:
        break;
    }
    return sx_json_new(JSON_KIND_NULL);
}

static bool is_whole(const sx_json *value) {
    if (!value || value->failed) {
        return false;
    }
    for (size_t i = 0; i < value->count; i++) {
        if (!is_whole(value->children[i])) {
            return false;
        }
    }
    return true;
}

sx_status sx_json_parse(const char *text, size_t length, const char *source, sx_json **out, sx_error *err) {
    const char *zero = length ? memchr(text, 0, length) : NULL; /* jansson passes over it */
    if (zero) {
        return sx_fail(err, SX_E_FORMAT, "%s: not good JSON: byte %zu is zero", source,
                       (size_t)(zero - text) + 1);
    }
    json_error_t problem;
    json_t *parsed = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
    if (!parsed) {
        bool memory = json_error_code(&problem) == json_error_out_of_memory;
        return sx_fail(err, memory ? SX_E_MEMORY : SX_E_FORMAT, "%s: line %d, column %d: not good JSON: %s",
                       source, problem.line, problem.column, problem.text);
    }
    sx_json *converted = convert(parsed);
    json_decref(parsed);
    if (!is_whole(converted)) {
        sx_json_free(converted);
        return sx_fail(err, SX_E_MEMORY, "out of memory while reading %s", source);
    }
    *out = converted;
    return SX_OK;
}
