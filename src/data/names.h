/* names.h: sorted lists of distinct names: labels and groups. */
#ifndef DATA_NAMES_H
#define DATA_NAMES_H

#include "sonaxis/status.h"

#include <stddef.h>

/* Copies of the distinct texts among all, whole numbers by value, then by bytes; free with sx_names_free.
 * Sorts `all` in passing.
 */
SX_MUST_USE sx_status sx_names_distinct(const char **all, size_t all_count, char ***names, size_t *count,
                                        sx_error *err);
/* Copy of a label or group, whose bytes need not be UTF-8 when they come from a file's name: a byte that is
 * none is read as Latin-1, so that models, JSON and reports all hold the same text. NULL stays NULL; NULL
 * when out of memory. Free with sx_free. */
char *sx_name_copy(const char *name);
/* Position of name; -1 where it is missing or NULL. */
int sx_names_index(char *const *names, size_t count, const char *name);
/* Deep copy; free with sx_names_free. */
SX_MUST_USE sx_status sx_names_copy(char *const *names, size_t count, char ***out, sx_error *err);

#endif
