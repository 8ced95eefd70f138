/* database.c: see database.h. */
#include "experiment/database.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

enum { BUSY_MS = 20000, SWITCH_TRIES = 100, SWITCH_PAUSE_MS = 20 };

struct sx_database {
    sqlite3 *handle;
    char *path;
};

struct sx_query {
    const sx_database *database;
    sqlite3_stmt *statement;
};

static sx_status fail_as(const sx_database *database, int code, sx_error *err) {
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return sx_fail(err, SX_E_FILE,
                       "%s is in use by another process, which does not let go of it: wait for it, or choose "
                       "another folder",
                       database->path);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return sx_fail(err, SX_E_FORMAT,
                       "%s is damaged or not a study of sonaxis (%s): move it away to begin anew",
                       database->path, sqlite3_errmsg(database->handle));
    case SQLITE_NOMEM:
        return sx_fail(err, SX_E_MEMORY, "%s: out of memory", database->path);
    default:
        return sx_fail(err, SX_E_FILE, "%s: %s", database->path, sqlite3_errmsg(database->handle));
    }
}

const char *sx_database_path(const sx_database *database) { return database->path; }

void sx_database_close(sx_database *database) {
    if (!database) return;
    sqlite3_close(database->handle);
    sx_free(database->path);
    sx_free(database);
}

sx_status sx_database_execute(sx_database *database, const char *sql, sx_error *err) {
    int code = sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? SX_OK : fail_as(database, code, err);
}

/* Where a file system cannot have a write-ahead log, SQLite keeps its rollback journal: slower, as safe. Two
 * processes that begin a study at one moment find each other in the way here, and SQLite does not wait. */
static sx_status write_ahead(sx_database *database, sx_error *err) {
    int code = SQLITE_BUSY;
    for (int tries = 0; tries < SWITCH_TRIES && (code & 0xff) == SQLITE_BUSY; tries++) {
        if (tries > 0) sqlite3_sleep(SWITCH_PAUSE_MS);
        code = sqlite3_exec(database->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    }
    return code == SQLITE_OK ? SX_OK : fail_as(database, code, err);
}

static sx_status open_file(sx_database *database, sx_error *err) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(database->path, &database->handle, flags, NULL);
    if (code != SQLITE_OK) return fail_as(database, code, err);
    sqlite3_busy_timeout(database->handle, BUSY_MS);
    sqlite3_extended_result_codes(database->handle, 1);
    sx_status status =
        sx_database_execute(database, "PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL;", err);
    return status == SX_OK ? write_ahead(database, err) : status;
}

sx_status sx_database_open(const char *path, sx_database **out, sx_error *err) {
    sx_database *database = sx_alloc(1, sizeof *database);
    if (!database) return sx_fail_memory(err, sizeof *database);
    database->path = sx_copy_text(path);
    sx_status status = database->path ? open_file(database, err) : sx_fail_memory(err, strlen(path) + 1);
    if (status != SX_OK) {
        sx_database_close(database);
        return status;
    }
    *out = database;
    return SX_OK;
}

sx_status sx_database_begin(sx_database *database, sx_error *err) {
    return sx_database_execute(database, "BEGIN IMMEDIATE", err);
}

sx_status sx_database_end(sx_database *database, sx_status status, sx_error *err) {
    if (status == SX_OK) status = sx_database_execute(database, "COMMIT", err);
    if (status != SX_OK) (void)sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

sx_status sx_database_integer(sx_database *database, const char *sql, int64_t *value, sx_error *err) {
    sx_query *query = NULL;
    bool row = false;
    sx_status status = sx_query_make(database, sql, &query, err);
    if (status == SX_OK) status = sx_query_step(query, &row, err);
    if (status == SX_OK && !row)
        status = sx_fail(err, SX_E_FORMAT, "%s is damaged: no answer to \"%s\"", database->path, sql);
    if (status == SX_OK) *value = sx_query_integer(query, 0);
    sx_query_free(query);
    return status;
}

sx_status sx_database_check(sx_database *database, sx_error *err) {
    sx_query *query = NULL;
    bool row = false;
    sx_status status = sx_query_make(database, "PRAGMA quick_check(1)", &query, err);
    if (status == SX_OK) status = sx_query_step(query, &row, err);
    const char *answer = row ? sx_query_text(query, 0) : "no answer";
    if (status == SX_OK && strcmp(answer, "ok") != 0)
        status = sx_fail(err, SX_E_FORMAT, "%s is damaged (%s): move it away to begin anew", database->path,
                         answer);
    sx_query_free(query);
    return status;
}

/* --- queries --------------------------------------------------------------------------------------- */

sx_status sx_query_make(sx_database *database, const char *sql, sx_query **out, sx_error *err) {
    sx_query *query = sx_alloc(1, sizeof *query);
    if (!query) return sx_fail_memory(err, sizeof *query);
    query->database = database;
    int code = sqlite3_prepare_v2(database->handle, sql, -1, &query->statement, NULL);
    if (code != SQLITE_OK) {
        sx_free(query);
        return fail_as(database, code, err);
    }
    *out = query;
    return SX_OK;
}

void sx_query_free(sx_query *query) {
    if (!query) return;
    sqlite3_finalize(query->statement);
    sx_free(query);
}

void sx_query_set_text(sx_query *query, int parameter, const char *text) {
    sqlite3_bind_text(query->statement, parameter, text, -1, SQLITE_STATIC);
}

void sx_query_set_integer(sx_query *query, int parameter, int64_t value) {
    sqlite3_bind_int64(query->statement, parameter, value);
}

void sx_query_set_number(sx_query *query, int parameter, double value) {
    sqlite3_bind_double(query->statement, parameter, value);
}

void sx_query_set_blob(sx_query *query, int parameter, const void *bytes, size_t size) {
    sqlite3_bind_blob64(query->statement, parameter, size > 0 ? bytes : "", size, SQLITE_STATIC);
}

sx_status sx_query_step(sx_query *query, bool *row, sx_error *err) {
    int code = sqlite3_step(query->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) return fail_as(query->database, code, err);
    *row = code == SQLITE_ROW;
    return SX_OK;
}

sx_status sx_query_run(sx_query *query, sx_error *err) {
    bool row = true;
    sx_status status = SX_OK;
    while (status == SX_OK && row)
        status = sx_query_step(query, &row, err);
    sx_query_free(query);
    return status;
}

const char *sx_query_text(sx_query *query, int column) {
    const unsigned char *text = sqlite3_column_text(query->statement, column);
    return text ? (const char *)text : "";
}

int64_t sx_query_integer(sx_query *query, int column) {
    return sqlite3_column_int64(query->statement, column);
}

double sx_query_number(sx_query *query, int column) {
    bool none = sqlite3_column_type(query->statement, column) == SQLITE_NULL;
    return none ? (double)NAN : sqlite3_column_double(query->statement, column);
}

const void *sx_query_blob(sx_query *query, int column, size_t *size) {
    const void *bytes = sqlite3_column_blob(query->statement, column);
    *size = (size_t)sqlite3_column_bytes(query->statement, column);
    return bytes;
}
