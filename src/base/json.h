/* json.h: JSON through jansson, read strictly. The only file that names jansson is json.c.
 *
 * A reader gets typed members; whatever is wrong names the place ("layers[2]: units"), the value and what
 * would be right; unknown keys name the nearest known one. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sx_json sx_json; /* a value; owned by its parent, the root by whoever made it */

/* source names the text in errors, with line and column. Duplicate keys are refused. */
SX_MUST_USE sx_status sx_json_parse(const char *text, size_t length, const char *source, sx_json **out,
                                    sx_error *err);
void sx_json_free(sx_json *root);

bool sx_json_is_object(const sx_json *value);
bool sx_json_is_array(const sx_json *value);
bool sx_json_is_text(const sx_json *value);
bool sx_json_is_number(const sx_json *value);
bool sx_json_is_integer(const sx_json *value);
bool sx_json_is_bool(const sx_json *value);
bool sx_json_is_null(const sx_json *value);
const char *sx_json_text(const sx_json *value); /* NULL unless text */
double sx_json_number(const sx_json *value);    /* 0 unless a number */
int64_t sx_json_integer(const sx_json *value);  /* 0 unless an integer */
bool sx_json_bool(const sx_json *value);
sx_json *sx_json_get(const sx_json *object, const char *key); /* NULL where missing; borrowed */
size_t sx_json_count(const sx_json *array_or_object);
sx_json *sx_json_at(const sx_json *array, size_t index); /* borrowed */
const char *sx_json_key_at(const sx_json *object, size_t index,
                           sx_json **value); /* in the order of the text */

/* Every key of object is in known (NULL at the end); else SX_E_FORMAT. where: "layers[2] (conv2d)". */
SX_MUST_USE sx_status sx_json_check_keys(const sx_json *object, const char *const *known, const char *where,
                                         sx_error *err);
/* Optional members: *value is left alone where the key is missing. Out of [low, high] or of another type is
 * SX_E_FORMAT. */
SX_MUST_USE sx_status sx_json_read_double(const sx_json *object, const char *key, double low, double high,
                                          const char *where, double *value, sx_error *err);
SX_MUST_USE sx_status sx_json_read_integer(const sx_json *object, const char *key, int64_t low, int64_t high,
                                           const char *where, int64_t *value, sx_error *err);
SX_MUST_USE sx_status sx_json_read_bool(const sx_json *object, const char *key, const char *where,
                                        bool *value, sx_error *err);
SX_MUST_USE sx_status sx_json_read_text(const sx_json *object, const char *key, const char *where,
                                        const char **value, sx_error *err);
/* Index of the member's text in names (NULL at the end). */
SX_MUST_USE sx_status sx_json_read_name(const sx_json *object, const char *key, const char *const *names,
                                        const char *where, int *index, sx_error *err);

/* Writing: NULL from a constructor means out of memory; every set and append accepts NULL objects and values
 * and then does nothing but remember the failure in the object, so only sx_json_dump need be checked.
 * Children are taken over. */
sx_json *sx_json_object(void);
sx_json *sx_json_array(void);
void sx_json_set(sx_json *object, const char *key, sx_json *child);
void sx_json_set_text(sx_json *object, const char *key,
                      const char *text); /* NULL text = null; bad UTF-8 is replaced */
void sx_json_set_number(sx_json *object, const char *key, double number); /* NaN and infinity = null */
void sx_json_set_integer(sx_json *object, const char *key, int64_t number);
void sx_json_set_bool(sx_json *object, const char *key, bool value);
void sx_json_append(sx_json *array, sx_json *child);
void sx_json_append_text(sx_json *array, const char *text);
void sx_json_append_number(sx_json *array, double number);
void sx_json_append_integer(sx_json *array, int64_t number);
/* indent 0 = one line. NULL when anything failed; free with sx_free. */
char *sx_json_dump(const sx_json *root, int indent);

#endif
