/* keras_training.h: what a model was compiled with. */
#ifndef EXCHANGE_KERAS_TRAINING_H
#define EXCHANGE_KERAS_TRAINING_H

#include "base/json.h"

/* From compile_config or training_config (NULL: never compiled): an object with those of "optimiser",
 * "learning_rate", "schedule", "momentum", "beta_1", "beta_2", "epsilon", "weight_decay", "nesterov", "loss",
 * "label_smoothing" that are said. */
sx_json *sx_keras_training_read(const sx_json *training);

#endif
