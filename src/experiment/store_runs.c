/* store_runs.c: runs in and out of the study. Blobs hold numbers as they lie in memory, least byte first. */
#include "experiment/store_inside.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    SCORE_NUMBERS = 4,
    NUMBERS = SCORE_NUMBERS * SX_STATISTICS_COUNT + 3,
    FIRST_NUMBER = 4 /* parameters: axis, fold, repetition, then the numbers, then blobs and checksum */
};

#define NUMBER_COLUMNS                                                                                       \
    "accuracy_moving, balanced_accuracy_moving, macro_f1_moving, loss_moving, "                              \
    "accuracy_recomputed, balanced_accuracy_recomputed, macro_f1_recomputed, loss_recomputed, "              \
    "accuracy_batch, balanced_accuracy_batch, macro_f1_batch, loss_batch, "                                  \
    "train_accuracy, train_accuracy_moving, wall_s"

void sx_record_clear(sx_record *record) {
    sx_free(record->epochs);
    sx_free(record->confusions);
    sx_free(record->guesses);
    sx_free(record->certainties);
    *record = (sx_record){0};
}

static size_t cells_of(const sx_record *record) {
    return SX_STATISTICS_COUNT * record->label_count * record->label_count;
}

static size_t guess_bytes(const sx_record *record) {
    return SX_STATISTICS_COUNT * record->item_count * sizeof(uint16_t);
}

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
    /* SQLite keeps NaN as NULL, so every NaN counts as the same one. */
    for (size_t i = 0; i < NUMBERS; i++)
        if (isnan(numbers[i])) numbers[i] = (double)NAN;
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

static bool same_epochs(const sx_record *a, const sx_record *b) {
    for (size_t i = 0; i < a->epoch_count; i++) {
        sx_epoch first = a->epochs[i], second = b->epochs[i];
        first.seconds = second.seconds = 0;
        if (memcmp(&first, &second, sizeof first) != 0) return false;
    }
    return true;
}

bool sx_record_is_same(const sx_record *a, const sx_record *b) {
    double first[NUMBERS], second[NUMBERS];
    numbers_of(a, first);
    numbers_of(b, second);
    first[NUMBERS - 1] = second[NUMBERS - 1];
    if (a->label_count != b->label_count || a->epoch_count != b->epoch_count) return false;
    if (memcmp(first, second, sizeof first) != 0) return false;
    if (!same_epochs(a, b)) return false;
    if (memcmp(a->confusions, b->confusions, cells_of(a) * sizeof *a->confusions) != 0) return false;
    if (a->item_count == 0 || b->item_count == 0) return true;
    return a->item_count == b->item_count && memcmp(a->guesses, b->guesses, guess_bytes(a)) == 0 &&
           memcmp(a->certainties, b->certainties, guess_bytes(a)) == 0;
}

static int64_t signed_of(uint64_t hash) {
    int64_t checksum;
    memcpy(&checksum, &hash, sizeof checksum);
    return checksum;
}

static int64_t checksum_of(const sx_record *record) {
    double numbers[NUMBERS];
    numbers_of(record, numbers);
    uint64_t hash = sx_hash(numbers, sizeof numbers, 0);
    hash = sx_hash(record->epochs, record->epoch_count * sizeof(sx_epoch), hash);
    return signed_of(sx_hash(record->confusions, cells_of(record) * sizeof(uint32_t), hash));
}

static int64_t checksum_of_guesses(const sx_record *record) {
    uint64_t hash = sx_hash(record->guesses, guess_bytes(record), 0);
    return signed_of(sx_hash(record->certainties, guess_bytes(record), hash));
}

void sx_query_set_run(sx_query *query, sx_run_id id) {
    sx_query_set_text(query, 1, sx_axis_name(id.axis));
    sx_query_set_integer(query, 2, (int64_t)id.fold);
    sx_query_set_integer(query, 3, id.repetition);
}

/* --- in ------------------------------------------------------------------------------------------------ */

