/* Allocation, the arena, and that both can be made to fail. */
#include "base/memory.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static void memory_is_zeroed(void **state) {
    (void)state;
    unsigned char *block = sx_alloc(1000, 3);
    assert_non_null(block);
    for (size_t i = 0; i < 3000; i++) {
        assert_int_equal(block[i], 0);
    }
    sx_free(block);
    void *nothing = sx_alloc(0, 8);
    assert_non_null(nothing);
    sx_free(nothing);
    sx_free(NULL);
    assert_null(sx_copy_text(NULL));
}

static void too_much_is_refused(void **state) {
    (void)state;
    assert_null(sx_alloc(SIZE_MAX, 2));
    assert_null(sx_alloc(SIZE_MAX / 2, 1));
    char *text = sx_copy_text("kept");
    assert_null(sx_resize(text, SIZE_MAX / 4, 8));
    assert_string_equal(text, "kept");
    sx_free(text);
}

static void failure_is_injected_and_stays(void **state) {
    (void)state;
    sx_memory_fail_from(3);
    void *first = sx_alloc(1, 1), *second = sx_alloc(1, 1);
    void *third = sx_alloc(1, 1), *fourth = sx_alloc(1, 1);
    sx_memory_fail_from(0);
    void *fifth = sx_alloc(1, 1);
    assert_non_null(first);
    assert_non_null(second);
    assert_null(third);
    assert_null(fourth);
    assert_non_null(fifth);
    sx_free(first);
    sx_free(second);
    sx_free(fifth);
}

static void arena_hands_out_aligned_zeroed_blocks(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 4, 63, 64, 65, 100000, 3 << 20};
    size_t bytes = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bytes += sx_arena_need(sizes[i], 1);
    }
    sx_arena arena;
    assert_int_equal(sx_arena_init(&arena, bytes, NULL), SX_OK);
    unsigned char *end = arena.block;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *block = sx_arena_take(&arena, sizes[i], 1);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % SX_ARENA_ALIGNMENT, 0);
        assert_true(block >= end);
        assert_int_equal(block[0] | block[sizes[i] - 1], 0);
        memset(block, 0xFF, sizes[i]);
        end = block + sizes[i];
    }
    assert_null(sx_arena_take(&arena, 1, 1));
    assert_non_null(sx_arena_take(&arena, 0, 4)); /* nothing always fits */
    assert_int_equal(arena.used, bytes);
    sx_arena_clear(&arena);
    sx_arena_clear(&arena);
    assert_null(sx_arena_take(&arena, 1, 1));
}

static void arena_needs_are_rounded_up(void **state) {
    (void)state;
    assert_int_equal(sx_arena_need(0, 4), 0);
    assert_int_equal(sx_arena_need(1, 1), 64);
    assert_int_equal(sx_arena_need(16, 4), 64);
    assert_int_equal(sx_arena_need(17, 4), 128);
    assert_true(sx_arena_need(SIZE_MAX, 2) == SIZE_MAX);
    assert_true(sx_arena_need(SIZE_MAX, 1) == SIZE_MAX);
}

static void arena_that_cannot_be_had_is_empty(void **state) {
    (void)state;
    sx_arena arena;
    sx_error err = {0};
    assert_int_equal(sx_arena_init(&arena, SIZE_MAX, &err), SX_E_MEMORY);
    assert_int_equal(sx_arena_init(&arena, SIZE_MAX / 4, &err), SX_E_MEMORY);
    assert_non_null(strstr(err.text, "4611686018427387903 bytes"));
    sx_memory_fail_from(1);
    sx_status status = sx_arena_init(&arena, 64, &err);
    sx_memory_fail_from(0);
    assert_int_equal(status, SX_E_MEMORY);
    assert_null(arena.block);
    sx_arena_clear(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(failure_is_injected_and_stays),
        cmocka_unit_test(arena_hands_out_aligned_zeroed_blocks),
        cmocka_unit_test(arena_needs_are_rounded_up),
        cmocka_unit_test(arena_that_cannot_be_had_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
