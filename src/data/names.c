/* names.c: sorted lists of distinct names. */
#include "data/names.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "sonaxis/words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A whole number as Python writes it: "0", "17", not "007". */
static bool is_number(const char *text) {
    size_t length = strlen(text);
    return length > 0 && strspn(text, "0123456789") == length && (length == 1 || text[0] != '0');
}

/* Whole numbers come first, by value, so that label 10 is output 10 of a net; then bytes decide. */
static int compare_texts(const void *left, const void *right) {
    const char *a = *(const char *const *)left, *b = *(const char *const *)right;
    bool number_a = is_number(a), number_b = is_number(b);
    if (number_a != number_b) return number_a ? -1 : 1;
    size_t length_a = strlen(a), length_b = strlen(b);
    if (number_a && length_a != length_b) return length_a < length_b ? -1 : 1;
    return strcmp(a, b);
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
