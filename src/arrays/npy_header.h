/* npy_header.h: the small Python dictionary at the start of a .npy file. */
#ifndef ARRAYS_NPY_HEADER_H
#define ARRAYS_NPY_HEADER_H

#include "npy.h"

typedef struct sx_npy_header {
    sx_npy_kind kind;
    size_t item_size;
    bool swapped; /* the other byte order than this machine's */
    bool fortran_order;
    int rank;
    size_t dims[SX_NPY_MAX_RANK];
    size_t count;
    size_t data_at; /* offset of the first element */
} sx_npy_header;

/* bytes: the first `available` of an array file of `total` bytes, at least its whole header. Fails where
 * magic, version, dictionary, type or shape are not ones we read, or where the elements the shape asks for
 * are not exactly the bytes behind the header. name is what errors call the array. */
SX_MUST_USE sx_status sx_npy_header_parse(const unsigned char *bytes, size_t available, size_t total,
                                          const char *name, sx_npy_header *out, sx_error *err);

#endif
