/* card.h: a model card as JSON, with what a net must know to be built again. */
#ifndef MODEL_CARD_H
#define MODEL_CARD_H

#include "model/graph.h"

/* NULL when out of memory; free with sx_free. */
char *sx_card_to_json(const sx_model_card *card, const sx_model_options *options);
/* Strict. Fills the card (owned by the caller, sx_model_card_clear) and options' input, classes and seed;
 * both unchanged on failure. */
SX_MUST_USE sx_status sx_card_from_json(const char *json, const char *source, sx_model_card *card,
                                        sx_model_options *options, sx_error *err);

#endif
