/* names.c: sorted lists of distinct names. */
#include "data/names.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "sonaxis/words.h"

#include <stdlib.h>
#include <string.h>

static int compare_texts(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

sx_status sx_names_distinct(const char **all, size_t all_count, char ***names, size_t *count, sx_error *err) {
    if (all_count > 1) qsort(all, all_count, sizeof *all, compare_texts);
    size_t distinct = 0;
    for (size_t i = 0; i < all_count; i++) {
        if (i == 0 || strcmp(all[i], all[distinct - 1]) != 0) all[distinct++] = all[i];
    }
    char **copies = sx_alloc(distinct, sizeof *copies);
    if (copies == NULL) return sx_fail_memory(err, distinct * sizeof *copies);
    for (size_t i = 0; i < distinct; i++) {
        copies[i] = sx_copy_text(all[i]);
        if (copies[i] == NULL) {
            sx_names_free(copies, i);
            return sx_fail_memory(err, strlen(all[i]) + 1);
        }
    }
    *names = copies;
    *count = distinct;
    return SX_OK;
}

char *sx_name_copy(const char *name) {
    if (name == NULL) return NULL;
    char *copy = sx_alloc(strlen(name) + 1, 2), *to = copy;
    while (copy != NULL && *name != '\0') {
        size_t length = sx_text_character(name);
        if (length > 0) {
            memcpy(to, name, length);
            to += length;
            name += length;
            continue;
        }
        unsigned char byte = (unsigned char)*name++;
        *to++ = (char)(0xC0 | byte >> 6);
        *to++ = (char)(0x80 | (byte & 0x3F));
    }
    return copy;
}

int sx_names_index(char *const *names, size_t count, const char *name) {
    if (name == NULL || count == 0) return -1;
    char *const *found = bsearch(&name, names, count, sizeof *names, compare_texts);
    return found == NULL ? -1 : (int)(found - names);
}

sx_status sx_names_copy(char *const *names, size_t count, char ***out, sx_error *err) {
    char **copies = sx_alloc(count, sizeof *copies);
    if (copies == NULL) return sx_fail_memory(err, count * sizeof *copies);
    for (size_t i = 0; i < count; i++) {
        copies[i] = sx_copy_text(names[i]);
        if (copies[i] == NULL) {
            sx_names_free(copies, i);
            return sx_fail_memory(err, strlen(names[i]) + 1);
        }
    }
    *out = copies;
    return SX_OK;
}
