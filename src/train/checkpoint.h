/* checkpoint.h: a run on disk, to be continued exactly. */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include "train/state.h"

/* identity: lines "name value" of everything the run's weights depend on; see identity.h. Atomic. */
SX_MUST_USE sx_status sx_checkpoint_write(const char *path, const char *identity, const sx_state *state,
                                          sx_error *err);
/* Fills the state, and through it the model's weights and statistics. SX_E_FORMAT for a damaged file,
 * SX_E_VERSION for a newer one, SX_E_ARGUMENT naming the first line of identity that differs; the state is
 * then unchanged. */
SX_MUST_USE sx_status sx_checkpoint_read(const char *path, const char *identity, sx_state *state,
                                         sx_error *err);

#endif
