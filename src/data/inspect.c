/* inspect.c: every recording decoded once: lengths, rates, loudness, what is the same or overdriven. */
#include "sonaxis/dataset.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "data/inspect.h"
#include "data/recording.h"
#include "data/tally.h"

#include <math.h>
#include <stdatomic.h>

static const double full_scale = 0.9999, quiet_peak = 1e-3; /* -60 dBFS */

/* At full scale: the share of samples, and the longest run within one channel. */
static void find_clipping(const sx_sound *sound, sx_finding *finding) {
    size_t channels = (size_t)sound->channels, at_limit = 0, longest = 0;
    for (size_t c = 0; c < channels; c++) {
        size_t run = 0;
        for (size_t i = 0; i < sound->frames; i++) {
            double size = fabs((double)sound->samples[i * channels + c]);
            run = size >= full_scale ? run + 1 : 0;
            at_limit += run > 0;
            if (run > longest) longest = run;
            if (size > finding->peak) finding->peak = size;
        }
    }
    finding->clipped_share = (double)at_limit / (double)(sound->frames * channels);
    finding->is_clipped = finding->clipped_share >= 1e-3 && longest >= 3;
    finding->is_quiet = finding->peak < quiet_peak;
}

static void look_at(const sx_sound *sound, sx_finding *finding) {
    finding->duration_s = (double)sound->frames / sound->rate_hz;
    finding->rate_hz = sound->rate_hz;
    finding->channels = sound->channels;
    size_t bytes = sound->frames * (size_t)sound->channels * sizeof *sound->samples;
    finding->content =
        sx_hash(sound->samples, bytes, (uint64_t)sound->rate_hz << 16 | (uint64_t)sound->channels);
    find_clipping(sound, finding);
}

typedef struct pass {
    const sx_dataset *dataset;
    sx_finding *findings;
    sx_tally *tally;
    atomic_bool out_of_memory;
} pass;

static void inspect_item(void *context, size_t index, int worker) {
    (void)worker;
    pass *now = context;
    if (!sx_tally_go_on(now->tally) || atomic_load(&now->out_of_memory)) return;
    const sx_item *item = &now->dataset->items[index];
    sx_finding *finding = &now->findings[index];
    sx_error trouble = {SX_OK, ""};
    sx_sound sound = {0};
    sx_status status =
        sx_recording_load(item->path, item->start_s, item->end_s, SX_CHANNELS_KEEP, 0, &sound, &trouble);
    if (status == SX_OK) {
        look_at(&sound, finding);
    } else {
        finding->reason = sx_copy_text(trouble.text);
        if (status == SX_E_MEMORY || finding->reason == NULL) atomic_store(&now->out_of_memory, true);
    }
    sx_sound_clear(&sound);
    sx_tally_step(now->tally);
}

static sx_status inspect_all(const sx_dataset *dataset, int threads, const sx_watch *watch,
                             sx_finding *findings, sx_error *err) {
    pass now = {.dataset = dataset, .findings = findings};
    sx_pool *pool = NULL;
    sx_status status = sx_pool_create(threads, &pool, err);
    if (status == SX_OK) status = sx_tally_create(watch, "recordings", dataset->item_count, &now.tally, err);
    if (status == SX_OK) {
        sx_pool_run(pool, dataset->item_count, inspect_item, &now);
        if (sx_tally_was_cancelled(now.tally)) {
            status = sx_fail(err, SX_E_CANCELLED, "stopped while recordings were inspected");
        } else if (atomic_load(&now.out_of_memory)) {
            status = sx_fail(err, SX_E_MEMORY, "out of memory while recordings were inspected");
        }
    }
    sx_tally_free(now.tally);
    sx_pool_free(pool);
    return status;
}

sx_status sx_dataset_inspect(const sx_dataset *dataset, int threads, const sx_watch *watch,
                             sx_inspection **out, sx_error *err) {
    sx_finding *findings = sx_alloc(dataset->item_count, sizeof *findings);
    if (findings == NULL) return sx_fail_memory(err, dataset->item_count * sizeof *findings);
    sx_status status = dataset->from_arrays ? sx_inspect_arrays(dataset, findings, err)
                                            : inspect_all(dataset, threads, watch, findings, err);
    if (status == SX_OK) status = sx_inspection_sum_up(dataset, findings, out, err);
    for (size_t i = 0; i < dataset->item_count; i++)
        sx_free(findings[i].reason);
    sx_free(findings);
    return status;
}

static void counts_free(sx_count *counts, size_t count) {
    for (size_t i = 0; i < count; i++)
        sx_free(counts[i].name);
    sx_free(counts);
}

void sx_inspection_free(sx_inspection *inspection) {
    if (inspection == NULL) return;
    counts_free(inspection->labels, inspection->label_count);
    counts_free(inspection->groups, inspection->group_count);
    counts_free(inspection->rates, inspection->rate_count);
    counts_free(inspection->channel_counts, inspection->channel_count_count);
    sx_free(inspection->groups_per_label);
    sx_skips_free(inspection->duplicates, inspection->duplicate_count);
    sx_skips_free(inspection->near_silent, inspection->near_silent_count);
    sx_skips_free(inspection->clipped, inspection->clipped_count);
    sx_skips_free(inspection->skips, inspection->skip_count);
    sx_free(inspection);
}
