/* store.h: the study on disk: FOLDER/study.sqlite, and FOLDER/study.lock beside it. docs/study-file.md
 * describes the file; store_schema.c makes it and brings older ones up to date.
 *
 * A finished run is one row, committed and synced at once; a crash loses at most the runs in progress.
 * Several processes may work on one study: each claims a run before it begins it, and shows by a lock, which
 * dies with it, that it lives. One thread at a time. */
#ifndef EXPERIMENT_STORE_H
#define EXPERIMENT_STORE_H

#include "sonaxis/compare.h"

#include "base/text.h"

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
    /* SX_STATISTICS_COUNT rows of item_count, in the order of the fold's test items: the label named, and the
     * true label's probability times SX_CERTAIN, rounded. item_count 0 = not kept (studies of version 1). */
    uint16_t *guesses, *certainties;
    size_t item_count;
} sx_record;

enum { SX_CERTAIN = 65535 };

void sx_record_clear(sx_record *record);
/* The same in everything but the time it took; what one of them does not have is not compared. */
bool sx_record_is_same(const sx_record *a, const sx_record *b);

/* Creates folder and file, or continues, and brings an older file up to date. SX_E_ARGUMENT where the file
 * holds a study whose settings differ, naming them; SX_E_FORMAT for a damaged or foreign file; SX_E_VERSION
 * for a newer one.
 */
SX_MUST_USE sx_status sx_store_open(const char *folder, const sx_setting *settings, size_t count,
                                    sx_store **out, sx_error *err);
/* A study that is there, whatever its settings. SX_E_FILE where there is none. */
SX_MUST_USE sx_status sx_store_open_any(const char *folder, sx_store **out, sx_error *err);
void sx_store_close(sx_store *store);             /* lets go of its claims; NULL is fine */
const char *sx_store_path(const sx_store *store); /* of the file */
/* True where this call began the study: whatever else lies in the folder belongs to another one. */
bool sx_store_is_new(const sx_store *store);

/* --- runs: store_runs.c ------------------------------------------------------------------------------ */

/* Commits one run and gives up its claim; when this returns SX_OK it is on disk. One that is there already
 * stays as it is. */
SX_MUST_USE sx_status sx_store_save(sx_store *store, sx_run_id id, const sx_record *record, sx_error *err);
SX_MUST_USE sx_status sx_store_has(sx_store *store, sx_run_id id, bool *found, sx_error *err);
/* The run must be there; record is the caller's to clear. A row whose checksum is wrong or that has other
 * labels is SX_E_FORMAT. */
SX_MUST_USE sx_status sx_store_load(sx_store *store, sx_run_id id, size_t label_count, sx_record *record,
                                    sx_error *err);
/* All finished runs, ordered by axis, fold, repetition; free with sx_free. */
SX_MUST_USE sx_status sx_store_list(sx_store *store, sx_run_id **ids, size_t *count, sx_error *err);

/* Mean time of a run, in s; 0 for none. */
SX_MUST_USE sx_status sx_store_mean_seconds(sx_store *store, double *seconds, sx_error *err);

/* --- claims: store_claims.c -------------------------------------------------------------------------- */

typedef enum sx_claim {
    SX_CLAIM_MINE,     /* begin it */
    SX_CLAIM_FINISHED, /* it is there */
    SX_CLAIM_TAKEN     /* another living process is at it */
} sx_claim;

/* A claim whose holder is dead is taken over. */
SX_MUST_USE sx_status sx_store_claim(sx_store *store, sx_run_id id, sx_claim *claim, sx_error *err);
/* Appends "process 4711 on host (3 runs)" for each other living process that holds claims, comma between. */
SX_MUST_USE sx_status sx_store_workers(sx_store *store, sx_text *text, sx_error *err);

/* --- facts: store_facts.c ---------------------------------------------------------------------------- */

/* What is known of the study besides what decides its runs: {"model", "small"}. Set replaces. value is ""
 * where there is none. */
SX_MUST_USE sx_status sx_store_set_fact(sx_store *store, const char *name, const char *value, sx_error *err);
/* The same, but what is there stays. */
SX_MUST_USE sx_status sx_store_keep_fact(sx_store *store, const char *name, const char *value, sx_error *err);
SX_MUST_USE sx_status sx_store_fact(sx_store *store, const char *name, sx_text *value, sx_error *err);
SX_MUST_USE sx_status sx_store_setting(sx_store *store, const char *name, sx_text *value, sx_error *err);
/* All settings; names are copies, too. Free with sx_settings_free. */
SX_MUST_USE sx_status sx_store_settings(sx_store *store, sx_setting **settings, size_t *count, sx_error *err);
void sx_settings_free(sx_setting *settings, size_t count);

/* A look at the results: with so many seeds a verdict was reached. Twice is once. */
SX_MUST_USE sx_status sx_store_add_look(sx_store *store, int seeds, const char *verdict, sx_error *err);
/* The first SX_MOST_LOOKS, rising. */
SX_MUST_USE sx_status sx_store_looks(sx_store *store, int looks[SX_MOST_LOOKS], size_t *count, sx_error *err);

/* What the predictions of a fold belong to. */
typedef struct sx_test_part {
    char *name;
    size_t train_count, count; /* items to train on; items tested */
    uint32_t *items;           /* count: numbers of items */
} sx_test_part;

typedef struct sx_test_items {
    sx_test_part *folds;
    size_t fold_count, item_count;
    int *labels, *groups; /* by number of item; group -1 = none */
    size_t label_count, group_count;
} sx_test_items;

/* Written once; a second call does nothing. */
SX_MUST_USE sx_status sx_store_set_items(sx_store *store, const sx_features *features, const sx_folds *folds,
                                         sx_error *err);
/* fold_count 0 where the study does not tell (begun with version 1). Clear with sx_test_items_clear. */
SX_MUST_USE sx_status sx_store_items(sx_store *store, sx_test_items *items, sx_error *err);
void sx_test_items_clear(sx_test_items *items);

/* --- merging: store_merge.c -------------------------------------------------------------------------- */

/* Between begin and end no other process changes the study; end takes everything back where status is not
 * SX_OK. */
SX_MUST_USE sx_status sx_store_begin(sx_store *store, sx_error *err);
SX_MUST_USE sx_status sx_store_end(sx_store *store, sx_status status, sx_error *err);
/* Copies everything `from` holds into `to`, between begin and end; *added grows by the runs `to` did not
 * have. A run that both hold must be the same but for its time. */
SX_MUST_USE sx_status sx_store_merge(sx_store *from, sx_store *to, size_t *added, sx_error *err);

#endif
