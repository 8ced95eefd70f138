/* npy.c: .npy bytes -> an array in C order and this machine's byte order; see npy.h. */
#include "npy.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "npy_header.h"

#include <assert.h>
#include <string.h>

/* --- elements --------------------------------------------------------------------------------------- */

static void reverse(unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size / 2; i++) {
        unsigned char kept = bytes[i];
        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = kept;
    }
}

/* Text is swapped a character (4 bytes) at a time, numbers as a whole; bytes have no order. */
static void swap_bytes(sx_npy *array) {
    size_t unit = array->kind == SX_NPY_UNICODE ? 4 : array->item_size;
    if (array->kind == SX_NPY_BYTES || unit < 2) return;
    for (size_t at = 0; at + unit <= array->count * array->item_size; at += unit)
        reverse(array->bytes + at, unit);
}

/* Fortran order has the first index running fastest; copy into C order by counting indices. */
static void copy_transposed(const unsigned char *from, const sx_npy *shape, unsigned char *to) {
    size_t index[SX_NPY_MAX_RANK] = {0}, stride[SX_NPY_MAX_RANK];
    size_t step = 1;
    for (int i = 0; i < shape->rank; i++) {
        stride[i] = step;
        step *= shape->dims[i];
    }
    for (size_t n = 0; n < shape->count; n++) {
        size_t source = 0;
        for (int i = 0; i < shape->rank; i++)
            source += index[i] * stride[i];
        memcpy(to + n * shape->item_size, from + source * shape->item_size, shape->item_size);
        for (int i = shape->rank - 1; i >= 0 && ++index[i] == shape->dims[i]; i--)
            index[i] = 0;
    }
}

sx_status sx_npy_parse(const unsigned char *bytes, size_t size, const char *name, sx_npy *out,
                       sx_error *err) {
    assert(bytes != NULL && name != NULL && out != NULL);
    sx_npy_header header;
    sx_status status = sx_npy_header_parse(bytes, size, size, name, &header, err);
    if (status != SX_OK) return status;
    sx_npy array = {
        .kind = header.kind, .item_size = header.item_size, .rank = header.rank, .count = header.count};
    memcpy(array.dims, header.dims, sizeof array.dims);
    size_t data_bytes = size - header.data_at;
    array.bytes = sx_alloc(data_bytes, 1);
    if (array.bytes == NULL) return sx_fail_memory(err, data_bytes);
    if (header.fortran_order && header.rank > 1 && header.item_size > 0)
        copy_transposed(bytes + header.data_at, &array, array.bytes);
    else
        memcpy(array.bytes, bytes + header.data_at, data_bytes);
    if (header.swapped) swap_bytes(&array);
    *out = array;
    return SX_OK;
}

sx_status sx_npy_read(const char *path, sx_npy *out, sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = sx_file_read(path, 0, &bytes, &size, err);
    if (status != SX_OK) return status;
    status = sx_npy_parse(bytes, size, path, out, err);
    sx_free(bytes);
    return status;
}

void sx_npy_clear(sx_npy *array) {
    if (array == NULL) return;
    sx_free(array->bytes);
    *array = (sx_npy){0};
}

bool sx_npy_is_number(const sx_npy *array) { return !sx_npy_is_text(array); }

bool sx_npy_is_text(const sx_npy *array) {
    return array->kind == SX_NPY_UNICODE || array->kind == SX_NPY_BYTES;
}

const char *sx_npy_type_name(const sx_npy *array) {
    static const char *const names[][4] = {{"", "float16", "float32", "float64"},
                                           {"int8", "int16", "int32", "int64"},
                                           {"uint8", "uint16", "uint32", "uint64"},
                                           {"bool", "", "", ""}};
    if (sx_npy_is_text(array)) return "text";
    size_t size_index = array->item_size == 8 ? 3 : array->item_size / 2;
    return names[array->kind][size_index];
}
