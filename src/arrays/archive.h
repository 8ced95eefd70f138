/* archive.h: zip archives: members read with their sizes checked, and archives written.
 *
 * The directory of an archive says how large a member is when unpacked, and may lie. A size that the packed
 * bytes cannot reach is refused before anything is unpacked; the rest is unpacked into memory that grows
 * with what is really there.
 *
 * Reading lies in a module of its own (base/module.h), loaded by the first sx_archive_open or
 * sx_archive_open_bytes. */
#ifndef ARRAYS_ARCHIVE_H
#define ARRAYS_ARCHIVE_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct sx_archive sx_archive;

/* Loads the module, for whoever opens in a child that cannot. */
SX_MUST_USE sx_status sx_archive_load(sx_error *err);
/* what: "a readable .npz archive", for errors. */
SX_MUST_USE sx_status sx_archive_open(const char *path, const char *what, sx_archive **out, sx_error *err);
/* The same from memory, which stays the caller's and must outlive the archive; name is what errors call it.
 */
SX_MUST_USE sx_status sx_archive_open_bytes(const unsigned char *bytes, size_t size, const char *name,
                                            const char *what, sx_archive **out, sx_error *err);
void sx_archive_close(sx_archive *archive); /* NULL is fine */

size_t sx_archive_count(const sx_archive *archive);
const char *sx_archive_name(const sx_archive *archive, size_t index); /* borrowed; "" where it has none */
/* Exact name; false where there is none. */
bool sx_archive_find(const sx_archive *archive, const char *name, size_t *index);
/* More than `most` members, a name twice, an absolute name, "..", a backslash: SX_E_FORMAT names it. */
SX_MUST_USE sx_status sx_archive_check_names(const sx_archive *archive, size_t most, sx_error *err);

/* Size of a member when unpacked, as promised; refuses what no honest archive promises, other methods than
 * stored and deflated, and encryption. title is what errors call the member. */
SX_MUST_USE sx_status sx_archive_size(const sx_archive *archive, size_t index, const char *title,
                                      size_t *size, sx_error *err);
/* Its first bytes, at most `capacity`. */
SX_MUST_USE sx_status sx_archive_peek(sx_archive *archive, size_t index, const char *title,
                                      unsigned char *bytes, size_t capacity, size_t *got, sx_error *err);
/* All of it, at most `limit` bytes (0 = no limit); a zero stands behind its end. Free with sx_free. */
SX_MUST_USE sx_status sx_archive_read(sx_archive *archive, size_t index, size_t limit, const char *title,
                                      unsigned char **bytes, size_t *size, sx_error *err);

typedef struct sx_archive_member {
    const char *name;
    const unsigned char *bytes;
    size_t size;
} sx_archive_member;

/* An archive of stored members in the order given, dated 1980-01-01: the same bytes for the same members.
 * SX_E_ARGUMENT above 2 GiB. Free with sx_free. */
SX_MUST_USE sx_status sx_archive_pack(const sx_archive_member *members, size_t count, unsigned char **bytes,
                                      size_t *size, sx_error *err);

#endif
