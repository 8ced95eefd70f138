/* identity.h: the text that tells one training run from another. */
#ifndef TRAIN_IDENTITY_H
#define TRAIN_IDENTITY_H

#include "train/batch.h"

/* One "name value" line for everything that the weights of a run depend on: options, net, initial weights,
 * data, items, standardisation; not threads, which change no bit. Take it before the first step. Free with
 * sx_free; NULL when out of memory. */
char *sx_run_identity(const sx_source *source, const size_t *train, size_t train_count,
                      const size_t *validation, size_t validation_count, const sx_train_options *options);

#endif
