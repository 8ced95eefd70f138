/* store.h: the study on disk: FOLDER/study.sqlite.
 *
 * A finished run is one row, committed and synced at once; a crash loses at most the runs in progress. While
 * a store is open its file is locked: a second process on the same folder is refused. store.c is the only
 * file that names SQLite. One thread at a time. */
#ifndef EXPERIMENT_STORE_H
#define EXPERIMENT_STORE_H

#include "sonaxis/compare.h"

typedef struct sx_store sx_store;

/* One thing that decides the runs' numbers, in words: {"epochs", "15"}. */
typedef struct sx_setting {
    const char *name;
    char *value;
} sx_setting;

/* Which run. */
typedef struct sx_run_id {
    sx_axis axis;
    size_t fold;
    int repetition;
} sx_run_id;

/* What a finished run leaves behind. */
typedef struct sx_record {
    sx_scores scores[SX_STATISTICS_COUNT];
    double train_accuracy, train_accuracy_moving, wall_s;
    sx_epoch *epochs;
    size_t epoch_count;
    uint32_t *confusions; /* SX_STATISTICS_COUNT tables of label_count squared, one behind the other */
    size_t label_count;
} sx_record;

void sx_record_clear(sx_record *record);

/* Creates folder and file, or continues. SX_E_ARGUMENT where the file holds a study whose settings differ,
 * naming them; SX_E_FORMAT for a damaged or foreign file; SX_E_VERSION for a newer one; SX_E_FILE where
 * another process holds it. */
SX_MUST_USE sx_status sx_store_open(const char *folder, const sx_setting *settings, size_t count,
                                    sx_store **out, sx_error *err);
void sx_store_close(sx_store *store);             /* NULL is fine */
const char *sx_store_path(const sx_store *store); /* of the file */

/* True where this call began the study: whatever else lies in the folder belongs to another one. */
bool sx_store_is_new(const sx_store *store);

/* Commits one run; when this returns SX_OK it is on disk. */
SX_MUST_USE sx_status sx_store_save(sx_store *store, sx_run_id id, const sx_record *record, sx_error *err);
SX_MUST_USE sx_status sx_store_has(sx_store *store, sx_run_id id, bool *found, sx_error *err);
/* The run must be there; record is the caller's to clear. A row whose checksum is wrong or that has other
 * labels is SX_E_FORMAT. */
SX_MUST_USE sx_status sx_store_load(sx_store *store, sx_run_id id, size_t label_count, sx_record *record,
                                    sx_error *err);

#endif
