/* block_parts.h: inside of blocks: their sizes, and what they ask of the activation layer. */
#ifndef LAYERS_BLOCK_PARTS_H
#define LAYERS_BLOCK_PARTS_H

#include "layers/block.h"

sx_block_sizes sx_block_sizes_of(const sx_block *block);
/* Floats of one example of the convolution's output, rounded up to cache lines. */
size_t sx_block_example_floats(const sx_block *block);
/* By the options of an activation layer. */
bool sx_activation_is_relu(const void *options);

#endif
