/* store_claims.c: several processes on one study. Each holder has a number, and while it lives the lock on
 * that byte of study.lock; the system lets go of it when the process dies, whatever it dies of. So a claim is
 * as good as its holder's lock: no clock, no timeout, and a dead one's run is begun anew (from its
 * checkpoint) at once. */
#include "experiment/store_inside.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>
#include <unistd.h>

/* Rows of holders that are gone, with what they claimed, are removed by the next one that registers. */
static sx_status remove_dead(sx_store *store, sx_error *err) {
    static const char CLAIMS[] = "DELETE FROM claim WHERE holder NOT IN (SELECT number FROM holder)";
    sx_query *query = NULL;
    bool row = true;
    sx_status status = sx_query_make(store->database, "SELECT number FROM holder", &query, err);
    int64_t dead[64];
    size_t count = 0;
    while (status == SX_OK && count < sizeof dead / sizeof dead[0]) {
        bool alive = false;
        status = sx_query_step(query, &row, err);
        if (status != SX_OK || !row) break;
        int64_t number = sx_query_integer(query, 0);
        status = sx_file_lock_look(store->lock, number, &alive, err);
        if (status == SX_OK && !alive) dead[count++] = number;
    }
    sx_query_free(query);
    for (size_t i = 0; status == SX_OK && i < count; i++) {
        char sql[96];
        sx_print(sql, sizeof sql, "DELETE FROM holder WHERE number = %lld", (long long)dead[i]);
        status = sx_database_execute(store->database, sql, err);
    }
    return status == SX_OK ? sx_database_execute(store->database, CLAIMS, err) : status;
}

/* Within a transaction. The number was never used before, so its byte is free. */
static sx_status become_holder(sx_store *store, sx_error *err) {
    char machine[128] = "";
    bool held = false;
    int64_t number = 0;
    sx_query *query = NULL;
    if (gethostname(machine, sizeof machine - 1) != 0) machine[0] = '\0';
    sx_status status = remove_dead(store, err);
    if (status == SX_OK)
        status = sx_query_make(
            store->database, "INSERT INTO holder (process, machine, since) VALUES (?1, ?2, datetime('now'))",
            &query, err);
    if (status != SX_OK) return status;
    sx_query_set_integer(query, 1, (int64_t)getpid());
    sx_query_set_text(query, 2, machine);
    status = sx_query_run(query, err);
    if (status == SX_OK)
        status = sx_database_integer(store->database, "SELECT max(number) FROM holder", &number, err);
    if (status == SX_OK) status = sx_file_lock_take(store->lock, number, &held, err);
    if (status == SX_OK && !held)
        status = sx_fail(err, SX_E_FILE, "%s: study.lock beside it belongs to another study",
                         sx_store_path(store));
    if (status == SX_OK) store->holder = number;
    return status;
}

/* Whose the run is; 0 = nobody's. */
static sx_status holder_of(sx_store *store, sx_run_id id, int64_t *holder, sx_error *err) {
    sx_query *query = NULL;
    bool row = false;
    sx_status status = sx_query_make(
        store->database, "SELECT holder FROM claim WHERE axis = ?1 AND fold = ?2 AND repetition = ?3", &query,
        err);
    if (status != SX_OK) return status;
    sx_query_set_run(query, id);
    status = sx_query_step(query, &row, err);
    *holder = status == SX_OK && row ? sx_query_integer(query, 0) : 0;
    sx_query_free(query);
    return status;
}

static sx_status write_claim(sx_store *store, sx_run_id id, sx_error *err) {
    sx_query *query = NULL;
    sx_status status =
        sx_query_make(store->database,
                      "INSERT OR REPLACE INTO claim VALUES (?1, ?2, ?3, ?4, datetime('now'))", &query, err);
    if (status != SX_OK) return status;
    sx_query_set_run(query, id);
    sx_query_set_integer(query, 4, store->holder);
    return sx_query_run(query, err);
}

static sx_status try_claim(sx_store *store, sx_run_id id, sx_claim *claim, sx_error *err) {
    bool finished = false, alive = false;
    int64_t holder = 0;
    sx_status status = sx_store_has(store, id, &finished, err);
    if (status != SX_OK) return status;
    if (finished) {
        *claim = SX_CLAIM_FINISHED;
        return SX_OK;
    }
    if (store->holder == 0) status = become_holder(store, err);
    if (status == SX_OK) status = holder_of(store, id, &holder, err);
    if (status == SX_OK && holder != 0 && holder != store->holder)
        status = sx_file_lock_look(store->lock, holder, &alive, err);
    if (status != SX_OK) return status;
    *claim = alive ? SX_CLAIM_TAKEN : SX_CLAIM_MINE;
    return alive ? SX_OK : write_claim(store, id, err);
}

sx_status sx_store_claim(sx_store *store, sx_run_id id, sx_claim *claim, sx_error *err) {
    int64_t before = store->holder;
    sx_status status = sx_database_begin(store->database, err);
    if (status != SX_OK) return status;
    status = sx_database_end(store->database, try_claim(store, id, claim, err), err);
    if (status != SX_OK) store->holder = before;
    return status;
}

sx_status sx_store_workers(sx_store *store, sx_text *text, sx_error *err) {
    sx_query *query = NULL;
    bool row = true;
    const char *comma = "";
    sx_status status =
        sx_query_make(store->database,
                      "SELECT number, process, machine, count(*) FROM claim JOIN holder ON number "
                      "= holder GROUP BY number ORDER BY number",
                      &query, err);
    while (status == SX_OK) {
        bool alive = false;
        status = sx_query_step(query, &row, err);
        if (status != SX_OK || !row) break;
        int64_t number = sx_query_integer(query, 0), runs = sx_query_integer(query, 3);
        if (number == store->holder) continue;
        status = sx_file_lock_look(store->lock, number, &alive, err);
        if (status != SX_OK || !alive) continue;
        sx_text_format(text, "%sprocess %lld on %s (%lld run%s)", comma,
                       (long long)sx_query_integer(query, 1), sx_query_text(query, 2), (long long)runs,
                       runs == 1 ? "" : "s");
        comma = ", ";
    }
    sx_query_free(query);
    return status;
}

/* What is not let go of here (a full disk) is seen to be dead by the next one. */
void sx_store_close(sx_store *store) {
    if (!store) return;
    if (store->holder != 0 && sx_database_begin(store->database, NULL) == SX_OK) {
        char sql[128];
        sx_print(sql, sizeof sql,
                 "DELETE FROM claim WHERE holder = %lld; DELETE FROM holder WHERE number = %lld",
                 (long long)store->holder, (long long)store->holder);
        sx_status status = sx_database_execute(store->database, sql, NULL);
        status = sx_database_end(store->database, status, NULL);
        (void)status;
    }
    sx_database_close(store->database);
    sx_file_lock_close(store->lock);
    sx_free(store);
}
