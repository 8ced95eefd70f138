/* card.c: what travels beside the weights, made from features, copied and freed. */
#include "model/card.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/names.h"

void sx_model_card_clear(sx_model_card *card) {
    if (!card) return;
    sx_names_free(card->label_names, card->label_count);
    *card = (sx_model_card){0};
}

sx_status sx_model_card_from_features(const sx_features *features, const sx_standardise *standardise,
                                      sx_model_card *card, sx_error *err) {
    sx_model_card made = {.from_arrays = features->from_arrays,
                          .frontend = features->frontend,
                          .clip = features->clip,
                          .random_offset_ms = features->random_offset_ms,
                          .duration_s = features->duration_s,
                          .channels = features->channels,
                          .channel_index = features->channel_index,
                          .standardise = *standardise,
                          .data_hash = features->content_hash};
    sx_status status = sx_names_copy(features->label_names, features->label_count, &made.label_names, err);
    if (status != SX_OK) return status;
    made.label_count = features->label_count;
    *card = made;
    return SX_OK;
}

static sx_status number_names(char **names, size_t count, sx_error *err) {
    for (size_t i = 0; i < count; i++) {
        char name[24];
        sx_print(name, sizeof name, "%zu", i);
        names[i] = sx_copy_text(name);
        if (!names[i]) return sx_fail_memory(err, sizeof name);
    }
    return SX_OK;
}

sx_status sx_model_card_for_arrays(size_t label_count, bool sigmoid, sx_model_card *card, sx_error *err) {
    sx_model_card made = {.label_count = label_count,
                          .from_arrays = true,
                          .standardise = {.mean = 0, .deviation = 1},
                          .sigmoid = sigmoid};
    made.label_names = sx_alloc(label_count, sizeof *made.label_names);
    sx_status status = made.label_names ? number_names(made.label_names, label_count, err)
                                        : sx_fail_memory(err, label_count * sizeof *made.label_names);
    if (status != SX_OK) {
        sx_model_card_clear(&made);
        return status;
    }
    *card = made;
    return SX_OK;
}
