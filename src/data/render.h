/* render.h: the second pass: clips and spectrograms, every one in its row of the tensor. */
#ifndef DATA_RENDER_H
#define DATA_RENDER_H

#include "data/plan.h"

/* rows: item_count numbers, the row of each usable slot. values: room for all rows. A slot that fails here
 * gets a reason; its row is then undefined. */
SX_MUST_USE sx_status sx_render(sx_survey *survey, const sx_plan *plan, const size_t *rows, float *values,
                                const sx_watch *watch, sx_error *err);

#endif
