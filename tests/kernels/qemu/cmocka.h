/* cmocka.h: as much of cmocka as the kernel tests call, in one header, so that they can be built for a
 * processor that this machine has a compiler for but no libraries. */
#ifndef TESTS_KERNELS_QEMU_CMOCKA_H
#define TESTS_KERNELS_QEMU_CMOCKA_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};
#define cmocka_unit_test(f)                                                                                  \
    { #f, f }
#define print_message printf

static inline void stand_in_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));
static inline void stand_in_fail(const char *file, int line, const char *format, ...) {
    va_list values;
    va_start(values, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    exit(1);
}

#define fail_msg(...) stand_in_fail(__FILE__, __LINE__, __VA_ARGS__)
#define stand_in_check(condition, words) ((condition) ? (void)0 : fail_msg("%s", words))
#define assert_true(c) stand_in_check(c, #c " is false")
#define assert_false(c) stand_in_check(!(c), #c " is true")
#define assert_null(p) stand_in_check(!(p), #p " is not NULL")
#define assert_non_null(p) stand_in_check(p, #p " is NULL")
#define assert_int_equal(a, b) stand_in_check((a) == (b), #a " is not " #b)
#define assert_string_equal(a, b) stand_in_check(strcmp(a, b) == 0, #a " is not " #b)
#define assert_memory_equal(a, b, size)                                                                      \
    stand_in_check(memcmp(a, b, size) == 0, #a " has other bytes than " #b)

static inline int stand_in_run(const struct CMUnitTest *tests, size_t count) {
    for (size_t i = 0; i < count; i++) {
        tests[i].run(NULL);
        printf("ok %s\n", tests[i].name);
    }
    return 0;
}
#define cmocka_run_group_tests(tests, setup, teardown) stand_in_run(tests, sizeof(tests) / sizeof *(tests))

#endif
