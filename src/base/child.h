/* child.h: work on what strangers sent, in a process of its own.
 *
 * The child is a copy of this process that may neither open a file nor a connection, and has a limit of
 * memory, of processor time and of time altogether. It gets the bytes it works on in memory, and what it
 * makes comes back over a pipe. Whatever becomes of it is an error here, never more: a crash, an endless
 * loop, memory without end. Where a sanitizer watches, memory is not limited, since its own takes
 * terabytes of addresses. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "sonaxis/status.h"

#include <stddef.h>

typedef struct sx_child_limits {
    size_t memory_bytes; /* beside what the parent has at the fork */
    size_t answer_bytes; /* of what comes back */
    int cpu_s, wall_s;
} sx_child_limits;

/* Runs in the child: makes *answer (sx_alloc) from what context points to. It must start no thread and
 * write to nothing shared. */
typedef sx_status (*sx_child_work)(void *context, unsigned char **answer, size_t *size, sx_error *err);

/* The answer, or the child's error, or what became of it (SX_E_FORMAT, "what" begins the sentence). The
 * answer's bytes are still a stranger's: a child that was taken over may have made them up. Free with
 * sx_free. Threads of this process go on meanwhile. */
SX_MUST_USE sx_status sx_child_run(sx_child_work work, void *context, const sx_child_limits *limits,
                                   const char *what, unsigned char **answer, size_t *size, sx_error *err);

#endif
