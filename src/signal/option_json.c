/* option_json.c: the front-end's options as a JSON object, written whole and read strictly. */
#include "options.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"

#include <assert.h>
#include <string.h>

enum { KEYS = 40 };

/* --- writing ---------------------------------------------------------------------------------------- */

static void write_option(const sx_option *option, const sx_frontend_options *options, sx_json *object) {
    const void *place = (const char *)options + option->offset;
    int integer = 0;
    double number = 0;
    bool on = false;
    switch (option->type) {
    case SX_OPTION_INTEGER:
        memcpy(&integer, place, sizeof integer);
        sx_json_set_integer(object, option->key, integer);
        break;
    case SX_OPTION_NUMBER:
        memcpy(&number, place, sizeof number);
        sx_json_set_number(object, option->key, number);
        break;
    case SX_OPTION_SWITCH:
        memcpy(&on, place, sizeof on);
        sx_json_set_bool(object, option->key, on);
        break;
    case SX_OPTION_NAME:
        sx_json_set_text(object, option->key, option->names[sx_option_index(option, options)]);
        break;
    }
}

char *sx_frontend_to_json(const sx_frontend_options *options) {
    assert(options != NULL);
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "preset", options->preset);
    for (const sx_option *option = sx_frontend_option_list; option->key != NULL; option++)
        write_option(option, options, object);
    char *text = sx_json_dump(object, 2);
    sx_json_free(object);
    return text;
}

/* --- reading ---------------------------------------------------------------------------------------- */

static const char where[] = "front-end";

static sx_status read_option(const sx_json *object, const sx_option *option, sx_frontend_options *options,
                             sx_error *err) {
    void *place = (char *)options + option->offset;
    sx_status status = SX_OK;
    int index = 0;
    int64_t wide = 0;
    switch (option->type) {
    case SX_OPTION_NUMBER:
        return sx_json_read_double(object, option->key, option->low, option->high, where, place, err);
    case SX_OPTION_SWITCH:
        return sx_json_read_bool(object, option->key, where, place, err);
    case SX_OPTION_INTEGER:
        memcpy(&index, place, sizeof index);
        wide = index;
        status = sx_json_read_integer(object, option->key, (int64_t)option->low, (int64_t)option->high, where,
                                      &wide, err);
        index = (int)wide;
        if (status == SX_OK) memcpy(place, &index, sizeof index);
        return status;
    default:
        index = sx_option_index(option, options);
        status = sx_json_read_name(object, option->key, option->names, where, &index, err);
        if (status == SX_OK) sx_option_set_index(option, options, index);
        return status;
    }
}

static sx_status check_keys(const sx_json *object, sx_error *err) {
    const char *keys[KEYS] = {"preset"};
    size_t count = 1;
    for (const sx_option *option = sx_frontend_option_list; option->key != NULL; option++) {
        assert(count + 1 < KEYS);
        keys[count++] = option->key;
    }
    return sx_json_check_keys(object, keys, where, err);
}

static sx_status read_object(const sx_json *object, sx_frontend_options *options, sx_error *err) {
    const char *preset = "sonaxis";
    if (!sx_json_is_object(object))
        return sx_fail(err, SX_E_FORMAT, "%s: the JSON text is not an object {...}", where);
    sx_status status = check_keys(object, err);
    if (status == SX_OK) status = sx_json_read_text(object, "preset", where, &preset, err);
    if (status == SX_OK) status = sx_frontend_preset(preset, options, err);
    for (const sx_option *option = sx_frontend_option_list; option->key != NULL && status == SX_OK; option++)
        status = read_option(object, option, options, err);
    return status;
}

sx_status sx_frontend_from_json(const char *json, sx_frontend_options *options, sx_error *err) {
    assert(json != NULL && options != NULL);
    sx_json *object = NULL;
    sx_frontend_options read;
    sx_status status = sx_json_parse(json, strlen(json), where, &object, err);
    if (status != SX_OK) return status;
    status = read_object(object, &read, err);
    sx_json_free(object);
    if (status == SX_OK) *options = read;
    return status;
}
