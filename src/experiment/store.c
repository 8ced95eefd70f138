/* store.c: see store.h. Opening a study: whose file it is, of which version, and whether it is the same
 * study. */
#include "experiment/store_inside.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <string.h>

enum {
    LONGEST_SHOWN = 60, /* a setting longer than this is not quoted in an error */
    HEADER_SIZE = 100   /* of an SQLite file, which takes a shorter one for an empty one */
};

/* Settings that version 1 did not write down, and what a study begun with it had; NULL: it takes over what
 * the next call has. */
static const sx_setting LATER[] = {
    {"names of the labels", NULL}, {"tuning", "none"}, {"statistics that choose the epoch", "moving"}};

const char *sx_store_path(const sx_store *store) { return sx_database_path(store->database); }
bool sx_store_is_new(const sx_store *store) { return store->is_new; }

/* --- is it the same study? --------------------------------------------------------------------------- */

static sx_status add_setting(sx_store *store, const sx_setting *setting, sx_error *err) {
    sx_query *query = NULL;
    sx_status status = sx_query_make(store->database, "INSERT INTO study VALUES (?1, ?2)", &query, err);
    if (status != SX_OK) return status;
    sx_query_set_text(query, 1, setting->name);
    sx_query_set_text(query, 2, setting->value);
    return sx_query_run(query, err);
}

static bool came_later(const sx_setting *here) {
    for (size_t i = 0; i < sizeof LATER / sizeof *LATER; i++)
        if (strcmp(LATER[i].name, here->name) == 0)
            return !LATER[i].value || strcmp(LATER[i].value, here->value) == 0;
    return false;
}

static void add_difference(sx_text *differences, const sx_setting *here, const char *there) {
    const char *comma = differences->length > 0 ? ", " : "";
    if (there && strlen(there) <= LONGEST_SHOWN && strlen(here->value) <= LONGEST_SHOWN)
        sx_text_format(differences, "%s%s is %s there and %s here", comma, here->name, there, here->value);
    else
        sx_text_format(differences, "%sthe %s differs", comma, here->name);
}

static sx_status compare_setting(sx_store *store, const sx_setting *here, sx_text *differences,
                                 sx_error *err) {
    sx_query *query = NULL;
    bool there = false;
    sx_status status = sx_query_make(store->database, "SELECT value FROM study WHERE name = ?1", &query, err);
    if (status != SX_OK) return status;
    sx_query_set_text(query, 1, here->name);
    status = sx_query_step(query, &there, err);
    const char *value = there ? sx_query_text(query, 0) : NULL;
    bool take_over = status == SX_OK && !there && came_later(here);
    if (status == SX_OK && !take_over && (!there || strcmp(value, here->value) != 0))
        add_difference(differences, here, value);
    sx_query_free(query);
    return take_over ? add_setting(store, here, err) : status;
}

static sx_status compare_settings(sx_store *store, const sx_setting *settings, size_t count, sx_error *err) {
    sx_text differences = {0};
    sx_status status = SX_OK;
    for (size_t i = 0; status == SX_OK && i < count; i++)
        status = compare_setting(store, &settings[i], &differences, err);
    if (status == SX_OK && differences.failed)
        status = sx_fail(err, SX_E_MEMORY, "%s: out of memory", sx_store_path(store));
    if (status == SX_OK && differences.length > 0)
        status = sx_fail(err, SX_E_ARGUMENT, "%s holds another study (%s): choose another folder",
                         sx_store_path(store), differences.chars);
    sx_text_clear(&differences);
    return status;
}

/* --- opening ------------------------------------------------------------------------------------------ */

/* Within a transaction: no other process begins or migrates the same file meanwhile. */
static sx_status begin_or_continue(sx_store *store, const sx_setting *settings, size_t count, sx_error *err) {
    int64_t application = 0, version = 0, tables = 0;
    sx_database *database = store->database;
    sx_status status = sx_database_integer(database, "PRAGMA application_id", &application, err);
    if (status == SX_OK) status = sx_database_integer(database, "PRAGMA user_version", &version, err);
    if (status == SX_OK)
        status = sx_database_integer(database, "SELECT count(*) FROM sqlite_master", &tables, err);
    if (status != SX_OK) return status;
    store->is_new = application == 0 && version == 0 && tables == 0;
    if (!store->is_new) status = sx_schema_check(database, application, version, err);
    if (status == SX_OK) status = sx_schema_apply(database, version, err);
    if (status == SX_OK && !store->is_new) return compare_settings(store, settings, count, err);
    for (size_t i = 0; status == SX_OK && i < count; i++)
        status = add_setting(store, &settings[i], err);
    return status;
}

static sx_status open_lock(sx_store *store, const char *folder, sx_error *err) {
    char *path = sx_path_join(folder, "study.lock");
    if (!path) return sx_fail_memory(err, strlen(folder) + sizeof "/study.lock");
    sx_status status = sx_file_lock_open(path, &store->lock, err);
    sx_free(path);
    return status;
}

static sx_status open_in(sx_store *store, const char *folder, const char *path, const sx_setting *settings,
                         size_t count, sx_error *err) {
    uint64_t size = 0;
    sx_file_kind kind = sx_file_look(path, &size);
    if (kind != SX_FILE_NONE && kind != SX_FILE_REGULAR)
        return sx_fail(err, SX_E_FILE, "%s is not a regular file", path);
    if (size > 0 && size < HEADER_SIZE)
        return sx_fail(err, SX_E_FORMAT,
                       "%s is damaged or not a study of sonaxis: move it away to begin anew", path);
    sx_status status = sx_database_open(path, &store->database, err);
    if (status == SX_OK) status = open_lock(store, folder, err);
    if (status == SX_OK) status = sx_database_begin(store->database, err);
    if (status != SX_OK) return status;
    return sx_database_end(store->database, begin_or_continue(store, settings, count, err), err);
}

static sx_status open_folder(const char *folder, const char *path, const sx_setting *settings, size_t count,
                             sx_store **out, sx_error *err) {
    sx_store *store = sx_alloc(1, sizeof *store);
    if (!store) return sx_fail_memory(err, sizeof *store);
    sx_status status = open_in(store, folder, path, settings, count, err);
    if (status != SX_OK) {
        sx_store_close(store);
        return status;
    }
    *out = store;
    return SX_OK;
}

sx_status sx_store_open(const char *folder, const sx_setting *settings, size_t count, sx_store **out,
                        sx_error *err) {
    sx_status status = sx_folder_create(folder, err);
    if (status != SX_OK) return status;
    char *path = sx_path_join(folder, "study.sqlite");
    if (!path) return sx_fail_memory(err, strlen(folder) + sizeof "/study.sqlite");
    status = open_folder(folder, path, settings, count, out, err);
    sx_free(path);
    return status;
}

sx_status sx_store_open_any(const char *folder, sx_store **out, sx_error *err) {
    char *path = sx_path_join(folder, "study.sqlite");
    uint64_t size = 0;
    if (!path) return sx_fail_memory(err, strlen(folder) + sizeof "/study.sqlite");
    sx_status status = SX_OK;
    if (sx_file_look(path, &size) == SX_FILE_NONE || size == 0)
        status = sx_fail(err, SX_E_FILE, "%s holds no study: there is no study.sqlite in it", folder);
    if (status == SX_OK) status = open_folder(folder, path, NULL, 0, out, err);
    sx_free(path);
    return status;
}
