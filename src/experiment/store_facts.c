/* store_facts.c: what a study knows besides its runs: settings, facts, and when its results were looked at.
 */
#include "experiment/store_inside.h"

#include "base/error.h"
#include "base/memory.h"

static sx_status write_fact(sx_store *store, const char *sql, const char *name, const char *value,
                            sx_error *err) {
    sx_query *query = NULL;
    sx_status status = sx_query_make(store->database, sql, &query, err);
    if (status != SX_OK) return status;
    sx_query_set_text(query, 1, name);
    sx_query_set_text(query, 2, value);
    return sx_query_run(query, err);
}

sx_status sx_store_set_fact(sx_store *store, const char *name, const char *value, sx_error *err) {
    return write_fact(store, "INSERT OR REPLACE INTO fact VALUES (?1, ?2)", name, value, err);
}

sx_status sx_store_keep_fact(sx_store *store, const char *name, const char *value, sx_error *err) {
    return write_fact(store, "INSERT OR IGNORE INTO fact VALUES (?1, ?2)", name, value, err);
}

static sx_status value_of(sx_store *store, const char *sql, const char *name, sx_text *value, sx_error *err) {
    sx_query *query = NULL;
    bool row = false;
    sx_status status = sx_query_make(store->database, sql, &query, err);
    if (status != SX_OK) return status;
    sx_query_set_text(query, 1, name);
    status = sx_query_step(query, &row, err);
    if (status == SX_OK) sx_text_add(value, row ? sx_query_text(query, 0) : "");
    sx_query_free(query);
    return status == SX_OK && value->failed ? sx_fail(err, SX_E_MEMORY, "out of memory for %s", name)
                                            : status;
}

sx_status sx_store_fact(sx_store *store, const char *name, sx_text *value, sx_error *err) {
    return value_of(store, "SELECT value FROM fact WHERE name = ?1", name, value, err);
}

sx_status sx_store_setting(sx_store *store, const char *name, sx_text *value, sx_error *err) {
    return value_of(store, "SELECT value FROM study WHERE name = ?1", name, value, err);
}

void sx_settings_free(sx_setting *settings, size_t count) {
    for (size_t i = 0; settings && i < count; i++) {
        sx_free((char *)settings[i].name);
        sx_free(settings[i].value);
    }
    sx_free(settings);
}

sx_status sx_store_settings(sx_store *store, sx_setting **settings, size_t *count, sx_error *err) {
    int64_t total = 0;
    sx_query *query = NULL;
    bool row = true;
    size_t made = 0;
    sx_status status = sx_database_integer(store->database, "SELECT count(*) FROM study", &total, err);
    if (status != SX_OK) return status;
    sx_setting *list = sx_alloc(total > 0 ? (size_t)total : 1, sizeof *list);
    if (!list) return sx_fail_memory(err, (size_t)total * sizeof *list);
    status = sx_query_make(store->database, "SELECT name, value FROM study ORDER BY name", &query, err);
    while (status == SX_OK && made < (size_t)total) {
        status = sx_query_step(query, &row, err);
        if (status != SX_OK || !row) break;
        list[made] =
            (sx_setting){sx_copy_text(sx_query_text(query, 0)), sx_copy_text(sx_query_text(query, 1))};
        bool copied = list[made].name && list[made].value;
        made++;
        if (!copied) status = sx_fail(err, SX_E_MEMORY, "out of memory for the settings of a study");
    }
    sx_query_free(query);
    if (status != SX_OK) {
        sx_settings_free(list, made);
        return status;
    }
    *settings = list;
    *count = made;
    return SX_OK;
}

/* --- looks --------------------------------------------------------------------------------------------- */

sx_status sx_store_add_look(sx_store *store, int seeds, const char *verdict, sx_error *err) {
    sx_query *query = NULL;
    sx_status status = sx_query_make(
        store->database, "INSERT OR IGNORE INTO look VALUES (?1, ?2, datetime('now'))", &query, err);
    if (status != SX_OK) return status;
    sx_query_set_integer(query, 1, seeds);
    sx_query_set_text(query, 2, verdict);
    return sx_query_run(query, err);
}

sx_status sx_store_looks(sx_store *store, int looks[SX_MOST_LOOKS], size_t *count, sx_error *err) {
    sx_query *query = NULL;
    bool row = true;
    size_t made = 0;
    sx_status status = sx_query_make(store->database, "SELECT seeds FROM look ORDER BY seeds", &query, err);
    while (status == SX_OK && made < SX_MOST_LOOKS) {
        status = sx_query_step(query, &row, err);
        if (status != SX_OK || !row) break;
        looks[made++] = (int)sx_query_integer(query, 0);
    }
    sx_query_free(query);
    if (status == SX_OK) *count = made;
    return status;
}
