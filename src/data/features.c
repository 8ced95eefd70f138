/* features.c: a data set as one tensor: survey, plan, render, assemble. */
#include "sonaxis/features.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/assemble.h"
#include "data/names.h"
#include "data/render.h"
#include "data/tally.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void sx_features_default(sx_features_options *options) {
    *options = (sx_features_options){.clip = SX_CLIP_PAD_END, .channels = SX_CHANNELS_MIX};
    sx_status status = sx_frontend_preset("sonaxis", &options->frontend, NULL);
    assert(status == SX_OK);
    (void)status;
}

static sx_status check_options(const sx_features_options *options, sx_error *err) {
    enum { LONGEST_S = 86400 };
    if (!(options->duration_s >= 0 && options->duration_s <= LONGEST_S)) {
        return sx_fail(err, SX_E_ARGUMENT, "duration is %g s; it must be 0 (95th percentile) to %d s",
                       options->duration_s, LONGEST_S);
    }
    if (options->channels == SX_CHANNELS_PICK && options->channel_index < 0) {
        return sx_fail(err, SX_E_ARGUMENT, "channel is %d; channels are counted from 0",
                       options->channel_index);
    }
    sx_frontend *frontend = NULL;
    sx_status status = sx_frontend_create(&options->frontend, &frontend, err);
    sx_frontend_free(frontend);
    return status;
}

static sx_status no_recording_left(const sx_survey *survey, sx_error *err) {
    const sx_dataset *dataset = survey->dataset;
    if (dataset->item_count == 1)
        return sx_fail(err, SX_E_DATA, "%s: %s", dataset->items[0].path, survey->slots[0].reason);
    return sx_fail(err, SX_E_DATA, "%s: no usable recording; all %zu were skipped, the first one, %s: %s",
                   dataset->root, dataset->item_count, dataset->items[0].path, survey->slots[0].reason);
}

/* Rows of the usable slots in the data set's order; returns how many there are. */
static size_t number_rows(const sx_survey *survey, size_t *rows) {
    size_t count = 0;
    for (size_t i = 0; i < survey->dataset->item_count; i++) {
        rows[i] = count;
        count += survey->slots[i].reason == NULL;
    }
    return count;
}

/* Closes up over rows whose slots failed while they were rendered. rows becomes the item of each row. */
static size_t close_up(const sx_survey *survey, sx_features *features, size_t *rows) {
    const sx_shape *shape = &features->shape;
    size_t row_floats = shape->time * shape->frequency * shape->channels;
    size_t count = 0;
    for (size_t i = 0; i < survey->dataset->item_count; i++) {
        if (survey->slots[i].reason != NULL) continue;
        size_t from = rows[i];
        if (from != count) {
            memcpy(features->values + count * row_floats, features->values + from * row_floats,
                   row_floats * sizeof *features->values);
        }
        rows[count++] = i;
    }
    return count;
}

static sx_status collect_skips(const sx_survey *survey, sx_skip_list *skips, sx_error *err) {
    const sx_dataset *dataset = survey->dataset;
    sx_status status = sx_skip_list_add_all(skips, dataset->skips, dataset->skip_count, err);
    for (size_t i = 0; i < dataset->item_count && status == SX_OK; i++) {
        if (survey->slots[i].reason == NULL) continue;
        status = sx_skip_list_add(skips, dataset->items[i].path, survey->slots[i].reason, err);
    }
    return status;
}

static void take_notes(sx_features *features, sx_notes *notes, const sx_watch *watch) {
    for (size_t i = 0; i < notes->count; i++)
        sx_watch_note(watch, notes->texts[i]);
    features->notes = notes->texts;
    features->note_count = notes->count;
    *notes = (sx_notes){0};
}

static void record_settings(sx_features *features, const sx_survey *survey, const sx_plan *plan) {
    features->frontend = *sx_frontend_resolved(plan->frontend);
    features->clip = survey->options->clip;
    features->duration_s = (double)plan->samples / plan->rate_hz;
    features->channels = survey->options->channels;
    features->channel_index = survey->options->channel_index;
}

static sx_status note_lost_labels(const sx_features *features, const sx_dataset *dataset, sx_notes *notes,
                                  sx_error *err) {
    for (size_t i = 0; i < dataset->label_count; i++) {
        const char *name = dataset->label_names[i];
        if (sx_names_index(features->label_names, features->label_count, name) >= 0) continue;
        sx_status status =
            sx_notes_add(notes, err, "label '%s' is left out: none of its recordings can be used", name);
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

/* The second half: plan known, tensor to fill. */
static sx_status fill(sx_survey *survey, const sx_plan *plan, size_t *rows, sx_features *features,
                      sx_notes *notes, const sx_watch *watch, sx_error *err) {
    sx_skip_list skips = {0};
    sx_status status = sx_render(survey, plan, rows, features->values, watch, err);
    if (status != SX_OK) return status;
    size_t count = close_up(survey, features, rows);
    if (count == 0) return no_recording_left(survey, err);
    status = sx_features_describe(features, survey->dataset, rows, count, err);
    if (status == SX_OK) status = note_lost_labels(features, survey->dataset, notes, err);
    if (status == SX_OK) status = collect_skips(survey, &skips, err);
    if (status == SX_OK) {
        record_settings(features, survey, plan);
        sx_features_seal(features, &skips);
    }
    sx_skips_free(skips.skips, skips.count);
    return status;
}

static sx_status compute(sx_survey *survey, const sx_watch *watch, sx_features **out, sx_error *err) {
    sx_status status = sx_survey_run(survey, watch, err);
    if (status != SX_OK) return status;
    sx_survey_agree_on_channels(survey);
    if (sx_survey_usable(survey) == 0) return no_recording_left(survey, err);
    sx_plan plan = {0};
    sx_notes notes = {0};
    sx_features *features = NULL;
    size_t *rows = sx_alloc(survey->dataset->item_count, sizeof *rows);
    status = rows == NULL ? sx_fail_memory(err, survey->dataset->item_count * sizeof *rows)
                          : sx_plan_make(survey, &plan, &notes, err);
    if (status == SX_OK) status = sx_features_create(number_rows(survey, rows), &plan.shape, &features, err);
    if (status == SX_OK) status = fill(survey, &plan, rows, features, &notes, watch, err);
    if (status == SX_OK) {
        take_notes(features, &notes, watch);
        *out = features;
    } else {
        sx_features_free(features);
    }
    sx_notes_clear(&notes);
    sx_plan_clear(&plan);
    sx_free(rows);
    return status;
}

sx_status sx_features_compute(const sx_dataset *dataset, const sx_features_options *options,
                              const sx_watch *watch, sx_features **out, sx_error *err) {
    if (dataset->from_arrays) return sx_features_from_arrays(dataset, options, out, err);
    sx_status status = check_options(options, err);
    if (status != SX_OK) return status;
    sx_survey survey = {.dataset = dataset, .options = options};
    status = sx_pool_create(options->threads, &survey.pool, err);
    if (status == SX_OK) status = compute(&survey, watch, out, err);
    sx_survey_clear(&survey);
    sx_pool_free(survey.pool);
    return status;
}
