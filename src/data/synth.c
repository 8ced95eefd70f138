/* synth.c: the kinds of built-in recordings, their options, and the folder they are written to. */
#include "sonaxis/synth.h"

#include "audio/sound_file.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"
#include "data/synth_sound.h"
#include "data/tally.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

typedef struct kind {
    const char *name, *help;
    int label_count, group_count, takes;
} kind;

static const kind kinds[] = {
    {"speech", "spoken-word-like sounds: the label is the word, the group is the speaker", 6, 5, 12},
    {"bands", "planted: the label is a place in frequency; times are random, so time tells nothing", 6, 5,
     12},
    {"onsets", "planted: the label is a place in time, recordings aligned; the frequency is random", 6, 5,
     12},
    {"nothing", "planted: spoken-word-like sounds whose labels are random; nothing can be learnt", 4, 4, 12},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static const char *const kind_names[KIND_COUNT + 1] = {"speech", "bands", "onsets", "nothing", NULL};

const char *const *sx_synth_kinds(void) { return kind_names; }

static const kind *find_kind(const char *name) {
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (strcmp(kinds[i].name, name) == 0) return &kinds[i];
    }
    return NULL;
}

static sx_status unknown_kind(const char *name, sx_error *err) {
    const char *nearest = sx_text_nearest(name, kind_names);
    return sx_fail(err, SX_E_ARGUMENT, "unknown kind '%s'%s%s%s; known are speech, bands, onsets, nothing",
                   name, nearest != NULL ? ", did you mean '" : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "'?" : "");
}

const char *sx_synth_kind_help(const char *name) {
    const kind *found = find_kind(name);
    return found == NULL ? NULL : found->help;
}

sx_status sx_synth_default(const char *name, sx_synth_options *options, sx_error *err) {
    const kind *found = find_kind(name);
    if (found == NULL) return unknown_kind(name, err);
    *options = (sx_synth_options){.seed = 0,
                                  .label_count = found->label_count,
                                  .group_count = found->group_count,
                                  .takes = found->takes,
                                  .rate_hz = 16000,
                                  .duration_s = 0.6};
    snprintf(options->kind, sizeof options->kind, "%s", name);
    return SX_OK;
}

static sx_status check_options(const sx_synth_options *options, sx_error *err) {
    const struct {
        const char *name;
        int value, low, high;
    } ranges[] = {{"label count", options->label_count, 2, SX_WORD_COUNT},
                  {"group count", options->group_count, 1, 50},
                  {"takes", options->takes, 1, 1000},
                  {"rate in Hz", options->rate_hz, 8000, 48000}};
    if (find_kind(options->kind) == NULL) return unknown_kind(options->kind, err);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (ranges[i].value >= ranges[i].low && ranges[i].value <= ranges[i].high) continue;
        return sx_fail(err, SX_E_ARGUMENT, "%s is %d; it must be %d to %d", ranges[i].name, ranges[i].value,
                       ranges[i].low, ranges[i].high);
    }
    if (options->duration_s >= 0.2 && options->duration_s <= 10) return SX_OK;
    return sx_fail(err, SX_E_ARGUMENT, "duration is %g s; it must be 0.2 to 10 s", options->duration_s);
}

static void name_label(const sx_synth_options *options, int label, char *name, size_t size) {
    if (strcmp(options->kind, "speech") == 0) {
        snprintf(name, size, "%s", sx_words[label]);
    } else if (strcmp(options->kind, "nothing") == 0) {
        snprintf(name, size, "label%02d", label + 1);
    } else {
        snprintf(name, size, "%s%02d", strcmp(options->kind, "bands") == 0 ? "band" : "onset", label + 1);
    }
}

/* "asa_speaker01_0.wav" */
static void name_recording(const sx_take *take, char *name, size_t size) {
    char label[32];
    name_label(take->options, take->label, label, sizeof label);
    snprintf(name, size, "%s_speaker%02d_%d.wav", label, take->group + 1, take->take);
}

static size_t render(const sx_take *take, float *out, double *scratch) {
    const char *name = take->options->kind;
    if (strcmp(name, "bands") == 0) return sx_synth_bands(take, out);
    if (strcmp(name, "onsets") == 0) return sx_synth_onset(take, out);
    int word = strcmp(name, "nothing") == 0 ? sx_synth_choose(take, 0, SX_WORD_COUNT) : take->label;
    return sx_synth_word(take, word, out, scratch);
}

