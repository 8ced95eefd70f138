/* plan.c: rate, clip length and channels that all recordings share. */
#include "data/plan.h"

#include "audio/resample.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int sx_compare_doubles(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

double sx_percentile(const double *sorted, size_t count, double share) {
    double place = share * (double)(count - 1);
    size_t below = (size_t)place;
    if (below + 1 >= count) return sorted[count - 1];
    return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* The rate all usable recordings share; 0 = they differ. */
static int common_rate(const sx_survey *survey) {
    int rate_hz = 0;
    for (size_t i = 0; i < survey->dataset->item_count; i++) {
        const sx_slot *slot = &survey->slots[i];
        if (slot->reason != NULL) continue;
        if (rate_hz != 0 && slot->rate_hz != rate_hz) return 0;
        rate_hz = slot->rate_hz;
    }
    return rate_hz;
}

/* Rates other than the plan's, each in one sentence, lowest first. */
static sx_status note_resampling(const sx_survey *survey, int to_hz, sx_notes *notes, sx_error *err) {
    size_t usable = sx_survey_usable(survey);
    for (int last_hz = 0;;) {
        int next_hz = 0;
        size_t count = 0;
        for (size_t i = 0; i < survey->dataset->item_count; i++) {
            const sx_slot *slot = &survey->slots[i];
            if (slot->reason != NULL || slot->rate_hz <= last_hz || slot->rate_hz == to_hz) continue;
            if (next_hz == 0 || slot->rate_hz < next_hz) {
                next_hz = slot->rate_hz;
                count = 0;
            }
            count += slot->rate_hz == next_hz;
        }
        if (next_hz == 0) return SX_OK;
        sx_status status = sx_notes_add(notes, err, "%zu of %zu recordings resampled from %d Hz to %d Hz",
                                        count, usable, next_hz, to_hz);
        if (status != SX_OK) return status;
        last_hz = next_hz;
    }
}

static sx_status choose_rate(const sx_survey *survey, sx_plan *plan, sx_notes *notes, sx_error *err) {
    int rate_hz = common_rate(survey);
    plan->rate_hz = survey->options->frontend.rate_hz;
    if (rate_hz == 0 || !sx_features_keep_rate(survey->options, rate_hz)) {
        return note_resampling(survey, plan->rate_hz, notes, err);
    }
    plan->rate_hz = rate_hz;
    return sx_notes_add(notes, err, "kept at %d Hz; all recordings have that rate", rate_hz);
}

/* The channel count most usable recordings have, the smaller one of equals. */
static int commonest_channels(const sx_survey *survey) {
    size_t best_count = 0;
    int best = 0;
    for (int last = 0;;) {
        int next = 0;
        size_t count = 0;
        for (size_t i = 0; i < survey->dataset->item_count; i++) {
            const sx_slot *slot = &survey->slots[i];
            if (slot->reason != NULL || slot->channels <= last) continue;
            if (next == 0 || slot->channels < next) {
                next = slot->channels;
                count = 0;
            }
            count += slot->channels == next;
        }
        if (next == 0) return best;
        if (count > best_count) {
            best_count = count;
            best = next;
        }
        last = next;
    }
}

void sx_survey_agree_on_channels(sx_survey *survey) {
    const sx_features_options *options = survey->options;
    bool asked = options->channels == SX_CHANNELS_KEEP && options->channel_count > 0;
    int wanted = asked ? options->channel_count : commonest_channels(survey);
    for (size_t i = 0; i < survey->dataset->item_count; i++) {
        sx_slot *slot = &survey->slots[i];
        if (slot->reason != NULL || slot->channels == wanted) continue;
        char reason[96];
        snprintf(reason, sizeof reason,
                 asked ? "has %d channel%s where %d are wanted"
                       : "has %d channel%s where most recordings have %d",
                 slot->channels, slot->channels == 1 ? "" : "s", wanted);
        sx_slot_skip(slot, reason);
    }
}

/* All usable recordings have as many. */
static size_t shared_channels(const sx_survey *survey) {
    size_t first = 0;
    while (survey->slots[first].reason != NULL)
        first++;
    return (size_t)survey->slots[first].channels;
}

/* Lengths of the usable recordings in samples of the plan's rate, sorted. */
static sx_status sorted_lengths(const sx_survey *survey, int rate_hz, double **lengths, size_t *count,
                                sx_error *err) {
    double *all = sx_alloc(survey->dataset->item_count, sizeof *all);
    if (all == NULL) return sx_fail_memory(err, survey->dataset->item_count * sizeof *all);
    size_t found = 0;
    for (size_t i = 0; i < survey->dataset->item_count; i++) {
        const sx_slot *slot = &survey->slots[i];
        if (slot->reason != NULL) continue;
        all[found++] = (double)sx_resample_frames(slot->frames, slot->rate_hz, rate_hz);
    }
    qsort(all, found, sizeof *all, sx_compare_doubles);
    *lengths = all;
    *count = found;
    return SX_OK;
}

/* 95th percentile and room behind it, rounded up to a whole hop, at least one frame. */
static size_t percentile_samples(const sx_frontend *frontend, const double *lengths, size_t count,
                                 size_t room) {
    size_t hop = (size_t)sx_frontend_resolved(frontend)->hop_samples;
    double wanted = sx_percentile(lengths, count, 0.95) + (double)room;
    size_t samples = (size_t)ceil(wanted / (double)hop) * hop;
    while (sx_frontend_frame_count(frontend, samples) == 0)
        samples += hop;
    return samples;
}

static sx_status note_duration(const sx_survey *survey, const sx_plan *plan, const double *lengths,
                               size_t count, sx_notes *notes, sx_error *err) {
    size_t cut = 0;
    for (size_t i = 0; i < count; i++)
        cut += lengths[i] > (double)plan->samples;
    double rate = plan->rate_hz;
    bool has_room = survey->options->random_offset_ms > 0 || survey->options->room_ms > 0;
    return sx_notes_add(
        notes, err,
        "clips of %.3f s (%s), policy %s: %zu of %zu recordings are longer and are cut; the recordings "
        "last %.3f to %.3f s",
        (double)plan->samples / rate,
        survey->options->duration_s > 0 ? "as asked"
        : has_room                      ? "95th percentile of the recordings, and room to move them"
                                        : "95th percentile of the recordings",
        sx_clip_policy_name(survey->options->clip), cut, count, lengths[0] / rate, lengths[count - 1] / rate);
}

static sx_status note_offset(const sx_survey *survey, sx_notes *notes, sx_error *err) {
    if (!(survey->options->random_offset_ms > 0)) return SX_OK;
    return sx_notes_add(notes, err, "every recording begins up to %g ms later, drawn from seed %llu",
                        survey->options->random_offset_ms, (unsigned long long)survey->options->seed);
}

static sx_status choose_length(const sx_survey *survey, sx_plan *plan, sx_notes *notes, sx_error *err) {
    double *lengths = NULL;
    size_t count = 0;
    sx_status status = sorted_lengths(survey, plan->rate_hz, &lengths, &count, err);
    if (status != SX_OK) return status;
    double asked_s = survey->options->duration_s, per_ms = 1e-3 * plan->rate_hz;
    size_t room = (size_t)llround((survey->options->random_offset_ms + survey->options->room_ms) * per_ms);
    plan->offset_samples = (size_t)llround(survey->options->random_offset_ms * per_ms);
    plan->samples = asked_s > 0 ? (size_t)llround(asked_s * plan->rate_hz)
                                : percentile_samples(plan->frontend, lengths, count, room);
    plan->shape.time = sx_frontend_frame_count(plan->frontend, plan->samples);
    if (plan->shape.time == 0) {
        status = sx_fail(err, SX_E_ARGUMENT,
                         "duration %g s (%zu samples at %d Hz) is shorter than one frame of the "
                         "front-end",
                         asked_s, plan->samples, plan->rate_hz);
    } else {
        status = note_duration(survey, plan, lengths, count, notes, err);
        if (status == SX_OK) status = note_offset(survey, notes, err);
    }
    sx_free(lengths);
    return status;
}

sx_status sx_plan_make(sx_survey *survey, sx_plan *plan, sx_notes *notes, sx_error *err) {
    plan->shape.channels = shared_channels(survey);
    sx_status status = choose_rate(survey, plan, notes, err);
    if (status != SX_OK) return status;
    sx_frontend_options wanted = survey->options->frontend;
    wanted.rate_hz = plan->rate_hz;
    status = sx_frontend_create(&wanted, &plan->frontend, err);
    if (status != SX_OK) return status;
    plan->shape.frequency = sx_frontend_band_count(plan->frontend);
    return choose_length(survey, plan, notes, err);
}

void sx_plan_clear(sx_plan *plan) {
    sx_frontend_free(plan->frontend);
    *plan = (sx_plan){0};
}
