/* json_value.h: how a JSON value is kept; private to base. */
#ifndef BASE_JSON_VALUE_H
#define BASE_JSON_VALUE_H

#include "base/json.h"

typedef enum json_kind {
    JSON_KIND_NULL,
    JSON_KIND_BOOL,
    JSON_KIND_INTEGER,
    JSON_KIND_NUMBER,
    JSON_KIND_TEXT,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT
} json_kind;

struct sx_json {
    json_kind kind;
    bool boolean;
    bool failed; /* something could not be added for lack of memory */
    int64_t integer;
    double number;
    char *text;         /* of a text */
    char **keys;        /* of an object, else NULL */
    sx_json **children; /* of an array or object */
    size_t count, capacity;
};

/* Each NULL when out of memory. */
sx_json *sx_json_new(json_kind kind);
sx_json *sx_json_new_text(const char *text); /* NULL text = null */
sx_json *sx_json_new_number(double number);  /* NaN and infinity = null */
sx_json *sx_json_new_integer(int64_t number);
sx_json *sx_json_new_bool(bool value);

#endif
