/* block_parts.h: inside of blocks: their sizes, and what they ask of the activation layer. */
#ifndef LAYERS_BLOCK_PARTS_H
#define LAYERS_BLOCK_PARTS_H

#include "layers/block.h"

sx_block_sizes sx_block_sizes_of(const sx_block *block);
/* How many examples a shard works on together: their convolution's output stays in the cache. */
size_t sx_block_examples(const sx_block *block);
/* Floats of that output, rounded up to cache lines. */
size_t sx_block_example_floats(const sx_block *block);
/* By the options of an activation layer. */
bool sx_activation_is_relu(const void *options);

#endif
