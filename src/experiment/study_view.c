/* study_view.c: a study read from its file alone. */
#include "sonaxis/study.h"

#include "experiment/collect.h"
#include "experiment/facts.h"
#include "experiment/growth.h"
#include "experiment/verdict_text.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(sx_study_setting) == sizeof(sx_setting), "a setting is the same inside and out");

void sx_study_view_free(sx_study_view *view) {
    if (!view) return;
    for (size_t i = 0; view->settings && i < view->setting_count; i++) {
        sx_free(view->settings[i].name);
        sx_free(view->settings[i].value);
    }
    sx_comparison_free(view->comparison);
    sx_free(view->settings);
    sx_free(view->workers);
    sx_free(view->gap);
    sx_free(view->folder);
    sx_free(view);
}

static sx_status read_settings(sx_store *store, sx_study_view *view, sx_error *err) {
    sx_setting *settings = NULL;
    size_t count = 0;
    sx_status status = sx_store_settings(store, &settings, &count, err);
    if (status != SX_OK) return status;
    view->settings = sx_alloc(count + 1, sizeof *view->settings);
    if (!view->settings) {
        sx_settings_free(settings, count);
        return sx_fail_memory(err, count * sizeof *view->settings);
    }
    for (size_t i = 0; i < count; i++)
        view->settings[i] = (sx_study_setting){(char *)settings[i].name, settings[i].value};
    view->setting_count = count;
    sx_free(settings);
    return SX_OK;
}

static sx_status read_workers(sx_store *store, sx_study_view *view, sx_error *err) {
    sx_text text = {0};
    sx_status status = sx_store_workers(store, &text, err);
    view->workers = sx_text_take(&text);
    if (status == SX_OK && !view->workers) status = sx_fail(err, SX_E_MEMORY, "out of memory for a study");
    return status;
}

static bool is_complete(const sx_run_id *ids, size_t count, const sx_comparison *comparison, int repetition) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t a = 0; ids[i].repetition == repetition && a < comparison->axis_count; a++)
            found += ids[i].axis == comparison->axes[a].axis && ids[i].fold < comparison->fold_count;
    return found == comparison->axis_count * comparison->fold_count;
}

/* The seeds of the last look, or, before the first, those that are complete; 0 = none. */
static sx_status find_seeds(sx_store *store, sx_comparison *comparison, size_t *runs, sx_error *err) {
    sx_run_id *ids = NULL;
    int complete = 0;
    sx_status status = sx_store_list(store, &ids, runs, err);
    if (status != SX_OK) return status;
    while (is_complete(ids, *runs, comparison, complete))
        complete++;
    sx_free(ids);
    status = sx_growth_read(store, complete, &comparison->growth, err);
    size_t looks = comparison->growth.look_count;
    comparison->seeds = looks > 0 ? comparison->growth.looks[looks - 1] : complete;
    return status;
}

static sx_status read_comparison(sx_store *store, sx_study_view *view, sx_comparison *comparison,
                                 sx_error *err) {
    sx_basis basis = {0};
    sx_test_items items = {0};
    sx_status status = sx_facts_read(store, comparison, &basis, err);
    if (status == SX_OK) status = sx_store_items(store, &items, err);
    view->recordings = items.item_count;
    view->labels = items.label_count;
    sx_test_items_clear(&items);
    if (status == SX_OK) status = find_seeds(store, comparison, &view->runs, err);
    if (status == SX_OK && comparison->seeds == 0)
        return sx_fail(err, SX_E_DATA, "no seed is complete on all folds with all axes yet");
    if (status == SX_OK) status = sx_collect(store, view->labels, &basis, comparison, err);
    if (status != SX_OK) return status;
    comparison->runs_planned = comparison->run_count;
    sx_growth_tell(comparison);
    sx_verdict_say_growth(comparison, &comparison->verdict);
    return SX_OK;
}

/* What is not there yet is no error of the reader: the view says what is missing. */
static sx_status try_comparison(sx_store *store, sx_study_view *view, sx_error *err) {
    sx_error why = {0};
    sx_run_id *ids = NULL;
    sx_comparison *comparison = sx_alloc(1, sizeof *comparison);
    if (!comparison) return sx_fail_memory(err, sizeof *comparison);
    sx_status status = read_comparison(store, view, comparison, &why);
    if (status == SX_OK) {
        view->comparison = comparison;
        view->gap = sx_copy_text("");
    } else {
        sx_comparison_free(comparison);
        view->gap = sx_copy_text(why.text);
    }
    if (status != SX_OK && status != SX_E_DATA) {
        if (err) *err = why;
        return status;
    }
    if (!view->gap) return sx_fail(err, SX_E_MEMORY, "out of memory for a study");
    status = sx_store_list(store, &ids, &view->runs, err);
    sx_free(ids);
    return status;
}

static sx_status read_view(sx_store *store, const char *folder, sx_study_view *view, sx_error *err) {
    view->folder = sx_copy_text(folder);
    if (!view->folder) return sx_fail_memory(err, strlen(folder) + 1);
    sx_status status = read_settings(store, view, err);
    if (status == SX_OK) status = read_workers(store, view, err);
    return status == SX_OK ? try_comparison(store, view, err) : status;
}

sx_status sx_study_read(const char *folder, sx_study_view **out, sx_error *err) {
    sx_store *store = NULL;
    sx_status status = sx_store_open_any(folder, &store, err);
    if (status != SX_OK) return status;
    sx_study_view *view = sx_alloc(1, sizeof *view);
    status = view ? read_view(store, folder, view, err) : sx_fail_memory(err, sizeof *view);
    sx_store_close(store);
    if (status != SX_OK) {
        sx_study_view_free(view);
        return status;
    }
    *out = view;
    return SX_OK;
}
