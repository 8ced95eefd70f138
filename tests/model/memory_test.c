/* memory_test.c: buffers that live together never overlap, and others share. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/random.h"
#include "model/memory.h"

enum { COUNT = 60 };

static void check_apart(const sx_buffer *buffers, size_t count, size_t total) {
    for (size_t i = 0; i < count; i++) {
        assert_true(buffers[i].offset + buffers[i].bytes <= total);
        for (size_t k = 0; k < i; k++) {
            const sx_buffer *a = &buffers[i], *b = &buffers[k];
            if (a->last < b->first || b->last < a->first) continue;
            assert_true(a->offset + a->bytes <= b->offset || b->offset + b->bytes <= a->offset);
        }
    }
}

static void random_lifetimes_never_collide(void **state) {
    sx_buffer buffers[COUNT];
    size_t order[COUNT];
    (void)state;
    for (uint32_t round = 0; round < 200; round++) {
        const sx_stream stream = {.seed = 1, .purpose = SX_PURPOSE_TEST, .step = round};
        for (size_t i = 0; i < COUNT; i++) {
            size_t first = (size_t)sx_random_below(&stream, 3 * i, 40);
            buffers[i] = (sx_buffer){.bytes = 64 * (size_t)sx_random_below(&stream, 3 * i + 1, 50),
                                     .first = first,
                                     .last = first + (size_t)sx_random_below(&stream, 3 * i + 2, 8)};
        }
        check_apart(buffers, COUNT, sx_buffers_place(buffers, COUNT, order));
    }
}

static void a_chain_needs_two_buffers(void **state) {
    sx_buffer buffers[COUNT];
    size_t order[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        buffers[i] = (sx_buffer){.bytes = 640, .first = i, .last = i + 1};
    assert_int_equal(sx_buffers_place(buffers, COUNT, order), 2 * 640);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_lifetimes_never_collide),
                                       cmocka_unit_test(a_chain_needs_two_buffers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
