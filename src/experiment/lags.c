/* lags.c: see lags.h. */
#include "experiment/lags.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/watch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char SCHEMA[] = "sonaxis-lags-1";
enum { MOST_BYTES = 1 << 28 };

static sx_settling settling_of(const sx_comparison *comparison) {
    const size_t epochs = (size_t)comparison->train.epochs;
    return sx_train_settling(comparison->steps / epochs, comparison->train.epochs, comparison->momentum);
}

void sx_lags_warn(const sx_run_plan *plan, const sx_watch *watch) {
    const sx_tune_options *tune = &plan->options->tune;
    const int epochs = plan->options->train.epochs;
    double momentum = tune->momentum_count > 0 ? 0 : plan->momentum;
    char clause[512], text[768];
    for (size_t i = 0; i < tune->momentum_count; i++)
        momentum = fmax(momentum, tune->momenta[i]);
    const sx_settling settling =
        sx_train_settling(sx_run_plan_steps(plan, 0) / (size_t)epochs, epochs, momentum);
    if (settling.settled) return;
    sx_settling_say(&settling, clause, sizeof clause);
    snprintf(text, sizeof text, "%s (%s)", clause,
             plan->options->statistics == SX_STATISTICS_MOVING
                 ? "the verdict will rest on them: --statistics recomputed would not"
                 : "the verdict does not rest on them; a net used with them, as Keras does, would");
    sx_watch_note(watch, text);
}

/* --- files ------------------------------------------------------------------------------------------ */

static char *path_of(const sx_run_plan *plan, sx_run_id id) {
    char name[96];
    snprintf(name, sizeof name, "lags/%s-fold%zu-seed%d.json", sx_axis_name(id.axis), id.fold + 1,
             id.repetition + 1);
    return sx_path_join(plan->options->folder, name);
}

static sx_json *layer_names(const sx_model *model) {
    sx_json *array = sx_json_array();
    for (size_t i = 0; i < sx_model_layer_count(model); i++)
        if (sx_model_layer_plan(model, i)->has_statistics)
            sx_json_append_text(array, sx_model_layer_name(model, i));
    return array;
}

/* One array an epoch. */
static sx_json *numbers_of(const sx_history *history, bool deviation) {
    sx_json *epochs = sx_json_array();
    for (size_t e = 0; e < history->count; e++) {
        sx_json *layers = sx_json_array();
        for (size_t l = 0; l < history->lag_layers; l++) {
            const sx_lag *lag = &history->lags[e * history->lag_layers + l];
            sx_json_append_number(layers, deviation ? lag->deviation : lag->mean);
        }
        sx_json_append(epochs, layers);
    }
    return epochs;
}

static char *text_of(const sx_model *model, const sx_history *history) {
    sx_json *root = sx_json_object();
    sx_json_set_text(root, "schema", SCHEMA);
    sx_json_set(root, "layers", layer_names(model));
    sx_json_set(root, "mean", numbers_of(history, false));
    sx_json_set(root, "deviation", numbers_of(history, true));
    char *text = sx_json_dump(root, 0);
    sx_json_free(root);
    return text;
}

sx_status sx_lags_keep(const sx_run_plan *plan, sx_run_id id, const sx_model *model,
                       const sx_history *history, sx_error *err) {
    if (history->lag_layers == 0) return SX_OK;
    char *folder = sx_path_join(plan->options->folder, "lags"), *path = path_of(plan, id),
         *text = text_of(model, history);
    sx_status status = folder && path && text ? sx_folder_create(folder, err) : sx_fail_memory(err, 1024);
    if (status == SX_OK) status = sx_file_write(path, text, strlen(text), err);
    sx_free(text);
    sx_free(path);
    sx_free(folder);
    return status;
}

static double number_at(const sx_json *epochs, size_t epoch, size_t layer) {
    const sx_json *number = sx_json_at(sx_json_at(epochs, epoch), layer);
    return sx_json_is_number(number) ? sx_json_number(number) : (double)NAN;
}

static bool has_shape(const sx_json *epochs, size_t epoch_count, size_t layer_count) {
    if (!epochs || !sx_json_is_array(epochs) || sx_json_count(epochs) != epoch_count) return false;
    for (size_t e = 0; e < epoch_count; e++) {
        const sx_json *layers = sx_json_at(epochs, e);
        if (!sx_json_is_array(layers) || sx_json_count(layers) != layer_count) return false;
    }
    return true;
}

static sx_status take_names(const sx_json *layers, sx_comparison *comparison, sx_error *err) {
    const size_t count = sx_json_count(layers);
    comparison->lag_layers = sx_alloc(count, sizeof *comparison->lag_layers);
    if (!comparison->lag_layers) return sx_fail_memory(err, count * sizeof *comparison->lag_layers);
    comparison->lag_layer_count = count;
    for (size_t i = 0; i < count; i++) {
        const char *name = sx_json_text(sx_json_at(layers, i));
        comparison->lag_layers[i] = sx_copy_text(name ? name : "");
        if (!comparison->lag_layers[i]) return sx_fail_memory(err, 64);
    }
    return SX_OK;
}

