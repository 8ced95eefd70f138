/* store_merge.c: the parts of one study that were run apart come together. */
#include "experiment/store_inside.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>

/* The copy has the same settings, or the target was not opened. Labels of a run: from its confusion tables.
 */
static sx_status label_count_of(sx_store *store, sx_run_id id, size_t *labels, sx_error *err) {
    sx_query *query = NULL;
    bool row = false;
    size_t size = 0;
    sx_status status = sx_query_make(
        store->database, "SELECT confusions FROM run WHERE axis = ?1 AND fold = ?2 AND repetition = ?3",
        &query, err);
    if (status != SX_OK) return status;
    sx_query_set_run(query, id);
    status = sx_query_step(query, &row, err);
    if (status == SX_OK && row) (void)sx_query_blob(query, 0, &size);
    *labels = (size_t)lround(sqrt((double)size / (SX_STATISTICS_COUNT * sizeof(uint32_t))));
    sx_query_free(query);
    return status;
}

static sx_status check_same(sx_store *from, sx_store *to, sx_run_id id, const sx_record *record,
                            sx_error *err) {
    sx_record there = {0};
    sx_status status = sx_store_load(to, id, record->label_count, &there, err);
    if (status != SX_OK) return status;
    if (!sx_record_is_same(record, &there))
        status = sx_fail(
            err, SX_E_DATA,
            "the run of %s, fold %zu, seed %d is not the same in %s and %s: they cannot belong to one "
            "study (was one made by another machine or version?)",
            sx_axis_name(id.axis), id.fold + 1, id.repetition + 1, sx_store_path(from), sx_store_path(to));
    sx_record_clear(&there);
    return status;
}

static sx_status merge_run(sx_store *from, sx_store *to, sx_run_id id, size_t *added, sx_error *err) {
    sx_record record = {0};
    size_t labels = 0;
    bool found = false;
    sx_status status = label_count_of(from, id, &labels, err);
    if (status == SX_OK) status = sx_store_load(from, id, labels, &record, err);
    if (status == SX_OK) status = sx_store_has(to, id, &found, err);
    if (status == SX_OK && found) status = check_same(from, to, id, &record, err);
    if (status == SX_OK && !found) status = sx_store_insert(to, id, &record, err);
    if (status == SX_OK) *added += !found;
    sx_record_clear(&record);
    return status;
}

/* Tables whose rows are the same in all parts of a study; a row that is there stays. */
static const struct {
    const char *read, *write;
    int columns;
} TABLES[] = {
    {"SELECT name, value FROM fact", "INSERT OR IGNORE INTO fact VALUES (?1, ?2)", 2},
    {"SELECT number, name FROM label", "INSERT OR IGNORE INTO label VALUES (?1, ?2)", 2},
    {"SELECT number, path, label, group_number, group_name FROM item",
     "INSERT OR IGNORE INTO item VALUES (?1, ?2, ?3, ?4, ?5)", 5},
    {"SELECT seeds, verdict, looked FROM look", "INSERT OR IGNORE INTO look VALUES (?1, ?2, ?3)", 3}};

static sx_status copy_row(sx_query *row, sx_store *to, const char *sql, int columns, sx_error *err) {
    sx_query *query = NULL;
    sx_status status = sx_query_make(to->database, sql, &query, err);
    if (status != SX_OK) return status;
    for (int i = 0; i < columns; i++)
        sx_query_set_text(query, i + 1, sx_query_text(row, i)); /* the columns' types make numbers of it */
    return sx_query_run(query, err);
}

static sx_status copy_table(sx_store *from, sx_store *to, size_t table, sx_error *err) {
    sx_query *query = NULL;
    bool row = true;
    sx_status status = sx_query_make(from->database, TABLES[table].read, &query, err);
    while (status == SX_OK) {
        status = sx_query_step(query, &row, err);
        if (status != SX_OK || !row) break;
        status = copy_row(query, to, TABLES[table].write, TABLES[table].columns, err);
    }
    sx_query_free(query);
    return status;
}

static sx_status copy_folds(sx_store *from, sx_store *to, sx_error *err) {
    sx_query *read = NULL, *write = NULL;
    bool row = true;
    sx_status status = sx_query_make(
        from->database, "SELECT number, name, train_count, test_count, test_items FROM fold", &read, err);
    while (status == SX_OK) {
        size_t size = 0;
        status = sx_query_step(read, &row, err);
        if (status != SX_OK || !row) break;
        status = sx_query_make(to->database, "INSERT OR IGNORE INTO fold VALUES (?1, ?2, ?3, ?4, ?5)", &write,
                               err);
        if (status != SX_OK) break;
        sx_query_set_integer(write, 1, sx_query_integer(read, 0));
        sx_query_set_text(write, 2, sx_query_text(read, 1));
        sx_query_set_integer(write, 3, sx_query_integer(read, 2));
        sx_query_set_integer(write, 4, sx_query_integer(read, 3));
        const void *items = sx_query_blob(read, 4, &size);
        sx_query_set_blob(write, 5, items, size);
        status = sx_query_run(write, err);
    }
    sx_query_free(read);
    return status;
}

sx_status sx_store_merge(sx_store *from, sx_store *to, size_t *added, sx_error *err) {
    sx_run_id *ids = NULL;
    size_t count = 0;
    sx_status status = SX_OK;
    for (size_t table = 0; status == SX_OK && table < sizeof TABLES / sizeof TABLES[0]; table++)
        status = copy_table(from, to, table, err);
    if (status == SX_OK) status = copy_folds(from, to, err);
    if (status == SX_OK) status = sx_store_list(from, &ids, &count, err);
    for (size_t i = 0; status == SX_OK && i < count; i++)
        status = merge_run(from, to, ids[i], added, err);
    sx_free(ids);
    return status;
}

sx_status sx_store_begin(sx_store *store, sx_error *err) { return sx_database_begin(store->database, err); }

sx_status sx_store_end(sx_store *store, sx_status status, sx_error *err) {
    return sx_database_end(store->database, status, err);
}
