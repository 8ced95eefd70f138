/* manifest.c: a list of recordings in a file; rows of every form are checked here. */
#include "data/manifest.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

const char *const sx_column_names[] = {
#define SX_COLUMN_NAME(name) #name,
    SX_COLUMN_LIST(SX_COLUMN_NAME)
#undef SX_COLUMN_NAME
        NULL};

/* In front of a recording. */
enum { MOST_SILENCE_S = 3600 };

static bool is_given(const char *cell) { return cell != NULL && cell[0] != '\0'; }

sx_status sx_manifest_column(const sx_manifest *manifest, size_t line, const char *name, sx_column *column,
                             sx_error *err) {
    for (int i = 0; sx_column_names[i] != NULL; i++) {
        if (strcmp(name, sx_column_names[i]) == 0) {
            *column = (sx_column)i;
            return SX_OK;
        }
    }
    const char *nearest = sx_text_nearest(name, sx_column_names);
    return sx_fail(
        err, SX_E_FORMAT,
        "%s: line %zu: unknown column '%s'%s%s%s; known are path, label, start, end, group, fold, split, "
        "weight",
        manifest->path, line, name, nearest != NULL ? ", did you mean '" : "", nearest != NULL ? nearest : "",
        nearest != NULL ? "'?" : "");
}

static sx_status bad_cell(const sx_manifest *manifest, size_t line, sx_column column, const char *cell,
                          const char *right, sx_error *err) {
    return sx_fail(err, SX_E_FORMAT, "%s: line %zu: %s is '%s'; it must be %s", manifest->path, line,
                   sx_column_names[column], cell, right);
}

static sx_status read_times(const sx_manifest *manifest, size_t line, const char *const *cells,
                            sx_entry *entry, sx_error *err) {
    const char *start = cells[SX_COLUMN_start], *end = cells[SX_COLUMN_end];
    if (is_given(start) && (!sx_text_to_double(start, &entry->start_s) || entry->start_s < -MOST_SILENCE_S)) {
        return bad_cell(manifest, line, SX_COLUMN_start, start,
                        "seconds into the file, or down to -3600: so much silence in front", err);
    }
    if (!is_given(end)) return SX_OK;
    if (!sx_text_to_double(end, &entry->end_s) || entry->end_s <= entry->start_s || entry->end_s <= 0) {
        return bad_cell(manifest, line, SX_COLUMN_end, end, "seconds, and more than start and 0", err);
    }
    return SX_OK;
}

static sx_status read_split(const sx_manifest *manifest, size_t line, const char *cell, sx_part *part,
                            sx_error *err) {
    static const struct {
        const char *name;
        sx_part part;
    } known[] = {
        {"train", SX_PART_TRAIN},      {"training", SX_PART_TRAIN}, {"validation", SX_PART_VALIDATION},
        {"valid", SX_PART_VALIDATION}, {"val", SX_PART_VALIDATION}, {"dev", SX_PART_VALIDATION},
        {"test", SX_PART_TEST},        {"testing", SX_PART_TEST}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcasecmp(cell, known[i].name) == 0) {
            *part = known[i].part;
            return SX_OK;
        }
    }
    return bad_cell(manifest, line, SX_COLUMN_split, cell, "train, validation or test", err);
}

static sx_status read_numbers(const sx_manifest *manifest, size_t line, const char *const *cells,
                              sx_entry *entry, sx_error *err) {
    const char *fold = cells[SX_COLUMN_fold], *weight = cells[SX_COLUMN_weight];
    long number = 0;
    if (is_given(fold)) {
        if (!sx_text_to_long(fold, &number) || number < 0 || number > INT_MAX) {
            return bad_cell(manifest, line, SX_COLUMN_fold, fold, "a whole number, 0 or more", err);
        }
        entry->fold = (int)number;
    }
    /* What lies beyond could not be added up in floats. */
    if (is_given(weight) &&
        (!sx_text_to_double(weight, &entry->weight) || !(entry->weight >= 1e-6 && entry->weight <= 1e6))) {
        return bad_cell(manifest, line, SX_COLUMN_weight, weight, "a number from 1e-6 to 1e6", err);
    }
    return SX_OK;
}

