/* npy.h: NumPy's .npy files, format versions 1.0 to 3.0 (numpy.org/neps/nep-0001-npy-format.html).
 *
 * Reads float16/32/64, int8..64, uint8..64, bool and fixed-length text (<U, |S), either byte order, C and
 * Fortran order; object arrays, complex numbers, dates and records are refused by name. Every size is checked
 * against the bytes that are there before anything is allocated. */
#ifndef ARRAYS_NPY_H
#define ARRAYS_NPY_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SX_NPY_MAX_RANK = 8 };

typedef enum sx_npy_kind {
    SX_NPY_FLOAT,
    SX_NPY_INTEGER,
    SX_NPY_UNSIGNED,
    SX_NPY_BOOL,
    SX_NPY_UNICODE, /* 4 bytes a character */
    SX_NPY_BYTES    /* 1 byte a character */
} sx_npy_kind;

/* Start with {0}; free with sx_npy_clear. */
typedef struct sx_npy {
    sx_npy_kind kind;
    size_t item_size; /* bytes of an element */
    int rank;         /* 0 = one number */
    size_t dims[SX_NPY_MAX_RANK];
    size_t count;         /* product of dims */
    unsigned char *bytes; /* count * item_size, C order, this machine's byte order */
} sx_npy;

/* Errors name the path and, where it is about the header, the value. *out is overwritten on success. */
SX_MUST_USE sx_status sx_npy_read(const char *path, sx_npy *out, sx_error *err);
/* The same from memory; name is what errors call it ("set.npz: X.npy"). */
SX_MUST_USE sx_status sx_npy_parse(const unsigned char *bytes, size_t size, const char *name, sx_npy *out,
                                   sx_error *err);
void sx_npy_clear(sx_npy *array); /* NULL is fine */

bool sx_npy_is_number(const sx_npy *array); /* float, integer, unsigned or bool */
bool sx_npy_is_text(const sx_npy *array);   /* unicode or bytes */
/* "float32", "int64", "bool", "text": for messages. */
const char *sx_npy_type_name(const sx_npy *array);

/* Elements first to first + count - 1 in C order as floats; numbers only. NaN and infinity are passed on. */
void sx_npy_floats(const sx_npy *array, size_t first, size_t count, float *out);
double sx_npy_number(const sx_npy *array, size_t index); /* numbers only */
/* An element as a label: text as UTF-8 without trailing zeros, integers in decimals ("7", also for 7.0),
 * bools as "False" and "True", other floats with as many digits as needed. Free with sx_free; NULL when out
 * of memory. */
char *sx_npy_label(const sx_npy *array, size_t index);

enum { SX_NPY_HEADER_LIMIT = 512 };
/* What stands before the values of a float32 array in C order; false when out of memory. */
bool sx_npy_make_header(const size_t *dims, int rank, unsigned char header[SX_NPY_HEADER_LIMIT],
                        size_t *size);
/* float32, C order, version 1.0, data 64-byte aligned. Atomic. rank 0 to SX_NPY_MAX_RANK. Also declared in
 * sonaxis/features.h, which stands on a higher floor. */
SX_API SX_MUST_USE sx_status sx_npy_write(const char *path, const float *values, const size_t *dims, int rank,
                                          sx_error *err);

#endif
