/* store.c: see store.h. The schema, in SQLite's words, is SCHEMA below; the file carries our application id
 * and the schema's version, so that neither a stranger's database nor a newer one is touched. */
#include "experiment/store.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum {
    APPLICATION_ID = 0x53584158, /* "SXAX" */
    SCHEMA_VERSION = 1,
    SCORE_NUMBERS = 4,
    NUMBERS = SCORE_NUMBERS * SX_STATISTICS_COUNT + 3,
    FIRST_NUMBER =
        4, /* bound parameters: axis, fold, repetition, then the numbers, then blobs and checksum */
    BUSY_MS = 500,
    LONGEST_SHOWN = 60 /* a setting longer than this is not quoted in an error */
};

#define NUMBER_COLUMNS                                                                                       \
    "accuracy_moving, balanced_accuracy_moving, macro_f1_moving, loss_moving, "                              \
    "accuracy_recomputed, balanced_accuracy_recomputed, macro_f1_recomputed, loss_recomputed, "              \
    "accuracy_batch, balanced_accuracy_batch, macro_f1_batch, loss_batch, "                                  \
    "train_accuracy, train_accuracy_moving, wall_s"

static const char SCHEMA[] =
    "CREATE TABLE study (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE run (axis TEXT NOT NULL, fold INTEGER NOT NULL, repetition INTEGER "
    "NOT NULL, " NUMBER_COLUMNS ", epochs BLOB NOT NULL, confusions BLOB NOT NULL, "
    "checksum INTEGER NOT NULL, PRIMARY KEY (axis, fold, repetition));";

struct sx_store {
    sqlite3 *database;
    char *path;
    bool is_new;
};

void sx_record_clear(sx_record *record) {
    sx_free(record->epochs);
    sx_free(record->confusions);
    *record = (sx_record){0};
}

/* --- SQLite's answers in our words ---------------------------------------------------------------- */

static sx_status fail_as(const sx_store *store, int code, sx_error *err) {
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return sx_fail(err, SX_E_FILE,
                       "%s is in use by another process: wait for it, or choose another folder", store->path);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return sx_fail(err, SX_E_FORMAT,
                       "%s is damaged or not a study of sonaxis (%s): move it away to begin anew",
                       store->path, sqlite3_errmsg(store->database));
    case SQLITE_NOMEM:
        return sx_fail(err, SX_E_MEMORY, "%s: out of memory", store->path);
    default:
        return sx_fail(err, SX_E_FILE, "%s: %s", store->path, sqlite3_errmsg(store->database));
    }
}

static sx_status execute(const sx_store *store, const char *sql, sx_error *err) {
    int code = sqlite3_exec(store->database, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? SX_OK : fail_as(store, code, err);
}

static sx_status prepare(const sx_store *store, const char *sql, sqlite3_stmt **statement, sx_error *err) {
    int code = sqlite3_prepare_v2(store->database, sql, -1, statement, NULL);
    return code == SQLITE_OK ? SX_OK : fail_as(store, code, err);
}

/* Runs a statement that gives no rows and lets it go. */
static sx_status finish(const sx_store *store, sqlite3_stmt *statement, sx_error *err) {
    int code = sqlite3_step(statement);
    sx_status status = code == SQLITE_DONE ? SX_OK : fail_as(store, code, err);
    sqlite3_finalize(statement);
    return status;
}

static sx_status read_integer(const sx_store *store, const char *sql, sqlite3_int64 *value, sx_error *err) {
    sqlite3_stmt *statement = NULL;
    sx_status status = prepare(store, sql, &statement, err);
    if (status != SX_OK) return status;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    else
        status = fail_as(store, code, err);
    sqlite3_finalize(statement);
    return status;
}

/* --- opening --------------------------------------------------------------------------------------- */

static sx_status check_pages(const sx_store *store, sx_error *err) {
    sqlite3_stmt *statement = NULL;
    sx_status status = prepare(store, "PRAGMA quick_check(1)", &statement, err);
    if (status != SX_OK) return status;
    int code = sqlite3_step(statement);
    const char *answer = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (code != SQLITE_ROW)
        status = fail_as(store, code, err);
    else if (!answer || strcmp(answer, "ok") != 0)
        status = sx_fail(err, SX_E_FORMAT, "%s is damaged (%s): move it away to begin anew", store->path,
                         answer ? answer : "no answer");
    sqlite3_finalize(statement);
    return status;
}

static sx_status check_kind(const sx_store *store, sqlite3_int64 application, sx_error *err) {
    sqlite3_int64 version = 0;
    if (application != APPLICATION_ID)
        return sx_fail(err, SX_E_FORMAT, "%s is not a study of sonaxis, or is damaged", store->path);
    sx_status status = read_integer(store, "PRAGMA user_version", &version, err);
    if (status == SX_OK && version > SCHEMA_VERSION)
        status = sx_fail(err, SX_E_VERSION, "%s has version %lld, this sonaxis reads up to %d", store->path,
                         (long long)version, SCHEMA_VERSION);
    return status == SX_OK ? check_pages(store, err) : status;
}

static sx_status write_settings(const sx_store *store, const sx_setting *settings, size_t count,
                                sx_error *err) {
    char stamp[96];
    snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
             SCHEMA_VERSION);
    sx_status status = execute(store, SCHEMA, err);
    if (status == SX_OK) status = execute(store, stamp, err);
    for (size_t i = 0; status == SX_OK && i < count; i++) {
        sqlite3_stmt *statement = NULL;
        status = prepare(store, "INSERT INTO study VALUES (?1, ?2)", &statement, err);
        if (status != SX_OK) break;
        sqlite3_bind_text(statement, 1, settings[i].name, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, settings[i].value, -1, SQLITE_STATIC);
        status = finish(store, statement, err);
    }
    return status;
}

