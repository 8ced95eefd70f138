/* spec_check.c: whether a spec makes sense: every key, type, name, input and option value. Shapes are checked
 * when a net is built. */
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/spec.h"

#include <stdio.h>
#include <string.h>

enum { KEYS_LIMIT = 32 };

void sx_spec_where(const sx_model_spec *spec, size_t index, char where[SX_WHERE_CHARS]) {
    const sx_json *layer = sx_spec_layer(spec, index);
    const char *type = sx_json_text(sx_json_get(layer, "type"));
    const char *name = sx_json_text(sx_json_get(layer, "name"));
    int used = snprintf(where, SX_WHERE_CHARS, "layers[%zu]", index);
    if (type && used > 0) used += snprintf(where + used, SX_WHERE_CHARS - (size_t)used, " %.40s", type);
    if (name && used > 0) snprintf(where + used, SX_WHERE_CHARS - (size_t)used, " '%.64s'", name);
}

/* --- names and types -------------------------------------------------------------------------------- */

static void type_names(const char *names[SX_SPEC_LAYER_LIMIT]) {
    size_t count = 0;
    while (sx_layers[count] && count + 1 < SX_SPEC_LAYER_LIMIT) {
        names[count] = sx_layers[count]->type;
        count++;
    }
    names[count] = NULL;
}

