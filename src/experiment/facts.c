/* facts.c: see facts.h. Numbers are written with as many digits as read back as the same number. */
#include "experiment/facts.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

/* --- in --------------------------------------------------------------------------------------------------
 */

static sx_status write_number(sx_store *store, const char *name, double number, sx_error *err) {
    sx_text text = {0};
    sx_text_add_number(&text, number);
    sx_status status = text.failed ? sx_fail(err, SX_E_MEMORY, "out of memory for %s", name)
                                   : sx_store_set_fact(store, name, text.chars, err);
    sx_text_clear(&text);
    return status;
}

/* "channels,frequency", and what each of them has. */
static sx_status write_axes(sx_store *store, const sx_comparison *comparison, sx_error *err) {
    char names[64] = "", name[64];
    sx_status status = SX_OK;
    for (size_t i = 0; i < comparison->axis_count; i++) {
        size_t length = strlen(names);
        const char *axis = sx_axis_name(comparison->axes[i].axis);
        sx_print(names + length, sizeof names - length, "%s%s", i > 0 ? "," : "", axis);
        sx_print(name, sizeof name, "parameters with %s", axis);
        if (status == SX_OK) status = write_number(store, name, (double)comparison->parameters[i], err);
    }
    return status == SX_OK ? sx_store_set_fact(store, "axes", names, err) : status;
}

sx_status sx_facts_write(sx_store *store, const sx_comparison *comparison, const sx_basis *basis,
                         sx_error *err) {
    sx_status status = sx_store_set_fact(store, "model", comparison->model, err);
    if (status == SX_OK)
        status = sx_store_set_fact(store, "statistics", sx_statistics_name(comparison->statistics), err);
    if (status == SX_OK) status = write_axes(store, comparison, err);
    if (status == SX_OK) status = write_number(store, "steps of a run", (double)comparison->steps, err);
    if (status == SX_OK)
        status = write_number(store, "momentum of the statistics", comparison->momentum, err);
    if (status == SX_OK)
        status = write_number(store, "test items for each training item", basis->test_train_ratio, err);
    if (status == SX_OK) status = write_number(store, "test items of a fold", basis->test_count, err);
    return status;
}

/* --- out -------------------------------------------------------------------------------------------------
 */

typedef sx_status (*look_up)(sx_store *store, const char *name, sx_text *value, sx_error *err);

static sx_status missing(const sx_store *store, const char *name, sx_error *err) {
    return sx_fail(
        err, SX_E_DATA,
        "%s does not tell its %s, since it was begun by an older sonaxis or has not got so far: call the "
        "comparison that made it once more",
        sx_store_path(store), name);
}

static sx_status read_number(sx_store *store, look_up where, const char *name, double *number,
                             sx_error *err) {
    sx_text text = {0};
    sx_status status = where(store, name, &text, err);
    if (status == SX_OK && !(text.length > 0 && sx_text_to_double(text.chars, number)))
        status = missing(store, name, err);
    sx_text_clear(&text);
    return status;
}

static sx_status read_axis(sx_store *store, const char *word, sx_comparison *comparison, sx_error *err) {
    size_t at = comparison->axis_count;
    char name[64];
    double parameters = 0;
    if (at == SX_MAX_AXES) return missing(store, "axes", err);
    sx_status status = sx_axis_parse(word, &comparison->axes[at].axis, err);
    if (status != SX_OK) return status;
    sx_print(name, sizeof name, "parameters with %s", word);
    status = read_number(store, sx_store_fact, name, &parameters, err);
    comparison->parameters[at] = (size_t)parameters;
    comparison->axis_count++;
    return status;
}

static sx_status read_axes(sx_store *store, sx_comparison *comparison, sx_error *err) {
    sx_text text = {0};
    sx_status status = sx_store_fact(store, "axes", &text, err);
    if (status == SX_OK && text.length == 0) status = missing(store, "axes", err);
    for (char *word = text.chars; status == SX_OK && word;) {
        char *comma = strchr(word, ',');
        if (comma) *comma = '\0';
        status = read_axis(store, word, comparison, err);
        word = comma ? comma + 1 : NULL;
    }
    sx_text_clear(&text);
    return status;
}

static sx_status read_words(sx_store *store, sx_comparison *comparison, sx_error *err) {
    sx_text model = {0}, statistics = {0};
    sx_status status = sx_store_fact(store, "model", &model, err);
    if (status == SX_OK) status = sx_store_fact(store, "statistics", &statistics, err);
    if (status == SX_OK && (model.length == 0 || statistics.length == 0))
        status = missing(store, "model", err);
    if (status == SX_OK) sx_print(comparison->model, sizeof comparison->model, "%s", model.chars);
    for (int s = 0; status == SX_OK && s < SX_STATISTICS_COUNT; s++)
        if (strcmp(statistics.chars, sx_statistics_name((sx_statistics)s)) == 0)
            comparison->statistics = (sx_statistics)s;
    sx_text_clear(&model);
    sx_text_clear(&statistics);
    return status;
}

static sx_status read_fold_names(sx_store *store, sx_comparison *comparison, sx_error *err) {
    sx_test_items items = {0};
    sx_status status = sx_store_items(store, &items, err);
    if (status == SX_OK && items.fold_count == 0) status = missing(store, "folds", err);
    if (status == SX_OK) {
        comparison->fold_names = sx_alloc(items.fold_count, sizeof *comparison->fold_names);
        if (!comparison->fold_names)
            status = sx_fail_memory(err, items.fold_count * sizeof *comparison->fold_names);
    }
    for (size_t i = 0; status == SX_OK && i < items.fold_count; i++) {
        comparison->fold_names[i] = items.folds[i].name;
        items.folds[i].name = NULL;
        comparison->fold_count++;
    }
    sx_test_items_clear(&items);
    return status;
}

static sx_status read_settings(sx_store *store, sx_comparison *comparison, sx_error *err) {
    double epochs = 0, batch = 0, seed = 0, rate = 0;
    sx_status status = read_number(store, sx_store_setting, "margin", &comparison->margin, err);
    if (status == SX_OK)
        status = read_number(store, sx_store_setting, "confidence", &comparison->confidence, err);
    if (status == SX_OK) status = read_number(store, sx_store_setting, "epochs", &epochs, err);
    if (status == SX_OK) status = read_number(store, sx_store_setting, "batch", &batch, err);
    if (status == SX_OK) status = read_number(store, sx_store_setting, "learning rate", &rate, err);
    if (status == SX_OK) status = read_number(store, sx_store_setting, "seed", &seed, err);
    comparison->train = (sx_train_options){
        .epochs = (int)epochs, .batch = (int)batch, .learning_rate = rate, .seed = (uint64_t)seed};
    return status;
}

sx_status sx_facts_read(sx_store *store, sx_comparison *comparison, sx_basis *basis, sx_error *err) {
    double steps = 0;
    sx_status status = read_settings(store, comparison, err);
    if (status == SX_OK) status = read_words(store, comparison, err);
    if (status == SX_OK) status = read_axes(store, comparison, err);
    if (status == SX_OK) status = read_fold_names(store, comparison, err);
    if (status == SX_OK) status = read_number(store, sx_store_fact, "steps of a run", &steps, err);
    if (status == SX_OK)
        status = read_number(store, sx_store_fact, "momentum of the statistics", &comparison->momentum, err);
    if (status == SX_OK)
        status = read_number(store, sx_store_fact, "test items for each training item",
                             &basis->test_train_ratio, err);
    if (status == SX_OK)
        status = read_number(store, sx_store_fact, "test items of a fold", &basis->test_count, err);
    comparison->steps = (size_t)steps;
    return status;
}
