/* json_value.c: JSON values in memory: making, looking up, adding. Members keep the order of the text. */
#include "base/json_value.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

sx_json *sx_json_new(json_kind kind) {
    sx_json *value = sx_alloc(1, sizeof *value);
    if (value) {
        value->kind = kind;
    }
    return value;
}

sx_json *sx_json_new_text(const char *text) {
    sx_json *value = sx_json_new(text ? JSON_KIND_TEXT : JSON_KIND_NULL);
    if (value && text) {
        value->text = sx_copy_text(text);
        value->failed = !value->text;
    }
    return value;
}

sx_json *sx_json_new_number(double number) {
    bool good = isfinite(number);
    sx_json *value = sx_json_new(good ? JSON_KIND_NUMBER : JSON_KIND_NULL);
    if (value && good) {
        value->number = number;
    }
    return value;
}

sx_json *sx_json_new_integer(int64_t number) {
    sx_json *value = sx_json_new(JSON_KIND_INTEGER);
    if (value) {
        value->integer = number;
    }
    return value;
}

sx_json *sx_json_new_bool(bool truth) {
    sx_json *value = sx_json_new(JSON_KIND_BOOL);
    if (value) {
        value->boolean = truth;
    }
    return value;
}

void sx_json_free(sx_json *root) {
    if (!root) {
        return;
    }
    for (size_t i = 0; i < root->count; i++) {
        sx_json_free(root->children[i]);
        if (root->keys) {
            sx_free(root->keys[i]);
        }
    }
    sx_free(root->children);
    sx_free(root->keys);
    sx_free(root->text);
    sx_free(root);
}

static bool is_kind(const sx_json *value, json_kind kind) { return value && value->kind == kind; }

bool sx_json_is_object(const sx_json *value) { return is_kind(value, JSON_KIND_OBJECT); }
bool sx_json_is_array(const sx_json *value) { return is_kind(value, JSON_KIND_ARRAY); }
bool sx_json_is_text(const sx_json *value) { return is_kind(value, JSON_KIND_TEXT); }
bool sx_json_is_integer(const sx_json *value) { return is_kind(value, JSON_KIND_INTEGER); }
bool sx_json_is_bool(const sx_json *value) { return is_kind(value, JSON_KIND_BOOL); }
bool sx_json_is_null(const sx_json *value) { return is_kind(value, JSON_KIND_NULL); }

bool sx_json_is_number(const sx_json *value) {
    return is_kind(value, JSON_KIND_NUMBER) || is_kind(value, JSON_KIND_INTEGER);
}

const char *sx_json_text(const sx_json *value) { return sx_json_is_text(value) ? value->text : NULL; }

double sx_json_number(const sx_json *value) {
    if (sx_json_is_integer(value)) {
        return (double)value->integer;
    }
    return is_kind(value, JSON_KIND_NUMBER) ? value->number : 0;
}

int64_t sx_json_integer(const sx_json *value) { return sx_json_is_integer(value) ? value->integer : 0; }

bool sx_json_bool(const sx_json *value) { return sx_json_is_bool(value) && value->boolean; }

/* Index of the member, count where missing. */
static size_t find_key(const sx_json *object, const char *key) {
    size_t index = 0;
    while (index < object->count && strcmp(object->keys[index], key) != 0) {
        index++;
    }
    return index;
}

sx_json *sx_json_get(const sx_json *object, const char *key) {
    if (!sx_json_is_object(object)) {
        return NULL;
    }
    size_t index = find_key(object, key);
    return index < object->count ? object->children[index] : NULL;
}

size_t sx_json_count(const sx_json *array_or_object) { return array_or_object ? array_or_object->count : 0; }

sx_json *sx_json_at(const sx_json *array, size_t index) {
    return sx_json_is_array(array) && index < array->count ? array->children[index] : NULL;
}

const char *sx_json_key_at(const sx_json *object, size_t index, sx_json **value) {
    if (!sx_json_is_object(object) || index >= object->count) {
        return NULL;
    }
    if (value) {
        *value = object->children[index];
    }
    return object->keys[index];
}

sx_json *sx_json_object(void) { return sx_json_new(JSON_KIND_OBJECT); }

sx_json *sx_json_array(void) { return sx_json_new(JSON_KIND_ARRAY); }

/* Room for one more child, and for its key in an object. */
static bool reserve(sx_json *parent) {
    if (parent->count < parent->capacity) {
        return true;
    }
    size_t capacity = parent->capacity ? 2 * parent->capacity : 8;
    sx_json **children = sx_resize(parent->children, capacity, sizeof(sx_json *));
    if (!children) {
        return false;
    }
    parent->children = children;
    if (parent->kind == JSON_KIND_OBJECT) {
        char **keys = sx_resize(parent->keys, capacity, sizeof(char *));
        if (!keys) {
            return false;
        }
        parent->keys = keys;
    }
    parent->capacity = capacity;
    return true;
}

/* A parent of the wrong kind cannot take a child: the failure is kept, and the child freed. */
static bool may_add(sx_json *parent, json_kind kind, sx_json *child) {
    if (child && is_kind(parent, kind)) {
        return true;
    }
    if (parent) {
        parent->failed = true;
    }
    sx_json_free(child);
    return false;
}

void sx_json_set(sx_json *object, const char *key, sx_json *child) {
    if (!may_add(object, JSON_KIND_OBJECT, child)) {
        return;
    }
    size_t index = find_key(object, key);
    if (index < object->count) {
        sx_json_free(object->children[index]);
        object->children[index] = child;
        return;
    }
    char *copy = reserve(object) ? sx_copy_text(key) : NULL;
    if (!copy) {
        object->failed = true;
        sx_json_free(child);
        return;
    }
    object->keys[object->count] = copy;
    object->children[object->count++] = child;
}

void sx_json_append(sx_json *array, sx_json *child) {
    if (!may_add(array, JSON_KIND_ARRAY, child)) {
        return;
    }
    if (!reserve(array)) {
        array->failed = true;
        sx_json_free(child);
        return;
    }
    array->children[array->count++] = child;
}

void sx_json_set_text(sx_json *object, const char *key, const char *text) {
    sx_json_set(object, key, sx_json_new_text(text));
}

void sx_json_set_number(sx_json *object, const char *key, double number) {
    sx_json_set(object, key, sx_json_new_number(number));
}

void sx_json_set_integer(sx_json *object, const char *key, int64_t number) {
    sx_json_set(object, key, sx_json_new_integer(number));
}

void sx_json_set_bool(sx_json *object, const char *key, bool value) {
    sx_json_set(object, key, sx_json_new_bool(value));
}

void sx_json_append_text(sx_json *array, const char *text) { sx_json_append(array, sx_json_new_text(text)); }

void sx_json_append_number(sx_json *array, double number) {
    sx_json_append(array, sx_json_new_number(number));
}

void sx_json_append_integer(sx_json *array, int64_t number) {
    sx_json_append(array, sx_json_new_integer(number));
}
