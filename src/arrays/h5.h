/* h5.h: what Keras uses of HDF5: groups, texts as attributes, and arrays of floats.
 *
 * A file is read from memory, so nothing it says can make anything be opened. Refused by name: soft and
 * external links, virtual and external data sets, filters (they unpack to more than the file holds), types
 * other than numbers and text, named types. A size is compared with the bytes really stored before anything
 * is allocated for it. HDF5's own code is large: read files of others in a child process only (base/child.h).
 * One caller at a time in a process: hold the library lock (base/parallel.h) where there are threads.
 *
 * What is here lies in a module of its own (base/module.h), loaded by the first sx_h5_open or
 * sx_h5_writer_open. */
#ifndef ARRAYS_H5_H
#define ARRAYS_H5_H

#include "sonaxis/status.h"

#include <stddef.h>

enum { SX_H5_MAX_RANK = 8 };

typedef enum sx_h5_kind { SX_H5_NONE, SX_H5_GROUP, SX_H5_DATASET } sx_h5_kind;

/* Free values with sx_free. */
typedef struct sx_h5_array {
    int rank; /* 0 = one number */
    size_t dims[SX_H5_MAX_RANK];
    size_t count; /* product of dims */
    float *values;
} sx_h5_array;

typedef struct sx_h5 sx_h5;

/* Loads the module, for whoever opens in a child that cannot. */
SX_MUST_USE sx_status sx_h5_load(sx_error *err);
/* bytes: a whole file, the caller's, copied. name is what errors call it. */
SX_MUST_USE sx_status sx_h5_open(const unsigned char *bytes, size_t size, const char *name, sx_h5 **out,
                                 sx_error *err);
void sx_h5_close(sx_h5 *file); /* NULL is fine */
/* Paths are "model_weights/conv/kernel:0"; "" is the root. */
SX_MUST_USE sx_status sx_h5_look(sx_h5 *file, const char *path, sx_h5_kind *kind, sx_error *err);
/* How many members a group has. */
SX_MUST_USE sx_status sx_h5_members(sx_h5 *file, const char *path, size_t *count, sx_error *err);
/* Texts of an attribute of a group or data set; a missing one gives none. Free with sx_names_free
 * (base/file.h). */
SX_MUST_USE sx_status sx_h5_texts(sx_h5 *file, const char *path, const char *attribute, char ***texts,
                                  size_t *count, sx_error *err);
/* A data set of floats or integers of any width, as floats. */
SX_MUST_USE sx_status sx_h5_floats(sx_h5 *file, const char *path, sx_h5_array *out, sx_error *err);

/* Writing: the same calls in the same order give the same bytes. The first failure is kept; the calls after
 * it do nothing, and sx_h5_writer_finish gives it. */
typedef struct sx_h5_writer sx_h5_writer;
SX_MUST_USE sx_status sx_h5_writer_open(sx_h5_writer **out, sx_error *err);
/* Parents must be there. */
void sx_h5_add_group(sx_h5_writer *writer, const char *path);
void sx_h5_add_text(sx_h5_writer *writer, const char *path, const char *attribute, const char *text);
void sx_h5_add_texts(sx_h5_writer *writer, const char *path, const char *attribute, const char *const *texts,
                     size_t count);
void sx_h5_add_floats(sx_h5_writer *writer, const char *path, const size_t *dims, int rank,
                      const float *values);
/* Ends and frees the writer, also on failure. Free bytes with sx_free. */
SX_MUST_USE sx_status sx_h5_writer_finish(sx_h5_writer *writer, unsigned char **bytes, size_t *size,
                                          sx_error *err);

#endif