static sx_status insert_run(sx_store *store, sx_run_id id, const sx_record *record, sx_error *err) {
    static const char SAVE[] =
        "INSERT OR IGNORE INTO run (axis, fold, repetition, " NUMBER_COLUMNS
        ", epochs, confusions, checksum, finished) VALUES "
        "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21, datetime('now'))";
    static_assert(FIRST_NUMBER + NUMBERS + 2 == 21, "one parameter for each column");
    sx_query *query = NULL;
    sx_status status = sx_query_make(store->database, SAVE, &query, err);
    if (status != SX_OK) return status;
    double numbers[NUMBERS];
    numbers_of(record, numbers);
    sx_query_set_run(query, id);
    for (int i = 0; i < NUMBERS; i++)
        sx_query_set_number(query, FIRST_NUMBER + i, numbers[i]);
    int blob = FIRST_NUMBER + NUMBERS;
    sx_query_set_blob(query, blob, record->epochs, record->epoch_count * sizeof(sx_epoch));
    sx_query_set_blob(query, blob + 1, record->confusions, cells_of(record) * sizeof(uint32_t));
    sx_query_set_integer(query, blob + 2, checksum_of(record));
    return sx_query_run(query, err);
}

static sx_status insert_guesses(sx_store *store, sx_run_id id, const sx_record *record, sx_error *err) {
    sx_query *query = NULL;
    if (record->item_count == 0) return SX_OK;
    sx_status status = sx_query_make(
        store->database, "INSERT OR IGNORE INTO prediction VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &query, err);
    if (status != SX_OK) return status;
    sx_query_set_run(query, id);
    sx_query_set_blob(query, 4, record->guesses, guess_bytes(record));
    sx_query_set_blob(query, 5, record->certainties, guess_bytes(record));
    sx_query_set_integer(query, 6, checksum_of_guesses(record));
    return sx_query_run(query, err);
}

static sx_status drop_claim(sx_store *store, sx_run_id id, sx_error *err) {
    sx_query *query = NULL;
    sx_status status = sx_query_make(
        store->database, "DELETE FROM claim WHERE axis = ?1 AND fold = ?2 AND repetition = ?3", &query, err);
    if (status != SX_OK) return status;
    sx_query_set_run(query, id);
    return sx_query_run(query, err);
}

sx_status sx_store_insert(sx_store *store, sx_run_id id, const sx_record *record, sx_error *err) {
    sx_status status = insert_run(store, id, record, err);
    if (status == SX_OK) status = insert_guesses(store, id, record, err);
    return status == SX_OK ? drop_claim(store, id, err) : status;
}

sx_status sx_store_save(sx_store *store, sx_run_id id, const sx_record *record, sx_error *err) {
    sx_status status = sx_database_begin(store->database, err);
    if (status != SX_OK) return status;
    return sx_database_end(store->database, sx_store_insert(store, id, record, err), err);
}

/* --- out ----------------------------------------------------------------------------------------------- */

sx_status sx_store_has(sx_store *store, sx_run_id id, bool *found, sx_error *err) {
    sx_query *query = NULL;
    sx_status status = sx_query_make(
        store->database, "SELECT 1 FROM run WHERE axis = ?1 AND fold = ?2 AND repetition = ?3", &query, err);
    if (status != SX_OK) return status;
    sx_query_set_run(query, id);
    status = sx_query_step(query, found, err);
    sx_query_free(query);
    return status;
}

/* A copy of a blob that must hold a whole number of elements; NULL when out of memory or misshapen. */
static void *copy_blob(sx_query *query, int column, size_t size, size_t *count) {
    size_t bytes = 0;
    const void *blob = sx_query_blob(query, column, &bytes);
    if (bytes % size != 0) return NULL;
    void *copy = sx_alloc(bytes / size, size);
    if (copy && bytes > 0) memcpy(copy, blob, bytes);
    *count = bytes / size;
    return copy;
}

static sx_status fail_damaged(const sx_store *store, sx_record *row, sx_error *err) {
    sx_record_clear(row);
    return sx_fail(err, SX_E_FORMAT, "%s: a run in it is damaged: move the file away to begin anew",
                   sx_store_path(store));
}

static sx_status read_row(const sx_store *store, sx_query *query, size_t label_count, sx_record *record,
                          sx_error *err) {
    double numbers[NUMBERS];
    for (int i = 0; i < NUMBERS; i++)
        numbers[i] = sx_query_number(query, i);
    sx_record row = {.label_count = label_count};
    numbers_into(numbers, &row);
    size_t cells = 0;
    row.epochs = copy_blob(query, NUMBERS, sizeof(sx_epoch), &row.epoch_count);
    row.confusions = copy_blob(query, NUMBERS + 1, sizeof(uint32_t), &cells);
    bool whole = row.epochs && row.confusions && cells == cells_of(&row);
    if (!whole || checksum_of(&row) != sx_query_integer(query, NUMBERS + 2))
        return fail_damaged(store, &row, err);
    *record = row;
    return SX_OK;
}

static sx_status read_guesses(sx_store *store, sx_query *query, sx_record *record, sx_error *err) {
    size_t first = 0, second = 0;
    record->guesses = copy_blob(query, 0, SX_STATISTICS_COUNT * sizeof(uint16_t), &first);
    record->certainties = copy_blob(query, 1, SX_STATISTICS_COUNT * sizeof(uint16_t), &second);
    record->item_count = first;
    bool whole = record->guesses && record->certainties && first == second;
    if (!whole || checksum_of_guesses(record) != sx_query_integer(query, 2))
        return fail_damaged(store, record, err);
    return SX_OK;
}

static sx_status load_guesses(sx_store *store, sx_run_id id, sx_record *record, sx_error *err) {
    sx_query *query = NULL;
    bool row = false;
    sx_status status = sx_query_make(store->database,
                                     "SELECT guesses, certainties, checksum FROM prediction WHERE axis = ?1 "
                                     "AND fold = ?2 AND repetition = ?3",
                                     &query, err);
    if (status != SX_OK) return status;
    sx_query_set_run(query, id);
    status = sx_query_step(query, &row, err);
    if (status == SX_OK && row) status = read_guesses(store, query, record, err);
    sx_query_free(query);
    return status;
}

sx_status sx_store_load(sx_store *store, sx_run_id id, size_t label_count, sx_record *record, sx_error *err) {
    static const char LOAD[] = "SELECT " NUMBER_COLUMNS ", epochs, confusions, checksum FROM run "
                               "WHERE axis = ?1 AND fold = ?2 AND repetition = ?3";
    sx_query *query = NULL;
    bool found = false;
    sx_record made = {0};
    sx_status status = sx_query_make(store->database, LOAD, &query, err);
    if (status != SX_OK) return status;
    sx_query_set_run(query, id);
    status = sx_query_step(query, &found, err);
    if (status == SX_OK && !found)
        status = sx_fail(err, SX_E_FORMAT, "%s: the run of %s, fold %zu, repetition %d is missing",
                         sx_store_path(store), sx_axis_name(id.axis), id.fold + 1, id.repetition + 1);
    if (status == SX_OK) status = read_row(store, query, label_count, &made, err);
    sx_query_free(query);
    if (status == SX_OK) status = load_guesses(store, id, &made, err);
    if (status != SX_OK) {
        sx_record_clear(&made);
        return status;
    }
    *record = made;
    return SX_OK;
}

static sx_status read_id(sx_store *store, sx_query *query, sx_run_id *id, sx_error *err) {
    sx_axis axis = SX_AXIS_CHANNELS;
    sx_status status = sx_axis_parse(sx_query_text(query, 0), &axis, err);
    if (status != SX_OK) sx_error_prefix(err, "%s", sx_store_path(store));
    *id = (sx_run_id){.axis = axis,
                      .fold = (size_t)sx_query_integer(query, 1),
                      .repetition = (int)sx_query_integer(query, 2)};
    return status;
}

sx_status sx_store_list(sx_store *store, sx_run_id **ids, size_t *count, sx_error *err) {
    int64_t total = 0;
    sx_query *query = NULL;
    sx_status status = sx_database_integer(store->database, "SELECT count(*) FROM run", &total, err);
    if (status != SX_OK) return status;
    sx_run_id *made = sx_alloc(total > 0 ? (size_t)total : 1, sizeof *made);
    if (!made) return sx_fail_memory(err, (size_t)total * sizeof *made);
    size_t read = 0;
    bool row = true;
    status =
        sx_query_make(store->database,
                      "SELECT axis, fold, repetition FROM run ORDER BY axis, fold, repetition", &query, err);
    while (status == SX_OK && read < (size_t)total) {
        status = sx_query_step(query, &row, err);
        if (status != SX_OK || !row) break;
        status = read_id(store, query, &made[read++], err);
    }
    sx_query_free(query);
    if (status != SX_OK) {
        sx_free(made);
        return status;
    }
    *ids = made;
    *count = read;
    return SX_OK;
}

sx_status sx_store_mean_seconds(sx_store *store, double *seconds, sx_error *err) {
    sx_query *query = NULL;
    bool row = false;
    sx_status status =
        sx_query_make(store->database, "SELECT coalesce(avg(wall_s), 0) FROM run", &query, err);
    if (status == SX_OK) status = sx_query_step(query, &row, err);
    if (status == SX_OK) *seconds = row ? sx_query_number(query, 0) : 0;
    sx_query_free(query);
    return status;
}