static sx_status take_numbers(const sx_json *root, sx_comparison *comparison, sx_run *run, sx_error *err) {
    const sx_json *schema = sx_json_get(root, "schema"), *layers = sx_json_get(root, "layers"),
                  *mean = sx_json_get(root, "mean"), *deviation = sx_json_get(root, "deviation");
    if (!schema || !sx_json_is_text(schema) || strcmp(sx_json_text(schema), SCHEMA) != 0) return SX_OK;
    if (!layers || !sx_json_is_array(layers)) return SX_OK;
    const size_t count = sx_json_count(layers);
    if (count == 0 || !has_shape(mean, run->epoch_count, count) ||
        !has_shape(deviation, run->epoch_count, count))
        return SX_OK;
    sx_status status = comparison->lag_layers ? SX_OK : take_names(layers, comparison, err);
    if (status != SX_OK || comparison->lag_layer_count != count) return status;
    run->lags = sx_alloc(run->epoch_count * count, sizeof *run->lags);
    if (!run->lags) return sx_fail_memory(err, run->epoch_count * count * sizeof *run->lags);
    for (size_t i = 0; i < run->epoch_count * count; i++)
        run->lags[i] =
            (sx_lag){number_at(mean, i / count, i % count), number_at(deviation, i / count, i % count)};
    return SX_OK;
}

sx_status sx_lags_take(const sx_run_plan *plan, sx_run_id id, sx_comparison *comparison, sx_run *run,
                       sx_error *err) {
    char *path = path_of(plan, id);
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_json *root = NULL;
    sx_status status = path ? SX_OK : sx_fail_memory(err, 256);
    if (status == SX_OK && sx_file_look(path, NULL) == SX_FILE_REGULAR &&
        sx_file_read(path, MOST_BYTES, &bytes, &size, NULL) == SX_OK) {
        if (sx_json_parse((const char *)bytes, size, path, &root, NULL) == SX_OK)
            status = take_numbers(root, comparison, run, err);
        sx_json_free(root);
        sx_free(bytes);
    }
    sx_free(path);
    return status;
}

/* --- together --------------------------------------------------------------------------------------- */

sx_lag sx_lags_mean(const sx_comparison *comparison, size_t axis, size_t layer, size_t epoch) {
    sx_lag sum = {0, 0};
    size_t means = 0, deviations = 0;
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->axis != axis || !run->lags || epoch >= run->epoch_count) continue;
        const sx_lag *lag = &run->lags[epoch * comparison->lag_layer_count + layer];
        if (!isnan(lag->mean)) sum.mean += lag->mean, means++;
        if (!isnan(lag->deviation)) sum.deviation += lag->deviation, deviations++;
    }
    return (sx_lag){means ? sum.mean / (double)means : (double)NAN,
                    deviations ? sum.deviation / (double)deviations : (double)NAN};
}

static sx_json *lag_json(const sx_comparison *comparison, size_t axis, size_t layer) {
    sx_json *object = sx_json_object(), *mean = sx_json_array(), *deviation = sx_json_array();
    for (size_t e = 0; e < (size_t)comparison->train.epochs; e++) {
        const sx_lag lag = sx_lags_mean(comparison, axis, layer, e);
        sx_json_append_number(mean, lag.mean);
        sx_json_append_number(deviation, lag.deviation);
    }
    sx_json_set_text(object, "axis", sx_axis_name(comparison->axes[axis].axis));
    sx_json_set_text(object, "layer", comparison->lag_layers[layer]);
    sx_json_set(object, "mean", mean);
    sx_json_set(object, "deviation", deviation);
    return object;
}

sx_json *sx_lags_json(const sx_comparison *comparison) {
    const sx_settling settling = settling_of(comparison);
    sx_json *object = sx_json_object(), *lags = sx_json_array();
    sx_json_set_number(object, "momentum", settling.momentum);
    sx_json_set_integer(object, "steps", (int64_t)settling.steps);
    sx_json_set_number(object, "first_value_left", settling.left);
    sx_json_set_number(object, "window_steps", settling.window);
    sx_json_set_bool(object, "settled", settling.settled);
    sx_json_set_number(object, "better_momentum", settling.settled ? (double)NAN : settling.better_momentum);
    sx_json_set_integer(object, "enough_epochs", (int64_t)settling.enough_epochs);
    for (size_t axis = 0; axis < comparison->axis_count; axis++)
        for (size_t layer = 0; layer < comparison->lag_layer_count; layer++)
            sx_json_append(lags, lag_json(comparison, axis, layer));
    sx_json_set(object, "lags", lags);
    return object;
}
