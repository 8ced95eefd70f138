/* json_read.c: typed members of an object, with messages that say where, what and what would be right. */
#include "base/json_value.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The value as it would be written, cut where it is long. */
static void describe(const sx_json *value, char out[64]) {
    char *text = sx_json_dump(value, 0);
    snprintf(out, 64, "%.48s%s", text ? text : "?", text && strlen(text) > 48 ? "..." : "");
    sx_free(text);
}

static sx_status fail_at(sx_error *err, const char *where, const char *key, const char *expected,
                         const sx_json *value) {
    char found[64];
    describe(value, found);
    return sx_fail(err, SX_E_FORMAT, "%s%s%s must be %s, not %s", where ? where : "", where ? ": " : "", key,
                   expected, found);
}

/* "a, b, c" of the names, cut at the end of out. */
static void list_names(const char *const *names, char *out, size_t capacity) {
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; names[i] && used < capacity; i++) {
        int written = snprintf(out + used, capacity - used, "%s%s", i ? ", " : "", names[i]);
        used += written > 0 ? (size_t)written : 0;
    }
}

sx_status sx_json_check_keys(const sx_json *object, const char *const *known, const char *where,
                             sx_error *err) {
    const char *prefix = where ? where : "", *colon = where ? ": " : "";
    if (!sx_json_is_object(object)) {
        char found[64];
        describe(object, found);
        return sx_fail(err, SX_E_FORMAT, "%s%san object {...} is expected, not %s", prefix, colon, found);
    }
    for (size_t i = 0; i < object->count; i++) {
        const char *key = object->keys[i];
        size_t k = 0;
        while (known[k] && strcmp(known[k], key) != 0) {
            k++;
        }
        if (known[k]) {
            continue;
        }
        const char *nearest = sx_text_nearest(key, known);
        if (nearest) {
            return sx_fail(err, SX_E_FORMAT, "%s%sunknown key \"%s\": did you mean \"%s\"?", prefix, colon,
                           key, nearest);
        }
        char names[256];
        list_names(known, names, sizeof names);
        return sx_fail(err, SX_E_FORMAT, "%s%sunknown key \"%s\": known are %s", prefix, colon, key, names);
    }
    return SX_OK;
}

static void describe_range(const char *noun, double low, double high, char *out, size_t capacity) {
    sx_text text = {0};
    sx_text_format(&text, "%s", noun);
    if (low > -DBL_MAX && high < DBL_MAX) {
        sx_text_format(&text, " from %.15g to %.15g", low, high);
    } else if (low > -DBL_MAX) {
        sx_text_format(&text, " of at least %.15g", low);
    } else if (high < DBL_MAX) {
        sx_text_format(&text, " of at most %.15g", high);
    }
    snprintf(out, capacity, "%s", text.failed ? noun : text.chars);
    sx_text_clear(&text);
}

sx_status sx_json_read_double(const sx_json *object, const char *key, double low, double high,
                              const char *where, double *value, sx_error *err) {
    const sx_json *member = sx_json_get(object, key);
    if (!member) {
        return SX_OK;
    }
    double number = sx_json_number(member);
    if (!sx_json_is_number(member) || number < low || number > high) {
        char expected[96];
        describe_range("a number", low, high, expected, sizeof expected);
        return fail_at(err, where, key, expected, member);
    }
    *value = number;
    return SX_OK;
}

sx_status sx_json_read_integer(const sx_json *object, const char *key, int64_t low, int64_t high,
                               const char *where, int64_t *value, sx_error *err) {
    const sx_json *member = sx_json_get(object, key);
    if (!member) {
        return SX_OK;
    }
    int64_t number = sx_json_integer(member);
    if (!sx_json_is_integer(member) || number < low || number > high) {
        char expected[96];
        snprintf(expected, sizeof expected, "a whole number from %" PRId64 " to %" PRId64, low, high);
        if (high == INT64_MAX) {
            snprintf(expected, sizeof expected, "a whole number of at least %" PRId64, low);
        }
        return fail_at(err, where, key, expected, member);
    }
    *value = number;
    return SX_OK;
}

sx_status sx_json_read_bool(const sx_json *object, const char *key, const char *where, bool *value,
                            sx_error *err) {
    const sx_json *member = sx_json_get(object, key);
    if (!member) {
        return SX_OK;
    }
    if (!sx_json_is_bool(member)) {
        return fail_at(err, where, key, "true or false", member);
    }
    *value = member->boolean;
    return SX_OK;
}

sx_status sx_json_read_text(const sx_json *object, const char *key, const char *where, const char **value,
                            sx_error *err) {
    const sx_json *member = sx_json_get(object, key);
    if (!member) {
        return SX_OK;
    }
    if (!sx_json_is_text(member)) {
        return fail_at(err, where, key, "text in quotes", member);
    }
    *value = member->text;
    return SX_OK;
}

sx_status sx_json_read_name(const sx_json *object, const char *key, const char *const *names,
                            const char *where, int *index, sx_error *err) {
    const char *text = NULL;
    sx_status status = sx_json_read_text(object, key, where, &text, err);
    if (status || !text) {
        return status;
    }
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], text) == 0) {
            *index = i;
            return SX_OK;
        }
    }
    char list[256], expected[300];
    list_names(names, list, sizeof list);
    snprintf(expected, sizeof expected, "one of %s", list);
    const char *nearest = sx_text_nearest(text, names);
    status = fail_at(err, where, key, expected, sx_json_get(object, key));
    if (nearest && err) {
        status = sx_fail(err, status, "%s; did you mean \"%s\"?", err->text, nearest);
    }
    return status;
}
