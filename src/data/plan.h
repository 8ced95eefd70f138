/* plan.h: what all clips of a data set have in common: rate, length, channels; and the sentences that say so.
 */
#ifndef DATA_PLAN_H
#define DATA_PLAN_H

#include "data/survey.h"

/* Sentences for the user. Start with {0}. */
typedef struct sx_notes {
    char **texts;
    size_t count, capacity;
} sx_notes;

SX_MUST_USE sx_status sx_notes_add(sx_notes *notes, sx_error *err, const char *format, ...) SX_PRINTF(3, 4);
void sx_notes_clear(sx_notes *notes);

typedef struct sx_plan {
    sx_frontend *frontend;
    int rate_hz;
    size_t samples;        /* of a clip */
    size_t offset_samples; /* how much later an item may begin at random */
    sx_shape shape;        /* of an example */
} sx_plan;

/* Skips slots whose channel count is not the one asked for, or not the one most have. */
void sx_survey_agree_on_channels(sx_survey *survey);
/* From the usable slots of a survey, at least one, with as many channels each. */
SX_MUST_USE sx_status sx_plan_make(sx_survey *survey, sx_plan *plan, sx_notes *notes, sx_error *err);
void sx_plan_clear(sx_plan *plan);

/* Value below which a share of sorted numbers lies, linear between neighbours as NumPy does. count >= 1. */
double sx_percentile(const double *sorted, size_t count, double share);
int sx_compare_doubles(const void *left, const void *right);

#endif
