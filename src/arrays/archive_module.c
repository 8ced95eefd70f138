/* archive_module.c: archive.h in the library: reading goes to the module, which the two that open load. */
#include "archive_calls.h"
#include "base/module.h"

static sx_module module = {.name = "archive", .what = "a zip archive (.npz, .keras)"};

static const sx_archive_calls *calls(void) { return atomic_load(&module.calls); }

sx_status sx_archive_load(sx_error *err) { return sx_module_load(&module, err); }

sx_status sx_archive_open(const char *path, const char *what, sx_archive **out, sx_error *err) {
    sx_status status = sx_archive_load(err);
    return status == SX_OK ? calls()->open(path, what, out, err) : status;
}

sx_status sx_archive_open_bytes(const unsigned char *bytes, size_t size, const char *name, const char *what,
                                sx_archive **out, sx_error *err) {
    sx_status status = sx_archive_load(err);
    return status == SX_OK ? calls()->open_bytes(bytes, size, name, what, out, err) : status;
}

void sx_archive_close(sx_archive *archive) {
    if (archive != NULL) calls()->close(archive);
}

size_t sx_archive_count(const sx_archive *archive) { return calls()->count(archive); }

const char *sx_archive_name(const sx_archive *archive, size_t index) { return calls()->name(archive, index); }

bool sx_archive_find(const sx_archive *archive, const char *name, size_t *index) {
    return calls()->find(archive, name, index);
}

sx_status sx_archive_check_names(const sx_archive *archive, size_t most, sx_error *err) {
    return calls()->check_names(archive, most, err);
}

sx_status sx_archive_size(const sx_archive *archive, size_t index, const char *title, size_t *size,
                          sx_error *err) {
    return calls()->size(archive, index, title, size, err);
}

sx_status sx_archive_peek(sx_archive *archive, size_t index, const char *title, unsigned char *bytes,
                          size_t capacity, size_t *got, sx_error *err) {
    return calls()->peek(archive, index, title, bytes, capacity, got, err);
}

sx_status sx_archive_read(sx_archive *archive, size_t index, size_t limit, const char *title,
                          unsigned char **bytes, size_t *size, sx_error *err) {
    return calls()->read(archive, index, limit, title, bytes, size, err);
}
