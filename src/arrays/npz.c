/* npz.c: see npz.h. An array whose .npy header does not describe exactly the size that the archive promises
 * is refused after its first block. */
#include "npz.h"

#include "archive.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "npy_header.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK_BYTES = 1 << 17 }; /* holds any header of format version 1 */

static const char what[] = "a readable .npz archive";

/* --- names ------------------------------------------------------------------------------------------ */

static bool is_array_name(const char *name) {
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".npy") == 0;
}

static sx_status collect_names(const sx_archive *archive, char **names, size_t *count, sx_error *err) {
    size_t members = sx_archive_count(archive);
    for (size_t i = 0; i < members; i++) {
        const char *name = sx_archive_name(archive, i);
        if (!is_array_name(name)) continue;
        char *copy = sx_copy_text(name);
        if (copy == NULL) return sx_fail_memory(err, strlen(name) + 1);
        copy[strlen(copy) - 4] = 0;
        names[(*count)++] = copy;
    }
    return SX_OK;
}

static sx_status names_of(const sx_archive *archive, char ***out, size_t *out_count, sx_error *err) {
    size_t places = sx_archive_count(archive) + 1, count = 0;
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
    sx_archive *archive = NULL;
    sx_status status = sx_archive_open(path, what, &archive, err);
    if (status != SX_OK) return status;
    status = names_of(archive, names, count, err);
    sx_archive_close(archive);
    return status;
}

/* --- one member ------------------------------------------------------------------------------------- */

static sx_status fail_missing(const sx_archive *archive, const char *path, const char *name, sx_error *err) {
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

/* The header alone is unpacked first. */
static sx_status check_header(sx_archive *archive, size_t index, const char *title, sx_error *err) {
    sx_npy_header header;
    size_t size = 0, got = 0;
    sx_status status = sx_archive_size(archive, index, title, &size, err);
    if (status != SX_OK) return status;
    unsigned char *block = sx_alloc(BLOCK_BYTES, 1);
    if (block == NULL) return sx_fail_memory(err, BLOCK_BYTES);
    status = sx_archive_peek(archive, index, title, block, BLOCK_BYTES, &got, err);
    if (status == SX_OK)
        status = sx_npy_header_parse(block, got < size ? got : size, size, title, &header, err);
    sx_free(block);
    return status;
}

static sx_status read_member(sx_archive *archive, size_t index, const char *title, sx_npy *out,
                             sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = check_header(archive, index, title, err);
    if (status == SX_OK) status = sx_archive_read(archive, index, 0, title, &bytes, &size, err);
    if (status == SX_OK) status = sx_npy_parse(bytes, size, title, out, err);
    sx_free(bytes);
    return status;
}

sx_status sx_npz_read(const char *path, const char *name, sx_npy *out, sx_error *err) {
    assert(path != NULL && name != NULL && out != NULL);
    sx_archive *archive = NULL;
    sx_status status = sx_archive_open(path, what, &archive, err);
    if (status != SX_OK) return status;
    char member_name[256], title[512];
    size_t index = 0;
    snprintf(member_name, sizeof member_name, "%.250s.npy", name);
    snprintf(title, sizeof title, "%.250s: %.250s", path, member_name);
    if (!sx_archive_find(archive, member_name, &index))
        status = fail_missing(archive, path, name, err);
    else
        status = read_member(archive, index, title, out, err);
    sx_archive_close(archive);
    return status;
}
