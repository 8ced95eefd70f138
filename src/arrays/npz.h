/* npz.h: NumPy's .npz files: a zip archive of .npy members. */
#ifndef ARRAYS_NPZ_H
#define ARRAYS_NPZ_H

#include "npy.h"

/* Names of the arrays, without ".npy", in the order of the archive, NULL after the last; members that are not
 * arrays are left out. Free with sx_names_free (base/file.h). */
SX_MUST_USE sx_status sx_npz_names(const char *path, char ***names, size_t *count, sx_error *err);

/* One array by its name without ".npy"; a missing one is SX_E_ARGUMENT naming those that are there. Memory
 * grows with what is really unpacked, never by what the archive promises. */
SX_MUST_USE sx_status sx_npz_read(const char *path, const char *name, sx_npy *out, sx_error *err);

#endif
