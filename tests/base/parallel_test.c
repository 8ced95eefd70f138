/* The pool: every index once, the same bits for any number of threads, denormals flushed inside and only
 * there. Run also under ThreadSanitizer (preset tsan). */
#include "base/parallel.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

static const int thread_counts[] = {1, 2, 3, 7};
enum { THREAD_CASES = sizeof thread_counts / sizeof thread_counts[0] };

static sx_pool *pool_of(int threads) {
    sx_pool *pool = NULL;
    sx_error err = {0};
    if (sx_pool_create(threads, &pool, &err)) {
        fail_msg("%s", err.text);
    }
    return pool;
}

typedef struct counts {
    atomic_int seen[1000];
    atomic_int wrong_worker;
    int threads;
} counts;

static void count_index(void *context, size_t index, int worker) {
    counts *all = context;
    atomic_fetch_add(&all->seen[index], 1);
    if (worker < 0 || worker >= all->threads) {
        atomic_fetch_add(&all->wrong_worker, 1);
    }
}

static void every_index_runs_once(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 3, 5, 100, 1000};
    for (int t = 0; t < THREAD_CASES; t++) {
        sx_pool *pool = pool_of(thread_counts[t]);
        assert_int_equal(sx_pool_threads(pool), thread_counts[t]);
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            counts all;
            memset(&all, 0, sizeof all);
            all.threads = thread_counts[t];
            sx_pool_run(pool, sizes[s], count_index, &all);
            sx_pool_sweep(pool, sizes[s], count_index, &all);
            sx_pool_sweep(pool, sizes[s], count_index, &all);
            for (size_t i = 0; i < 1000; i++) {
                assert_int_equal(atomic_load(&all.seen[i]), i < sizes[s] ? 3 : 0);
            }
            assert_int_equal(atomic_load(&all.wrong_worker), 0);
        }
        sx_pool_free(pool);
    }
}

typedef struct order {
    size_t count, seen[16];
} order;

static void note_index(void *context, size_t index, int worker) {
    order *all = context;
    (void)worker;
    all->seen[all->count++] = index;
}

static void sweeps_go_to_and_fro(void **state) {
    static const size_t expected[] = {0, 1, 2, 2, 1, 0, 0, 1, 2, 0, 1, 2};
    (void)state;
    sx_pool *pool = pool_of(1);
    order all = {0};
    for (int sweep = 0; sweep < 3; sweep++)
        sx_pool_sweep(pool, 3, note_index, &all);
    sx_pool_run(pool, 3, note_index, &all);
    sx_pool_free(pool);
    assert_memory_equal(all.seen, expected, sizeof expected);
}

/* A sum by shards: each task adds its shard, the shards are added in order afterwards. */
enum { SHARDS = 64, SHARD = 500 };

static void sum_shard(void *context, size_t index, int worker) {
    (void)worker;
    float sum = 0;
    for (size_t i = index * SHARD; i < (index + 1) * SHARD; i++) {
        sum += 1.0f / (float)(1 + i * i % 1013);
    }
    ((float *)context)[index] = sum;
}

static float sum_with(sx_pool *pool) {
    float shards[SHARDS], total = 0;
    sx_pool_run(pool, SHARDS, sum_shard, shards);
    for (int k = 0; k < SHARDS; k++) {
        total += shards[k];
    }
    return total;
}

static void same_bits_for_any_thread_count(void **state) {
    (void)state;
    float alone = sum_with(NULL);
    for (int t = 0; t < THREAD_CASES; t++) {
        sx_pool *pool = pool_of(thread_counts[t]);
        for (int repeat = 0; repeat < 20; repeat++) {
            float sum = sum_with(pool);
            assert_memory_equal(&sum, &alone, sizeof sum);
        }
        sx_pool_free(pool);
    }
}

/* What one run wrote the next one reads, from whichever thread: many short runs in a row. */
static void add_neighbour(void *context, size_t index, int worker) {
    (void)worker;
    uint32_t(*rows)[8] = context;
    rows[1][index] = rows[0][index] + rows[0][(index + 1) % 8];
}

