/* dataset.h: which recordings there are, what they are called, who made them.
 *
 * A data set is a list of items; nothing is decoded yet. It comes from
 *   a folder with one sub-folder a class; where it has none, its manifest.csv, .tsv or .jsonl;
 *   a flat folder and a name pattern such as "{label}_{group}_{take}";
 *   a manifest .csv, .tsv or .jsonl: path, label, optional start, end (s), group, fold, split, weight;
 *   NumPy arrays: X.npy with labels, or one .npz holding X, y and optional groups; a folder of such .npz
 *   files, or of folders named after labels with one array an example.
 * Labels are strings, sorted: whole numbers by value, then by bytes; "yes", "no", "on", "off" stay strings.
 */
#ifndef SONAXIS_DATASET_H
#define SONAXIS_DATASET_H

#include "sonaxis/status.h"
#include "sonaxis/watch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sx_part { SX_PART_ANY, SX_PART_TRAIN, SX_PART_VALIDATION, SX_PART_TEST } sx_part;

typedef struct sx_item {
    char *path;     /* as opened; for arrays "X.npy[17]" */
    int label;      /* index into label_names; -1 where a folder is only to be predicted */
    int group;      /* index into group_names; -1 = none */
    int fold;       /* official fold of the manifest, >= 0; -1 = none */
    sx_part part;   /* official split of the manifest */
    double weight;  /* 1 unless the manifest says otherwise; 1e-6 to 1e6 */
    double start_s; /* 0; below 0 = so much silence in front of the recording */
    double end_s;   /* 0 = to the end */
} sx_item;

typedef struct sx_skip {
    char *path;
    char *reason; /* one sentence without the path */
} sx_skip;

typedef enum sx_channel_policy {
    SX_CHANNELS_MIX,  /* mean of all channels */
    SX_CHANNELS_PICK, /* one channel, channel_index */
    SX_CHANNELS_KEEP  /* every channel becomes a channel of the tensor */
} sx_channel_policy;

typedef struct sx_dataset_options {
    const char
        *name_pattern; /* NULL, or fields {label} (needed), {group}, {take}, {fold}, {any} in a flat folder;
                          one
                          '/' reads one level of sub-folders. A field holds none of the text beside it */
    const char *labels_path; /* .npy labels of an array data set, or NULL */
    const char *groups_path; /* .npy groups of an array data set, or NULL */
    bool unlabelled;         /* folder of recordings to predict: every label is -1 */
} sx_dataset_options;

typedef struct sx_dataset {
    char *root;
    bool from_arrays;
    sx_item *items; /* sorted by path bytes, then start; arrays in their own order */
    size_t item_count;
    char **label_names; /* sorted: whole numbers by value, then by bytes */
    size_t label_count;
    char **group_names; /* sorted likewise */
    size_t group_count;
    sx_skip *skips; /* found while listing: not a regular file, link out of the folder, name does not match */
    size_t skip_count;
} sx_dataset;

SX_API void sx_dataset_default(sx_dataset_options *options);
/* Owner of *out: the caller, sx_dataset_free. A data set without one usable item, a recording listed in two
 * official parts or folds, or a group in two official parts is SX_E_DATA naming it. */
SX_API SX_MUST_USE sx_status sx_dataset_open(const char *path, const sx_dataset_options *options,
                                             sx_dataset **out, sx_error *err);
SX_API void sx_dataset_free(sx_dataset *dataset);

/* --- inspection: every file decoded once ---------------------------------------------------------- */

typedef struct sx_count {
    char *name;
    size_t count;
} sx_count;

typedef struct sx_inspection {
    size_t item_count, readable_count;
    double total_s, shortest_s, median_s, longest_s, percentile95_s;
    sx_count *labels; /* items per label, label order */
    size_t label_count;
    sx_count *groups; /* items per group */
    size_t group_count;
    size_t *groups_per_label; /* label_count: how many different groups speak this label */
    sx_count *rates;          /* "8000 Hz" */
    size_t rate_count;
    sx_count *channel_counts; /* "1 channel" */
    size_t channel_count_count;
    sx_skip *duplicates; /* path, "same samples as other.wav" */
    size_t duplicate_count;
    sx_skip *near_silent; /* peak below -60 dBFS; reason gives it */
    size_t near_silent_count;
    sx_skip *clipped; /* at least 0.1 % of samples, and 3 in a row, at full scale; reason gives the share */
    size_t clipped_count;
    sx_skip *skips; /* unreadable files with the reason, those of the data set first */
    size_t skip_count;
} sx_inspection;

/* threads 0 = all cores. */
SX_API SX_MUST_USE sx_status sx_dataset_inspect(const sx_dataset *dataset, int threads, const sx_watch *watch,
                                                sx_inspection **out, sx_error *err);
SX_API void sx_inspection_free(sx_inspection *inspection);
/* Text table and JSON document ("schema": "sonaxis-inspect-1"); free with sx_free_text; NULL when out of
 * memory. */
SX_API char *sx_inspection_text(const sx_inspection *inspection);
SX_API char *sx_inspection_json(const sx_inspection *inspection);

#ifdef __cplusplus
}
#endif
#endif
