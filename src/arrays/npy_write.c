/* npy_write.c: floats -> .npy version 1.0 as NumPy itself writes it; see npy.h. */
#include "npy.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

enum { PREFIX_BYTES = 10, ALIGNMENT = 64 };

static const char *type_code(void) {
    const uint16_t one = 1;
    return *(const unsigned char *)&one == 1 ? "<f4" : ">f4";
}

/* "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }" and spaces up to the alignment. */
bool sx_npy_make_header(const size_t *dims, int rank, unsigned char header[SX_NPY_HEADER_LIMIT],
                        size_t *size) {
    sx_text text = {0};
    sx_text_format(&text, "{'descr': '%s', 'fortran_order': False, 'shape': (", type_code());
    for (int i = 0; i < rank; i++)
        sx_text_format(&text, "%s%zu%s", i > 0 ? " " : "", dims[i], i + 1 < rank || rank == 1 ? "," : "");
    sx_text_add(&text, "), }");
    while (!text.failed && (PREFIX_BYTES + text.length + 1) % ALIGNMENT != 0)
        sx_text_add(&text, " ");
    sx_text_add(&text, "\n");
    bool good = !text.failed && PREFIX_BYTES + text.length <= SX_NPY_HEADER_LIMIT;
    if (good) {
        memcpy(header, "\x93NUMPY\1\0", 8);
        header[8] = (unsigned char)(text.length & 255);
        header[9] = (unsigned char)(text.length >> 8);
        memcpy(header + PREFIX_BYTES, text.chars, text.length);
        *size = PREFIX_BYTES + text.length;
    }
    sx_text_clear(&text);
    return good;
}

sx_status sx_npy_write(const char *path, const float *values, const size_t *dims, int rank, sx_error *err) {
    assert(path != NULL && rank >= 0 && rank <= SX_NPY_MAX_RANK && (rank == 0 || dims != NULL));
    unsigned char header[SX_NPY_HEADER_LIMIT];
    size_t header_size = 0, bytes = sizeof *values;
    for (int i = 0; i < rank; i++) {
        assert(dims[i] == 0 || bytes <= SIZE_MAX / dims[i]);
        bytes *= dims[i];
    }
    if (!sx_npy_make_header(dims, rank, header, &header_size))
        return sx_fail_memory(err, SX_NPY_HEADER_LIMIT);
    sx_file_writer *writer = NULL;
    sx_status status = sx_file_writer_open(path, &writer, err);
    if (status != SX_OK) return status;
    status = sx_file_writer_append(writer, header, header_size, err);
    if (status == SX_OK) status = sx_file_writer_append(writer, values, bytes, err);
    if (status == SX_OK) return sx_file_writer_commit(writer, err);
    sx_file_writer_discard(writer);
    return status;
}
