/* parallel.h: the only place that starts threads.
 *
 * Work is cut into tasks by the caller, never by the number of threads: what a task computes depends on its
 * index alone, so the bits are the same for any pool. Sums that cross tasks are added afterwards in a fixed
 * order. */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include "sonaxis/status.h"

#include <stddef.h>

typedef struct sx_pool sx_pool;

/* threads 0 = all cores the process may use. One thread: no thread is started. Denormals are flushed on every
 * thread of the pool while it works (and on the caller's, which works too; its mode is restored afterwards).
 */
SX_MUST_USE sx_status sx_pool_create(int threads, sx_pool **out, sx_error *err);
void sx_pool_free(sx_pool *pool);
int sx_pool_threads(const sx_pool *pool); /* 1 for NULL */

/* Runs task(context, index, worker) for every index < count and waits. worker < sx_pool_threads: which
 * scratch to use. pool NULL = one after the other on the caller's thread. One caller at a time per pool; not
 * nested, but within a run of a single task, which stays on the caller's thread. */
void sx_pool_run(sx_pool *pool, size_t count, void (*task)(void *context, size_t index, int worker),
                 void *context);

/* The same; every second such run of a pool goes through a worker's tasks from the last to the first, and so
 * meets first what the run before left in the cache. */
void sx_pool_sweep(sx_pool *pool, size_t count, void (*task)(void *context, size_t index, int worker),
                   void *context);

int sx_core_count(void);

typedef struct sx_lock sx_lock;
SX_MUST_USE sx_status sx_lock_create(sx_lock **out, sx_error *err);
void sx_lock_free(sx_lock *lock);
void sx_lock_take(sx_lock *lock);
void sx_lock_give(sx_lock *lock);

/* One lock of the whole process, for outside libraries that keep their last error in one place for all
 * threads. Held for moments; never while another lock is taken. */
void sx_library_lock_take(void);
void sx_library_lock_give(void);

#endif
