/* lifetime.h: outputs and output gradients of a graph, placed in one block of memory. */
#ifndef MODEL_LIFETIME_H
#define MODEL_LIFETIME_H

#include "model/graph.h"
#include "model/memory.h"

typedef struct sx_lifetimes {
    sx_buffer *buffers;
    size_t count, bytes;
    size_t *order;  /* scratch of the placement */
    int *outputs;   /* a node: its buffer */
    int *gradients; /* a node: its buffer, -1 = none */
    int *edges;     /* node * SX_LAYER_INPUTS + input: its own buffer, -1 = none */
} sx_lifetimes;

/* Clear it whatever the outcome. */
SX_MUST_USE sx_status sx_lifetimes_plan(sx_model *model, sx_lifetimes *lifetimes, sx_error *err);
/* Sets the nodes' pointers into the block. */
void sx_lifetimes_wire(sx_model *model, const sx_lifetimes *lifetimes, unsigned char *block);
void sx_lifetimes_clear(sx_lifetimes *lifetimes);

#endif
