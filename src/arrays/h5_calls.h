/* h5_calls.h: the functions of h5.h as the module hdf5 hands them over. */
#ifndef ARRAYS_H5_CALLS_H
#define ARRAYS_H5_CALLS_H

#include "h5.h"

typedef struct sx_h5_calls {
    __typeof__(sx_h5_open) *open;
    __typeof__(sx_h5_close) *close;
    __typeof__(sx_h5_look) *look;
    __typeof__(sx_h5_members) *members;
    __typeof__(sx_h5_texts) *texts;
    __typeof__(sx_h5_floats) *floats;
    __typeof__(sx_h5_writer_open) *writer_open;
    __typeof__(sx_h5_add_group) *add_group;
    __typeof__(sx_h5_add_text) *add_text;
    __typeof__(sx_h5_add_texts) *add_texts;
    __typeof__(sx_h5_add_floats) *add_floats;
    __typeof__(sx_h5_writer_finish) *writer_finish;
} sx_h5_calls;

#endif
