/* archive.c: zip archives read through libzip, which no other file names; see archive.h. A module of its own.
 */
#include "archive_calls.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/module.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { BLOCK_BYTES = 1 << 17 };
/* Deflate packs at most 1032:1, and only the same value throughout; large arrays of real data stay far below.
 */
enum { SMALL_BYTES = 1 << 16, SMALL_RATIO = 1100, LARGE_BYTES = 256 << 20, LARGE_RATIO = 100 };

struct sx_archive {
    zip_t *zip;
    char *name; /* for errors */
};

/* --- opening ---------------------------------------------------------------------------------------- */

static sx_status fail_open(zip_error_t *error, const char *name, const char *what, sx_error *err) {
    sx_status status =
        sx_fail(err, SX_E_FORMAT, "%s: it is not %s: %s", name, what, zip_error_strerror(error));
    zip_error_fini(error);
    return status;
}

static sx_status keep(zip_t *zip, const char *name, sx_archive **out, sx_error *err) {
    sx_archive *archive = sx_alloc(1, sizeof *archive);
    char *copy = sx_copy_text(name);
    if (archive == NULL || copy == NULL) {
        sx_free(archive);
        sx_free(copy);
        zip_discard(zip);
        return sx_fail_memory(err, sizeof *archive + strlen(name));
    }
    *archive = (sx_archive){zip, copy};
    *out = archive;
    return SX_OK;
}

sx_status sx_archive_open(const char *path, const char *what, sx_archive **out, sx_error *err) {
    uint64_t size = 0;
    sx_file_kind kind = sx_file_look(path, &size);
    if (kind == SX_FILE_NONE) return sx_fail(err, SX_E_FILE, "%s: there is no such file", path);
    if (kind != SX_FILE_REGULAR) return sx_fail(err, SX_E_FILE, "%s: it is not a regular file", path);
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    if (zip != NULL) return keep(zip, path, out, err);
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    return fail_open(&error, path, what, err);
}

sx_status sx_archive_open_bytes(const unsigned char *bytes, size_t size, const char *name, const char *what,
                                sx_archive **out, sx_error *err) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, size, 0, &error);
    zip_t *zip = source != NULL ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (zip == NULL) {
        if (source != NULL) zip_source_free(source);
        return fail_open(&error, name, what, err);
    }
    zip_error_fini(&error);
    return keep(zip, name, out, err);
}

void sx_archive_close(sx_archive *archive) {
    if (archive == NULL) return;
    zip_discard(archive->zip);
    sx_free(archive->name);
    sx_free(archive);
}

/* --- names ------------------------------------------------------------------------------------------ */

size_t sx_archive_count(const sx_archive *archive) {
    zip_int64_t count = zip_get_num_entries(archive->zip, 0);
    return count > 0 ? (size_t)count : 0;
}

const char *sx_archive_name(const sx_archive *archive, size_t index) {
    const char *name = zip_get_name(archive->zip, index, 0);
    return name != NULL ? name : "";
}

bool sx_archive_find(const sx_archive *archive, const char *name, size_t *index) {
    zip_int64_t found = zip_name_locate(archive->zip, name, 0);
    if (found < 0) return false;
    *index = (size_t)found;
    return true;
}

/* A name that would leave the folder it is unpacked to, there or on another system. */
static bool is_sly(const char *name) {
    if (name[0] == 0 || name[0] == '/' || strchr(name, '\\') != NULL || strchr(name, ':') != NULL)
        return true;
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        if (*part == '/') part++;
        if (strcmp(part, "..") == 0 || strncmp(part, "../", 3) == 0) return true;
    }
    return false;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

sx_status sx_archive_check_names(const sx_archive *archive, size_t most, sx_error *err) {
    size_t count = sx_archive_count(archive);
    if (count > most)
        return sx_fail(err, SX_E_FORMAT, "%s: the archive holds %zu members; at most %zu are expected",
                       archive->name, count, most);
    const char **names = sx_alloc(count, sizeof *names);
    if (names == NULL) return sx_fail_memory(err, count * sizeof *names);
    sx_status status = SX_OK;
    for (size_t i = 0; i < count; i++) {
        names[i] = sx_archive_name(archive, i);
        if (status == SX_OK && is_sly(names[i]))
            status = sx_fail(err, SX_E_FORMAT, "%s: a member is called \"%.100s\", which leads elsewhere",
                             archive->name, names[i]);
    }
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 1; status == SX_OK && i < count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            status =
                sx_fail(err, SX_E_FORMAT, "%s: two members are called \"%.100s\"", archive->name, names[i]);
    sx_free(names);
    return status;
}

/* --- members ---------------------------------------------------------------------------------------- */

static sx_status check_method(const zip_stat_t *member, const char *title, sx_error *err) {
    if ((member->valid & ZIP_STAT_ENCRYPTION_METHOD) && member->encryption_method != ZIP_EM_NONE)
        return sx_fail(err, SX_E_UNSUPPORTED, "%s: it is encrypted", title);
    if ((member->valid & ZIP_STAT_COMP_METHOD) && member->comp_method != ZIP_CM_STORE &&
        member->comp_method != ZIP_CM_DEFLATE)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: it is packed by method %d; stored and deflated members can be read", title,
                       (int)member->comp_method);
    return SX_OK;
}

