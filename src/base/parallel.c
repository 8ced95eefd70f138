/* parallel.c: the pool of threads, and the lock. The only file that names pthreads.
 *
 * Every worker begins with a range of its own, the same in every run of as many tasks, so that it finds in
 * its cache what it left there; when that is done it takes indices of the others, one at a time, so a slow
 * one holds nobody up. Which thread takes which index must not matter. Between two runs a worker first waits
 * in a short loop, since a net calls many small runs in a row, and then sleeps until it is woken. */
#include "base/parallel.h"

#include "base/error.h"
#include "base/machine.h"
#include "base/memory.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { SPINS = 4000, MOST_THREADS = 1024 };

typedef struct worker {
    sx_pool *pool;
    pthread_t thread;
    int index;          /* the caller is worker 0, which has no thread */
    atomic_size_t next; /* first index of its range not yet taken, counted from the end when reversed */
    size_t first, end;
    char apart[64]; /* neighbours' counters are in other cache lines */
} worker;

struct sx_pool {
    int threads;
    int started; /* workers whose thread runs */
    int spins;   /* 0 where there are more threads than cores: waiting in a loop would take a worker's core */
    worker *workers;
    pthread_mutex_t mutex; /* guards run_number's change, sleeping and stop */
    pthread_cond_t wake, finished;
    int sleeping;
    bool stop;
    bool reversed; /* the next sweep */
    atomic_uint run_number;
    atomic_int working; /* workers that have not finished the present run */
    void (*task)(void *context, size_t index, int worker);
    void *context;
    bool backwards; /* the present run */
};

int sx_core_count(void) { return sx_machine_cores(); }

static void share_out(sx_pool *pool, size_t count) {
    size_t threads = (size_t)pool->threads, least = count / threads, more = count % threads, first = 0;
    for (size_t i = 0; i < threads; i++) {
        atomic_store_explicit(&pool->workers[i].next, first, memory_order_relaxed);
        pool->workers[i].first = first;
        first += least + (i < more);
        pool->workers[i].end = first;
    }
}

static void take_tasks(sx_pool *pool, int index_of_worker) {
    for (int i = 0; i < pool->threads; i++) {
        worker *owner = &pool->workers[(index_of_worker + i) % pool->threads];
        for (;;) {
            size_t index = atomic_fetch_add_explicit(&owner->next, 1, memory_order_relaxed);
            if (index >= owner->end) break;
            size_t mirrored = owner->first + owner->end - 1 - index;
            pool->task(pool->context, pool->backwards ? mirrored : index, index_of_worker);
        }
    }
}

/* Waits for a run after the one numbered `seen`. False: the pool ends. */
static bool await_run(sx_pool *pool, unsigned seen) {
    for (int spin = 0; spin < pool->spins; spin++) {
        if (atomic_load_explicit(&pool->run_number, memory_order_acquire) != seen) {
            return true;
        }
        sx_machine_pause();
    }
    pthread_mutex_lock(&pool->mutex);
    pool->sleeping++;
    while (!pool->stop && atomic_load(&pool->run_number) == seen) {
        pthread_cond_wait(&pool->wake, &pool->mutex);
    }
    pool->sleeping--;
    bool stop = pool->stop;
    pthread_mutex_unlock(&pool->mutex);
    return !stop;
}

static void *worker_main(void *argument) {
    worker *self = argument;
    sx_pool *pool = self->pool;
    (void)sx_machine_flush_denormals();
    for (unsigned seen = 0; await_run(pool, seen);) {
        seen++; /* no run is missed: the caller waits for every worker before it starts the next */
        take_tasks(pool, self->index);
        if (atomic_fetch_sub_explicit(&pool->working, 1, memory_order_acq_rel) == 1) {
            pthread_mutex_lock(&pool->mutex);
            pthread_cond_signal(&pool->finished);
            pthread_mutex_unlock(&pool->mutex);
        }
    }
    return NULL;
}

static void start_run(sx_pool *pool) {
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add_explicit(&pool->run_number, 1, memory_order_release);
    if (pool->sleeping > 0) {
        pthread_cond_broadcast(&pool->wake);
    }
    pthread_mutex_unlock(&pool->mutex);
}