/* "a//./b" -> "a/b", so that one recording has one name; links and ".." stay. */
static void tidy_path(char *path) {
    char *to = path;
    for (const char *from = path; *from != '\0';) {
        bool at_start = to == path || to[-1] == '/';
        if (at_start && from[0] == '.' && from[1] == '/') {
            from += 1 + strspn(from + 1, "/");
        } else if (from[0] == '/' && to != path && to[-1] == '/') {
            from++;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

static sx_status add_entry(const sx_manifest *manifest, const char *const *cells, sx_entry *entry,
                           sx_error *err) {
    char *path = sx_copy_text(cells[SX_COLUMN_path]);
    if (path == NULL) return sx_fail_memory(err, strlen(cells[SX_COLUMN_path]) + 1);
    tidy_path(path);
    bool absolute = path[0] == '/' || manifest->folder[0] == '\0';
    entry->path = absolute ? sx_copy_text(path) : sx_path_join(manifest->folder, path);
    entry->label = sx_copy_text(is_given(cells[SX_COLUMN_label]) ? cells[SX_COLUMN_label] : NULL);
    entry->group = sx_copy_text(is_given(cells[SX_COLUMN_group]) ? cells[SX_COLUMN_group] : NULL);
    bool short_of_memory = entry->path == NULL ||
                           (entry->label == NULL && is_given(cells[SX_COLUMN_label])) ||
                           (entry->group == NULL && is_given(cells[SX_COLUMN_group]));
    sx_status status = short_of_memory ? sx_fail_memory(err, strlen(path) + 1)
                                       : sx_listing_add_file(manifest->listing, entry, NULL, err);
    sx_free(path);
    sx_free(entry->path);
    sx_free(entry->label);
    sx_free(entry->group);
    return status;
}

sx_status sx_manifest_add_row(const sx_manifest *manifest, size_t line, const char *const *cells,
                              sx_error *err) {
    sx_entry entry = sx_entry_default();
    entry.line = line;
    if (!is_given(cells[SX_COLUMN_path])) {
        return sx_fail(err, SX_E_FORMAT, "%s: line %zu: path is missing", manifest->path, line);
    }
    if (!manifest->unlabelled && !is_given(cells[SX_COLUMN_label])) {
        return sx_fail(err, SX_E_FORMAT, "%s: line %zu: label of '%s' is missing", manifest->path, line,
                       cells[SX_COLUMN_path]);
    }
    sx_status status = read_times(manifest, line, cells, &entry, err);
    if (status == SX_OK && is_given(cells[SX_COLUMN_split])) {
        status = read_split(manifest, line, cells[SX_COLUMN_split], &entry.part, err);
    }
    if (status == SX_OK) status = read_numbers(manifest, line, cells, &entry, err);
    return status == SX_OK ? add_entry(manifest, cells, &entry, err) : status;
}

static char *folder_of(const char *path) {
    const char *base = sx_path_base(path);
    char *folder = sx_copy_text(path);
    if (folder == NULL) return NULL;
    size_t length = (size_t)(base - path);
    if (length > 1) length--; /* without the slash, unless it is the root's */
    folder[length] = '\0';
    return folder;
}

sx_status sx_list_manifest(const char *path, bool unlabelled, sx_listing *listing, sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = sx_file_read(path, 0, &bytes, &size, err);
    if (status != SX_OK) return status;
    sx_manifest manifest = {path, folder_of(path), unlabelled, listing};
    char *text = (char *)bytes;
    const void *zero = memchr(text, '\0', size);
    size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    const char *dot = strrchr(path, '.');
    if (manifest.folder == NULL) {
        status = sx_fail_memory(err, strlen(path) + 1);
    } else if (zero != NULL) {
        status = sx_fail(err, SX_E_FORMAT, "%s: is not text: a zero byte at position %zu", path,
                         (size_t)((const char *)zero - text));
    } else if (dot != NULL && strcasecmp(dot, ".jsonl") == 0) {
        status = sx_manifest_read_jsonl(&manifest, text + mark, size - mark, err);
    } else {
        char delimiter = dot != NULL && strcasecmp(dot, ".tsv") == 0 ? '\t' : ',';
        status = sx_manifest_read_csv(&manifest, text + mark, size - mark, delimiter, err);
    }
    sx_free(manifest.folder);
    sx_free(bytes);
    return status;
}
