/* study.h: studies on disk: what is in them, side by side, joined, taken out, removed. Everything is read
 * from FOLDER/study.sqlite (docs/study-file.md); the recordings are not needed. */
#ifndef SONAXIS_STUDY_H
#define SONAXIS_STUDY_H

#include "sonaxis/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One thing that decides the numbers of a study's runs. */
typedef struct sx_study_setting {
    char *name, *value;
} sx_study_setting;

typedef struct sx_study_view {
    char *folder;
    sx_study_setting *settings; /* by name */
    size_t setting_count;
    size_t recordings, labels; /* 0 = the file does not tell (begun with version 1) */
    size_t runs;               /* finished ones, whatever seeds they belong to */
    char *workers;             /* "process 4711 on host (2 runs)" of those at work now; "" = nobody */
    sx_comparison *comparison; /* of the last look; without one, of the seeds that all axes have on all folds;
                                  NULL where there is none yet. wall_s is 0 */
    char *gap;                 /* why there is no comparison; "" otherwise */
} sx_study_view;

/* Reads while others write. SX_E_FILE where the folder holds no study; errors as for sx_compare otherwise. */
SX_API SX_MUST_USE sx_status sx_study_read(const char *folder, sx_study_view **out, sx_error *err);
SX_API void sx_study_view_free(sx_study_view *view); /* NULL is fine */
/* For the terminal; {"schema": "sonaxis-study-1"}; the runs as a table (RFC 4180). Free with sx_free_text;
 * NULL when out of memory. */
SX_API char *sx_study_text(const sx_study_view *view);
SX_API char *sx_study_json(const sx_study_view *view);
SX_API char *sx_study_csv(const sx_study_view *view);
/* One line a study, heading first; {"schema": "sonaxis-studies-1"}. */
SX_API char *sx_study_list_text(sx_study_view *const *views, size_t count);
SX_API char *sx_study_list_json(sx_study_view *const *views, size_t count);

/* Folders with a study: `folder` itself, what lies in it, and what lies in that; sorted. Free with
 * sx_study_folders_free. */
SX_API SX_MUST_USE sx_status sx_study_find(const char *folder, char ***folders, size_t *count, sx_error *err);
SX_API void sx_study_folders_free(char **folders, size_t count);

/* Two nets of one seed: of two axes in one study (a = b), or of one axis in two studies with the same
 * recordings and folds. */
typedef struct sx_study_match {
    size_t a, b; /* which of the studies */
    sx_duel duel;
} sx_study_match;

/* seed: from 1. All pairs of axes within each study, then every axis between studies that can be matched;
 * free with sx_free_text((char *)*matches). */
SX_API SX_MUST_USE sx_status sx_study_match_all(const char *const *folders, size_t count, int seed,
                                                sx_study_match **matches, size_t *match_count, sx_error *err);
SX_API char *sx_study_compare_text(sx_study_view *const *views, size_t count, const sx_study_match *matches,
                                   size_t match_count);
SX_API char *sx_study_compare_json(sx_study_view *const *views, size_t count, const sx_study_match *matches,
                                   size_t match_count);

/* Joins parts (shards) of one study in the folder `into`, which may hold a part already: runs, predictions,
 * and the nets in models/. Settings must be the same (SX_E_ARGUMENT naming what differs); a run that is in
 * two parts must be the same but for its time (SX_E_DATA naming it). *added: runs that were not there. */
SX_API SX_MUST_USE sx_status sx_study_merge(const char *const *folders, size_t count, const char *into,
                                            size_t *added, sx_error *err);

/* What sonaxis made in the folder of a study, sorted, paths within the folder; nothing else. Free with
 * sx_study_folders_free. */
SX_API SX_MUST_USE sx_status sx_study_files(const char *folder, char ***files, size_t *count, sx_error *err);
/* Removes those, and the folder where nothing else is in it. SX_E_FILE, and nothing is removed, while a
 * process is at work on the study. */
SX_API SX_MUST_USE sx_status sx_study_remove(const char *folder, sx_error *err);

#ifdef __cplusplus
}
#endif
#endif
