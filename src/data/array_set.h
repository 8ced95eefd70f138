/* array_set.h: spectrograms that come as NumPy arrays. */
#ifndef DATA_ARRAY_SET_H
#define DATA_ARRAY_SET_H

#include "arrays/npy.h"
#include "data/listing.h"

/* The array of examples: X.npy itself, member X of a .npz, or a folder of either. Checked: numbers, (n, time,
 * frequency) or (n, time, frequency, channels), no dimension 0. Clear with sx_npy_clear. */
SX_MUST_USE sx_status sx_array_set_read(const char *path, sx_npy *out, sx_error *err);
/* True for names that end in .npy or .npz. */
bool sx_is_array_name(const char *path);
/* The `count` examples of one file with their labels and groups, from options or from the .npz. */
SX_MUST_USE sx_status sx_array_set_list(const char *path, size_t count, const sx_dataset_options *options,
                                        sx_listing *listing, sx_error *err);

/* --- array_folder.c --- */
/* True where a folder, or the folders in it, hold arrays and no sounds. */
bool sx_is_array_folder(const char *folder);
/* All of its examples in one array of float32, (n, time, frequency, channels). */
SX_MUST_USE sx_status sx_array_folder_read(const char *folder, sx_npy *out, sx_error *err);
SX_MUST_USE sx_status sx_list_array_folder(const char *folder, const sx_dataset_options *options,
                                           sx_listing *listing, sx_error *err);

#endif
