/* folder.c: recordings in folders: one sub-folder a class, or no labels at all.
 *
 * Names that begin with a dot are never looked at; folders whose name begins with an underscore (such as
 * _background_noise_) hold no class. Links are followed only while they stay inside the data folder. */
#include "data/listing.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <string.h>

static bool is_class_folder(const char *path, const char *name) {
    return name[0] != '.' && name[0] != '_' && !sx_is_sound_name(name) &&
           sx_file_look(path, NULL) == SX_FILE_FOLDER;
}

/* Adds every sound file of a folder under one label; root is the whole data folder. */
static sx_status list_sounds(const char *root, const char *folder, char *label, sx_listing *listing,
                             sx_error *err) {
    char **names = NULL;
    size_t count = 0;
    sx_error trouble = {SX_OK, ""};
    sx_status status = sx_folder_list(folder, &names, &count, &trouble);
    if (status == SX_E_FILE) {
        return sx_skip_list_add(&listing->skips, folder, sx_reason_without_path(&trouble, folder), err);
    }
    if (status != SX_OK) return sx_fail(err, status, "%s", trouble.text);
    for (size_t i = 0; i < count && status == SX_OK; i++) {
        if (!sx_is_sound_name(names[i])) continue;
        sx_entry entry = sx_entry_default();
        entry.path = sx_path_join(folder, names[i]);
        entry.label = label;
        status = entry.path == NULL ? sx_fail_memory(err, strlen(folder) + strlen(names[i]) + 2)
                                    : sx_listing_add_file(listing, &entry, root, err);
        sx_free(entry.path);
    }
    sx_names_free(names, count);
    return status;
}

static sx_status list_class(const char *root, const char *path, char *name, sx_listing *listing,
                            sx_error *err) {
    if (!sx_file_is_inside(path, root)) {
        return sx_skip_list_add(&listing->skips, path, "is a link that leads out of the data folder", err);
    }
    return list_sounds(root, path, name, listing, err);
}

/* One name of the data folder itself. */
static sx_status list_top_name(const char *root, char *name, bool labelled, sx_listing *listing,
                               sx_error *err) {
    char *path = sx_path_join(root, name);
    if (path == NULL) return sx_fail_memory(err, strlen(root) + strlen(name) + 2);
    sx_status status = SX_OK;
    if (is_class_folder(path, name)) {
        status = list_class(root, path, labelled ? name : NULL, listing, err);
    } else if (sx_is_sound_name(name) && labelled) {
        status = sx_file_look(path, NULL) == SX_FILE_FOLDER
                     ? sx_skip_list_add(&listing->skips, path, "is a folder, not a sound file", err)
                     : sx_skip_list_add(&listing->skips, path,
                                        "lies beside the class folders, so it has no label", err);
    } else if (sx_is_sound_name(name)) {
        sx_entry entry = sx_entry_default();
        entry.path = path;
        status = sx_listing_add_file(listing, &entry, root, err);
    }
    sx_free(path);
    return status;
}

static sx_status list_folder(const char *folder, bool labelled, sx_listing *listing, sx_error *err) {
    char **names = NULL;
    size_t count = 0;
    sx_status status = sx_folder_list(folder, &names, &count, err);
    for (size_t i = 0; i < count && status == SX_OK; i++) {
        status = list_top_name(folder, names[i], labelled, listing, err);
    }
    sx_names_free(names, count);
    return status;
}

sx_status sx_list_class_folders(const char *folder, sx_listing *listing, sx_error *err) {
    sx_status status = list_folder(folder, true, listing, err);
    if (status != SX_OK || listing->count > 0) return status;
    if (listing->skips.count == 0) {
        return sx_fail(err, SX_E_DATA,
                       "%s: no recordings; expected one sub-folder a class with sound files in it", folder);
    }
    const sx_skip *first = &listing->skips.skips[0];
    if (strstr(first->reason, "no label") == NULL) return SX_OK;
    return sx_fail(
        err, SX_E_DATA,
        "%s: %zu recordings but no class sub-folders; if the label is in the file names, give a name "
        "pattern such as '{label}_{group}_{take}'",
        folder, listing->skips.count);
}

sx_status sx_list_unlabelled(const char *path, sx_listing *listing, sx_error *err) {
    if (sx_file_look(path, NULL) == SX_FILE_FOLDER) return list_folder(path, false, listing, err);
    sx_entry entry = sx_entry_default();
    char *copy = sx_copy_text(path);
    if (copy == NULL) return sx_fail_memory(err, strlen(path) + 1);
    entry.path = copy;
    sx_status status = sx_listing_add_file(listing, &entry, NULL, err);
    sx_free(copy);
    return status;
}
