/* align_words.h: what an alignment study says, in sentences that say no more than its intervals. */
#ifndef EXPERIMENT_ALIGN_WORDS_H
#define EXPERIMENT_ALIGN_WORDS_H

#include "sonaxis/align.h"

/* Fills the texts of a study whose numbers are there. */
void sx_align_write_words(sx_align_study *study);

#endif
