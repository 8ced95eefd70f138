/* settled.h: the exact statistics of a finished run over its training part, kept beside its net as
 * FOLDER/settled/<run>.json, so that whoever looks into the nets afterwards need not find them again. */
#ifndef EXPERIMENT_SETTLED_H
#define EXPERIMENT_SETTLED_H

#include "experiment/store.h"
#include "train/batch.h"

/* Those the source's model holds. items: what they were recomputed over. Not for examples that are moved. */
SX_MUST_USE sx_status sx_settled_keep(const char *folder, sx_run_id id, const sx_source *source,
                                      const size_t *items, size_t count, sx_error *err);
/* Into the source's model. False, and nothing is changed, where there are none, or where they are of other
 * weights or of other recordings. */
bool sx_settled_take(const char *folder, sx_run_id id, const sx_source *source, const size_t *items,
                     size_t count);

#endif
