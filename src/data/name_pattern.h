/* name_pattern.h: what a file's name says: "{label}_{group}_{take}".
 *
 * A pattern is literal text and fields. A field takes at least one character and none of the text that stands
 * beside it in the pattern, so a name is read in one way or not at all. */
#ifndef DATA_NAME_PATTERN_H
#define DATA_NAME_PATTERN_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { SX_PATTERN_FIELDS = 16 };

typedef enum sx_field { SX_FIELD_LABEL, SX_FIELD_GROUP, SX_FIELD_TAKE, SX_FIELD_FOLD, SX_FIELD_ANY } sx_field;
enum { SX_FIELD_COUNT = 5 };

typedef struct sx_name_pattern {
    char *text; /* the pattern, cut into the literals below */
    char *literals[SX_PATTERN_FIELDS + 1];
    sx_field fields[SX_PATTERN_FIELDS]; /* field i stands between literal i and literal i + 1 */
    size_t field_count;
    bool has_folder;    /* one '/': the first part is the sub-folder */
    bool has_extension; /* the pattern names the extension; else names are matched without theirs */
} sx_name_pattern;

/* SX_E_ARGUMENT names the pattern, what is wrong and the known fields. */
SX_MUST_USE sx_status sx_name_pattern_read(const char *text, sx_name_pattern *out, sx_error *err);
void sx_name_pattern_clear(sx_name_pattern *pattern);

/* Where a field's text lies in a name. */
typedef struct sx_name_piece {
    const char *start;
    size_t length; /* 0 = the pattern has no such field */
} sx_name_piece;

/* pieces: SX_FIELD_COUNT of them, by field; {any} and {take} are filled too. False where it does not match.
 */
bool sx_name_pattern_match(const sx_name_pattern *pattern, const char *name, sx_name_piece *pieces);

#endif
