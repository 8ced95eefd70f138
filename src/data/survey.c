/* survey.c: the first pass: decode all, keep what fits. */
#include "data/survey.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/tally.h"

#include <stdatomic.h>
#include <stdio.h>

/* Samples kept between the passes; beyond it recordings are decoded twice, which costs time, not memory. */
static const size_t kept_bytes_limit = (size_t)1 << 30;

typedef struct pass {
    sx_survey *survey;
    sx_tally *tally;
    atomic_size_t kept_bytes;
    atomic_bool out_of_memory;
} pass;

void sx_slot_skip(sx_slot *slot, const char *reason) {
    sx_sound_clear(&slot->sound);
    sx_free(slot->reason);
    slot->reason = sx_copy_text(reason);
}

static void survey_item(void *context, size_t index, int worker) {
    (void)worker;
    pass *now = context;
    if (!sx_tally_go_on(now->tally) || atomic_load(&now->out_of_memory)) return;
    const sx_item *item = &now->survey->dataset->items[index];
    const sx_features_options *options = now->survey->options;
    sx_slot *slot = &now->survey->slots[index];
    sx_error trouble = {SX_OK, ""};
    sx_sound sound = {0};
    sx_status status = sx_recording_load(item->path, item->start_s, item->end_s, options->channels,
                                         options->channel_index, &sound, &trouble);
    if (status == SX_OK) {
        slot->frames = sound.frames;
        slot->channels = sound.channels;
        slot->rate_hz = sound.rate_hz;
        size_t bytes = sound.frames * (size_t)sound.channels * sizeof *sound.samples;
        if (atomic_fetch_add(&now->kept_bytes, bytes) + bytes <= kept_bytes_limit) {
            slot->sound = sound;
        } else {
            atomic_fetch_sub(&now->kept_bytes, bytes);
            sx_sound_clear(&sound);
        }
    } else {
        sx_slot_skip(slot, trouble.text);
    }
    if (status == SX_E_MEMORY || (status != SX_OK && slot->reason == NULL))
        atomic_store(&now->out_of_memory, true);
    sx_tally_step(now->tally);
}

sx_status sx_survey_run(sx_survey *survey, const sx_watch *watch, sx_error *err) {
    size_t count = survey->dataset->item_count;
    survey->slots = sx_alloc(count, sizeof *survey->slots);
    if (survey->slots == NULL) return sx_fail_memory(err, count * sizeof *survey->slots);
    pass now = {.survey = survey};
    sx_status status = sx_tally_create(watch, "recordings", count, &now.tally, err);
    if (status != SX_OK) return status;
    sx_pool_run(survey->pool, count, survey_item, &now);
    if (sx_tally_was_cancelled(now.tally)) {
        status = sx_fail(err, SX_E_CANCELLED, "stopped while recordings were decoded");
    } else if (atomic_load(&now.out_of_memory)) {
        status = sx_fail(err, SX_E_MEMORY, "out of memory while recordings were decoded");
    }
    sx_tally_free(now.tally);
    return status;
}

void sx_survey_clear(sx_survey *survey) {
    if (survey->slots == NULL) return;
    for (size_t i = 0; i < survey->dataset->item_count; i++) {
        sx_sound_clear(&survey->slots[i].sound);
        sx_free(survey->slots[i].reason);
    }
    sx_free(survey->slots);
    survey->slots = NULL;
}

size_t sx_survey_usable(const sx_survey *survey) {
    size_t usable = 0;
    for (size_t i = 0; i < survey->dataset->item_count; i++)
        usable += survey->slots[i].reason == NULL;
    return usable;
}
