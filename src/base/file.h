/* file.h: the only place that opens files and folders of ours, reads the clock, and where tests make writing
 * fail. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole regular file (links are followed; FIFOs, devices and folders are refused without opening them to
 * block). limit: largest size accepted, 0 = none. *bytes has a zero behind its end; free with sx_free. */
SX_MUST_USE sx_status sx_file_read(const char *path, size_t limit, unsigned char **bytes, size_t *size,
                                   sx_error *err);
/* Beside its place, fsync, rename, fsync of the folder: the old file or the new one, never half of one. */
SX_MUST_USE sx_status sx_file_write(const char *path, const void *bytes, size_t size, sx_error *err);
/* The same in pieces, for what does not fit in memory: open, append any number of times, then commit or
 * discard. */
typedef struct sx_file_writer sx_file_writer;
SX_MUST_USE sx_status sx_file_writer_open(const char *path, sx_file_writer **out, sx_error *err);
SX_MUST_USE sx_status sx_file_writer_append(sx_file_writer *writer, const void *bytes, size_t size,
                                            sx_error *err);
/* For a writer that must hand the name to a library: the temporary path, valid until commit or discard. */
const char *sx_file_writer_path(const sx_file_writer *writer);
SX_MUST_USE sx_status sx_file_writer_commit(sx_file_writer *writer,
                                            sx_error *err); /* frees, also on failure */
void sx_file_writer_discard(sx_file_writer *writer);        /* frees; NULL is fine */

SX_MUST_USE sx_status sx_file_remove(const char *path, sx_error *err); /* fine where there is none */

/* A regular file from its beginning in pieces: for what shall go straight to its place in memory. */
typedef struct sx_file_reader sx_file_reader;
SX_MUST_USE sx_status sx_file_reader_open(const char *path, sx_file_reader **out, sx_error *err);
size_t sx_file_reader_size(const sx_file_reader *reader); /* of the whole file, when it was opened */
/* The next `size` bytes; a file that ends before is SX_E_FILE. */
SX_MUST_USE sx_status sx_file_reader_take(sx_file_reader *reader, void *bytes, size_t size, sx_error *err);
void sx_file_reader_close(sx_file_reader *reader); /* frees; NULL is fine */
/* A regular file that is not empty as memory, without a copy: its pages are the system's until one is written
 * to, and that changes no file. Files of ours are replaced, never written over, so the bytes stay what they
 * are. */
typedef struct sx_file_map {
    unsigned char *bytes; /* at a page's beginning */
    size_t size;
} sx_file_map;
SX_MUST_USE sx_status sx_file_map_open(const char *path, sx_file_map *out, sx_error *err);
void sx_file_map_close(sx_file_map *map); /* fine where nothing is open */
/* A fingerprint of a regular file's bytes, whatever its size: read in pieces. */
SX_MUST_USE sx_status sx_file_hash(const char *path, uint64_t *hash, sx_error *err);

/* When the file was last written or marked as used, in ns since 1970; INT64_MIN where there is none. */
int64_t sx_file_time(const char *path);
void sx_file_mark_used(const char *path); /* a wish, never an error */

typedef enum sx_file_kind { SX_FILE_NONE, SX_FILE_REGULAR, SX_FILE_FOLDER, SX_FILE_OTHER } sx_file_kind;
/* What is there, links followed. *size may be NULL. */
sx_file_kind sx_file_look(const char *path, uint64_t *size);
/* True where path, links resolved, lies in folder, links resolved. */
bool sx_file_is_inside(const char *path, const char *folder);
SX_MUST_USE sx_status sx_folder_create(const char *path, sx_error *err); /* with parents; fine if it exists */
/* Where it is empty; a wish, never an error. */
void sx_folder_remove_empty(const char *path);
/* Names in a folder, sorted by bytes, without "." and ".."; *names and every name are freed by sx_names_free.
 */
SX_MUST_USE sx_status sx_folder_list(const char *path, char ***names, size_t *count, sx_error *err);
void sx_names_free(char **names, size_t count); /* NULL is fine */
/* An absolute name stays as it is. NULL when out of memory; free with sx_free. */
char *sx_path_join(const char *folder, const char *name);
/* From the root, links resolved; NULL where there is nothing or out of memory; free with sx_free. */
char *sx_path_absolute(const char *path);
const char *sx_path_base(const char *path); /* after the last slash */

double sx_clock_seconds(void); /* monotonic */
void sx_clock_wait(double seconds);
/* Tests: the n-th step of writing from now (a write, an fsync, a rename) and all after it fail as if the disk
 * were full; 0 = none. */
void sx_file_fail_from(size_t n);

#endif
