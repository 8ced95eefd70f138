/* global_average_pool.c: Keras's GlobalAveragePooling2D: the mean of each channel's whole map. */
#include "layers/pool.h"

const sx_layer_ops sx_layer_global_average_pool = {.type = "global_average_pool",
                                                   .options_size = sizeof(sx_pool_options),
                                                   .keys = sx_global_pool_keys,
                                                   .min_inputs = 1,
                                                   .max_inputs = 1,
                                                   .read = sx_global_pool_read,
                                                   .plan = sx_pool_plan,
                                                   .forward = sx_average_pool_forward,
                                                   .backward = sx_average_pool_backward};
