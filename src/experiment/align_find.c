/* align_find.c: a moment in every recording, and the move that brings them all to one place.
 *
 * The place is chosen so that in 95 of 100 recordings nothing of the sound is cut off: at least so late as
 * the moment lies behind the onset, and 30 ms more. */
#include "sonaxis/align.h"

#include "experiment/align_correlate.h"
#include "experiment/align_envelope.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/listing.h"
#include "data/plan.h"
#include "data/recording.h"
#include "data/tally.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

static const double lead_ms = 30, cut_ms = 10, reached_share = 0.95;

const char *sx_align_to_name(sx_align_to to) {
    static const char *const names[] = {"loudest", "onset", "correlation"};
    return names[to];
}

/* What one pass over the recordings finds. */
typedef struct finder {
    const sx_dataset *dataset;
    sx_align_to to;
    sx_align_move *moves;
    double *moments;   /* ms from the item's start */
    sx_levels *levels; /* for correlation */
    char **reasons;    /* why a recording cannot be used; NULL = it can */
    sx_tally *tally;
    atomic_bool out_of_memory;
} finder;

static sx_status look_at(finder *now, size_t index, const sx_sound *sound, sx_error *err) {
    sx_envelope envelope = {0};
    sx_status status = sx_envelope_make(sound->samples, sound->frames, sound->rate_hz, &envelope, err);
    if (status != SX_OK) return status;
    sx_align_move *move = &now->moves[index];
    move->onset_ms = sx_envelope_onset(&envelope);
    now->moments[index] = now->to == SX_ALIGN_ONSET ? move->onset_ms : sx_envelope_loudest(&envelope);
    if (now->to == SX_ALIGN_CORRELATION) {
        sx_levels *levels = &now->levels[index];
        size_t count = sx_level_count(&envelope);
        levels->values = sx_alloc(count, sizeof *levels->values);
        if (levels->values) {
            levels->count = count;
            sx_envelope_levels(&envelope, levels->values);
        } else {
            status = sx_fail_memory(err, count * sizeof *levels->values);
        }
    }
    sx_envelope_clear(&envelope);
    if (status == SX_OK) move->rate_hz = sound->rate_hz;
    return status;
}

static void find_task(void *context, size_t index, int worker) {
    (void)worker;
    finder *now = context;
    if (!sx_tally_go_on(now->tally) || atomic_load(&now->out_of_memory)) return;
    const sx_item *item = &now->dataset->items[index];
    sx_sound sound = {0};
    sx_error trouble = {SX_OK, ""};
    sx_status status =
        sx_recording_load(item->path, item->start_s, item->end_s, SX_CHANNELS_MIX, 0, &sound, &trouble);
    if (status == SX_OK) status = look_at(now, index, &sound, &trouble);
    sx_sound_clear(&sound);
    if (status != SX_OK) now->reasons[index] = sx_copy_text(trouble.text);
    if (status == SX_E_MEMORY || (status != SX_OK && !now->reasons[index]))
        atomic_store(&now->out_of_memory, true);
    sx_tally_step(now->tally);
}

static sx_status look_at_all(finder *now, sx_pool *pool, const sx_watch *watch, sx_error *err) {
    sx_status status = sx_tally_create(watch, "levels", now->dataset->item_count, &now->tally, err);
    if (status != SX_OK) return status;
    sx_pool_run(pool, now->dataset->item_count, find_task, now);
    if (sx_tally_was_cancelled(now->tally))
        status = sx_fail(err, SX_E_CANCELLED, "stopped while the recordings' levels were looked at");
    else if (atomic_load(&now->out_of_memory))
        status = sx_fail(err, SX_E_MEMORY, "out of memory while the recordings' levels were looked at");
    sx_tally_free(now->tally);
    return status;
}

/* From the loudest moments to those where levels fit each other best. */
static sx_status correlate(finder *now, sx_pool *pool, sx_error *err) {
    size_t count = now->dataset->item_count;
    long *steps = sx_alloc(count, sizeof *steps), *found = sx_alloc(count, sizeof *found);
    sx_status status = SX_OK;
    if (!steps || !found) {
        status = sx_fail_memory(err, count * sizeof *steps);
    } else {
        for (size_t i = 0; i < count; i++)
            steps[i] = lround(now->moments[i] / SX_LEVEL_STEP_MS);
        status = sx_correlate(now->levels, count, steps, pool, found, err);
    }
    for (size_t i = 0; status == SX_OK && i < count; i++)
        now->moments[i] = (double)found[i] * SX_LEVEL_STEP_MS;
    sx_free(found);
    sx_free(steps);
    return status;
}

/* --- moments to moves --------------------------------------------------------------------------------- */

