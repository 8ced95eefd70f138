/* dataset.c: which kind of source a path is, and the data set made from it. */
#include "sonaxis/dataset.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/array_set.h"
#include "data/listing.h"

#include <string.h>
#include <strings.h>

void sx_dataset_default(sx_dataset_options *options) { *options = (sx_dataset_options){0}; }

void sx_dataset_free(sx_dataset *dataset) {
    if (dataset == NULL) return;
    for (size_t i = 0; i < dataset->item_count; i++)
        sx_free(dataset->items[i].path);
    sx_free(dataset->items);
    sx_names_free(dataset->label_names, dataset->label_count);
    sx_names_free(dataset->group_names, dataset->group_count);
    sx_skips_free(dataset->skips, dataset->skip_count);
    sx_free(dataset->root);
    sx_free(dataset);
}

static bool is_manifest_name(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot != NULL &&
           (strcasecmp(dot, ".csv") == 0 || strcasecmp(dot, ".tsv") == 0 || strcasecmp(dot, ".jsonl") == 0);
}

/* A manifest of the usual name in the folder; NULL where there is none (or no memory). */
static char *find_manifest(const char *folder) {
    static const char *const names[] = {"manifest.csv", "manifest.tsv", "manifest.jsonl"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = sx_path_join(folder, names[i]);
        if (path != NULL && sx_file_look(path, NULL) == SX_FILE_REGULAR) return path;
        sx_free(path);
    }
    return NULL;
}

/* Class sub-folders; where there are none, a manifest that lies in the folder. */
static sx_status list_folder(const char *path, sx_listing *listing, sx_error *err) {
    sx_status status = sx_list_class_folders(path, listing, err);
    if (status != SX_E_DATA && (status != SX_OK || listing->count > 0)) return status;
    char *manifest = find_manifest(path);
    if (manifest == NULL) return status;
    sx_listing_clear(listing);
    status = sx_list_manifest(manifest, false, listing, err);
    sx_free(manifest);
    return status;
}

static sx_status list_file(const char *path, const sx_dataset_options *options, sx_listing *listing,
                           sx_error *err) {
    if (sx_is_array_name(path)) return sx_list_arrays(path, options, listing, err);
    if (is_manifest_name(path)) return sx_list_manifest(path, options->unlabelled, listing, err);
    if (options->unlabelled) return sx_list_unlabelled(path, listing, err);
    return sx_fail(
        err, SX_E_ARGUMENT,
        "%s: is not a data set; expected a folder, a manifest (.csv, .tsv, .jsonl) or NumPy arrays (.npy, "
        ".npz)",
        path);
}

static sx_status check_options(const char *path, const sx_dataset_options *options, sx_error *err) {
    bool arrays = sx_is_array_name(path) && sx_file_look(path, NULL) != SX_FILE_FOLDER;
    if (!arrays && options->labels_path != NULL) {
        return sx_fail(err, SX_E_ARGUMENT,
                       "labels '%s' are for array data sets (.npy, .npz), but the data is %s",
                       options->labels_path, path);
    }
    if (!arrays && options->groups_path != NULL) {
        return sx_fail(err, SX_E_ARGUMENT,
                       "groups '%s' are for array data sets (.npy, .npz), but the data is %s",
                       options->groups_path, path);
    }
    return SX_OK;
}

static sx_status list_source(const char *path, const sx_dataset_options *options, sx_listing *listing,
                             sx_error *err) {
    sx_status status = check_options(path, options, err);
    if (status != SX_OK) return status;
    switch (sx_file_look(path, NULL)) {
    case SX_FILE_NONE:
        return sx_fail(err, SX_E_FILE, "%s: there is no such file or folder", path);
    case SX_FILE_OTHER:
        return sx_fail(err, SX_E_FILE, "%s: is neither a folder nor a regular file", path);
    case SX_FILE_FOLDER:
        if (options->name_pattern != NULL) return sx_list_by_name(path, options->name_pattern, listing, err);
        if (sx_is_array_folder(path)) return sx_list_array_folder(path, options, listing, err);
        return options->unlabelled ? sx_list_unlabelled(path, listing, err) : list_folder(path, listing, err);
    case SX_FILE_REGULAR:
        break;
    }
    if (options->name_pattern != NULL) return sx_list_by_name(path, options->name_pattern, listing, err);
    return list_file(path, options, listing, err);
}

sx_status sx_dataset_open(const char *path, const sx_dataset_options *options, sx_dataset **out,
                          sx_error *err) {
    sx_dataset_options defaults;
    sx_dataset_default(&defaults);
    sx_dataset *dataset = sx_alloc(1, sizeof *dataset);
    if (dataset == NULL) return sx_fail_memory(err, sizeof *dataset);
    sx_listing listing = {0};
    dataset->root = sx_copy_text(path);
    sx_status status = dataset->root == NULL ? sx_fail_memory(err, strlen(path) + 1) : SX_OK;
    if (status == SX_OK) status = list_source(path, options == NULL ? &defaults : options, &listing, err);
    dataset->from_arrays = listing.keeps_order;
    if (status == SX_OK) status = sx_listing_finish(&listing, dataset, err);
    sx_listing_clear(&listing);
    if (status != SX_OK) {
        sx_dataset_free(dataset);
        return status;
    }
    *out = dataset;
    return SX_OK;
}
