/* feature_cache.c: entries of the cache, written and mapped.
 *
 * A header, then text (for each item its reason to be skipped, "" = a row; then the notes; each with a zero
 * behind it, and zeros to where values may begin), then the values, which are used where they are mapped.
 * Each of the three has its fingerprint, and all are held against it. Entries stay on their machine, so
 * numbers are as the machine holds them. */
#include "data/feature_cache.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/assemble.h"

#include <string.h>

typedef struct header {
    char magic[8];
    sx_feature_key key;
    uint64_t items, rows, time, frequency, channels, samples, notes;
    uint64_t text_bytes, text_hash, value_hash;
    int64_t rate_hz;
    uint64_t header_hash; /* of everything before */
} header;

static const char magic[8] = {'s', 'x', 's', 'p', 'e', 'c', '0', '2'};
enum { VALUE_ALIGNMENT = 64 };

static uint64_t hash_of_header(const header *h) { return sx_hash(h, offsetof(header, header_hash), 0); }

static size_t row_floats(const sx_shape *shape) { return shape->time * shape->frequency * shape->channels; }

/* --- writing ---------------------------------------------------------------------------------------- */

static void add_string(sx_text *text, const char *string) {
    sx_text_add_bytes(text, string, strlen(string) + 1);
}

static void gather_text(const sx_survey *survey, const sx_notes *notes, sx_text *text) {
    for (size_t i = 0; i < survey->dataset->item_count; i++)
        add_string(text, survey->slots[i].reason == NULL ? "" : survey->slots[i].reason);
    for (size_t i = 0; i < notes->count; i++)
        add_string(text, notes->texts[i]);
    while (!text->failed && (sizeof(header) + text->length) % VALUE_ALIGNMENT != 0)
        sx_text_add_bytes(text, "", 1);
}

static sx_status write_entry(const char *path, const header *h, const sx_text *text, const float *values,
                             size_t value_bytes) {
    sx_file_writer *writer = NULL;
    sx_status status = sx_file_writer_open(path, &writer, NULL);
    if (status != SX_OK) return status;
    status = sx_file_writer_append(writer, h, sizeof *h, NULL);
    if (status == SX_OK) status = sx_file_writer_append(writer, text->chars, text->length, NULL);
    if (status == SX_OK) status = sx_file_writer_append(writer, values, value_bytes, NULL);
    if (status == SX_OK) return sx_file_writer_commit(writer, NULL);
    sx_file_writer_discard(writer);
    return status;
}

void sx_feature_cache_store(const sx_cache_folder *folder, const sx_feature_key *key, const sx_survey *survey,
                            const sx_plan *plan, const sx_notes *notes, const sx_features *features) {
    size_t value_bytes = features->count * row_floats(&features->shape) * sizeof *features->values;
    if (value_bytes > folder->limit_bytes || !sx_cache_folder_prepare(folder)) return;
    sx_text text = {0};
    gather_text(survey, notes, &text);
    char *path = sx_cache_folder_entry(folder, key->words);
    if (path != NULL && !text.failed) {
        header h = {.key = *key, .items = survey->dataset->item_count, .rows = features->count};
        memcpy(h.magic, magic, sizeof magic);
        h.time = features->shape.time, h.frequency = features->shape.frequency;
        h.channels = features->shape.channels, h.samples = plan->samples, h.rate_hz = plan->rate_hz;
        h.notes = notes->count, h.text_bytes = text.length;
        h.text_hash = sx_hash(text.chars, text.length, 0);
        h.value_hash = sx_hash(features->values, value_bytes, 0);
        h.header_hash = hash_of_header(&h);
        if (write_entry(path, &h, &text, features->values, value_bytes) == SX_OK)
            sx_cache_folder_trim(folder);
    }
    sx_free(path);
    sx_text_clear(&text);
}

/* --- reading ---------------------------------------------------------------------------------------- */

/* Sizes that belong together, to each other and to the file's. */
static bool is_sound(const header *h, const sx_feature_key *key, const sx_dataset *dataset,
                     size_t file_bytes) {
    if (memcmp(h->magic, magic, sizeof magic) != 0 || h->header_hash != hash_of_header(h)) return false;
    if (memcmp(&h->key, key, sizeof *key) != 0 || h->items != dataset->item_count) return false;
    uint64_t bytes = sizeof(float);
    const uint64_t factors[] = {h->rows, h->time, h->frequency, h->channels};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        if (factors[i] == 0 || __builtin_mul_overflow(bytes, factors[i], &bytes)) return false;
    }
    if (__builtin_add_overflow(bytes, h->text_bytes, &bytes)) return false;
    return h->rows <= h->items && !__builtin_add_overflow(bytes, sizeof *h, &bytes) && bytes == file_bytes;
}

