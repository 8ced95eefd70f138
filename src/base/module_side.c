/* module_side.c: a module's side of module.h. It stands in for memory.c there: blocks go to and fro between
 * library and module, and the switch of memory.c that makes allocations fail must hold for both. */
#include "base/memory.h"
#include "base/module.h"

#include <string.h>

static _Atomic(const sx_module_host *) host;

const void *sx_module_enter(const sx_module_host *caller) {
    if (strcmp(caller->version, SX_VERSION) != 0) return NULL;
    atomic_store(&host, caller);
    return sx_module_calls;
}

void *sx_alloc(size_t count, size_t size) { return atomic_load(&host)->alloc(count, size); }

void *sx_resize(void *block, size_t count, size_t size) {
    return atomic_load(&host)->resize(block, count, size);
}

void sx_free(void *block) { atomic_load(&host)->free(block); }

char *sx_copy_text(const char *text) {
    if (!text) return NULL;
    size_t size = strlen(text) + 1;
    char *copy = sx_alloc(size, 1);
    if (copy) memcpy(copy, text, size);
    return copy;
}
