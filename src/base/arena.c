/* arena.c: one aligned block, taken from front to back. Zeroing it at the start touches every page, so that
 * running a net meets no page fault. */
#include "base/memory.h"

#include "base/error.h"
#include "base/machine.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const size_t huge_page = (size_t)2 << 20;

sx_status sx_arena_init(sx_arena *arena, size_t bytes, sx_error *err) {
    *arena = (sx_arena){0};
    size_t alignment = bytes >= huge_page ? huge_page : (size_t)SX_ARENA_ALIGNMENT;
    void *block = NULL;
    if (bytes > SIZE_MAX - huge_page || sx_memory_refused(bytes) ||
        posix_memalign(&block, alignment, bytes ? bytes : 1) != 0) {
        return sx_fail_memory(err, bytes);
    }
    if (alignment == huge_page) {
        sx_machine_huge_pages(block, bytes);
    }
    memset(block, 0, bytes);
    arena->block = block;
    arena->size = bytes;
    return SX_OK;
}

size_t sx_arena_need(size_t count, size_t size) {
    size_t bytes, mask = SX_ARENA_ALIGNMENT - 1;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - mask) {
        return SIZE_MAX;
    }
    return (bytes + mask) & ~mask;
}

void *sx_arena_take(sx_arena *arena, size_t count, size_t size) {
    size_t need = sx_arena_need(count, size);
    if (!arena->block || need > arena->size - arena->used) {
        return NULL;
    }
    unsigned char *place = arena->block + arena->used;
    arena->used += need;
    return place;
}

void sx_arena_clear(sx_arena *arena) {
    free(arena->block);
    *arena = (sx_arena){0};
}
