/* Codes, names, and how an error text is made. */
#include "base/error.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

static void every_code_has_name_and_text(void **state) {
    (void)state;
#define CHECK(name, words)                                                                                   \
    assert_string_equal(sx_status_name(SX_##name), #name);                                                   \
    assert_string_equal(sx_status_text(SX_##name), words);
    SX_STATUS_LIST(CHECK)
#undef CHECK
    assert_string_equal(sx_status_name((sx_status)99), "unknown");
    assert_string_equal(sx_status_text((sx_status)-1), "unknown status");
}

static void every_code_travels_in_an_error(void **state) {
    (void)state;
#define CHECK(name, words)                                                                                   \
    if (SX_##name != SX_OK) {                                                                                \
        sx_error err = {0};                                                                                  \
        assert_int_equal(sx_fail(&err, SX_##name, "layer %d", 3), SX_##name);                                \
        assert_int_equal(err.status, SX_##name);                                                             \
        assert_string_equal(err.text, "layer 3");                                                            \
        assert_int_equal(sx_fail(NULL, SX_##name, "nobody listens"), SX_##name);                             \
    }
    SX_STATUS_LIST(CHECK)
#undef CHECK
}

static void prefix_is_put_before(void **state) {
    (void)state;
    sx_error err = {0};
    (void)sx_fail(&err, SX_E_SHAPE, "3 is not 4");
    sx_error_prefix(&err, "layers[%d]", 2);
    assert_string_equal(err.text, "layers[2]: 3 is not 4");
    assert_int_equal(err.status, SX_E_SHAPE);
    sx_error_prefix(NULL, "nothing");
    (void)sx_fail(&err, SX_E_DATA, "again: %s", err.text);
    assert_string_equal(err.text, "again: layers[2]: 3 is not 4");
}

static void long_texts_are_cut_between_characters(void **state) {
    (void)state;
    char text[1001] = {0};
    for (size_t i = 0; i < 500; i++) {
        memcpy(text + 2 * i, "\xC3\xA4", 2);
    }
    sx_error err = {0};
    (void)sx_fail(&err, SX_E_DATA, "%s", text);
    assert_int_equal(strlen(err.text), 510); /* 511 would fit, but would be half a character */
    (void)sx_fail(&err, SX_E_DATA, "x%s", text);
    assert_int_equal(strlen(err.text), 511);
}

static void reasons_of_the_system_are_told(void **state) {
    (void)state;
    sx_error err = {0};
    errno = ENOENT;
    assert_int_equal(sx_fail_errno(&err, "read", "a.wav"), SX_E_FILE);
    assert_string_equal(err.text, "cannot read a.wav: No such file or directory");
    assert_int_equal(sx_fail_memory(&err, 123), SX_E_MEMORY);
    assert_non_null(strstr(err.text, "123 bytes"));
}

static void version_and_free(void **state) {
    (void)state;
    assert_string_equal(sx_version(), SX_VERSION);
    sx_free_text(NULL);
    sx_free_text(sx_copy_text("text"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_name_and_text),
        cmocka_unit_test(every_code_travels_in_an_error),
        cmocka_unit_test(prefix_is_put_before),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(reasons_of_the_system_are_told),
        cmocka_unit_test(version_and_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
