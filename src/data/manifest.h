/* manifest.h: one row of a manifest, whatever the file's form, checked and added to a listing. */
#ifndef DATA_MANIFEST_H
#define DATA_MANIFEST_H

#include "data/listing.h"

#define SX_COLUMN_LIST(X) X(path) X(label) X(start) X(end) X(group) X(fold) X(split) X(weight)

typedef enum sx_column {
#define SX_COLUMN_ENUM(name) SX_COLUMN_##name,
    SX_COLUMN_LIST(SX_COLUMN_ENUM)
#undef SX_COLUMN_ENUM
        SX_COLUMN_COUNT
} sx_column;

extern const char *const sx_column_names[]; /* NULL at the end */

typedef struct sx_manifest {
    const char *path; /* of the manifest, for messages */
    char *folder;     /* that relative paths start from */
    bool unlabelled;
    sx_listing *listing;
} sx_manifest;

/* cells: SX_COLUMN_COUNT texts by column, NULL or "" = not given. Wrong values are SX_E_FORMAT naming
 * manifest, line, column and what would be right; a recording that is missing is a skip. */
SX_MUST_USE sx_status sx_manifest_add_row(const sx_manifest *manifest, size_t line, const char *const *cells,
                                          sx_error *err);
/* Index of a column; SX_E_FORMAT names the unknown column, the line and the nearest known one. */
SX_MUST_USE sx_status sx_manifest_column(const sx_manifest *manifest, size_t line, const char *name,
                                         sx_column *column, sx_error *err);

/* text ends with a zero at text[size]; both may change it. delimiter: ',' or '\t'. */
SX_MUST_USE sx_status sx_manifest_read_csv(const sx_manifest *manifest, char *text, size_t size,
                                           char delimiter, sx_error *err);
SX_MUST_USE sx_status sx_manifest_read_jsonl(const sx_manifest *manifest, char *text, size_t size,
                                             sx_error *err);

#endif