static void add_difference(sx_text *differences, const sx_setting *here, const char *there) {
    const char *comma = differences->length > 0 ? ", " : "";
    if (there && strlen(there) <= LONGEST_SHOWN && strlen(here->value) <= LONGEST_SHOWN)
        sx_text_format(differences, "%s%s is %s there and %s here", comma, here->name, there, here->value);
    else
        sx_text_format(differences, "%sthe %s differs", comma, here->name);
}

static sx_status compare_setting(const sx_store *store, const sx_setting *here, sx_text *differences,
                                 sx_error *err) {
    sqlite3_stmt *statement = NULL;
    sx_status status = prepare(store, "SELECT value FROM study WHERE name = ?1", &statement, err);
    if (status != SX_OK) return status;
    sqlite3_bind_text(statement, 1, here->name, -1, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    const char *there = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        status = fail_as(store, code, err);
    else if (!there || strcmp(there, here->value) != 0)
        add_difference(differences, here, there);
    sqlite3_finalize(statement);
    return status;
}

static sx_status compare_settings(const sx_store *store, const sx_setting *settings, size_t count,
                                  sx_error *err) {
    sx_text differences = {0};
    sx_status status = SX_OK;
    for (size_t i = 0; status == SX_OK && i < count; i++)
        status = compare_setting(store, &settings[i], &differences, err);
    if (status == SX_OK && differences.failed)
        status = sx_fail(err, SX_E_MEMORY, "%s: out of memory", store->path);
    if (status == SX_OK && differences.length > 0)
        status = sx_fail(err, SX_E_ARGUMENT, "%s holds another study (%s): choose another folder",
                         store->path, differences.chars);
    sx_text_clear(&differences);
    return status;
}

static sx_status begin_or_continue(sx_store *store, const sx_setting *settings, size_t count, sx_error *err) {
    sqlite3_int64 application = 0, tables = 0;
    sx_status status = read_integer(store, "PRAGMA application_id", &application, err);
    if (status == SX_OK) status = read_integer(store, "SELECT count(*) FROM sqlite_master", &tables, err);
    if (status != SX_OK) return status;
    /* SQLite takes a stump too short for its header for an empty file. */
    uint64_t size = 0;
    (void)sx_file_look(store->path, &size);
    store->is_new = application == 0 && tables == 0 && size == 0;
    if (store->is_new) return write_settings(store, settings, count, err);
    status = check_kind(store, application, err);
    return status == SX_OK ? compare_settings(store, settings, count, err) : status;
}

/* The exclusive lock is taken here and kept until the store is closed; the system lets go of it when the
 * process dies. A journal that a dead process left behind is rolled back by the first statement. */
static sx_status open_database(sx_store *store, const sx_setting *settings, size_t count, sx_error *err) {
    int code =
        sqlite3_open_v2(store->path, &store->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code != SQLITE_OK) return fail_as(store, code, err);
    sqlite3_busy_timeout(store->database, BUSY_MS);
    sx_status status = execute(store,
                               "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = EXTRA;"
                               "PRAGMA trusted_schema = OFF; BEGIN EXCLUSIVE;",
                               err);
    if (status == SX_OK) status = begin_or_continue(store, settings, count, err);
    return status == SX_OK ? execute(store, "COMMIT", err) : status;
}

sx_status sx_store_open(const char *folder, const sx_setting *settings, size_t count, sx_store **out,
                        sx_error *err) {
    sx_status status = sx_folder_create(folder, err);
    if (status != SX_OK) return status;
    sx_store *store = sx_alloc(1, sizeof *store);
    if (!store) return sx_fail_memory(err, sizeof *store);
    store->path = sx_path_join(folder, "study.sqlite");
    if (!store->path) status = sx_fail_memory(err, strlen(folder) + sizeof "/study.sqlite");
    if (status == SX_OK) {
        sx_file_kind kind = sx_file_look(store->path, NULL);
        if (kind != SX_FILE_NONE && kind != SX_FILE_REGULAR)
            status = sx_fail(err, SX_E_FILE, "%s is not a regular file", store->path);
    }
    if (status == SX_OK) status = open_database(store, settings, count, err);
    if (status != SX_OK) {
        sx_store_close(store);
        return status;
    }
    *out = store;
    return SX_OK;
}

void sx_store_close(sx_store *store) {
    if (!store) return;
    sqlite3_close(store->database);
    sx_free(store->path);
    sx_free(store);
}

const char *sx_store_path(const sx_store *store) { return store->path; }
bool sx_store_is_new(const sx_store *store) { return store->is_new; }

/* --- runs ------------------------------------------------------------------------------------------ */

static void numbers_of(const sx_record *record, double numbers[NUMBERS]) {
    size_t n = 0;
    for (size_t s = 0; s < SX_STATISTICS_COUNT; s++) {
        const sx_scores *scores = &record->scores[s];
        numbers[n++] = scores->accuracy;
        numbers[n++] = scores->balanced_accuracy;
        numbers[n++] = scores->macro_f1;
        numbers[n++] = scores->loss;
    }
    numbers[n++] = record->train_accuracy;
    numbers[n++] = record->train_accuracy_moving;
    numbers[n++] = record->wall_s;
    assert(n == NUMBERS);
}

static void numbers_into(const double numbers[NUMBERS], sx_record *record) {
    for (size_t s = 0; s < SX_STATISTICS_COUNT; s++) {
        const double *from = numbers + s * SCORE_NUMBERS;
        record->scores[s] = (sx_scores){from[0], from[1], from[2], from[3]};
    }
    record->train_accuracy = numbers[NUMBERS - 3];
    record->train_accuracy_moving = numbers[NUMBERS - 2];
    record->wall_s = numbers[NUMBERS - 1];
}

/* SQLite keeps NaN as NULL, so every NaN counts as the same one. */
static sqlite3_int64 checksum_of(const sx_record *record) {
    double numbers[NUMBERS];
    numbers_of(record, numbers);
    for (size_t i = 0; i < NUMBERS; i++)
        if (isnan(numbers[i])) numbers[i] = (double)NAN;
    size_t cells = SX_STATISTICS_COUNT * record->label_count * record->label_count;
    uint64_t hash = sx_hash(numbers, sizeof numbers, 0);
    hash = sx_hash(record->epochs, record->epoch_count * sizeof(sx_epoch), hash);
    hash = sx_hash(record->confusions, cells * sizeof(uint32_t), hash);
    sqlite3_int64 checksum;
    memcpy(&checksum, &hash, sizeof checksum);
    return checksum;
}

static void bind_id(sqlite3_stmt *statement, sx_run_id id) {
    sqlite3_bind_text(statement, 1, sx_axis_name(id.axis), -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)id.fold);
    sqlite3_bind_int(statement, 3, id.repetition);
}

