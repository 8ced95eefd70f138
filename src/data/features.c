/* features.c: a data set as one tensor: looked up in the cache, or survey, plan, render; then assemble. */
#include "sonaxis/features.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/assemble.h"
#include "data/feature_cache.h"
#include "data/names.h"
#include "data/render.h"
#include "data/shift.h"
#include "data/tally.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void sx_features_default(sx_features_options *options) {
    *options = (sx_features_options){.clip = SX_CLIP_PAD_END, .channels = SX_CHANNELS_MIX};
    sx_status status = sx_frontend_preset("sonaxis", &options->frontend, NULL);
    assert(status == SX_OK);
    (void)status;
}

static sx_status check_options(const sx_features_options *options, sx_error *err) {
    enum { LONGEST_S = 86400, MOST_OFFSET_MS = 60000 };
    if (!(options->duration_s >= 0 && options->duration_s <= LONGEST_S)) {
        return sx_fail(err, SX_E_ARGUMENT, "duration is %g s; it must be 0 (95th percentile) to %d s",
                       options->duration_s, LONGEST_S);
    }
    if (!(options->random_offset_ms >= 0 && options->random_offset_ms <= MOST_OFFSET_MS)) {
        return sx_fail(err, SX_E_ARGUMENT, "random offset is %g ms; it must be 0 (none) to %d ms",
                       options->random_offset_ms, MOST_OFFSET_MS);
    }
    if (!(options->room_ms >= 0 && options->room_ms <= MOST_OFFSET_MS)) {
        return sx_fail(err, SX_E_ARGUMENT, "room is %g ms; it must be 0 to %d ms", options->room_ms,
                       MOST_OFFSET_MS);
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
    features->random_offset_ms = survey->options->random_offset_ms;
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

/* --- the way ---------------------------------------------------------------------------------------- */

/* What one call works on. */
typedef struct job {
    sx_survey survey;
    const sx_watch *watch;
    sx_plan plan;
    sx_notes notes;
    sx_features *features;
    size_t *items; /* item of each row, count of them */
    size_t count;
    sx_cache_folder cache;
    sx_feature_key key;
    bool has_key;
} job;

static size_t list_items(const sx_survey *survey, size_t *items) {
    size_t count = 0;
    for (size_t i = 0; i < survey->dataset->item_count; i++) {
        if (survey->slots[i].reason == NULL) items[count++] = i;
    }
    return count;
}

/* Decodes and transforms everything. */
static sx_status render(job *now, sx_error *err) {
    sx_survey *survey = &now->survey;
    sx_status status = sx_survey_run(survey, now->watch, err);
    if (status != SX_OK) return status;
    sx_survey_agree_on_channels(survey);
    if (sx_survey_usable(survey) == 0) return no_recording_left(survey, err);
    status = sx_plan_make(survey, &now->plan, &now->notes, err);
    if (status != SX_OK) return status;
    size_t rows = number_rows(survey, now->items);
    status = sx_features_create(rows, &now->plan.shape, &now->features, err);
    if (status == SX_OK)
        status = sx_render(survey, &now->plan, now->items, now->features->values, now->watch, err);
    if (status != SX_OK) return status;
    now->count = close_up(survey, now->features, now->items);
    return now->count == 0 ? no_recording_left(survey, err) : SX_OK;
}

/* What was done for the tensor, to the watch only: a report must not depend on it. */
static void tell(const job *now, const char *how, double seconds) {
    const sx_shape *shape = &now->features->shape;
    double bytes = (double)(now->count * shape->time * shape->frequency * shape->channels * sizeof(float));
    char text[160];
    snprintf(text, sizeof text, "spectrograms of %zu recording%s %s in %.2f s, %.1f MB", now->count,
             now->count == 1 ? "" : "s", how, seconds, bytes * 1e-6);
    sx_watch_note(now->watch, text);
}

/* The tensor, from the cache where it is there. */
static sx_status obtain(job *now, sx_error *err) {
    double start = sx_clock_seconds();
    sx_status status = SX_OK;
    now->cache = sx_cache_folder_open(now->survey.dataset->root);
    if (now->cache.path != NULL)
        status = sx_feature_key_make(&now->survey, now->watch, &now->key, &now->has_key, err);
    if (status != SX_OK) return status;
    if (now->has_key && sx_feature_cache_load(&now->cache, &now->key, &now->survey, &now->plan, &now->notes,
                                              &now->features)) {
        now->count = list_items(&now->survey, now->items);
        tell(now, "from the cache", sx_clock_seconds() - start);
        return SX_OK;
    }
    status = render(now, err);
    if (status != SX_OK) return status;
    tell(now, "computed", sx_clock_seconds() - start);
    if (now->has_key) {
        now->features->count = now->count;
        sx_feature_cache_store(&now->cache, &now->key, &now->survey, &now->plan, &now->notes, now->features);
        now->features->count = 0; /* rows are described below */
    }
    return SX_OK;
}

/* Labels, groups, skips and notes of the rows. */
static sx_status describe(job *now, sx_error *err) {
    sx_features *features = now->features;
    const sx_dataset *dataset = now->survey.dataset;
    sx_skip_list skips = {0};
    sx_status status = sx_features_describe(features, dataset, now->items, now->count, err);
    if (status == SX_OK) status = note_lost_labels(features, dataset, &now->notes, err);
    if (status == SX_OK) {
        status = sx_shift_silence(now->plan.frontend, now->plan.samples, features->shape.channels,
                                  &features->silence, err);
    }
    if (status == SX_OK) status = collect_skips(&now->survey, &skips, err);
    if (status == SX_OK) {
        record_settings(features, &now->survey, &now->plan);
        sx_features_seal(features, &skips);
        take_notes(features, &now->notes, now->watch);
    }
    sx_skips_free(skips.skips, skips.count);
    return status;
}

static sx_status compute(job *now, sx_features **out, sx_error *err) {
    now->items = sx_alloc(now->survey.dataset->item_count, sizeof *now->items);
    if (now->items == NULL) return sx_fail_memory(err, now->survey.dataset->item_count * sizeof *now->items);
    sx_status status = obtain(now, err);
    if (status == SX_OK) status = describe(now, err);
    if (status != SX_OK) return status;
    *out = now->features;
    now->features = NULL;
    return SX_OK;
}

static void clear(job *now) {
    sx_features_free(now->features);
    sx_notes_clear(&now->notes);
    sx_plan_clear(&now->plan);
    sx_cache_folder_clear(&now->cache);
    sx_survey_clear(&now->survey);
    sx_pool_free(now->survey.pool);
    sx_free(now->items);
}

sx_status sx_features_compute(const sx_dataset *dataset, const sx_features_options *options,
                              const sx_watch *watch, sx_features **out, sx_error *err) {
    if (dataset->from_arrays) return sx_features_from_arrays(dataset, options, out, err);
    sx_status status = check_options(options, err);
    if (status != SX_OK) return status;
    job now = {.survey = {.dataset = dataset, .options = options}, .watch = watch};
    status = sx_pool_create(options->threads, &now.survey.pool, err);
    if (status == SX_OK) status = compute(&now, out, err);
    clear(&now);
    return status;
}