/* What an entry gives, before any of it is handed over. */
typedef struct found {
    header head;
    sx_file_map map;
    const char *text; /* in the map */
    sx_plan plan;
    sx_notes notes;
    sx_survey survey; /* of which slots only */
    sx_features *features;
} found;

static void drop(found *f) {
    sx_file_map_close(&f->map);
    sx_survey_clear(&f->survey);
    sx_plan_clear(&f->plan);
    sx_notes_clear(&f->notes);
    sx_features_free(f->features);
}

/* The next string of the text; NULL where it has no end. */
static const char *next_string(const found *f, size_t *at) {
    size_t left = (size_t)f->head.text_bytes - *at;
    const char *string = f->text + *at, *end = left == 0 ? NULL : memchr(string, 0, left);
    if (end == NULL) return NULL;
    *at += (size_t)(end - string) + 1;
    return string;
}

static bool take_text(found *f) {
    size_t at = 0, rows = 0;
    f->survey.slots = sx_alloc(f->head.items, sizeof *f->survey.slots);
    if (f->survey.slots == NULL) return false;
    for (size_t i = 0; i < f->head.items; i++) {
        const char *reason = next_string(f, &at);
        if (reason == NULL) return false;
        rows += reason[0] == 0;
        if (reason[0] == 0) continue;
        f->survey.slots[i].reason = sx_copy_text(reason);
        if (f->survey.slots[i].reason == NULL) return false;
    }
    for (size_t i = 0; i < f->head.notes; i++) {
        const char *note = next_string(f, &at);
        if (note == NULL || sx_notes_add(&f->notes, NULL, "%s", note) != SX_OK) return false;
    }
    return rows == f->head.rows && f->head.text_bytes - at < VALUE_ALIGNMENT;
}

/* The plan is made again from the options; an entry that does not fit it is none. */
static bool take_plan(found *f, const sx_features_options *options) {
    const header *h = &f->head;
    sx_frontend_options wanted = options->frontend;
    wanted.rate_hz = (int)h->rate_hz;
    if (sx_frontend_create(&wanted, &f->plan.frontend, NULL) != SX_OK) return false;
    f->plan.rate_hz = (int)h->rate_hz;
    f->plan.samples = (size_t)h->samples;
    f->plan.shape = (sx_shape){(size_t)h->time, (size_t)h->frequency, (size_t)h->channels};
    return sx_frontend_band_count(f->plan.frontend) == f->plan.shape.frequency &&
           sx_frontend_frame_count(f->plan.frontend, f->plan.samples) == f->plan.shape.time;
}

static bool take_header(found *f, const sx_feature_key *key, const sx_survey *survey) {
    if (f->map.size < sizeof f->head) return false;
    memcpy(&f->head, f->map.bytes, sizeof f->head);
    f->text = (const char *)f->map.bytes + sizeof f->head;
    return is_sound(&f->head, key, survey->dataset, f->map.size);
}

static bool take_values(found *f) {
    const header *h = &f->head;
    size_t at = sizeof *h + (size_t)h->text_bytes;
    return at % VALUE_ALIGNMENT == 0 && sx_hash(f->map.bytes + at, f->map.size - at, 0) == h->value_hash &&
           sx_features_from_map((size_t)h->rows, &f->plan.shape, &f->map, at, &f->features, NULL) == SX_OK;
}

static bool read_entry(const char *path, const sx_feature_key *key, const sx_survey *survey, found *f) {
    if (sx_file_map_open(path, &f->map, NULL) != SX_OK) return false;
    return take_header(f, key, survey) && sx_hash(f->text, f->head.text_bytes, 0) == f->head.text_hash &&
           take_text(f) && take_plan(f, survey->options) && take_values(f);
}

bool sx_feature_cache_load(const sx_cache_folder *folder, const sx_feature_key *key, sx_survey *survey,
                           sx_plan *plan, sx_notes *notes, sx_features **features) {
    char *path = sx_cache_folder_entry(folder, key->words);
    if (path == NULL) return false;
    found f = {.survey = {.dataset = survey->dataset}};
    bool good = read_entry(path, key, survey, &f);
    if (good) {
        sx_file_mark_used(path);
        survey->slots = f.survey.slots;
        *plan = f.plan;
        *notes = f.notes;
        *features = f.features;
    } else {
        drop(&f);
    }
    sx_free(path);
    return good;
}