sx_status sx_store_save(sx_store *store, sx_run_id id, const sx_record *record, sx_error *err) {
    static const char SAVE[] = "INSERT OR REPLACE INTO run (axis, fold, repetition, " NUMBER_COLUMNS
                               ", epochs, confusions, checksum) VALUES "
                               "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)";
    static_assert(FIRST_NUMBER + NUMBERS + 2 == 21, "one parameter for each column");
    sqlite3_stmt *statement = NULL;
    sx_status status = prepare(store, SAVE, &statement, err);
    if (status != SX_OK) return status;
    double numbers[NUMBERS];
    numbers_of(record, numbers);
    bind_id(statement, id);
    for (int i = 0; i < NUMBERS; i++)
        sqlite3_bind_double(statement, FIRST_NUMBER + i, numbers[i]);
    size_t cells = SX_STATISTICS_COUNT * record->label_count * record->label_count;
    int blob = FIRST_NUMBER + NUMBERS;
    sqlite3_bind_blob64(statement, blob, record->epochs, record->epoch_count * sizeof(sx_epoch),
                        SQLITE_STATIC);
    sqlite3_bind_blob64(statement, blob + 1, record->confusions, cells * sizeof(uint32_t), SQLITE_STATIC);
    sqlite3_bind_int64(statement, blob + 2, checksum_of(record));
    return finish(store, statement, err);
}

