/* assemble.h: the tensor with everything that belongs to its rows. */
#ifndef DATA_ASSEMBLE_H
#define DATA_ASSEMBLE_H

#include "base/file.h"
#include "data/listing.h"
#include "sonaxis/features.h"

/* Room for `rows` examples; the caller owns it (sx_features_free). *out is NULL on failure. */
SX_MUST_USE sx_status sx_features_create(size_t rows, const sx_shape *shape, sx_features **out,
                                         sx_error *err);
/* The same with the values at map->bytes + offset, where they have their place; takes the map over on
 * success. */
SX_MUST_USE sx_status sx_features_from_map(size_t rows, const sx_shape *shape, sx_file_map *map,
                                           size_t offset, sx_features **out, sx_error *err);
/* items: count indices into the data set, in the order of the rows. Fills labels, groups, folds, parts,
 * weights, paths and names. Labels and groups of which nothing is left are dropped. */
SX_MUST_USE sx_status sx_features_describe(sx_features *features, const sx_dataset *dataset,
                                           const size_t *items, size_t count, sx_error *err);
/* Hands the skips over and computes the content hash. */
void sx_features_seal(sx_features *features, sx_skip_list *skips);
/* Both passes for arrays: rows converted, those with NaN or infinity skipped. */
SX_MUST_USE sx_status sx_features_from_arrays(const sx_dataset *dataset, const sx_features_options *options,
                                              sx_features **out, sx_error *err);

#endif
