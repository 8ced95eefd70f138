/* Growing text, numbers whatever the locale, and the nearest word. */
#include "base/text.h"

#include "base/error.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void text_grows(void **state) {
    (void)state;
    sx_text text = {0};
    for (int i = 0; i < 1000; i++) {
        sx_text_add(&text, "ab");
        sx_text_format(&text, "%d", i % 10);
    }
    assert_false(text.failed);
    assert_int_equal(text.length, 3000);
    assert_int_equal(strlen(text.chars), 3000);
    assert_memory_equal(text.chars + 2994, "ab8ab9", 6);
    char *taken = sx_text_take(&text);
    assert_non_null(taken);
    assert_null(text.chars);
    sx_free(taken);
    taken = sx_text_take(&text);
    assert_string_equal(taken, "");
    sx_free(taken);
}

static void lost_memory_is_remembered(void **state) {
    (void)state;
    sx_text text = {0};
    sx_text_add(&text, "begun");
    sx_memory_fail_from(1);
    for (int i = 0; i < 100; i++) {
        sx_text_format(&text, "%d", i);
    }
    sx_memory_fail_from(0);
    assert_true(text.failed);
    sx_text_add(&text, "more");
    assert_null(sx_text_take(&text));
    assert_null(text.chars);
    assert_false(text.failed);
}

static void numbers_are_read_strictly(void **state) {
    (void)state;
    static const char *const bad[] = {"",    " 1",   "1 ",    "1,5",   "0x10", "nan",
                                      "inf", "-inf", "1e999", "1.5.2", "e5",   "--1"};
    double value = 7;
    long whole = 7;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(sx_text_to_double(bad[i], &value));
        assert_false(sx_text_to_long(bad[i], &whole));
    }
    assert_false(sx_text_to_double(NULL, &value));
    assert_false(sx_text_to_long(NULL, &whole));
    assert_false(sx_text_to_long("1.0", &whole));
    assert_false(sx_text_to_long("99999999999999999999", &whole));
    assert_true(value == 7 && whole == 7);
    assert_true(sx_text_to_double("-1.5e-3", &value) && value == -1.5e-3);
    assert_true(sx_text_to_double("+.5", &value) && value == 0.5);
    assert_true(sx_text_to_double("1e-999", &value) && value == 0);
    assert_true(sx_text_to_long("-42", &whole) && whole == -42);
}

/* Makes the German locale in a folder of the test's own, where the system has its sources (package locales);
 * false where it has not. */
static bool speak_german(char folder[]) {
    char command[200];
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >/dev/null 2>&1", folder);
    return system(command) == 0 && setenv("LOCPATH", folder, 1) == 0 && setlocale(LC_ALL, "de_DE.UTF-8") &&
           strcmp(localeconv()->decimal_point, ",") == 0;
}

/* A program that speaks German must not make our files unreadable. */
static void locale_does_not_matter(void **state) {
    (void)state;
    char folder[] = "/tmp/sonaxis_text_test_XXXXXX", remove_folder[100];
    assert_non_null(mkdtemp(folder));
    bool german = speak_german(folder);
    snprintf(remove_folder, sizeof remove_folder, "rm -rf %s", folder);
    assert_int_equal(system(remove_folder), 0);
    if (!german) {
        print_message("no German locale can be made here: skipped\n");
        skip();
    }
    double value = 0, other = 0;
    bool read = sx_text_to_double("1.5", &value), comma = sx_text_to_double("1,5", &other);
    sx_error err = {0};
    (void)sx_fail(&err, SX_E_DATA, "%.2f", 0.25);
    sx_text text = {0};
    sx_text_format(&text, "%g ", 2.5);
    sx_text_add_number(&text, 0.1);
    char *written = sx_text_take(&text);
    char still_german[10], printed[10];
    sx_print(printed, sizeof printed, "%.1f", 3.5);
    snprintf(still_german, sizeof still_german, "%g", 0.5);
    setlocale(LC_ALL, "C");
    assert_true(read && value == 1.5);
    assert_false(comma);
    assert_string_equal(err.text, "0.25");
    assert_string_equal(written, "2.5 0.1");
    assert_string_equal(printed, "3.5");
    assert_string_equal(still_german, "0,5");
    sx_free(written);
}

static void numbers_are_written_as_short_as_they_can_be(void **state) {
    (void)state;
    static const struct {
        double number;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {100000, "100000"},
                 {1.0 / 3, "0.3333333333333333"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {-0.0, "-0"},
                 {1e300, "1e+300"},
                 {5e-324, "4.94065645841247e-324"},
                 {INFINITY, "inf"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sx_text text = {0};
        sx_text_add_number(&text, cases[i].number);
        assert_string_equal(text.chars, cases[i].text);
        sx_text_clear(&text);
    }
    char cut[4];
    sx_print(cut, sizeof cut, "%d", 12345);
    assert_string_equal(cut, "123");
}

static void nearest_word_is_found(void **state) {
    (void)state;
    static const char *const axes[] = {"channels", "frequency", "time", NULL};
    assert_string_equal(sx_text_nearest("chanels", axes), "channels");
    assert_string_equal(sx_text_nearest("frequnecy", axes), "frequency");
    assert_string_equal(sx_text_nearest("FREQUENCY", axes), "frequency");
    assert_string_equal(sx_text_nearest("tmie", axes), "time");
    assert_string_equal(sx_text_nearest("frequenzen", axes), "frequency"); /* 3 of 10 letters */
    assert_null(sx_text_nearest("batch", axes));
    assert_null(sx_text_nearest("x", axes));
    assert_null(sx_text_nearest("", axes));
    assert_null(sx_text_nearest(NULL, axes));
    char endless[200];
    memset(endless, 't', sizeof endless - 1);
    endless[199] = 0;
    assert_null(sx_text_nearest(endless, axes));
    const char *const odd[] = {endless, "time", NULL};
    assert_string_equal(sx_text_nearest("times", odd), "time");
}

static void characters_are_told_from_noise(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t length;
    } cases[] = {{"", 0},
                 {"a", 1},
                 {"\x7F", 1},
                 {"\xC3\xA4", 2},
                 {"\xE2\x82\xAC", 3},
                 {"\xF0\x9F\x8E\xB5", 4},
                 {"\xF4\x8F\xBF\xBF", 4},
                 {"\xC0\xAF", 0},         /* overlong */
                 {"\xE0\x9F\xBF", 0},     /* overlong */
                 {"\xF0\x8F\xBF\xBF", 0}, /* overlong */
                 {"\xED\xA0\x80", 0},     /* surrogate */
                 {"\xF4\x90\x80\x80", 0}, /* above U+10FFFF */
                 {"\xA4", 0},
                 {"\xE2\x82", 0},
                 {"\xC3", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(sx_text_character(cases[i].text), cases[i].length);
    }
}

static void equality_knows_null(void **state) {
    (void)state;
    assert_true(sx_text_equal("a", "a"));
    assert_false(sx_text_equal("a", "b"));
    assert_false(sx_text_equal("a", NULL));
    assert_true(sx_text_equal(NULL, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows),
        cmocka_unit_test(lost_memory_is_remembered),
        cmocka_unit_test(numbers_are_read_strictly),
        cmocka_unit_test(locale_does_not_matter),
        cmocka_unit_test(numbers_are_written_as_short_as_they_can_be),
        cmocka_unit_test(nearest_word_is_found),
        cmocka_unit_test(characters_are_told_from_noise),
        cmocka_unit_test(equality_knows_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