sx_status sx_archive_size(const sx_archive *archive, size_t index, const char *title, size_t *size,
                          sx_error *err) {
    const zip_uint64_t wanted = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    zip_stat_t member;
    zip_stat_init(&member);
    if (zip_stat_index(archive->zip, index, 0, &member) != 0 || (member.valid & wanted) != wanted)
        return sx_fail(err, SX_E_FORMAT, "%s: the archive does not say how large it is", title);
    sx_status status = check_method(&member, title, err);
    if (status != SX_OK) return status;
    uint64_t ratio = member.size > LARGE_BYTES ? LARGE_RATIO : SMALL_RATIO;
    if (member.size > SMALL_BYTES && member.size / ratio > member.comp_size)
        return sx_fail(err, SX_E_FORMAT,
                       "%s: %llu packed bytes promise to unpack to %llu, more than %llu times as many", title,
                       (unsigned long long)member.comp_size, (unsigned long long)member.size,
                       (unsigned long long)ratio);
    *size = (size_t)member.size;
    return SX_OK;
}

static sx_status open_member(sx_archive *archive, size_t index, const char *title, zip_file_t **out,
                             sx_error *err) {
    *out = zip_fopen_index(archive->zip, index, 0);
    if (*out != NULL) return SX_OK;
    return sx_fail(err, SX_E_FORMAT, "%s: it cannot be unpacked: %s", title, zip_strerror(archive->zip));
}

/* Fills bytes from *length to capacity, or stops at the end of the member. */
static sx_status fill(zip_file_t *file, unsigned char *bytes, size_t *length, size_t capacity,
                      const char *title, sx_error *err) {
    while (*length < capacity) {
        zip_int64_t got = zip_fread(file, bytes + *length, capacity - *length);
        if (got < 0)
            return sx_fail(err, SX_E_FORMAT, "%s: it cannot be unpacked: %s", title, zip_file_strerror(file));
        if (got == 0) return SX_OK;
        *length += (size_t)got;
    }
    return SX_OK;
}

sx_status sx_archive_peek(sx_archive *archive, size_t index, const char *title, unsigned char *bytes,
                          size_t capacity, size_t *got, sx_error *err) {
    zip_file_t *file = NULL;
    sx_status status = open_member(archive, index, title, &file, err);
    if (status != SX_OK) return status;
    *got = 0;
    status = fill(file, bytes, got, capacity, title, err);
    zip_fclose(file);
    return status;
}

/* One byte more than promised is asked for, to see that there is none. */
static sx_status unpack(zip_file_t *file, size_t size, const char *title, unsigned char **bytes,
                        sx_error *err) {
    size_t length = 0, capacity = 0;
    while (length == capacity && length <= size) {
        capacity += capacity / 2;
        if (capacity < BLOCK_BYTES) capacity = BLOCK_BYTES;
        if (capacity > size + 1) capacity = size + 1;
        unsigned char *larger = sx_resize(*bytes, capacity, 1);
        if (larger == NULL) return sx_fail_memory(err, capacity);
        *bytes = larger;
        sx_status status = fill(file, *bytes, &length, capacity, title, err);
        if (status != SX_OK) return status;
    }
    if (length != size)
        return sx_fail(err, SX_E_FORMAT, "%s: the archive promises %zu bytes, %s are there", title, size,
                       length > size ? "more" : "fewer");
    (*bytes)[size] = 0;
    return SX_OK;
}

sx_status sx_archive_read(sx_archive *archive, size_t index, size_t limit, const char *title,
                          unsigned char **bytes, size_t *size, sx_error *err) {
    size_t promised = 0;
    sx_status status = sx_archive_size(archive, index, title, &promised, err);
    if (status != SX_OK) return status;
    if (limit != 0 && promised > limit)
        return sx_fail(err, SX_E_FORMAT, "%s: it has %zu bytes; at most %zu are expected", title, promised,
                       limit);
    zip_file_t *file = NULL;
    unsigned char *unpacked = NULL;
    status = open_member(archive, index, title, &file, err);
    if (status != SX_OK) return status;
    status = unpack(file, promised, title, &unpacked, err);
    zip_fclose(file);
    if (status != SX_OK) {
        sx_free(unpacked);
        return status;
    }
    *bytes = unpacked;
    *size = promised;
    return SX_OK;
}

/* --- the module ------------------------------------------------------------------------------------- */

static const sx_archive_calls calls = {.open = sx_archive_open,
                                       .open_bytes = sx_archive_open_bytes,
                                       .close = sx_archive_close,
                                       .count = sx_archive_count,
                                       .name = sx_archive_name,
                                       .find = sx_archive_find,
                                       .check_names = sx_archive_check_names,
                                       .size = sx_archive_size,
                                       .peek = sx_archive_peek,
                                       .read = sx_archive_read};
const void *const sx_module_calls = &calls;
