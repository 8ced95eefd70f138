/* memory.h: where buffers with known lifetimes go so that they share memory. */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include <stddef.h>

typedef struct sx_buffer {
    size_t bytes;       /* a multiple of the arena's alignment */
    size_t first, last; /* steps in which it holds something */
    size_t offset;      /* found by sx_buffers_place */
} sx_buffer;

/* Largest first, each at the lowest offset that is free while it lives. order: count entries of scratch.
 * Returns the bytes all need together. */
size_t sx_buffers_place(sx_buffer *buffers, size_t count, size_t *order);

#endif
