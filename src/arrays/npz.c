/* npz.c: see npz.h; the only file that names libzip.
 *
 * The archive's directory says how large a member is when unpacked, and may lie. A size that the packed bytes
 * cannot reach is refused before anything is unpacked, an array whose .npy header does not describe exactly
 * that size after its first block; the rest is unpacked into memory that grows with it. */
#include "npz.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "npy_header.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

enum { BLOCK_BYTES = 1 << 17 }; /* holds any header of format version 1 */
/* Deflate packs at most 1032:1, and only the same value throughout; large arrays of real data stay far below.
 */
enum { SMALL_BYTES = 1 << 16, SMALL_RATIO = 1100, LARGE_BYTES = 256 << 20, LARGE_RATIO = 100 };

static sx_status open_archive(const char *path, zip_t **out, sx_error *err) {
    uint64_t size = 0;
    sx_file_kind kind = sx_file_look(path, &size);
    if (kind == SX_FILE_NONE) return sx_fail(err, SX_E_FILE, "%s: there is no such file", path);
    if (kind != SX_FILE_REGULAR) return sx_fail(err, SX_E_FILE, "%s: it is not a regular file", path);
    int code = 0;
    zip_t *archive = zip_open(path, ZIP_RDONLY, &code);
    if (archive == NULL) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        sx_status status = sx_fail(err, SX_E_FORMAT, "%s: it is not a readable .npz archive: %s", path,
                                   zip_error_strerror(&error));
        zip_error_fini(&error);
        return status;
    }
    *out = archive;
    return SX_OK;
}

/* --- names ------------------------------------------------------------------------------------------ */

static bool is_array_name(const char *name) {
    size_t length = name != NULL ? strlen(name) : 0;
    return length > 4 && strcmp(name + length - 4, ".npy") == 0;
}

static sx_status collect_names(zip_t *archive, char **names, size_t *count, sx_error *err) {
    zip_int64_t members = zip_get_num_entries(archive, 0);
    for (zip_int64_t i = 0; i < members; i++) {
        const char *name = zip_get_name(archive, (zip_uint64_t)i, 0);
        if (!is_array_name(name)) continue;
        char *copy = sx_copy_text(name);
        if (copy == NULL) return sx_fail_memory(err, strlen(name) + 1);
        copy[strlen(copy) - 4] = 0;
        names[(*count)++] = copy;
    }
    return SX_OK;
}

static sx_status names_of(zip_t *archive, char ***out, size_t *out_count, sx_error *err) {
    zip_int64_t members = zip_get_num_entries(archive, 0);
    size_t places = (members > 0 ? (size_t)members : 0) + 1, count = 0;
    char **names = sx_alloc(places, sizeof *names);
    if (names == NULL) return sx_fail_memory(err, places * sizeof *names);
    sx_status status = collect_names(archive, names, &count, err);
    if (status != SX_OK) {
        sx_names_free(names, count);
        return status;
    }
    *out = names;
    *out_count = count;
    return SX_OK;
}

sx_status sx_npz_names(const char *path, char ***names, size_t *count, sx_error *err) {
    assert(path != NULL && names != NULL && count != NULL);
    zip_t *archive = NULL;
    sx_status status = open_archive(path, &archive, err);
    if (status != SX_OK) return status;
    status = names_of(archive, names, count, err);
    zip_discard(archive);
    return status;
}

/* --- one member ------------------------------------------------------------------------------------- */