typedef struct studio {
    const sx_synth_options *options;
    const char *folder;
    float *samples;  /* a longest recording for each worker */
    double *scratch; /* the same */
    sx_tally *tally;
    sx_lock *lock; /* of trouble */
    sx_error trouble;
    atomic_bool failed;
} studio;

static sx_take take_at(const sx_synth_options *options, size_t index) {
    size_t takes = (size_t)options->takes, groups = (size_t)options->group_count;
    return (sx_take){options, (int)(index / takes / groups), (int)(index / takes % groups),
                     (int)(index % takes)};
}

static sx_status write_recording(const studio *now, size_t index, int worker, sx_error *err) {
    sx_take take = take_at(now->options, index);
    float *samples = now->samples + (size_t)worker * sx_synth_frames(now->options);
    double *scratch = now->scratch + (size_t)worker * sx_synth_scratch(now->options);
    char name[96];
    name_recording(&take, name, sizeof name);
    char *path = sx_path_join(now->folder, name);
    if (path == NULL) return sx_fail_memory(err, strlen(now->folder) + sizeof name);
    size_t frames = render(&take, samples, scratch);
    sx_status status = sx_sound_write_wav16(path, samples, frames, 1, now->options->rate_hz, err);
    sx_free(path);
    return status;
}

static void record(void *context, size_t index, int worker) {
    studio *now = context;
    if (atomic_load(&now->failed) || !sx_tally_go_on(now->tally)) return;
    sx_error trouble = {SX_OK, ""};
    if (write_recording(now, index, worker, &trouble) != SX_OK) {
        sx_lock_take(now->lock);
        now->trouble = trouble;
        sx_lock_give(now->lock);
        atomic_store(&now->failed, true);
    }
    sx_tally_step(now->tally);
}

static sx_status write_manifest(const sx_synth_options *options, const char *folder, size_t count,
                                sx_error *err) {
    sx_text text = {0};
    sx_text_add(&text, "path,label,group\n");
    for (size_t i = 0; i < count; i++) {
        sx_take take = take_at(options, i);
        char name[96], label[32];
        name_recording(&take, name, sizeof name);
        name_label(options, take.label, label, sizeof label);
        sx_text_format(&text, "%s,%s,speaker%02d\n", name, label, take.group + 1);
    }
    char *path = sx_path_join(folder, "manifest.csv");
    sx_status status = text.failed || path == NULL ? sx_fail_memory(err, text.length)
                                                   : sx_file_write(path, text.chars, text.length, err);
    sx_text_clear(&text);
    sx_free(path);
    return status;
}

static sx_status record_all(studio *now, sx_pool *pool, size_t count, const sx_watch *watch, sx_error *err) {
    size_t workers = (size_t)sx_pool_threads(pool);
    now->samples = sx_alloc(workers * sx_synth_frames(now->options), sizeof *now->samples);
    now->scratch = sx_alloc(workers * sx_synth_scratch(now->options), sizeof *now->scratch);
    if (now->samples == NULL || now->scratch == NULL) {
        return sx_fail_memory(err, workers * sx_synth_frames(now->options) * sizeof *now->samples);
    }
    sx_status status = sx_lock_create(&now->lock, err);
    if (status == SX_OK) status = sx_tally_create(watch, "recordings", count, &now->tally, err);
    if (status != SX_OK) return status;
    sx_pool_run(pool, count, record, now);
    if (atomic_load(&now->failed)) return sx_fail(err, now->trouble.status, "%s", now->trouble.text);
    if (sx_tally_was_cancelled(now->tally)) {
        return sx_fail(err, SX_E_CANCELLED, "stopped before all recordings were written to %s", now->folder);
    }
    return SX_OK;
}

sx_status sx_synth_write(const sx_synth_options *options, const char *folder, const sx_watch *watch,
                         sx_error *err) {
    sx_status status = check_options(options, err);
    if (status == SX_OK) status = sx_folder_create(folder, err);
    if (status != SX_OK) return status;
    size_t count = (size_t)options->label_count * (size_t)options->group_count * (size_t)options->takes;
    studio now = {.options = options, .folder = folder};
    sx_pool *pool = NULL;
    status = sx_pool_create(0, &pool, err);
    if (status == SX_OK) status = record_all(&now, pool, count, watch, err);
    if (status == SX_OK) status = write_manifest(options, folder, count, err);
    sx_pool_free(pool);
    sx_tally_free(now.tally);
    sx_lock_free(now.lock);
    sx_free(now.samples);
    sx_free(now.scratch);
    return status;
}
