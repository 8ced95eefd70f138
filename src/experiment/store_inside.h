/* store_inside.h: what the files named store_* share. */
#ifndef EXPERIMENT_STORE_INSIDE_H
#define EXPERIMENT_STORE_INSIDE_H

#include "experiment/database.h"
#include "experiment/store.h"

#include "base/file_lock.h"

struct sx_store {
    sx_database *database;
    sx_file_lock *lock; /* FOLDER/study.lock; byte n is held while holder n lives */
    int64_t holder;     /* our number; 0 = we have claimed nothing yet */
    bool is_new;
};

enum { SX_SCHEMA_VERSION = 2 };

/* Makes the schema in an empty file, or brings an older one up to date. Within a transaction. */
SX_MUST_USE sx_status sx_schema_apply(sx_database *database, int64_t version, sx_error *err);
/* The file's application id and version are ours to read; otherwise SX_E_FORMAT or SX_E_VERSION. */
SX_MUST_USE sx_status sx_schema_check(sx_database *database, int64_t application, int64_t version,
                                      sx_error *err);

void sx_query_set_run(sx_query *query, sx_run_id id); /* parameters 1 to 3 */
/* Within a transaction; one that is there stays. */
SX_MUST_USE sx_status sx_store_insert(sx_store *store, sx_run_id id, const sx_record *record, sx_error *err);

#endif
