/* choice_test.c: which table is chosen, and that no table has a hole. */
#include "check.h"

static void test_no_holes(void **state) {
    (void)state;
    const sx_kernels *tables[8] = {NULL};
    size_t count = list_tables(tables);
    assert_true(count >= 1);
    assert_string_equal(tables[0]->name, "plain");
    for (size_t i = 0; i < count; i++) {
        /* A table is a name and then function pointers only. */
        void *const *slots = (void *const *)(const void *)tables[i];
        for (size_t s = 0; s < sizeof(sx_kernels) / sizeof(void *); s++)
            assert_non_null(slots[s]);
    }
}

static void test_unknown_name(void **state) {
    (void)state;
    assert_null(sx_kernels_named("sse9"));
    assert_null(sx_kernels_named(""));
}

/* The environment is read once, so this is the only test of this program that asks. */
static void test_environment(void **state) {
    (void)state;
    assert_int_equal(setenv("SONAXIS_KERNELS", "plain", 1), 0);
    assert_string_equal(sx_kernels_get()->name, "plain");
    assert_int_equal(setenv("SONAXIS_KERNELS", "avx2", 1), 0);
    assert_string_equal(sx_kernels_name(), "plain");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_holes),
        cmocka_unit_test(test_unknown_name),
        cmocka_unit_test(test_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
