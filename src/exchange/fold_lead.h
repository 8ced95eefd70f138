/* fold_lead.h: whether a normalisation can go into the weights of the layer before it; fold.h says when and
 * how. */
#ifndef EXCHANGE_FOLD_LEAD_H
#define EXCHANGE_FOLD_LEAD_H

#include "sonaxis/model.h"

/* The layer before node `norm` whose weights can do its work: a convolution or dense layer whose output
 * nobody else takes. -1 where there is none, or where the node is no such normalisation. */
int sx_fold_lead(const sx_model *model, size_t norm);

#endif
