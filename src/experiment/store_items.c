/* store_items.c: which recordings were tested in which fold, with their labels and groups, so that
 * predictions can be read without the data. */
#include "experiment/store_inside.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static sx_status add_labels(sx_store *store, const sx_features *features, sx_error *err) {
    sx_status status = SX_OK;
    for (size_t i = 0; status == SX_OK && i < features->label_count; i++) {
        sx_query *query = NULL;
        status = sx_query_make(store->database, "INSERT INTO label VALUES (?1, ?2)", &query, err);
        if (status != SX_OK) break;
        sx_query_set_integer(query, 1, (int64_t)i);
        sx_query_set_text(query, 2, features->label_names ? features->label_names[i] : "");
        status = sx_query_run(query, err);
    }
    return status;
}

static sx_status add_item(sx_store *store, const sx_features *features, size_t item, sx_error *err) {
    sx_query *query = NULL;
    int group = features->groups ? features->groups[item] : -1;
    bool named = group >= 0 && features->group_names && (size_t)group < features->group_count;
    sx_status status =
        sx_query_make(store->database, "INSERT INTO item VALUES (?1, ?2, ?3, ?4, ?5)", &query, err);
    if (status != SX_OK) return status;
    sx_query_set_integer(query, 1, (int64_t)item);
    sx_query_set_text(query, 2, features->paths ? features->paths[item] : "");
    sx_query_set_integer(query, 3, features->labels[item]);
    sx_query_set_integer(query, 4, group);
    if (named) sx_query_set_text(query, 5, features->group_names[group]);
    return sx_query_run(query, err);
}

static sx_status add_fold(sx_store *store, const sx_fold *fold, size_t number, sx_error *err) {
    sx_query *query = NULL;
    uint32_t *items = sx_alloc(fold->test_count + 1, sizeof *items);
    if (!items) return sx_fail_memory(err, fold->test_count * sizeof *items);
    for (size_t i = 0; i < fold->test_count; i++)
        items[i] = (uint32_t)fold->test[i];
    sx_status status =
        sx_query_make(store->database, "INSERT INTO fold VALUES (?1, ?2, ?3, ?4, ?5)", &query, err);
    if (status == SX_OK) {
        sx_query_set_integer(query, 1, (int64_t)number);
        sx_query_set_text(query, 2, fold->name);
        sx_query_set_integer(query, 3, (int64_t)fold->train_count);
        sx_query_set_integer(query, 4, (int64_t)fold->test_count);
        sx_query_set_blob(query, 5, items, fold->test_count * sizeof *items);
        status = sx_query_run(query, err);
    }
    sx_free(items);
    return status;
}

static sx_status add_all(sx_store *store, const sx_features *features, const sx_folds *folds, sx_error *err) {
    int64_t there = 0;
    sx_status status = sx_database_integer(store->database, "SELECT count(*) FROM fold", &there, err);
    if (status != SX_OK || there > 0) return status;
    status = add_labels(store, features, err);
    for (size_t i = 0; status == SX_OK && i < features->count; i++)
        status = add_item(store, features, i, err);
    for (size_t i = 0; status == SX_OK && i < folds->count; i++)
        status = add_fold(store, &folds->folds[i], i, err);
    return status;
}

sx_status sx_store_set_items(sx_store *store, const sx_features *features, const sx_folds *folds,
                             sx_error *err) {
    sx_status status = sx_database_begin(store->database, err);
    if (status != SX_OK) return status;
    return sx_database_end(store->database, add_all(store, features, folds, err), err);
}

/* --- out ------------------------------------------------------------------------------------------------ */

void sx_test_items_clear(sx_test_items *items) {
    for (size_t i = 0; items->folds && i < items->fold_count; i++) {
        sx_free(items->folds[i].name);
        sx_free(items->folds[i].items);
    }
    sx_free(items->folds);
    sx_free(items->labels);
    sx_free(items->groups);
    *items = (sx_test_items){0};
}

static sx_status fail_damaged(const sx_store *store, sx_error *err) {
    return sx_fail(err, SX_E_FORMAT, "%s is damaged: its list of recordings is not whole",
                   sx_store_path(store));
}

