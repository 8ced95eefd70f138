/* memory.c: allocation, with a switch that makes it fail for tests. */
#include "base/memory.h"

#include "base/machine.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* 0: nothing fails; 1: everything fails; more: so many minus one still succeed. */
static atomic_size_t fail_countdown;

/* Above this size a request is compared with the machine's memory: the system would promise more than it has
 * and end the process when the promise is called in. */
static const size_t worth_checking = (size_t)1 << 30;

void sx_memory_fail_from(size_t n) { atomic_store(&fail_countdown, n); }

bool sx_memory_refused(size_t bytes) {
    size_t left = atomic_load(&fail_countdown);
    if (left > 1) {
        atomic_store(&fail_countdown, left - 1);
    }
    return left == 1 || (bytes > worth_checking && bytes > sx_machine_memory());
}

size_t sx_memory_installed(void) { return sx_machine_memory(); }

static bool product(size_t count, size_t size, size_t *bytes) {
    return !__builtin_mul_overflow(count, size, bytes);
}

void *sx_alloc(size_t count, size_t size) {
    size_t bytes;
    if (!product(count, size, &bytes) || sx_memory_refused(bytes)) {
        return NULL;
    }
    return calloc(1, bytes ? bytes : 1);
}

void *sx_resize(void *block, size_t count, size_t size) {
    size_t bytes;
    if (!product(count, size, &bytes) || sx_memory_refused(bytes)) {
        return NULL;
    }
    return realloc(block, bytes ? bytes : 1);
}

char *sx_copy_text(const char *text) {
    if (!text) {
        return NULL;
    }
    size_t size = strlen(text) + 1;
    char *copy = sx_alloc(size, 1);
    if (copy) {
        memcpy(copy, text, size);
    }
    return copy;
}

void sx_free(void *block) { free(block); }