static void runs_follow_each_other(void **state) {
    (void)state;
    uint32_t expected[2][8] = {{1, 2, 3, 4, 5, 6, 7, 8}};
    for (int repeat = 0; repeat < 2000; repeat++) {
        for (size_t i = 0; i < 8; i++) {
            add_neighbour(expected, i, 0);
        }
        memcpy(expected[0], expected[1], sizeof expected[0]);
    }
    for (int t = 0; t < THREAD_CASES; t++) {
        uint32_t rows[2][8] = {{1, 2, 3, 4, 5, 6, 7, 8}};
        sx_pool *pool = pool_of(thread_counts[t]);
        for (int repeat = 0; repeat < 2000; repeat++) {
            sx_pool_run(pool, 8, add_neighbour, rows);
            memcpy(rows[0], rows[1], sizeof rows[0]);
        }
        sx_pool_free(pool);
        assert_memory_equal(rows[0], expected[0], sizeof rows[0]);
    }
}

static void halve_smallest(void *context, size_t index, int worker) {
    (void)worker;
    volatile float smallest = FLT_MIN;
    smallest = smallest * 0.5f;
    ((float *)context)[index] = smallest;
}

static bool denormals_live(void) {
    float half;
    halve_smallest(&half, 0, 0);
    uint32_t bits;
    memcpy(&bits, &half, sizeof bits);
    return bits != 0;
}

#if defined(__x86_64__) || defined(__aarch64__)
static void denormals_are_flushed_inside_only(void **state) {
    (void)state;
    assert_true(denormals_live());
    for (int t = 0; t < THREAD_CASES + 1; t++) {
        sx_pool *pool = t < THREAD_CASES ? pool_of(thread_counts[t]) : NULL;
        float halves[64], zeros[64] = {0};
        memset(halves, 0xFF, sizeof halves);
        sx_pool_run(pool, 64, halve_smallest, halves);
        assert_memory_equal(halves, zeros, sizeof halves);
        assert_true(denormals_live());
        sx_pool_free(pool);
    }
}
#else
static void denormals_are_flushed_inside_only(void **state) {
    (void)state;
    skip();
}
#endif

static void bad_thread_counts_are_refused(void **state) {
    (void)state;
    sx_pool *pool = NULL;
    sx_error err = {0};
    assert_int_equal(sx_pool_create(-1, &pool, &err), SX_E_ARGUMENT);
    assert_non_null(strstr(err.text, "-1 threads"));
    assert_int_equal(sx_pool_create(100000, &pool, NULL), SX_E_ARGUMENT);
    assert_null(pool);
    assert_int_equal(sx_pool_threads(NULL), 1);
    assert_true(sx_core_count() >= 1);
    pool = pool_of(0);
    assert_int_equal(sx_pool_threads(pool), sx_core_count());
    sx_pool_free(pool);
    sx_pool_free(NULL);
}

static void out_of_memory_is_a_status(void **state) {
    (void)state;
    for (size_t n = 1; n <= 2; n++) {
        sx_pool *pool = NULL;
        sx_memory_fail_from(n);
        sx_status status = sx_pool_create(2, &pool, NULL);
        sx_memory_fail_from(0);
        assert_int_equal(status, SX_E_MEMORY);
        assert_null(pool);
    }
    sx_lock *lock = NULL;
    sx_memory_fail_from(1);
    sx_status status = sx_lock_create(&lock, NULL);
    sx_memory_fail_from(0);
    assert_int_equal(status, SX_E_MEMORY);
    assert_null(lock);
}

typedef struct guarded {
    sx_lock *lock;
    int value;
} guarded;

static void add_one(void *context, size_t index, int worker) {
    (void)index;
    (void)worker;
    guarded *sum = context;
    sx_lock_take(sum->lock);
    sum->value++;
    sx_lock_give(sum->lock);
}

static void lock_guards(void **state) {
    (void)state;
    guarded sum = {0};
    assert_int_equal(sx_lock_create(&sum.lock, NULL), SX_OK);
    sx_pool *pool = pool_of(3);
    sx_pool_run(pool, 5000, add_one, &sum);
    sx_pool_free(pool);
    sx_lock_free(sum.lock);
    sx_lock_free(NULL);
    assert_int_equal(sum.value, 5000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_index_runs_once),
        cmocka_unit_test(sweeps_go_to_and_fro),
        cmocka_unit_test(same_bits_for_any_thread_count),
        cmocka_unit_test(runs_follow_each_other),
        cmocka_unit_test(denormals_are_flushed_inside_only),
        cmocka_unit_test(bad_thread_counts_are_refused),
        cmocka_unit_test(out_of_memory_is_a_status),
        cmocka_unit_test(lock_guards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
