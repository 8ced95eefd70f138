/* memory.c: greedy placement of buffers by size, as in Pisarchyk and Lee, "Efficient memory management for
 * deep neural net inference" (arXiv 2001.03288). */
#include "model/memory.h"

#include <stdbool.h>

static void sort_by_size(const sx_buffer *buffers, size_t count, size_t *order) {
    for (size_t i = 0; i < count; i++) {
        size_t place = i;
        for (; place > 0 && buffers[order[place - 1]].bytes < buffers[i].bytes; place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
}

static bool live_together(const sx_buffer *a, const sx_buffer *b) {
    return a->first <= b->last && b->first <= a->last;
}

/* placed: indices of the buffers that have their offset, by offset. */
static size_t lowest_offset(const sx_buffer *buffers, const size_t *placed, size_t count,
                            const sx_buffer *buffer) {
    size_t offset = 0;
    for (size_t i = 0; i < count; i++) {
        const sx_buffer *other = &buffers[placed[i]];
        if (!live_together(other, buffer)) continue;
        if (offset + buffer->bytes <= other->offset) break;
        if (other->offset + other->bytes > offset) offset = other->offset + other->bytes;
    }
    return offset;
}

/* The first `i` entries of order become the placed ones, kept by offset. */
size_t sx_buffers_place(sx_buffer *buffers, size_t count, size_t *order) {
    size_t total = 0;
    sort_by_size(buffers, count, order);
    for (size_t i = 0; i < count; i++) {
        size_t index = order[i], place = i;
        sx_buffer *buffer = &buffers[index];
        buffer->offset = lowest_offset(buffers, order, i, buffer);
        for (; place > 0 && buffers[order[place - 1]].offset > buffer->offset; place--)
            order[place] = order[place - 1];
        order[place] = index;
        if (buffer->offset + buffer->bytes > total) total = buffer->offset + buffer->bytes;
    }
    return total;
}
