/* listing.h: a data set while it is being found: entries with label and group as text, and what was skipped.
 */
#ifndef DATA_LISTING_H
#define DATA_LISTING_H

#include "sonaxis/dataset.h"

/* Skips grow one by one. Start with {0}; the array may be handed over and is freed by sx_skips_free. */
typedef struct sx_skip_list {
    sx_skip *skips;
    size_t count, capacity;
} sx_skip_list;

SX_MUST_USE sx_status sx_skip_list_add(sx_skip_list *list, const char *path, const char *reason,
                                       sx_error *err);
SX_MUST_USE sx_status sx_skip_list_format(sx_skip_list *list, sx_error *err, const char *path,
                                          const char *format, ...) SX_PRINTF(4, 5);
/* Appends copies of count skips. */
SX_MUST_USE sx_status sx_skip_list_add_all(sx_skip_list *list, const sx_skip *skips, size_t count,
                                           sx_error *err);
void sx_skips_free(sx_skip *skips, size_t count);
/* What err says, without a leading "path: ": a skip names its path already. */
const char *sx_reason_without_path(const sx_error *err, const char *path);

typedef struct sx_entry {
    char *path;  /* as it will be opened */
    char *label; /* NULL = to be predicted */
    char *group; /* NULL = none */
    int fold;    /* -1 = none */
    sx_part part;
    double weight, start_s, end_s;
    size_t line; /* of the manifest, else 0 */
} sx_entry;

typedef struct sx_listing {
    sx_entry *entries;
    size_t count, capacity;
    sx_skip_list skips;
    bool keeps_order; /* arrays: entries stay as they were added */
} sx_listing;

/* An entry with nothing but defaults; its texts are borrowed until it is added. */
sx_entry sx_entry_default(void);
/* Copies the entry's texts. */
SX_MUST_USE sx_status sx_listing_add(sx_listing *listing, const sx_entry *entry, sx_error *err);
void sx_listing_clear(sx_listing *listing);

/* True for the names of sound files that are looked for in folders: .wav, .flac, .ogg and so on, any case. */
bool sx_is_sound_name(const char *name);
/* Adds the entry, or a skip where its path is not a regular file (or, with folder not NULL, lies outside it).
 */
SX_MUST_USE sx_status sx_listing_add_file(sx_listing *listing, const sx_entry *entry, const char *folder,
                                          sx_error *err);

/* The four kinds of source. Each adds to the listing; on failure the caller clears it. */
SX_MUST_USE sx_status sx_list_class_folders(const char *folder, sx_listing *listing, sx_error *err);
SX_MUST_USE sx_status sx_list_by_name(const char *folder, const char *pattern, sx_listing *listing,
                                      sx_error *err);
SX_MUST_USE sx_status sx_list_unlabelled(const char *path, sx_listing *listing, sx_error *err);
SX_MUST_USE sx_status sx_list_manifest(const char *path, bool unlabelled, sx_listing *listing, sx_error *err);
SX_MUST_USE sx_status sx_list_arrays(const char *path, const sx_dataset_options *options, sx_listing *listing,
                                     sx_error *err);

/* Sorts, indexes labels and groups, checks official parts and folds, and moves everything into *dataset,
 * which must be zeroed but for root. The listing is then empty. */
SX_MUST_USE sx_status sx_listing_finish(sx_listing *listing, sx_dataset *dataset, sx_error *err);
/* Nothing recorded twice across official parts or folds; entries sorted by path. */
SX_MUST_USE sx_status sx_check_official(const sx_dataset *dataset, sx_error *err);

#endif
