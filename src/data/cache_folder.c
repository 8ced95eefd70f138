/* cache_folder.c: see cache_folder.h. */
#include "data/cache_folder.h"

#include "base/file.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t default_limit = (uint64_t)2 << 30;
static const char suffix[] = ".spectrograms";
enum { KEY_DIGITS = 32, ENTRY_SIZE = KEY_DIGITS + sizeof suffix };

/* --- where ------------------------------------------------------------------------------------------ */

static bool is_set(const char *text) { return text != NULL && text[0] != 0; }

static char *chosen_path(void) {
    const char *own = getenv("SONAXIS_CACHE"), *all = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (is_set(own)) return strcmp(own, "off") == 0 ? NULL : sx_copy_text(own);
    if (is_set(all) && all[0] == '/')
        return sx_path_join(all, "sonaxis"); /* a relative one is to be ignored */
    return is_set(home) ? sx_path_join(home, ".cache/sonaxis") : NULL;
}

/* Of a folder that need not exist yet: its nearest parent that does tells where it will be. */
static bool will_be_inside(const char *path, const char *root) {
    char *part = sx_copy_text(path);
    if (part == NULL) return true;
    while (sx_file_look(part, NULL) == SX_FILE_NONE) {
        char *slash = strrchr(part, '/');
        if (slash == NULL || slash == part) {
            strcpy(part, slash == NULL ? "." : "/");
            break;
        }
        *slash = 0;
    }
    bool inside = sx_file_is_inside(part, root);
    sx_free(part);
    return inside;
}

sx_cache_folder sx_cache_folder_open(const char *data_root) {
    sx_cache_folder folder = {.path = chosen_path(), .limit_bytes = default_limit};
    if (folder.path != NULL && will_be_inside(folder.path, data_root)) sx_cache_folder_clear(&folder);
    return folder;
}

void sx_cache_folder_clear(sx_cache_folder *folder) {
    sx_free(folder->path);
    folder->path = NULL;
}

char *sx_cache_folder_entry(const sx_cache_folder *folder, const uint64_t key[2]) {
    if (folder->path == NULL) return NULL;
    char name[ENTRY_SIZE];
    snprintf(name, sizeof name, "%016" PRIx64 "%016" PRIx64 "%s", key[0], key[1], suffix);
    return sx_path_join(folder->path, name);
}

bool sx_cache_folder_prepare(const sx_cache_folder *folder) {
    return folder->path != NULL && sx_folder_create(folder->path, NULL) == SX_OK;
}

/* --- room ------------------------------------------------------------------------------------------- */

typedef struct entry {
    char *path;
    uint64_t bytes;
    int64_t used;
} entry;

/* An entry, or one being written ("<entry>.123-4.tmp"). Nobody else's file is touched. */
static bool is_ours(const char *name) {
    if (strspn(name, "0123456789abcdef") != KEY_DIGITS) return false;
    if (strncmp(name + KEY_DIGITS, suffix, sizeof suffix - 1) != 0) return false;
    const char *rest = name + KEY_DIGITS + sizeof suffix - 1;
    size_t length = strlen(rest);
    return length == 0 || (length > 4 && strcmp(rest + length - 4, ".tmp") == 0);
}

static int by_use(const void *left, const void *right) {
    const entry *a = left, *b = right;
    if (a->used != b->used) return a->used < b->used ? -1 : 1;
    return strcmp(a->path, b->path);
}

/* Removes from the front of the sorted list until the rest fits. */
static void remove_oldest(const entry *entries, size_t count, uint64_t limit_bytes) {
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += entries[i].bytes;
    for (size_t i = 0; i < count && total > limit_bytes; i++) {
        if (sx_file_remove(entries[i].path, NULL) == SX_OK) total -= entries[i].bytes;
    }
}

static void trim_names(const sx_cache_folder *folder, char *const *names, size_t name_count) {
    entry *entries = sx_alloc(name_count, sizeof *entries);
    if (entries == NULL) return;
    size_t count = 0;
    for (size_t i = 0; i < name_count; i++) {
        if (!is_ours(names[i])) continue;
        entry one = {.path = sx_path_join(folder->path, names[i])};
        if (one.path == NULL) break;
        one.used = sx_file_time(one.path);
        if (sx_file_look(one.path, &one.bytes) == SX_FILE_REGULAR)
            entries[count++] = one;
        else
            sx_free(one.path); /* another process has removed it */
    }
    qsort(entries, count, sizeof *entries, by_use);
    remove_oldest(entries, count, folder->limit_bytes);
    for (size_t i = 0; i < count; i++)
        sx_free(entries[i].path);
    sx_free(entries);
}

void sx_cache_folder_trim(const sx_cache_folder *folder) {
    char **names = NULL;
    size_t count = 0;
    if (folder->path == NULL || sx_folder_list(folder->path, &names, &count, NULL) != SX_OK) return;
    trim_names(folder, names, count);
    sx_names_free(names, count);
}
