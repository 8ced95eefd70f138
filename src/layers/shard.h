/* shard.h: one shard's part of a layer call with one input. */
#ifndef LAYERS_SHARD_H
#define LAYERS_SHARD_H

#include "layers/layer.h"

/* What a shard task gets as its context. */
typedef struct sx_work {
    const void *options;
    const sx_layer_call *call;
} sx_work;

sx_shard sx_shard_of(const sx_layer_call *call, size_t shard);
/* This shard's own gradient of a weight. */
float *sx_shard_gradient(const sx_layer_call *call, size_t shard, int weight);

#endif