static void await_workers(sx_pool *pool) {
    for (int spin = 0; spin < pool->spins; spin++) {
        if (atomic_load_explicit(&pool->working, memory_order_acquire) == 0) {
            return;
        }
        sx_machine_pause();
    }
    pthread_mutex_lock(&pool->mutex);
    while (atomic_load_explicit(&pool->working, memory_order_acquire) != 0) {
        pthread_cond_wait(&pool->finished, &pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
}

static void run(sx_pool *pool, size_t count, bool backwards,
                void (*task)(void *context, size_t index, int worker), void *context) {
    uint64_t mode = sx_machine_flush_denormals();
    if (!pool || pool->threads == 1 || count < 2) {
        for (size_t index = 0; index < count; index++) {
            task(context, backwards ? count - 1 - index : index, 0);
        }
    } else {
        assert(atomic_load(&pool->working) == 0 && "one run at a time");
        pool->task = task;
        pool->context = context;
        pool->backwards = backwards;
        share_out(pool, count);
        atomic_store_explicit(&pool->working, pool->threads - 1, memory_order_relaxed);
        start_run(pool);
        take_tasks(pool, 0);
        await_workers(pool);
    }
    sx_machine_restore_denormals(mode);
}

void sx_pool_run(sx_pool *pool, size_t count, void (*task)(void *context, size_t index, int worker),
                 void *context) {
    run(pool, count, false, task, context);
}

void sx_pool_sweep(sx_pool *pool, size_t count, void (*task)(void *context, size_t index, int worker),
                   void *context) {
    bool backwards = pool && pool->reversed;
    if (pool) pool->reversed = !backwards;
    run(pool, count, backwards, task, context);
}

/* Signals are for the threads of the program, not for ours: a worker starts with all of them blocked. */
static int start_workers(sx_pool *pool) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failure = 0;
    while (!failure && pool->started < pool->threads - 1) {
        worker *one = &pool->workers[pool->started + 1];
        one->pool = pool;
        one->index = pool->started + 1;
        failure = pthread_create(&one->thread, NULL, worker_main, one);
        pool->started += !failure;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}

sx_status sx_pool_create(int threads, sx_pool **out, sx_error *err) {
    int cores = sx_machine_cores();
    if (threads < 0 || threads > MOST_THREADS) {
        return sx_fail(err, SX_E_ARGUMENT, "cannot work with %d threads: 0 (all cores) to %d", threads,
                       MOST_THREADS);
    }
    sx_pool *pool = sx_alloc(1, sizeof *pool);
    if (!pool) {
        return sx_fail_memory(err, sizeof *pool);
    }
    pool->threads = threads ? threads : cores;
    pool->spins = pool->threads <= cores ? SPINS : 0;
    pthread_mutex_init(&pool->mutex, NULL); /* these three cannot fail with default attributes */
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->finished, NULL);
    pool->workers = sx_alloc((size_t)pool->threads, sizeof *pool->workers);
    if (!pool->workers || start_workers(pool) != 0) {
        int wanted = pool->threads, started = pool->started;
        bool listed = pool->workers != NULL;
        sx_pool_free(pool);
        if (!listed) return sx_fail_memory(err, (size_t)wanted * sizeof(worker));
        return sx_fail(err, SX_E_MEMORY, "the system started only %d of %d threads", started + 1, wanted);
    }
    *out = pool;
    return SX_OK;
}

void sx_pool_free(sx_pool *pool) {
    if (!pool) {
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    pool->stop = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->started; i++) {
        pthread_join(pool->workers[i + 1].thread, NULL);
    }
    pthread_cond_destroy(&pool->finished);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    sx_free(pool->workers);
    sx_free(pool);
}

int sx_pool_threads(const sx_pool *pool) { return pool ? pool->threads : 1; }

struct sx_lock {
    pthread_mutex_t mutex;
};

sx_status sx_lock_create(sx_lock **out, sx_error *err) {
    sx_lock *lock = sx_alloc(1, sizeof *lock);
    if (!lock) {
        return sx_fail_memory(err, sizeof *lock);
    }
    pthread_mutex_init(&lock->mutex, NULL);
    *out = lock;
    return SX_OK;
}

void sx_lock_free(sx_lock *lock) {
    if (lock) {
        pthread_mutex_destroy(&lock->mutex);
        sx_free(lock);
    }
}

void sx_lock_take(sx_lock *lock) { pthread_mutex_lock(&lock->mutex); }

void sx_lock_give(sx_lock *lock) { pthread_mutex_unlock(&lock->mutex); }

static pthread_mutex_t library_mutex = PTHREAD_MUTEX_INITIALIZER;

void sx_library_lock_take(void) { pthread_mutex_lock(&library_mutex); }

void sx_library_lock_give(void) { pthread_mutex_unlock(&library_mutex); }
