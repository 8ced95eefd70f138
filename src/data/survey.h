/* survey.h: the first pass over a data set: every recording decoded once, its length, rate and channels
 * known. */
#ifndef DATA_SURVEY_H
#define DATA_SURVEY_H

#include "base/parallel.h"
#include "data/recording.h"

/* One item of the data set. */
typedef struct sx_slot {
    sx_sound sound; /* samples NULL where they were not kept: decode again */
    size_t frames;  /* at the source's rate */
    int channels, rate_hz;
    char *reason; /* NULL = usable so far, else why it is skipped; owned */
} sx_slot;

typedef struct sx_survey {
    const sx_dataset *dataset;
    const sx_features_options *options;
    sx_pool *pool;
    sx_slot *slots; /* item_count */
} sx_survey;

/* Decodes everything on the pool. Samples are kept for the second pass while they fit into a fixed share of
 * memory. SX_E_CANCELLED when the watch asked; clear the survey in any case. */
SX_MUST_USE sx_status sx_survey_run(sx_survey *survey, const sx_watch *watch, sx_error *err);
void sx_survey_clear(sx_survey *survey); /* frees the slots, nothing else */
size_t sx_survey_usable(const sx_survey *survey);
/* Marks a slot as skipped for this reason and lets go of its samples. */
void sx_slot_skip(sx_slot *slot, const char *reason);

#endif
