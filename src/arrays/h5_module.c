/* h5_module.c: h5.h in the library: every call goes to the module, which the two that open something load. */
#include "base/module.h"
#include "h5_calls.h"

static sx_module module = {.name = "hdf5", .what = "HDF5 (.h5, and the weights of .keras)"};

static const sx_h5_calls *calls(void) { return atomic_load(&module.calls); }

sx_status sx_h5_load(sx_error *err) { return sx_module_load(&module, err); }

sx_status sx_h5_open(const unsigned char *bytes, size_t size, const char *name, sx_h5 **out, sx_error *err) {
    sx_status status = sx_h5_load(err);
    return status == SX_OK ? calls()->open(bytes, size, name, out, err) : status;
}

void sx_h5_close(sx_h5 *file) {
    if (file != NULL) calls()->close(file);
}

sx_status sx_h5_look(sx_h5 *file, const char *path, sx_h5_kind *kind, sx_error *err) {
    return calls()->look(file, path, kind, err);
}

sx_status sx_h5_members(sx_h5 *file, const char *path, size_t *count, sx_error *err) {
    return calls()->members(file, path, count, err);
}

sx_status sx_h5_texts(sx_h5 *file, const char *path, const char *attribute, char ***texts, size_t *count,
                      sx_error *err) {
    return calls()->texts(file, path, attribute, texts, count, err);
}

sx_status sx_h5_floats(sx_h5 *file, const char *path, sx_h5_array *out, sx_error *err) {
    return calls()->floats(file, path, out, err);
}

sx_status sx_h5_writer_open(sx_h5_writer **out, sx_error *err) {
    sx_status status = sx_h5_load(err);
    return status == SX_OK ? calls()->writer_open(out, err) : status;
}

void sx_h5_add_group(sx_h5_writer *writer, const char *path) { calls()->add_group(writer, path); }

void sx_h5_add_text(sx_h5_writer *writer, const char *path, const char *attribute, const char *text) {
    calls()->add_text(writer, path, attribute, text);
}

void sx_h5_add_texts(sx_h5_writer *writer, const char *path, const char *attribute, const char *const *texts,
                     size_t count) {
    calls()->add_texts(writer, path, attribute, texts, count);
}

void sx_h5_add_floats(sx_h5_writer *writer, const char *path, const size_t *dims, int rank,
                      const float *values) {
    calls()->add_floats(writer, path, dims, rank, values);
}

sx_status sx_h5_writer_finish(sx_h5_writer *writer, unsigned char **bytes, size_t *size, sx_error *err) {
    return calls()->writer_finish(writer, bytes, size, err);
}
