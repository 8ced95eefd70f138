/* memory.h: the only place that allocates, and where tests make allocation fail. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include "sonaxis/status.h"

#include <stddef.h>

/* Zeroed memory or NULL (also where count * size overflows). count 0 gives a valid pointer. Free with
 * sx_free. */
void *sx_alloc(size_t count, size_t size);
/* As realloc for count elements of size; new memory is not zeroed; on NULL the old block stays. */
void *sx_resize(void *block, size_t count, size_t size);
char *sx_copy_text(const char *text); /* NULL gives NULL */
void sx_free(void *block);            /* NULL is fine */
/* Bytes the machine has; SIZE_MAX where the system does not say. */
size_t sx_memory_installed(void);
/* Tests: the n-th allocation from now (1 = the next) and all after it fail; 0 = none fails. Not thread-safe.
 */
void sx_memory_fail_from(size_t n);

/* One aligned block for everything a net needs: huge pages asked for, every page touched once at init. */
typedef struct sx_arena {
    unsigned char *block;
    size_t size, used;
} sx_arena;

enum { SX_ARENA_ALIGNMENT = 64 };

/* Fails with SX_E_MEMORY; the arena is then empty and may be cleared. */
SX_MUST_USE sx_status sx_arena_init(sx_arena *arena, size_t bytes, sx_error *err);
/* 64-byte aligned, zeroed; NULL when the arena is full. */
void *sx_arena_take(sx_arena *arena, size_t count, size_t size);
void sx_arena_clear(sx_arena *arena);
/* count * size rounded up to the alignment: what a take will use. SIZE_MAX on overflow. */
size_t sx_arena_need(size_t count, size_t size);

#endif
