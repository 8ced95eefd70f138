/* batch.h: items of a data set, checked against a net and brought into its input. */
#ifndef TRAIN_BATCH_H
#define TRAIN_BATCH_H

#include "model/net.h"
#include "sonaxis/train.h"

/* Features as a net sees them. All borrowed. */
typedef struct sx_source {
    sx_model *model;
    const sx_features *features;
    const sx_standardise *standardise;
} sx_source;

/* SX_E_SHAPE where the net was built for other features, SX_E_ARGUMENT for an index out of range, and with
 * need_labels SX_E_DATA naming an item whose label is unknown or beyond the net's classes. */
SX_MUST_USE sx_status sx_source_check(const sx_source *source, const size_t *items, size_t count,
                                      bool need_labels, sx_error *err);
/* Copies and standardises `count` (at most the model's batch) items into the model's input. */
void sx_source_load(const sx_source *source, const size_t *items, size_t count);

#endif
