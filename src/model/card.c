/* card.c: what travels beside the weights, made from features, copied and freed. */
#include "model/card.h"

#include "base/file.h"
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