static sx_status fail_missing(zip_t *archive, const char *path, const char *name, sx_error *err) {
    char **names = NULL;
    size_t count = 0;
    sx_text list = {0};
    sx_status status = names_of(archive, &names, &count, err);
    if (status != SX_OK) return status;
    for (size_t i = 0; i < count; i++)
        sx_text_format(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    sx_names_free(names, count);
    status = sx_fail(err, SX_E_ARGUMENT, "%s: it holds no array \"%s\"; it has %.300s", path, name,
                     list.chars != NULL ? list.chars : "none");
    sx_text_clear(&list);
    return status;
}

/* The member's sizes as the directory gives them; refuses what no array of data does. */
static sx_status check_member(const zip_stat_t *member, const char *title, sx_error *err) {
    if ((member->valid & (ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE)) != (ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE))
        return sx_fail(err, SX_E_FORMAT, "%s: the archive does not say how large it is", title);
    uint64_t ratio = member->size > LARGE_BYTES ? LARGE_RATIO : SMALL_RATIO;
    if (member->size > SMALL_BYTES && member->size / ratio > member->comp_size)
        return sx_fail(err, SX_E_FORMAT,
                       "%s: %llu packed bytes promise to unpack to %llu, more than %llu times as many", title,
                       (unsigned long long)member->comp_size, (unsigned long long)member->size,
                       (unsigned long long)ratio);
    return SX_OK;
}

/* Bytes of a member as they are unpacked. */
typedef struct unpacked {
    unsigned char *bytes;
    size_t length, capacity;
} unpacked;

static sx_status grow(unpacked *member, size_t most, sx_error *err) {
    size_t capacity = member->capacity + member->capacity / 2;
    if (capacity < BLOCK_BYTES) capacity = BLOCK_BYTES;
    if (capacity > most) capacity = most;
    unsigned char *bytes = sx_resize(member->bytes, capacity, 1);
    if (bytes == NULL) return sx_fail_memory(err, capacity);
    member->bytes = bytes;
    member->capacity = capacity;
    return SX_OK;
}

/* Fills the capacity, or stops at the end of the member. */
static sx_status fill(zip_file_t *file, unpacked *member, const char *title, sx_error *err) {
    while (member->length < member->capacity) {
        zip_int64_t got = zip_fread(file, member->bytes + member->length, member->capacity - member->length);
        if (got < 0)
            return sx_fail(err, SX_E_FORMAT, "%s: it cannot be unpacked: %s", title, zip_file_strerror(file));
        if (got == 0) return SX_OK;
        member->length += (size_t)got;
    }
    return SX_OK;
}

/* One byte more than promised is asked for, to see that there is none. */
static sx_status unpack(zip_file_t *file, size_t size, const char *title, unpacked *member, sx_error *err) {
    sx_npy_header header;
    while (member->length == member->capacity && member->length <= size) {
        bool first = member->capacity == 0;
        sx_status status = grow(member, size + 1, err);
        if (status == SX_OK) status = fill(file, member, title, err);
        if (status == SX_OK && first)
            status = sx_npy_header_parse(member->bytes, member->length < size ? member->length : size, size,
                                         title, &header, err);
        if (status != SX_OK) return status;
    }
    if (member->length == size) return SX_OK;
    return sx_fail(err, SX_E_FORMAT, "%s: the archive promises %zu bytes, %s are there", title, size,
                   member->length > size ? "more" : "fewer");
}

static sx_status read_member(zip_t *archive, const zip_stat_t *found, const char *title, sx_npy *out,
                             sx_error *err) {
    sx_status status = check_member(found, title, err);
    if (status != SX_OK) return status;
    zip_file_t *file = zip_fopen_index(archive, found->index, 0);
    if (file == NULL)
        return sx_fail(err, SX_E_FORMAT, "%s: it cannot be unpacked: %s", title, zip_strerror(archive));
    unpacked member = {0};
    size_t size = (size_t)found->size;
    status = unpack(file, size, title, &member, err);
    zip_fclose(file);
    if (status == SX_OK) status = sx_npy_parse(member.bytes, size, title, out, err);
    sx_free(member.bytes);
    return status;
}

sx_status sx_npz_read(const char *path, const char *name, sx_npy *out, sx_error *err) {
    assert(path != NULL && name != NULL && out != NULL);
    zip_t *archive = NULL;
    sx_status status = open_archive(path, &archive, err);
    if (status != SX_OK) return status;
    char member_name[256], title[512];
    zip_stat_t member;
    zip_stat_init(&member);
    snprintf(member_name, sizeof member_name, "%.250s.npy", name);
    snprintf(title, sizeof title, "%.250s: %.250s", path, member_name);
    if (zip_stat(archive, member_name, 0, &member) != 0)
        status = fail_missing(archive, path, name, err);
    else
        status = read_member(archive, &member, title, out, err);
    zip_discard(archive);
    return status;
}
