/* card_json.c: a model card to JSON and back. 64-bit numbers are hexadecimal text, for JSON has no such
 * integers. */
#include "base/error.h"
#include "base/text.h"
#include "model/card.h"
#include "tensor/shape_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const channel_names[] = {"mix", "pick", "keep", NULL};
static const char *const where = "model card";

/* --- writing ---------------------------------------------------------------------------------------- */

static void set_hex(sx_json *object, const char *key, uint64_t number) {
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, number);
    sx_json_set_text(object, key, text);
}

/* NULL when out of memory, which setting it then records. */
static sx_json *frontend_json(const sx_frontend_options *frontend) {
    sx_json *value = NULL;
    char *json = sx_frontend_to_json(frontend);
    if (json && sx_json_parse(json, strlen(json), where, &value, NULL) != SX_OK) value = NULL;
    sx_free_text(json);
    return value;
}

static sx_json *labels_json(const sx_model_card *card) {
    sx_json *list = sx_json_array();
    for (size_t i = 0; i < card->label_count; i++)
        sx_json_append_text(list, card->label_names[i]);
    return list;
}

static void set_features(sx_json *root, const sx_model_card *card) {
    sx_json_set_bool(root, "from_arrays", card->from_arrays);
    if (!card->from_arrays) sx_json_set(root, "frontend", frontend_json(&card->frontend));
    sx_json_set_text(root, "clip", sx_clip_policy_name(card->clip));
    sx_json_set_number(root, "random_offset_ms", card->random_offset_ms);
    sx_json_set_number(root, "duration_s", card->duration_s);
    sx_json_set_text(root, "channels", channel_names[card->channels]);
    sx_json_set_integer(root, "channel_index", card->channel_index);
    sx_json_set_number(root, "mean", card->standardise.mean);
    sx_json_set_number(root, "deviation", card->standardise.deviation);
}

char *sx_card_to_json(const sx_model_card *card, const sx_model_options *options) {
    sx_json *root = sx_json_object();
    sx_json_set(root, "input", sx_shape_json(options->input));
    sx_json_set_integer(root, "classes", (int64_t)options->classes);
    set_hex(root, "net_seed", options->seed);
    sx_json_set(root, "labels", labels_json(card));
    set_features(root, card);
    sx_json_set_bool(root, "sigmoid", card->sigmoid);
    set_hex(root, "data_hash", card->data_hash);
    set_hex(root, "seed", card->seed);
    sx_json_set_text(root, "provenance", card->provenance);
    char *json = sx_json_dump(root, 2);
    sx_json_free(root);
    return json;
}

/* --- reading ---------------------------------------------------------------------------------------- */

static sx_status read_hex(const sx_json *root, const char *key, uint64_t *number, sx_error *err) {
    const char *text = sx_json_text(sx_json_get(root, key));
    uint64_t value = 0;
    bool good = text && strlen(text) == 16;
    for (size_t i = 0; good && i < 16; i++) {
        const char *digit = strchr("0123456789abcdef", text[i]);
        good = digit != NULL && *digit;
        if (good) value = value << 4 | (uint64_t)(digit - "0123456789abcdef");
    }
    if (!good) return sx_fail(err, SX_E_FORMAT, "%s: %s must be 16 hexadecimal digits", where, key);
    *number = value;
    return SX_OK;
}

static sx_status read_input(const sx_json *root, sx_shape *input, sx_error *err) {
    const sx_json *list = sx_json_get(root, "input");
    int64_t extents[3] = {0, 0, 0};
    bool good = sx_json_is_array(list) && sx_json_count(list) == 3;
    for (size_t i = 0; good && i < 3; i++) {
        extents[i] = sx_json_integer(sx_json_at(list, i));
        good = extents[i] >= 1 && extents[i] <= 1 << 20;
    }
    if (!good) return sx_fail(err, SX_E_FORMAT, "%s: input must be three integers from 1 to 2^20", where);
    *input = (sx_shape){(size_t)extents[0], (size_t)extents[1], (size_t)extents[2]};
    return SX_OK;
}

static sx_status read_labels(const sx_json *root, size_t classes, sx_model_card *card, sx_error *err) {
    const sx_json *list = sx_json_get(root, "labels");
    size_t count = sx_json_is_array(list) ? sx_json_count(list) : SIZE_MAX;
    if (count != 0 && count != classes)
        return sx_fail(err, SX_E_FORMAT, "%s: labels must be a list of %zu names", where, classes);
    card->label_names = sx_alloc(count, sizeof *card->label_names);
    if (!card->label_names) return sx_fail_memory(err, count * sizeof(char *));
    card->label_count = count;
    for (size_t i = 0; i < count; i++) {
        const char *name = sx_json_text(sx_json_at(list, i));
        if (!name) return sx_fail(err, SX_E_FORMAT, "%s: labels[%zu] must be text", where, i);
        card->label_names[i] = sx_copy_text(name);
        if (!card->label_names[i]) return sx_fail_memory(err, strlen(name));
    }
    return SX_OK;
}