static sx_status check_type(const sx_json *layer, const char *where, sx_error *err) {
    const char *known[SX_SPEC_LAYER_LIMIT];
    const char *type = sx_json_text(sx_json_get(layer, "type"));
    if (!sx_json_is_object(layer)) return sx_fail(err, SX_E_FORMAT, "%s: must be an object", where);
    if (!type)
        return sx_fail(err, SX_E_FORMAT, "%s: type is missing; it must be text such as \"conv2d\"", where);
    if (sx_layer_find(type)) return SX_OK;
    type_names(known);
    const char *nearest = sx_text_nearest(type, known);
    return sx_fail(err, SX_E_FORMAT, "%s: there is no layer type \"%s\"%s%s%s", where, type,
                   nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

static sx_status check_keys(const sx_json *layer, const char *where, sx_error *err) {
    const char *keys[KEYS_LIMIT] = {"type", "name", "inputs"};
    const sx_layer_ops *ops = sx_layer_find(sx_json_text(sx_json_get(layer, "type")));
    for (size_t i = 0; ops->keys[i] && i + 4 < KEYS_LIMIT; i++)
        keys[3 + i] = ops->keys[i];
    return sx_json_check_keys(layer, keys, where, err);
}

/* "conv2d_2": the second conv2d, where it has no name of its own. */
static void give_name(const sx_model_spec *spec, size_t index) {
    sx_json *layer = sx_spec_layer(spec, index);
    const char *type = sx_json_text(sx_json_get(layer, "type"));
    char name[SX_SPEC_NAME_LIMIT + 1];
    size_t number = 1;
    for (size_t i = 0; i < index; i++)
        if (strcmp(sx_json_text(sx_json_get(sx_spec_layer(spec, i), "type")), type) == 0) number++;
    snprintf(name, sizeof name, "%.40s_%zu", type, number);
    sx_json_set_text(layer, "name", name);
}

static int layer_called(const sx_model_spec *spec, size_t before, const char *name) {
    for (size_t i = 0; i < before; i++)
        if (strcmp(sx_spec_layer_name(spec, i), name) == 0) return (int)i;
    return -1;
}

static sx_status check_name(const sx_model_spec *spec, size_t index, const char *where, sx_error *err) {
    sx_json *layer = sx_spec_layer(spec, index);
    const sx_json *value = sx_json_get(layer, "name");
    if (!value) {
        give_name(spec, index);
        value = sx_json_get(layer, "name");
        if (!value) return sx_fail_memory(err, SX_SPEC_NAME_LIMIT);
    }
    const char *name = sx_json_text(value);
    if (!name || !*name || strlen(name) > SX_SPEC_NAME_LIMIT || strchr(name, ',') ||
        strcmp(name, "input") == 0)
        return sx_fail(err, SX_E_FORMAT,
                       "%s: name must be text of 1 to %d bytes without commas, not \"input\"", where,
                       SX_SPEC_NAME_LIMIT);
    int other = layer_called(spec, index, name);
    if (other >= 0)
        return sx_fail(err, SX_E_FORMAT, "%s: layers[%d] is called \"%s\" already", where, other, name);
    return SX_OK;
}

/* --- inputs ----------------------------------------------------------------------------------------- */

int sx_spec_inputs(const sx_model_spec *spec, size_t index, int inputs[SX_LAYER_INPUTS]) {
    const sx_json *list = sx_json_get(sx_spec_layer(spec, index), "inputs");
    if (!list) {
        inputs[0] = (int)index - 1;
        return 1;
    }
    int count = (int)sx_json_count(list);
    for (int i = 0; i < count; i++)
        inputs[i] = layer_called(spec, index, sx_json_text(sx_json_at(list, (size_t)i)));
    return count;
}

static sx_status check_input_name(const sx_model_spec *spec, size_t index, const sx_json *value,
                                  const char *where, sx_error *err) {
    const char *known[SX_SPEC_LAYER_LIMIT + 2] = {"input"};
    const char *name = sx_json_text(value);
    if (!name) return sx_fail(err, SX_E_FORMAT, "%s: inputs must be a list of layer names", where);
    if (strcmp(name, "input") == 0 || layer_called(spec, index, name) >= 0) return SX_OK;
    for (size_t i = 0; i < index; i++)
        known[1 + i] = sx_spec_layer_name(spec, i);
    const char *nearest = sx_text_nearest(name, known);
    return sx_fail(err, SX_E_FORMAT, "%s: no layer before it is called \"%s\"%s%s%s", where, name,
                   nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

static sx_status check_inputs(const sx_model_spec *spec, size_t index, const char *where, sx_error *err) {
    const sx_json *layer = sx_spec_layer(spec, index), *list = sx_json_get(layer, "inputs");
    const sx_layer_ops *ops = sx_spec_layer_ops(spec, index);
    size_t count = list ? sx_json_count(list) : 1;
    if (list && !sx_json_is_array(list))
        return sx_fail(err, SX_E_FORMAT, "%s: inputs must be a list of layer names", where);
    if (count < (size_t)ops->min_inputs || count > (size_t)ops->max_inputs)
        return sx_fail(err, SX_E_FORMAT, "%s: has %zu input%s, but %s takes %d to %d", where, count,
                       count == 1 ? "" : "s", ops->type, ops->min_inputs, ops->max_inputs);
    for (size_t i = 0; list && i < count; i++) {
        sx_status status = check_input_name(spec, index, sx_json_at(list, i), where, err);
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

static sx_status check_all_used(const sx_model_spec *spec, sx_error *err) {
    bool used[SX_SPEC_LAYER_LIMIT] = {false};
    size_t count = sx_spec_layer_count(spec);
    for (size_t i = 0; i < count; i++) {
        int inputs[SX_LAYER_INPUTS], input_count = sx_spec_inputs(spec, i, inputs);
        for (int k = 0; k < input_count; k++)
            if (inputs[k] >= 0) used[inputs[k]] = true;
    }
    for (size_t i = 0; i + 1 < count; i++) {
        char where[SX_WHERE_CHARS];
        if (used[i]) continue;
        sx_spec_where(spec, i, where);
        return sx_fail(err, SX_E_FORMAT, "%s: no layer takes its output, and it is not the last", where);
    }
    return SX_OK;
}

/* --- the whole -------------------------------------------------------------------------------------- */

static sx_status check_layer(const sx_model_spec *spec, size_t index, sx_error *err) {
    char where[SX_WHERE_CHARS];
    sx_spec_where(spec, index, where);
    sx_status status = check_type(sx_spec_layer(spec, index), where, err);
    if (status == SX_OK) status = check_keys(sx_spec_layer(spec, index), where, err);
    if (status == SX_OK) status = check_name(spec, index, where, err);
    if (status != SX_OK) return status;
    sx_spec_where(spec, index, where);
    return check_inputs(spec, index, where, err);
}

/* Option values, tried with stand-ins for the placeholders. */
static sx_status check_options(const sx_model_spec *spec, sx_error *err) {
    sx_model_spec *filled = NULL;
    sx_status status = sx_spec_filled(spec, "channels", 2, &filled, err);
    for (size_t i = 0; status == SX_OK && i < sx_spec_layer_count(filled); i++) {
        char where[SX_WHERE_CHARS];
        const sx_layer_ops *ops = sx_spec_layer_ops(filled, i);
        sx_spec_where(filled, i, where);
        void *options = sx_alloc(1, ops->options_size);
        status = options ? ops->read(sx_spec_layer(filled, i), where, options, err)
                         : sx_fail_memory(err, ops->options_size);
        sx_free(options);
    }
    sx_model_spec_free(filled);
    return status;
}

static sx_status check_order(const sx_json *value, sx_error *err) {
    sx_axis_order order = SX_ORDER_TIME_FREQUENCY;
    if (!value || (sx_json_text(value) && sx_axis_order_parse(sx_json_text(value), &order, NULL) == SX_OK))
        return SX_OK;
    return sx_fail(err, SX_E_FORMAT, "order must be \"time,frequency\", \"frequency,time\" or \"unknown\"");
}

sx_status sx_spec_check(sx_model_spec *spec, sx_error *err) {
    static const char *const keys[] = {"name", "order", "rank", "layers", NULL};
    const sx_json *name = NULL, *layers = NULL;
    if (!sx_json_is_object(spec->root))
        return sx_fail(err, SX_E_FORMAT, "a net must be an object with \"name\" and \"layers\"");
    sx_status status = sx_json_check_keys(spec->root, keys, "net", err);
    if (status != SX_OK) return status;
    name = sx_json_get(spec->root, "name");
    layers = sx_json_get(spec->root, "layers");
    if (name && !sx_json_is_text(name)) return sx_fail(err, SX_E_FORMAT, "name must be text");
    status = check_order(sx_json_get(spec->root, "order"), err);
    int64_t rank = 4;
    if (status == SX_OK) status = sx_json_read_integer(spec->root, "rank", 2, 4, "net", &rank, err);
    if (status != SX_OK) return status;
    if (!sx_json_is_array(layers) || sx_json_count(layers) < 1 || sx_json_count(layers) > SX_SPEC_LAYER_LIMIT)
        return sx_fail(err, SX_E_FORMAT, "layers must be a list of 1 to %d layers", SX_SPEC_LAYER_LIMIT);
    for (size_t i = 0; status == SX_OK && i < sx_json_count(layers); i++)
        status = check_layer(spec, i, err);
    if (status == SX_OK) status = check_all_used(spec, err);
    if (status == SX_OK) status = check_options(spec, err);
    return status;
}
