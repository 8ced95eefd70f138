/* database.h: SQLite in our words. database.c is the only file that names SQLite; what is asked of it (the
 * schema and every statement of a study) is in the files named store_*. One thread at a time. */
#ifndef EXPERIMENT_DATABASE_H
#define EXPERIMENT_DATABASE_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sx_database sx_database;
typedef struct sx_query sx_query;

/* Opens or creates a file that several processes may use at once: write-ahead log, each commit on disk when
 * it returns. SX_E_FORMAT where it is no database; SX_E_FILE where another process does not let go of it. */
SX_MUST_USE sx_status sx_database_open(const char *path, sx_database **out, sx_error *err);
void sx_database_close(sx_database *database); /* NULL is fine */
const char *sx_database_path(const sx_database *database);

/* Statements without parameters and answers. */
SX_MUST_USE sx_status sx_database_execute(sx_database *database, const char *sql, sx_error *err);
/* The one number a statement answers with. */
SX_MUST_USE sx_status sx_database_integer(sx_database *database, const char *sql, int64_t *value,
                                          sx_error *err);
/* Only one process at a time is between begin and end, and what it read cannot change under it. end commits
 * when status is SX_OK, else takes everything back; it gives back the status, or why the commit failed. */
SX_MUST_USE sx_status sx_database_begin(sx_database *database, sx_error *err);
SX_MUST_USE sx_status sx_database_end(sx_database *database, sx_status status, sx_error *err);
/* SX_E_FORMAT where pages of the file are damaged. */
SX_MUST_USE sx_status sx_database_check(sx_database *database, sx_error *err);

SX_MUST_USE sx_status sx_query_make(sx_database *database, const char *sql, sx_query **out, sx_error *err);
void sx_query_free(sx_query *query); /* NULL is fine */
/* Parameters count from 1. Texts and blobs must stay where they are until the query is freed; NaN becomes
 * NULL. */
void sx_query_set_text(sx_query *query, int parameter, const char *text);
void sx_query_set_integer(sx_query *query, int parameter, int64_t value);
void sx_query_set_number(sx_query *query, int parameter, double value);
void sx_query_set_blob(sx_query *query, int parameter, const void *bytes, size_t size);
/* *row: whether there is a(nother) row of the answer. */
SX_MUST_USE sx_status sx_query_step(sx_query *query, bool *row, sx_error *err);
/* Runs a query that answers nothing, and frees it. */
SX_MUST_USE sx_status sx_query_run(sx_query *query, sx_error *err);
/* Columns count from 0. A text lasts until the next step; "" where there is none. NULL as a number is NaN. */
const char *sx_query_text(sx_query *query, int column);
int64_t sx_query_integer(sx_query *query, int column);
double sx_query_number(sx_query *query, int column);
const void *sx_query_blob(sx_query *query, int column, size_t *size);

#endif
