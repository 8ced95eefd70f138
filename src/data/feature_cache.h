/* feature_cache.h: the spectrograms of a whole data set, kept between processes.
 *
 * An entry is found by what it was made from: the bytes of every recording, the segments taken of them, the
 * features' options, the version and the rounding of the kernels. Labels and groups are not in it, so they
 * may change. It also holds what was learnt on the way: why recordings were skipped, and the notes. */
#ifndef DATA_FEATURE_CACHE_H
#define DATA_FEATURE_CACHE_H

#include "data/cache_folder.h"
#include "data/plan.h"

typedef struct sx_feature_key {
    uint64_t words[2];
} sx_feature_key;

/* Reads every recording once, on the survey's pool. *possible is false where one cannot be read or memory is
 * out: then there is no cache. Fails with SX_E_CANCELLED only. */
SX_MUST_USE sx_status sx_feature_key_make(const sx_survey *survey, const sx_watch *watch, sx_feature_key *key,
                                          bool *possible, sx_error *err);

/* Fills a survey that has not run (slots with their reasons, nothing decoded), a plan, notes, and features
 * with shape and values (mapped from the entry) but nothing else. False where there is no whole entry; then
 * everything is as before and a damaged entry will be written over. */
bool sx_feature_cache_load(const sx_cache_folder *folder, const sx_feature_key *key, sx_survey *survey,
                           sx_plan *plan, sx_notes *notes, sx_features **features);
/* features->count rows. Trouble is not told: the entry is then not there. */
void sx_feature_cache_store(const sx_cache_folder *folder, const sx_feature_key *key, const sx_survey *survey,
                            const sx_plan *plan, const sx_notes *notes, const sx_features *features);

#endif
