/* global_max_pool.c: Keras's GlobalMaxPooling2D: the largest value of each channel's whole map. */
#include "layers/pool.h"

const sx_layer_ops sx_layer_global_max_pool = {.type = "global_max_pool",
                                               .options_size = sizeof(sx_pool_options),
                                               .keys = sx_global_pool_keys,
                                               .min_inputs = 1,
                                               .max_inputs = 1,
                                               .read = sx_global_pool_read,
                                               .plan = sx_max_pool_plan,
                                               .forward = sx_max_pool_forward,
                                               .backward = sx_max_pool_backward};