/* scratch: item_count. */
static void fill_moves(const finder *now, double *scratch, sx_align_moves *moves) {
    size_t usable = 0;
    for (size_t i = 0; i < moves->count; i++)
        if (moves->moves[i].rate_hz > 0) scratch[usable++] = now->moments[i] - moves->moves[i].onset_ms;
    qsort(scratch, usable, sizeof *scratch, sx_compare_doubles);
    moves->place_ms = fmax(sx_percentile(scratch, usable, reached_share), 0) + lead_ms;
    moves->usable = usable;
    usable = 0;
    for (size_t i = 0; i < moves->count; i++) {
        sx_align_move *move = &moves->moves[i];
        if (move->rate_hz == 0) continue;
        move->shift_samples = lround((moves->place_ms - now->moments[i]) * 1e-3 * move->rate_hz);
        move->shift_ms = 1e3 * (double)move->shift_samples / move->rate_hz;
        moves->cut_count += -move->shift_ms > move->onset_ms + cut_ms;
        scratch[usable++] = move->shift_ms;
    }
    qsort(scratch, usable, sizeof *scratch, sx_compare_doubles);
    moves->least_ms = scratch[0];
    moves->median_ms = sx_percentile(scratch, usable, 0.5);
    moves->most_ms = scratch[usable - 1];
}

static sx_status collect_skips(const finder *now, sx_align_moves *moves, sx_error *err) {
    const sx_dataset *dataset = now->dataset;
    sx_skip_list skips = {0};
    size_t lost = 0;
    sx_status status = sx_skip_list_add_all(&skips, dataset->skips, dataset->skip_count, err);
    for (size_t i = 0; i < dataset->item_count && status == SX_OK; i++) {
        if (!now->reasons[i]) continue;
        lost++;
        status = sx_skip_list_add(&skips, dataset->items[i].path, now->reasons[i], err);
    }
    if (status == SX_OK && lost == dataset->item_count)
        status = sx_fail(err, SX_E_DATA, "%s: no usable recording; the first one, %s: %s", dataset->root,
                         dataset->items[0].path, now->reasons[0]);
    if (status != SX_OK) {
        sx_skips_free(skips.skips, skips.count);
        return status;
    }
    moves->skips = skips.skips;
    moves->skip_count = skips.count;
    return SX_OK;
}

static sx_status find(finder *now, int threads, const sx_watch *watch, sx_align_moves *moves, sx_error *err) {
    size_t count = now->dataset->item_count;
    sx_pool *pool = NULL;
    moves->to = now->to;
    moves->count = count;
    moves->moves = now->moves = sx_alloc(count, sizeof *now->moves);
    now->moments = sx_alloc(count, sizeof *now->moments);
    now->levels = sx_alloc(count, sizeof *now->levels);
    now->reasons = sx_alloc(count, sizeof *now->reasons);
    double *scratch = sx_alloc(count, sizeof *scratch);
    sx_status status = SX_OK;
    if (!now->moves || !now->moments || !now->levels || !now->reasons || !scratch)
        status = sx_fail_memory(err, count * sizeof *now->moves);
    if (status == SX_OK) status = sx_pool_create(threads, &pool, err);
    if (status == SX_OK) status = look_at_all(now, pool, watch, err);
    if (status == SX_OK) status = collect_skips(now, moves, err);
    if (status == SX_OK && now->to == SX_ALIGN_CORRELATION) status = correlate(now, pool, err);
    if (status == SX_OK) fill_moves(now, scratch, moves);
    sx_free(scratch);
    sx_pool_free(pool);
    return status;
}

static void clear(finder *now) {
    for (size_t i = 0; i < now->dataset->item_count; i++) {
        if (now->levels) sx_free(now->levels[i].values);
        if (now->reasons) sx_free(now->reasons[i]);
    }
    sx_free(now->levels);
    sx_free(now->reasons);
    sx_free(now->moments);
}

sx_status sx_align_find(const sx_dataset *dataset, sx_align_to to, int threads, const sx_watch *watch,
                        sx_align_moves **out, sx_error *err) {
    if (dataset->from_arrays) return sx_fail(err, SX_E_ARGUMENT, "arrays cannot be moved; give recordings");
    sx_align_moves *moves = sx_alloc(1, sizeof *moves);
    if (!moves) return sx_fail_memory(err, sizeof *moves);
    finder now = {.dataset = dataset, .to = to};
    sx_status status = find(&now, threads, watch, moves, err);
    clear(&now);
    if (status == SX_OK)
        *out = moves;
    else
        sx_align_moves_free(moves);
    return status;
}

void sx_align_moves_free(sx_align_moves *moves) {
    if (!moves) return;
    sx_skips_free(moves->skips, moves->skip_count);
    sx_free(moves->moves);
    sx_free(moves);
}