static sx_status read_counts(sx_store *store, sx_test_items *items, sx_error *err) {
    int64_t folds = 0, count = 0, labels = 0;
    sx_status status = sx_database_integer(store->database, "SELECT count(*) FROM fold", &folds, err);
    if (status == SX_OK)
        status = sx_database_integer(store->database, "SELECT count(*) FROM item", &count, err);
    if (status == SX_OK)
        status = sx_database_integer(store->database, "SELECT count(*) FROM label", &labels, err);
    if (status != SX_OK) return status;
    items->fold_count = (size_t)folds;
    items->item_count = (size_t)count;
    items->label_count = (size_t)labels;
    items->folds = sx_alloc(items->fold_count + 1, sizeof *items->folds);
    items->labels = sx_alloc(items->item_count + 1, sizeof *items->labels);
    items->groups = sx_alloc(items->item_count + 1, sizeof *items->groups);
    bool there = items->folds && items->labels && items->groups;
    return there ? SX_OK : sx_fail_memory(err, items->item_count * sizeof *items->labels);
}

static sx_status read_items(sx_store *store, sx_test_items *items, sx_error *err) {
    sx_query *query = NULL;
    bool row = true;
    sx_status status = sx_query_make(
        store->database, "SELECT number, label, group_number FROM item ORDER BY number", &query, err);
    for (size_t i = 0; status == SX_OK && i < items->item_count; i++) {
        status = sx_query_step(query, &row, err);
        if (status == SX_OK && (!row || sx_query_integer(query, 0) != (int64_t)i))
            status = fail_damaged(store, err);
        if (status != SX_OK) break;
        items->labels[i] = (int)sx_query_integer(query, 1);
        items->groups[i] = (int)sx_query_integer(query, 2);
        if (items->groups[i] >= (int)items->group_count) items->group_count = (size_t)items->groups[i] + 1;
    }
    sx_query_free(query);
    return status;
}

static sx_status read_fold(sx_store *store, sx_query *query, size_t item_count, sx_test_part *fold,
                           sx_error *err) {
    size_t size = 0;
    const void *blob = sx_query_blob(query, 4, &size);
    fold->count = size / sizeof *fold->items;
    fold->train_count = (size_t)sx_query_integer(query, 2);
    fold->name = sx_copy_text(sx_query_text(query, 1));
    fold->items = sx_alloc(fold->count + 1, sizeof *fold->items);
    if (!fold->name || !fold->items) return sx_fail_memory(err, size);
    if (size > 0) memcpy(fold->items, blob, fold->count * sizeof *fold->items);
    bool whole = (int64_t)fold->count == sx_query_integer(query, 3);
    for (size_t i = 0; i < fold->count; i++)
        whole = whole && fold->items[i] < item_count;
    return whole ? SX_OK : fail_damaged(store, err);
}

static sx_status read_folds(sx_store *store, sx_test_items *items, sx_error *err) {
    sx_query *query = NULL;
    bool row = true;
    sx_status status = sx_query_make(
        store->database, "SELECT number, name, train_count, test_count, test_items FROM fold ORDER BY number",
        &query, err);
    for (size_t i = 0; status == SX_OK && i < items->fold_count; i++) {
        status = sx_query_step(query, &row, err);
        if (status == SX_OK && (!row || sx_query_integer(query, 0) != (int64_t)i))
            status = fail_damaged(store, err);
        if (status == SX_OK) status = read_fold(store, query, items->item_count, &items->folds[i], err);
    }
    sx_query_free(query);
    return status;
}

sx_status sx_store_items(sx_store *store, sx_test_items *items, sx_error *err) {
    sx_test_items made = {0};
    sx_status status = read_counts(store, &made, err);
    if (status == SX_OK) status = read_items(store, &made, err);
    if (status == SX_OK) status = read_folds(store, &made, err);
    if (status != SX_OK) {
        sx_test_items_clear(&made);
        return status;
    }
    *items = made;
    return SX_OK;
}
