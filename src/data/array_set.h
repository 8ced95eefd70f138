/* array_set.h: spectrograms that come as NumPy arrays. */
#ifndef DATA_ARRAY_SET_H
#define DATA_ARRAY_SET_H

#include "arrays/npy.h"

/* The array of examples: X.npy itself, or member X of a .npz. Checked: numbers, (n, time, frequency) or (n,
 * time, frequency, channels), no dimension 0. Clear with sx_npy_clear. */
SX_MUST_USE sx_status sx_array_set_read(const char *path, sx_npy *out, sx_error *err);
/* True for names that end in .npy or .npz. */
bool sx_is_array_name(const char *path);

#endif
