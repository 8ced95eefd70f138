/* shard.h: one shard's part of a layer call with one input. */
#ifndef LAYERS_SHARD_H
#define LAYERS_SHARD_H

#include "layers/layer.h"

sx_shard sx_shard_of(const sx_layer_call *call, size_t shard); /* slot = shard */
/* The worker's own slot where there are enough of them, so that scratch stays in its cache; else the shard's.
 */
size_t sx_shard_slot(const sx_layer_call *call, size_t shard, int worker);
/* Runs run(options, call, shard, its examples) over all shards that hold examples. */
typedef void (*sx_part_run)(const void *options, const sx_layer_call *call, size_t shard, sx_shard part);
void sx_run_parts(const void *options, const sx_layer_call *call, sx_part_run run);

/* This shard's own gradient of a weight. */
float *sx_shard_gradient(const sx_layer_call *call, size_t shard, int weight);

#endif
