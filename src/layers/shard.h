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

/* Forward and backward of a layer that leaves the values where they are; in place there is nothing to do. */
void sx_copy_forward(const void *options, const sx_layer_call *call);
void sx_copy_backward(const void *options, const sx_layer_call *call);

/* Dropout's factors of `count` places, drawn as items from `item` on: 0 with probability rate, else
 * 1 / (1 - rate). */
void sx_draw_mask(const sx_layer_call *call, double rate, uint64_t item, size_t count, float *mask);

#endif