static sx_status read_frontend(const sx_json *root, sx_model_card *card, sx_error *err) {
    if (card->from_arrays) return SX_OK;
    const sx_json *frontend = sx_json_get(root, "frontend");
    if (!frontend) return sx_fail(err, SX_E_FORMAT, "%s: frontend is missing", where);
    char *json = sx_json_dump(frontend, 0);
    if (!json) return sx_fail_memory(err, 1024);
    sx_status status = sx_frontend_from_json(json, &card->frontend, err);
    sx_free(json);
    return status;
}

static sx_status read_clip(const sx_json *root, sx_model_card *card, sx_error *err) {
    const char *clip = "pad-end";
    int channels = SX_CHANNELS_MIX;
    int64_t channel_index = 0;
    sx_status status = sx_json_read_text(root, "clip", where, &clip, err);
    if (status == SX_OK) status = sx_clip_policy_parse(clip, &card->clip, err);
    if (status == SX_OK) status = sx_json_read_name(root, "channels", channel_names, where, &channels, err);
    if (status == SX_OK)
        status = sx_json_read_integer(root, "channel_index", 0, 65535, where, &channel_index, err);
    card->channels = (sx_channel_policy)channels;
    card->channel_index = (int)channel_index;
    return status;
}

static sx_status read_features(const sx_json *root, sx_model_card *card, sx_error *err) {
    sx_status status = sx_json_read_bool(root, "from_arrays", where, &card->from_arrays, err);
    if (status == SX_OK) status = read_frontend(root, card, err);
    if (status == SX_OK) status = read_clip(root, card, err);
    if (status == SX_OK)
        status = sx_json_read_double(root, "random_offset_ms", 0, 1e9, where, &card->random_offset_ms, err);
    if (status == SX_OK)
        status = sx_json_read_double(root, "duration_s", 0, 1e9, where, &card->duration_s, err);
    if (status == SX_OK)
        status = sx_json_read_double(root, "mean", -1e300, 1e300, where, &card->standardise.mean, err);
    if (status == SX_OK)
        status =
            sx_json_read_double(root, "deviation", 1e-300, 1e300, where, &card->standardise.deviation, err);
    return status;
}

static sx_status read_card(const sx_json *root, sx_model_card *card, sx_model_options *options,
                           sx_error *err) {
    static const char *const keys[] = {
        "input",      "classes",    "net_seed",         "labels", "from_arrays", "frontend", "clip",
        "duration_s", "channels",   "channel_index",    "mean",   "deviation",   "sigmoid",  "data_hash",
        "seed",       "provenance", "random_offset_ms", NULL};
    int64_t classes = 0;
    const char *provenance = "";
    card->standardise.deviation = 1;
    sx_status status = sx_json_check_keys(root, keys, where, err);
    if (status == SX_OK) status = read_input(root, &options->input, err);
    if (status == SX_OK) status = sx_json_read_integer(root, "classes", 2, 65536, where, &classes, err);
    options->classes = (size_t)classes;
    if (status == SX_OK) status = read_hex(root, "net_seed", &options->seed, err);
    if (status == SX_OK) status = read_labels(root, options->classes, card, err);
    if (status == SX_OK) status = read_features(root, card, err);
    if (status == SX_OK) status = sx_json_read_bool(root, "sigmoid", where, &card->sigmoid, err);
    if (status == SX_OK) status = read_hex(root, "data_hash", &card->data_hash, err);
    if (status == SX_OK) status = read_hex(root, "seed", &card->seed, err);
    if (status == SX_OK) status = sx_json_read_text(root, "provenance", where, &provenance, err);
    snprintf(card->provenance, sizeof card->provenance, "%s", provenance);
    return status;
}

sx_status sx_card_from_json(const char *json, const char *source, sx_model_card *card,
                            sx_model_options *options, sx_error *err) {
    sx_json *root = NULL;
    sx_model_card read = {0};
    sx_model_options read_options = *options;
    sx_status status = sx_json_parse(json, strlen(json), source, &root, err);
    if (status != SX_OK) return status;
    status = sx_json_is_object(root) ? read_card(root, &read, &read_options, err)
                                     : sx_fail(err, SX_E_FORMAT, "%s: must be an object", where);
    sx_json_free(root);
    if (status != SX_OK) {
        sx_model_card_clear(&read);
        return status;
    }
    *card = read;
    *options = read_options;
    return SX_OK;
}
