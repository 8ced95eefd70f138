/* archive_calls.h: the functions of archive.h that the module archive hands over. */
#ifndef ARRAYS_ARCHIVE_CALLS_H
#define ARRAYS_ARCHIVE_CALLS_H

#include "archive.h"

typedef struct sx_archive_calls {
    __typeof__(sx_archive_open) *open;
    __typeof__(sx_archive_open_bytes) *open_bytes;
    __typeof__(sx_archive_close) *close;
    __typeof__(sx_archive_count) *count;
    __typeof__(sx_archive_name) *name;
    __typeof__(sx_archive_find) *find;
    __typeof__(sx_archive_check_names) *check_names;
    __typeof__(sx_archive_size) *size;
    __typeof__(sx_archive_peek) *peek;
    __typeof__(sx_archive_read) *read;
} sx_archive_calls;

#endif
