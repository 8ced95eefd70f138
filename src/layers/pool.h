/* pool.h: what the four pooling layers share: windows over a map, or one window over all of it. */
#ifndef LAYERS_POOL_H
#define LAYERS_POOL_H

#include "layers/shard.h"
#include "layers/window.h"

typedef struct sx_pool_options {
    bool global;
    sx_window window; /* not used where global */
} sx_pool_options;

extern const char *const sx_pool_keys[];        /* pool_size, strides, padding */
extern const char *const sx_global_pool_keys[]; /* keepdims */

SX_MUST_USE sx_status sx_pool_read(const sx_json *spec, const char *where, void *options, sx_error *err);
SX_MUST_USE sx_status sx_global_pool_read(const sx_json *spec, const char *where, void *options,
                                          sx_error *err);
sx_pool_sizes sx_pool_sizes_of(const sx_pool_options *options, sx_shape input);
/* Output shape; no weights. */
SX_MUST_USE sx_status sx_pool_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                   sx_layer_plan *plan, sx_error *err);
/* The same with room for the winners. */
SX_MUST_USE sx_status sx_max_pool_plan(const void *options, const sx_shape *inputs, int input_count,
                                       size_t batch, sx_layer_plan *plan, sx_error *err);
void sx_max_pool_forward(const void *options, const sx_layer_call *call);
void sx_max_pool_backward(const void *options, const sx_layer_call *call);
void sx_average_pool_forward(const void *options, const sx_layer_call *call);
void sx_average_pool_backward(const void *options, const sx_layer_call *call);

#endif
