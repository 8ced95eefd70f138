/* answer_json.h: an answer as members of the document of `compare --json`. */
#ifndef EXPERIMENT_ANSWER_JSON_H
#define EXPERIMENT_ANSWER_JSON_H

#include "base/json.h"
#include "sonaxis/answer.h"

/* Adds "why", "alignment", "deployment", "probabilities" and "next". Nothing of it depends on the clock or on
 * where the study lies. */
void sx_answer_set_json(sx_json *root, const sx_answer *answer, const sx_features *features);

#endif