sx_status sx_store_has(sx_store *store, sx_run_id id, bool *found, sx_error *err) {
    sqlite3_stmt *statement = NULL;
    sx_status status = prepare(store, "SELECT 1 FROM run WHERE axis = ?1 AND fold = ?2 AND repetition = ?3",
                               &statement, err);
    if (status != SX_OK) return status;
    bind_id(statement, id);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        *found = code == SQLITE_ROW;
    else
        status = fail_as(store, code, err);
    sqlite3_finalize(statement);
    return status;
}

/* A copy of a blob that must hold a whole number of elements; NULL when out of memory or misshapen. */
static void *copy_blob(sqlite3_stmt *statement, int column, size_t size, size_t *count) {
    const void *blob = sqlite3_column_blob(statement, column);
    size_t bytes = (size_t)sqlite3_column_bytes(statement, column);
    if (bytes % size != 0) return NULL;
    void *copy = sx_alloc(bytes / size, size);
    if (copy && bytes > 0) memcpy(copy, blob, bytes);
    *count = bytes / size;
    return copy;
}

static sx_status read_row(const sx_store *store, sqlite3_stmt *statement, size_t label_count,
                          sx_record *record, sx_error *err) {
    double numbers[NUMBERS];
    for (int i = 0; i < NUMBERS; i++)
        numbers[i] = sqlite3_column_type(statement, i) == SQLITE_NULL ? (double)NAN
                                                                      : sqlite3_column_double(statement, i);
    sx_record row = {.label_count = label_count};
    numbers_into(numbers, &row);
    size_t cells = 0;
    row.epochs = copy_blob(statement, NUMBERS, sizeof(sx_epoch), &row.epoch_count);
    row.confusions = copy_blob(statement, NUMBERS + 1, sizeof(uint32_t), &cells);
    bool whole = row.epochs && row.confusions && cells == SX_STATISTICS_COUNT * label_count * label_count;
    if (!whole || checksum_of(&row) != sqlite3_column_int64(statement, NUMBERS + 2)) {
        sx_record_clear(&row);
        return sx_fail(err, SX_E_FORMAT, "%s: a run in it is damaged: move the file away to begin anew",
                       store->path);
    }
    *record = row;
    return SX_OK;
}

sx_status sx_store_load(sx_store *store, sx_run_id id, size_t label_count, sx_record *record, sx_error *err) {
    static const char LOAD[] = "SELECT " NUMBER_COLUMNS ", epochs, confusions, checksum FROM run "
                               "WHERE axis = ?1 AND fold = ?2 AND repetition = ?3";
    sqlite3_stmt *statement = NULL;
    sx_status status = prepare(store, LOAD, &statement, err);
    if (status != SX_OK) return status;
    bind_id(statement, id);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        status = read_row(store, statement, label_count, record, err);
    else if (code == SQLITE_DONE)
        status = sx_fail(err, SX_E_FORMAT, "%s: the run of %s, fold %zu, repetition %d is missing",
                         store->path, sx_axis_name(id.axis), id.fold + 1, id.repetition + 1);
    else
        status = fail_as(store, code, err);
    sqlite3_finalize(statement);
    return status;
}
