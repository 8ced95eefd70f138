/* A module that is not there; the ones that are there are used by the tests of arrays and of exchange, and
 * the test of the installed library puts a wrong one in their place. */
#include "base/module.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static void a_missing_module_is_named(void **state) {
    (void)state;
    sx_module module = {.name = "no_such_module", .what = "a scroll"};
    sx_error err = {0};
    assert_int_equal(sx_module_load(&module, &err), SX_E_UNSUPPORTED);
    assert_memory_equal(err.text, "a scroll needs ", strlen("a scroll needs "));
    assert_non_null(strstr(err.text, "/sonaxis-modules/no_such_module.so: there is no such file"));
    assert_null(atomic_load(&module.calls));
    assert_int_equal(sx_module_load(&module, NULL), SX_E_UNSUPPORTED);
}

static void a_loaded_module_is_left_alone(void **state) {
    (void)state;
    sx_module module = {.name = "no_such_module", .what = "a scroll", .calls = &module};
    assert_int_equal(sx_module_load(&module, NULL), SX_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_missing_module_is_named),
                                       cmocka_unit_test(a_loaded_module_is_left_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
