/* feature_key.c: what spectrograms are made from, as two numbers. */
#include "data/feature_cache.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/tally.h"
#include "kernels/kernels.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

/* Raised whenever the same options give other numbers or the entry another layout. */
enum { GENERATION = 2 };

typedef struct pass {
    const sx_dataset *dataset;
    uint64_t *hashes;
    sx_tally *tally;
    atomic_bool failed;
} pass;

/* Items are sorted by path, so the segments of one recording are neighbours: it is read for the first. */
static bool is_same_file(const sx_dataset *dataset, size_t index) {
    return index > 0 && strcmp(dataset->items[index].path, dataset->items[index - 1].path) == 0;
}

static void hash_item(void *context, size_t index, int worker) {
    (void)worker;
    pass *now = context;
    if (!sx_tally_go_on(now->tally) || atomic_load(&now->failed)) return;
    const char *path = now->dataset->items[index].path;
    if (!is_same_file(now->dataset, index) && sx_file_hash(path, &now->hashes[index], NULL) != SX_OK)
        atomic_store(&now->failed, true);
    sx_tally_step(now->tally);
}

/* *all: every file could be read. */
static sx_status hash_files(const sx_survey *survey, const sx_watch *watch, uint64_t *hashes, bool *all,
                            sx_error *err) {
    pass now = {.dataset = survey->dataset, .hashes = hashes};
    size_t count = survey->dataset->item_count;
    *all = false;
    if (sx_tally_create(watch, "checksums", count, &now.tally, NULL) != SX_OK) return SX_OK;
    sx_pool_run(survey->pool, count, hash_item, &now);
    bool cancelled = sx_tally_was_cancelled(now.tally);
    *all = !cancelled && !atomic_load(&now.failed);
    sx_tally_free(now.tally);
    return cancelled ? sx_fail(err, SX_E_CANCELLED, "stopped while recordings were looked up in the cache")
                     : SX_OK;
}

static void describe_options(const sx_features_options *options, sx_text *text) {
    char *frontend = sx_frontend_to_json(&options->frontend);
    if (frontend == NULL) {
        text->failed = true;
        return;
    }
    /* Tables that fuse multiplications agree to the bit; so do those that round each. */
    bool plain = strcmp(sx_kernels_name(), "plain") == 0 || strcmp(sx_kernels_name(), "sse2") == 0;
    sx_text_format(text, "%s %d %s\n%s\n", SX_VERSION, GENERATION, plain ? "plain" : "fused", frontend);
    bool is_drawn = options->clip == SX_CLIP_RANDOM || options->random_offset_ms > 0;
    sx_text_format(text, "%d %.17g %.17g %s %.17g %d %d %d %" PRIu64 "\n", options->rate_is_fixed,
                   options->duration_s, options->room_ms, sx_clip_policy_name(options->clip),
                   options->random_offset_ms, (int)options->channels, options->channel_index,
                   options->channel_count, is_drawn ? options->seed : 0);
    sx_free(frontend);
}

static void describe_items(const sx_dataset *dataset, uint64_t *hashes, sx_text *text) {
    for (size_t i = 0; i < dataset->item_count; i++) {
        const sx_item *item = &dataset->items[i];
        if (is_same_file(dataset, i)) hashes[i] = hashes[i - 1];
        sx_text_format(text, "%016" PRIx64 " %.17g %.17g\n", hashes[i], item->start_s, item->end_s);
    }
}

sx_status sx_feature_key_make(const sx_survey *survey, const sx_watch *watch, sx_feature_key *key,
                              bool *possible, sx_error *err) {
    *possible = false;
    uint64_t *hashes = sx_alloc(survey->dataset->item_count, sizeof *hashes);
    if (hashes == NULL) return SX_OK;
    bool all = false;
    sx_text text = {0};
    sx_status status = hash_files(survey, watch, hashes, &all, err);
    if (all) {
        describe_options(survey->options, &text);
        describe_items(survey->dataset, hashes, &text);
    }
    if (all && !text.failed) {
        key->words[0] = sx_hash(text.chars, text.length, 1);
        key->words[1] = sx_hash(text.chars, text.length, 2);
        *possible = true;
    }
    sx_text_clear(&text);
    sx_free(hashes);
    return status;
}
