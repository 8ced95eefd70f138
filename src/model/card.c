/* card.c: what travels beside the weights, made from features, copied and freed. */
#include "model/card.h"

#include "base/error.h"

void sx_model_card_clear(sx_model_card *card) {
    if (!card) return;
    for (size_t i = 0; card->label_names && i < card->label_count; i++)
        sx_free(card->label_names[i]);
    sx_free(card->label_names);
    *card = (sx_model_card){0};
}

static sx_status copy_labels(const sx_features *features, sx_model_card *card, sx_error *err) {
    card->label_names = sx_alloc(features->label_count, sizeof *card->label_names);
    if (!card->label_names) return sx_fail_memory(err, features->label_count * sizeof(char *));
    card->label_count = features->label_count;
    for (size_t i = 0; i < card->label_count; i++) {
        card->label_names[i] = sx_copy_text(features->label_names[i]);
        if (!card->label_names[i]) return sx_fail_memory(err, 64);
    }
    return SX_OK;
}

sx_status sx_model_card_from_features(const sx_features *features, const sx_standardise *standardise,
                                      sx_model_card *card, sx_error *err) {
    sx_model_card made = {.from_arrays = features->from_arrays,
                          .frontend = features->frontend,
                          .clip = features->clip,
                          .duration_s = features->duration_s,
                          .channels = features->channels,
                          .channel_index = features->channel_index,
                          .standardise = *standardise,
                          .data_hash = features->content_hash};
    sx_status status = copy_labels(features, &made, err);
    if (status != SX_OK) {
        sx_model_card_clear(&made);
        return status;
    }
    *card = made;
    return SX_OK;
}
