/* npz.h: the weights of a net as NumPy's .npz, one array a weight, named "layer/weight". */
#ifndef EXCHANGE_NPZ_H
#define EXCHANGE_NPZ_H

#include "exchange/format.h"

/* A zip archive of members that are stored as they are, without dates: the same arrays give the same bytes.
 */
SX_MUST_USE sx_status sx_npz_write_weights(const sx_model *model, const char *path, sx_error *err);
/* A net of the same spec with the weights of the file, built for inference. Free with sx_model_free. */
SX_MUST_USE sx_status sx_npz_open_net(const sx_model *like, const char *path, sx_model **out, sx_error *err);

#endif
