/* listing.c: entries and skips as they are found, then sorted and indexed into a data set. */
#include "data/listing.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const sound_extensions[] = {"wav",  "wave", "flac", "ogg", "opus", "mp3", "aif",
                                               "aiff", "w64",  "rf64", "au",  "caf",  NULL};

bool sx_is_sound_name(const char *name) {
    const char *dot = strrchr(name, '.');
    if (dot == NULL || name[0] == '.') return false;
    for (size_t i = 0; sound_extensions[i] != NULL; i++) {
        if (strcasecmp(dot + 1, sound_extensions[i]) == 0) return true;
    }
    return false;
}

sx_entry sx_entry_default(void) { return (sx_entry){.fold = -1, .part = SX_PART_ANY, .weight = 1}; }

static void entry_clear(sx_entry *entry) {
    sx_free(entry->path);
    sx_free(entry->label);
    sx_free(entry->group);
}

sx_status sx_listing_add(sx_listing *listing, const sx_entry *entry, sx_error *err) {
    if (listing->count == listing->capacity) {
        size_t capacity = listing->capacity == 0 ? 64 : 2 * listing->capacity;
        sx_entry *grown = sx_resize(listing->entries, capacity, sizeof *grown);
        if (grown == NULL) return sx_fail_memory(err, capacity * sizeof *grown);
        listing->entries = grown;
        listing->capacity = capacity;
    }
    sx_entry copy = *entry;
    copy.path = sx_copy_text(entry->path);
    copy.label = sx_name_copy(entry->label);
    copy.group = sx_name_copy(entry->group);
    if (copy.path == NULL || (entry->label != NULL && copy.label == NULL) ||
        (entry->group != NULL && copy.group == NULL)) {
        entry_clear(&copy);
        return sx_fail_memory(err, strlen(entry->path) + 1);
    }
    listing->entries[listing->count++] = copy;
    return SX_OK;
}

void sx_listing_clear(sx_listing *listing) {
    for (size_t i = 0; i < listing->count; i++)
        entry_clear(&listing->entries[i]);
    sx_free(listing->entries);
    sx_skips_free(listing->skips.skips, listing->skips.count);
    *listing = (sx_listing){0};
}

sx_status sx_listing_add_file(sx_listing *listing, const sx_entry *entry, const char *folder, sx_error *err) {
    switch (sx_file_look(entry->path, NULL)) {
    case SX_FILE_NONE:
        return sx_skip_list_add(&listing->skips, entry->path,
                                "there is no such file, or a link leads nowhere", err);
    case SX_FILE_FOLDER:
        return sx_skip_list_add(&listing->skips, entry->path, "is a folder, not a sound file", err);
    case SX_FILE_OTHER:
        return sx_skip_list_add(&listing->skips, entry->path,
                                "is not a regular file (a FIFO, socket or device)", err);
    case SX_FILE_REGULAR:
        break;
    }
    if (folder != NULL && !sx_file_is_inside(entry->path, folder)) {
        return sx_skip_list_add(&listing->skips, entry->path, "is a link that leads out of the data folder",
                                err);
    }
    return sx_listing_add(listing, entry, err);
}

static int compare_entries(const void *left, const void *right) {
    const sx_entry *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    if (order != 0) return order;
    if (a->start_s < b->start_s || a->start_s > b->start_s) return a->start_s < b->start_s ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Distinct labels (or groups) of the entries, sorted. */
static sx_status collect_names(const sx_listing *listing, bool groups, char ***names, size_t *count,
                               sx_error *err) {
    const char **all = sx_alloc(listing->count, sizeof *all);
    if (all == NULL) return sx_fail_memory(err, listing->count * sizeof *all);
    size_t found = 0;
    for (size_t i = 0; i < listing->count; i++) {
        const char *name = groups ? listing->entries[i].group : listing->entries[i].label;
        if (name != NULL) all[found++] = name;
    }
    sx_status status = sx_names_distinct(all, found, names, count, err);
    sx_free(all);
    return status;
}

static void move_entries(sx_listing *listing, sx_dataset *dataset) {
    for (size_t i = 0; i < listing->count; i++) {
        sx_entry *entry = &listing->entries[i];
        dataset->items[i] =
            (sx_item){.path = entry->path,
                      .label = sx_names_index(dataset->label_names, dataset->label_count, entry->label),
                      .group = sx_names_index(dataset->group_names, dataset->group_count, entry->group),
                      .fold = entry->fold,
                      .part = entry->part,
                      .weight = entry->weight,
                      .start_s = entry->start_s,
                      .end_s = entry->end_s};
        entry->path = NULL;
    }
    dataset->item_count = listing->count;
    dataset->skips = listing->skips.skips;
    dataset->skip_count = listing->skips.count;
    listing->skips = (sx_skip_list){0};
}

sx_status sx_listing_finish(sx_listing *listing, sx_dataset *dataset, sx_error *err) {
    if (listing->count == 0) {
        if (listing->skips.count == 0)
            return sx_fail(err, SX_E_DATA, "%s: holds no recordings", dataset->root);
        if (listing->skips.count == 1)
            return sx_fail(err, SX_E_DATA, "%s: no usable recording; %s: %s", dataset->root,
                           listing->skips.skips[0].path, listing->skips.skips[0].reason);
        return sx_fail(err, SX_E_DATA, "%s: no usable recording; all %zu were skipped, the first one, %s: %s",
                       dataset->root, listing->skips.count, listing->skips.skips[0].path,
                       listing->skips.skips[0].reason);
    }
    if (!listing->keeps_order)
        qsort(listing->entries, listing->count, sizeof *listing->entries, compare_entries);
    sx_status status = collect_names(listing, false, &dataset->label_names, &dataset->label_count, err);
    if (status == SX_OK)
        status = collect_names(listing, true, &dataset->group_names, &dataset->group_count, err);
    if (status != SX_OK) return status;
    dataset->items = sx_alloc(listing->count, sizeof *dataset->items);
    if (dataset->items == NULL) return sx_fail_memory(err, listing->count * sizeof *dataset->items);
    move_entries(listing, dataset);
    sx_listing_clear(listing);
    return sx_check_official(dataset, err);
}
