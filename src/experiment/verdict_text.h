/* verdict_text.h: the decision in plain English; never more than the numbers say. */
#ifndef EXPERIMENT_VERDICT_TEXT_H
#define EXPERIMENT_VERDICT_TEXT_H

#include "experiment/verdict.h"

/* Fills verdict->text. */
void sx_verdict_say(const sx_comparison *comparison, const sx_decision *decision, sx_verdict *verdict);
/* Fills verdict->warning: moving and recomputed statistics disagree; `decision` is what the `other` ones
 * would have led to. */
void sx_verdict_warn(const sx_comparison *comparison, sx_statistics other, const sx_decision *decision,
                     sx_verdict *verdict);
/* Adds to verdict->text how the study grew, where it did: looks, why it ended, and the rule. */
void sx_verdict_say_growth(const sx_comparison *comparison, sx_verdict *verdict);
/* "winner", "equivalent", "undecided" */
const char *sx_verdict_kind_name(sx_verdict_kind kind);

#endif
