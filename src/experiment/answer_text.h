/* answer_text.h: an answer as lines of the terminal. */
#ifndef EXPERIMENT_ANSWER_TEXT_H
#define EXPERIMENT_ANSWER_TEXT_H

#include "base/text.h"
#include "sonaxis/answer.h"

/* Why, alignment and what each axis asks for in use. */
void sx_answer_say_why(sx_text *text, const sx_answer *answer);
/* What to do next, with commands. */
void sx_answer_say_next(sx_text *text, const sx_answer *answer);

#endif
