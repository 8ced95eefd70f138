/* render.c: resample, cut or pad, front-end: one task a recording, memory of its own for each worker. */
#include "data/render.h"

#include "base/error.h"
#include "base/finite.h"
#include "base/memory.h"
#include "data/clip.h"
#include "data/tally.h"

#include <stdatomic.h>

typedef struct pass {
    sx_survey *survey;
    const sx_plan *plan;
    const size_t *rows;
    float *values;
    float *work; /* for each worker: a clip and the front-end's scratch */
    size_t work_floats;
    sx_tally *tally;
    atomic_bool out_of_memory;
} pass;

/* Samples at the plan's rate, kept from the first pass or decoded again. */
static sx_status load(const pass *now, size_t index, sx_sound *sound, sx_error *err) {
    const sx_item *item = &now->survey->dataset->items[index];
    const sx_features_options *options = now->survey->options;
    sx_slot *slot = &now->survey->slots[index];
    if (slot->sound.samples != NULL) {
        *sound = slot->sound;
        slot->sound = (sx_sound){0};
    } else {
        sx_status status = sx_recording_load(item->path, item->start_s, item->end_s, options->channels,
                                             options->channel_index, sound, err);
        if (status != SX_OK) return status;
        if (sound->channels != slot->channels) return sx_fail(err, SX_E_FILE, "changed while it was read");
    }
    return sx_recording_resample(sound, now->plan->rate_hz, err);
}

static sx_status render_sound(const pass *now, size_t index, int worker, const sx_sound *sound,
                              sx_error *err) {
    const sx_features_options *options = now->survey->options;
    const sx_shape *shape = &now->plan->shape;
    size_t wanted = now->plan->samples;
    size_t row_floats = shape->time * shape->frequency * shape->channels;
    float *row = now->values + now->rows[index] * row_floats;
    float *clip_samples = now->work + (size_t)worker * now->work_floats;
    sx_clip clip = sx_clip_place(options->clip, sound->samples, sound->frames, sound->channels, wanted,
                                 options->seed, index);
    if (now->plan->offset_samples > 0) {
        size_t later = sx_clip_random_offset(now->plan->offset_samples, options->seed, index);
        clip = sx_clip_delay(clip, sound->frames, wanted, later);
    }
    for (int c = 0; c < sound->channels; c++) {
        sx_clip_take(&clip, sound->samples, sound->channels, c, wanted, clip_samples);
        sx_frontend_run(now->plan->frontend, clip_samples, wanted, clip_samples + wanted, row + c,
                        shape->channels);
    }
    if (sx_all_finite(row, row_floats)) return SX_OK;
    return sx_fail(err, SX_E_NUMERIC,
                   "its spectrogram is not finite; are its samples far beyond full scale?");
}

static void render_item(void *context, size_t index, int worker) {
    pass *now = context;
    sx_slot *slot = &now->survey->slots[index];
    if (!sx_tally_go_on(now->tally) || atomic_load(&now->out_of_memory)) return;
    if (slot->reason == NULL) {
        sx_error trouble = {SX_OK, ""};
        sx_sound sound = {0};
        sx_status status = load(now, index, &sound, &trouble);
        if (status == SX_OK) status = render_sound(now, index, worker, &sound, &trouble);
        sx_sound_clear(&sound);
        if (status != SX_OK) sx_slot_skip(slot, trouble.text);
        if (status == SX_E_MEMORY || (status != SX_OK && slot->reason == NULL)) {
            atomic_store(&now->out_of_memory, true);
        }
    }
    sx_tally_step(now->tally);
}

sx_status sx_render(sx_survey *survey, const sx_plan *plan, const size_t *rows, float *values,
                    const sx_watch *watch, sx_error *err) {
    size_t count = survey->dataset->item_count;
    size_t workers = (size_t)sx_pool_threads(survey->pool);
    pass now = {.survey = survey, .plan = plan, .rows = rows, .values = values};
    now.work_floats = plan->samples + sx_frontend_scratch_floats(plan->frontend, plan->samples);
    now.work = sx_alloc(workers, now.work_floats * sizeof *now.work);
    if (now.work == NULL) return sx_fail_memory(err, workers * now.work_floats * sizeof *now.work);
    sx_status status = sx_tally_create(watch, "spectrograms", count, &now.tally, err);
    if (status == SX_OK) {
        sx_pool_run(survey->pool, count, render_item, &now);
        if (sx_tally_was_cancelled(now.tally)) {
            status = sx_fail(err, SX_E_CANCELLED, "stopped while spectrograms were made");
        } else if (atomic_load(&now.out_of_memory)) {
            status = sx_fail(err, SX_E_MEMORY, "out of memory while spectrograms were made");
        }
    }
    sx_tally_free(now.tally);
    sx_free(now.work);
    return status;
}
