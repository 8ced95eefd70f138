/* flat_folder.c: a folder whose file names hold the label: each name against the pattern. */
#include "data/listing.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/name_pattern.h"

#include <limits.h>
#include <string.h>

static char *piece_text(sx_name_piece piece) {
    if (piece.length == 0) return NULL;
    char *text = sx_alloc(piece.length + 1, 1);
    if (text != NULL) memcpy(text, piece.start, piece.length);
    return text;
}

/* True where the piece is a whole number from 0 on. */
static bool piece_fold(sx_name_piece piece, int *fold) {
    char *text = piece_text(piece);
    long value = -1;
    bool good = text != NULL && sx_text_to_long(text, &value) && value >= 0 && value <= INT_MAX;
    sx_free(text);
    if (good) *fold = (int)value;
    return good;
}

/* relative: the name below the data folder, as the pattern sees it. */
static sx_status add_matching(const char *folder, const char *relative, const sx_name_pattern *pattern,
                              const char *whole_pattern, sx_listing *listing, sx_error *err) {
    sx_entry entry = sx_entry_default();
    entry.path = sx_path_join(folder, relative);
    if (entry.path == NULL) return sx_fail_memory(err, strlen(folder) + strlen(relative) + 2);
    sx_name_piece pieces[SX_FIELD_COUNT];
    sx_status status;
    if (!sx_name_pattern_match(pattern, relative, pieces)) {
        status = sx_skip_list_format(&listing->skips, err, entry.path, "its name does not match '%s'",
                                     whole_pattern);
    } else if (pieces[SX_FIELD_FOLD].length > 0 && !piece_fold(pieces[SX_FIELD_FOLD], &entry.fold)) {
        status =
            sx_skip_list_format(&listing->skips, err, entry.path, "its fold '%.*s' is not a whole number",
                                (int)pieces[SX_FIELD_FOLD].length, pieces[SX_FIELD_FOLD].start);
    } else {
        entry.label = piece_text(pieces[SX_FIELD_LABEL]);
        entry.group = piece_text(pieces[SX_FIELD_GROUP]);
        bool short_of_memory =
            entry.label == NULL || (pieces[SX_FIELD_GROUP].length > 0 && entry.group == NULL);
        status = short_of_memory ? sx_fail_memory(err, strlen(relative) + 1)
                                 : sx_listing_add_file(listing, &entry, folder, err);
    }
    sx_free(entry.path);
    sx_free(entry.label);
    sx_free(entry.group);
    return status;
}

/* All sound files of folder/sub (sub NULL = the folder itself). */
static sx_status match_files(const char *folder, const char *sub, const sx_name_pattern *pattern,
                             const char *whole_pattern, sx_listing *listing, sx_error *err) {
    char *place = sub == NULL ? sx_copy_text(folder) : sx_path_join(folder, sub);
    if (place == NULL) return sx_fail_memory(err, strlen(folder) + 1);
    char **names = NULL;
    size_t count = 0;
    sx_status status = sx_folder_list(place, &names, &count, err);
    sx_free(place);
    for (size_t i = 0; i < count && status == SX_OK; i++) {
        if (!sx_is_sound_name(names[i])) continue;
        char *relative = sub == NULL ? sx_copy_text(names[i]) : sx_path_join(sub, names[i]);
        status = relative == NULL ? sx_fail_memory(err, strlen(names[i]) + 1)
                                  : add_matching(folder, relative, pattern, whole_pattern, listing, err);
        sx_free(relative);
    }
    sx_names_free(names, count);
    return status;
}

static sx_status match_sub_folder(const char *folder, const char *sub, const sx_name_pattern *pattern,
                                  const char *whole_pattern, sx_listing *listing, sx_error *err) {
    if (sub[0] == '.' || sub[0] == '_') return SX_OK;
    char *path = sx_path_join(folder, sub);
    if (path == NULL) return sx_fail_memory(err, strlen(folder) + strlen(sub) + 2);
    sx_status status = SX_OK;
    if (sx_file_look(path, NULL) == SX_FILE_FOLDER) {
        sx_error trouble = {SX_OK, ""};
        if (!sx_file_is_inside(path, folder)) {
            status =
                sx_skip_list_add(&listing->skips, path, "is a link that leads out of the data folder", err);
        } else {
            status = match_files(folder, sub, pattern, whole_pattern, listing, &trouble);
            if (status == SX_E_FILE) {
                status = sx_skip_list_add(&listing->skips, path, sx_reason_without_path(&trouble, path), err);
            } else if (status != SX_OK) {
                status = sx_fail(err, status, "%s", trouble.text);
            }
        }
    }
    sx_free(path);
    return status;
}

static sx_status match_sub_folders(const char *folder, const sx_name_pattern *pattern,
                                   const char *whole_pattern, sx_listing *listing, sx_error *err) {
    char **names = NULL;
    size_t count = 0;
    sx_status status = sx_folder_list(folder, &names, &count, err);
    for (size_t i = 0; i < count && status == SX_OK; i++) {
        status = match_sub_folder(folder, names[i], pattern, whole_pattern, listing, err);
    }
    sx_names_free(names, count);
    return status;
}

sx_status sx_list_by_name(const char *folder, const char *pattern_text, sx_listing *listing, sx_error *err) {
    sx_name_pattern pattern;
    sx_status status = sx_name_pattern_read(pattern_text, &pattern, err);
    if (status != SX_OK) return status;
    if (sx_file_look(folder, NULL) != SX_FILE_FOLDER) {
        status = sx_fail(err, SX_E_ARGUMENT, "%s: a name pattern needs a folder of recordings", folder);
    } else if (pattern.has_folder) {
        status = match_sub_folders(folder, &pattern, pattern_text, listing, err);
    } else {
        status = match_files(folder, NULL, &pattern, pattern_text, listing, err);
    }
    sx_name_pattern_clear(&pattern);
    return status;
}
