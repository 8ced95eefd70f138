/* folder.c: folders, and paths as text. */
#include "base/file.h"

#include "base/error.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path) { return sx_file_look(path, NULL) == SX_FILE_FOLDER; }

static sx_status create_one(const char *path, sx_error *err) {
    if (mkdir(path, 0777) == 0) {
        return SX_OK;
    }
    int reason = errno;
    if (is_folder(path)) {
        return SX_OK;
    }
    errno = reason; /* looking has changed it */
    if (errno == EEXIST) {
        return sx_fail(err, SX_E_FILE, "cannot create the folder %s: a file has that name", path);
    }
    return sx_fail_errno(err, "create the folder", path);
}

sx_status sx_folder_create(const char *path, sx_error *err) {
    if (!path[0]) {
        return sx_fail(err, SX_E_FILE, "cannot create a folder without a name");
    }
    char *part = sx_copy_text(path);
    if (!part) {
        return sx_fail_memory(err, strlen(path) + 1);
    }
    sx_status status = SX_OK;
    for (char *slash = strchr(part + 1, '/'); slash && !status; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        status = create_one(part, err);
        *slash = '/';
    }
    if (!status) {
        status = create_one(path, err);
    }
    sx_free(part);
    return status;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b); /* strcmp compares as unsigned char */
}

/* Appends a copy of name; false when out of memory. */
static bool add_name(char ***names, size_t *count, size_t *capacity, const char *name) {
    if (*count == *capacity) {
        size_t more = *capacity ? 2 * *capacity : 32;
        char **grown = sx_resize(*names, more, sizeof **names);
        if (!grown) {
            return false;
        }
        *names = grown;
        *capacity = more;
    }
    char *copy = sx_copy_text(name);
    if (!copy) {
        return false;
    }
    (*names)[(*count)++] = copy;
    return true;
}

static sx_status read_names(DIR *folder, const char *path, char ***names, size_t *count, sx_error *err) {
    size_t capacity = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry) {
            return errno ? sx_fail_errno(err, "read the folder", path) : SX_OK;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (!add_name(names, count, &capacity, entry->d_name)) {
            return sx_fail(err, SX_E_MEMORY, "out of memory after %zu names of %s", *count, path);
        }
    }
}

sx_status sx_folder_list(const char *path, char ***names, size_t *count, sx_error *err) {
    DIR *folder = opendir(path);
    if (!folder) {
        return sx_fail_errno(err, "read the folder", path);
    }
    char **found = NULL;
    size_t found_count = 0;
    sx_status status = read_names(folder, path, &found, &found_count, err);
    closedir(folder);
    if (status) {
        sx_names_free(found, found_count);
        return status;
    }
    if (found_count > 0) {
        qsort(found, found_count, sizeof *found, by_bytes);
    }
    *names = found;
    *count = found_count;
    return SX_OK;
}

void sx_names_free(char **names, size_t count) {
    for (size_t i = 0; names && i < count; i++) {
        sx_free(names[i]);
    }
    sx_free(names);
}

bool sx_file_is_inside(const char *path, const char *folder) {
    char *inner = realpath(path, NULL), *outer = realpath(folder, NULL);
    bool inside = false;
    if (inner && outer) {
        size_t length = strlen(outer);
        bool root = strcmp(outer, "/") == 0;
        inside = root || (strncmp(inner, outer, length) == 0 && (inner[length] == '/' || !inner[length]));
    }
    free(inner);
    free(outer);
    return inside;
}

char *sx_path_join(const char *folder, const char *name) {
    size_t length = strlen(folder), name_length = strlen(name);
    if (length == 0 || name[0] == '/') {
        return sx_copy_text(name);
    }
    char *joined = sx_alloc(length + name_length + 2, 1);
    if (!joined) {
        return NULL;
    }
    memcpy(joined, folder, length);
    if (folder[length - 1] != '/') {
        joined[length++] = '/';
    }
    memcpy(joined + length, name, name_length);
    return joined;
}

char *sx_path_absolute(const char *path) {
    char *resolved = realpath(path, NULL);
    char *copy = resolved ? sx_copy_text(resolved) : NULL;
    free(resolved);
    return copy;
}

const char *sx_path_base(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
