/* score_out.h: a score as text or JSON members. */
#ifndef CLI_SCORE_OUT_H
#define CLI_SCORE_OUT_H

#include "sonaxis/train.h"

/* Accuracy and the rest, then recall per label and what each is most often taken for. */
void cli_print_score(const sx_score *score, char *const *label_names);
/* "accuracy": ..., ... "confusion": [[...]] without braces. */
void cli_print_score_json(const sx_score *score, char *const *label_names);

#endif
