/* JSON: strict reading that says where and what, writing that is always good JSON. */
#include "base/json.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

static sx_json *parse(const char *text) {
    sx_json *value = NULL;
    sx_error err = {0};
    if (sx_json_parse(text, strlen(text), "test.json", &value, &err)) {
        fail_msg("%s", err.text);
    }
    return value;
}

static void expect_words(const sx_error *err, const char *words) {
    if (!strstr(err->text, words)) {
        fail_msg("\"%s\" does not say \"%s\"", err->text, words);
    }
}

static void expect_dump(const sx_json *value, int indent, const char *expected) {
    char *text = sx_json_dump(value, indent);
    assert_non_null(text);
    assert_string_equal(text, expected);
    sx_free(text);
}

static void values_are_read_in_order(void **state) {
    (void)state;
    sx_json *root = parse("{\"z\": [1, 2.5, \"\\u00e4\", true, null], \"a\": {}, \"m\": -3}");
    assert_true(sx_json_is_object(root));
    assert_int_equal(sx_json_count(root), 3);
    sx_json *member = NULL;
    assert_string_equal(sx_json_key_at(root, 0, &member), "z");
    assert_true(sx_json_is_array(member));
    assert_string_equal(sx_json_key_at(root, 1, NULL), "a");
    assert_string_equal(sx_json_key_at(root, 2, &member), "m");
    assert_int_equal(sx_json_integer(member), -3);
    assert_null(sx_json_key_at(root, 3, &member));
    sx_json *list = sx_json_get(root, "z");
    assert_true(sx_json_is_integer(sx_json_at(list, 0)) && sx_json_is_number(sx_json_at(list, 0)));
    assert_true(sx_json_number(sx_json_at(list, 0)) == 1);
    assert_false(sx_json_is_integer(sx_json_at(list, 1)));
    assert_true(sx_json_number(sx_json_at(list, 1)) == 2.5);
    assert_string_equal(sx_json_text(sx_json_at(list, 2)), "\xC3\xA4");
    assert_true(sx_json_is_bool(sx_json_at(list, 3)) && sx_json_bool(sx_json_at(list, 3)));
    assert_true(sx_json_is_null(sx_json_at(list, 4)));
    assert_null(sx_json_at(list, 5));
    assert_null(sx_json_get(root, "none"));
    assert_null(sx_json_get(list, "none"));
    assert_null(sx_json_text(list));
    assert_null(sx_json_at(NULL, 0));
    assert_int_equal(sx_json_count(NULL), 0);
    sx_json_free(root);
    sx_json_free(NULL);
}

static void bad_text_is_refused_with_its_place(void **state) {
    (void)state;
    static const char *const bad[] = {"",       "{",         "{\"a\": 1,}", "[1 2]", "{\"a\": 1, \"a\": 2}",
                                      "nul",    "[1] x",     "\"\xFF\"",    "[01]",  "[1e999]",
                                      "{a: 1}", "// no\n[1]"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        sx_json *value = NULL;
        sx_error err = {0};
        sx_status status = sx_json_parse(bad[i], strlen(bad[i]), "spec.json", &value, &err);
        if (status != SX_E_FORMAT) {
            fail_msg("%s: status %d", bad[i], (int)status);
        }
        expect_words(&err, "spec.json: line ");
        assert_null(value);
    }
    sx_json *value = NULL;
    sx_error err = {0};
    const char *text = "{\n  \"a\": 1,\n  \"a\": 2\n}";
    assert_int_equal(sx_json_parse(text, strlen(text), "spec.json", &value, &err), SX_E_FORMAT);
    expect_words(&err, "line 3");
    expect_words(&err, "duplicate");
    char deep[5000];
    memset(deep, '[', sizeof deep);
    assert_int_equal(sx_json_parse(deep, sizeof deep, "deep", &value, &err), SX_E_FORMAT);
    assert_int_equal(sx_json_parse("[1\0]", 4, "zero", &value, &err), SX_E_FORMAT);
    assert_null(value);
}

static void unknown_keys_name_the_nearest(void **state) {
    (void)state;
    static const char *const known[] = {"filters", "kernel", "stride", NULL};
    sx_json *root = parse("{\"filters\": 1, \"kernal\": 3, \"banana\": 1}");
    sx_error err = {0};
    assert_int_equal(sx_json_check_keys(root, known, "layers[2] (conv2d)", &err), SX_E_FORMAT);
    assert_string_equal(err.text, "layers[2] (conv2d): unknown key \"kernal\": did you mean \"kernel\"?");
    sx_json_free(root);
    root = parse("{\"banana\": 1}");
    assert_int_equal(sx_json_check_keys(root, known, NULL, &err), SX_E_FORMAT);
    assert_string_equal(err.text, "unknown key \"banana\": known are filters, kernel, stride");
    sx_json_free(root);
    root = parse("[1]");
    assert_int_equal(sx_json_check_keys(root, known, "x", &err), SX_E_FORMAT);
    assert_string_equal(err.text, "x: an object {...} is expected, not [1]");
    sx_json_free(root);
    root = parse("{\"kernel\": 1}");
    assert_int_equal(sx_json_check_keys(root, known, "x", &err), SX_OK);
    sx_json_free(root);
}

static void members_are_checked(void **state) {
    (void)state;
    static const char *const names[] = {"same", "valid", NULL};
    sx_json *root =
        parse("{\"d\": 0.5, \"i\": 7, \"b\": true, \"t\": \"x\", \"n\": \"valid\", \"bad\": \"smae\"}");
    sx_error err = {0};
    double d = -1;
    int64_t i = -1;
    bool b = false;
    const char *t = NULL;
    int index = -1;
    assert_int_equal(sx_json_read_double(root, "d", 0, 1, "w", &d, &err), SX_OK);
    assert_int_equal(sx_json_read_integer(root, "i", 1, 9, "w", &i, &err), SX_OK);
    assert_int_equal(sx_json_read_bool(root, "b", "w", &b, &err), SX_OK);
    assert_int_equal(sx_json_read_text(root, "t", "w", &t, &err), SX_OK);
    assert_int_equal(sx_json_read_name(root, "n", names, "w", &index, &err), SX_OK);
    assert_true(d == 0.5 && i == 7 && b && strcmp(t, "x") == 0 && index == 1);
    assert_int_equal(sx_json_read_double(root, "none", 0, 1, "w", &d, &err), SX_OK);
    assert_int_equal(sx_json_read_name(root, "none", names, "w", &index, &err), SX_OK);
    assert_true(d == 0.5 && index == 1);

    assert_int_equal(sx_json_read_double(root, "d", 1, 2, "w", &d, &err), SX_E_FORMAT);
    assert_string_equal(err.text, "w: d must be a number from 1 to 2, not 0.5");
    assert_int_equal(sx_json_read_double(root, "d", 1, INFINITY, "w", &d, &err), SX_E_FORMAT);
    assert_string_equal(err.text, "w: d must be a number of at least 1, not 0.5");
    assert_int_equal(sx_json_read_double(root, "t", -INFINITY, INFINITY, NULL, &d, &err), SX_E_FORMAT);
    assert_string_equal(err.text, "t must be a number, not \"x\"");
    assert_int_equal(sx_json_read_integer(root, "i", 8, 9, "w", &i, &err), SX_E_FORMAT);
    assert_string_equal(err.text, "w: i must be a whole number from 8 to 9, not 7");
    assert_int_equal(sx_json_read_integer(root, "d", 0, INT64_MAX, "w", &i, &err), SX_E_FORMAT);
    assert_string_equal(err.text, "w: d must be a whole number of at least 0, not 0.5");
    assert_int_equal(sx_json_read_bool(root, "i", "w", &b, &err), SX_E_FORMAT);
    assert_string_equal(err.text, "w: i must be true or false, not 7");
    assert_int_equal(sx_json_read_text(root, "b", "w", &t, &err), SX_E_FORMAT);
    assert_string_equal(err.text, "w: b must be text in quotes, not true");
    assert_int_equal(sx_json_read_name(root, "bad", names, "w", &index, &err), SX_E_FORMAT);
    assert_string_equal(err.text, "w: bad must be one of same, valid, not \"smae\"; did you mean \"same\"?");
    assert_true(d == 0.5 && i == 7 && b && index == 1);
    sx_json_free(root);
}

static void values_are_written(void **state) {
    (void)state;
    sx_json *root = sx_json_object();
    sx_json_set_text(root, "text", "a\"b\\c\n\x01 \xC3\xA4");
    sx_json_set_text(root, "broken", "x\xC3(\xED\xA0\x80\xF0\x9F\x98\x80");
    sx_json_set_text(root, "none", NULL);
    sx_json_set_number(root, "tenth", 0.1);
    sx_json_set_number(root, "whole", 3);
    sx_json_set_number(root, "nan", NAN);
    sx_json_set_number(root, "infinite", -INFINITY);
    sx_json_set_integer(root, "least", INT64_MIN);
    sx_json_set_bool(root, "no", false);
    sx_json *list = sx_json_array();
    sx_json_append_integer(list, 1);
    sx_json_append_number(list, 1e300);
    sx_json_append_text(list, "");
    sx_json_set(root, "list", list);
    sx_json_set_integer(root, "no", 5); /* a key set twice keeps its place and takes the later value */
    expect_dump(root, 0,
                "{\"text\": \"a\\\"b\\\\c\\n\\u0001 \xC3\xA4\", "
                "\"broken\": \"x\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xF0\x9F\x98\x80\", "
                "\"none\": null, \"tenth\": 0.1, \"whole\": 3.0, \"nan\": null, \"infinite\": null, "
                "\"least\": -9223372036854775808, \"no\": 5, \"list\": [1, 1e+300, \"\"]}");
    sx_json_free(root);
    root = parse("{\"a\": [1, {}], \"b\": []}");
    expect_dump(root, 2, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
    sx_json_free(root);
}

static void every_control_character_survives(void **state) {
    (void)state;
    char text[129];
    for (int c = 1; c < 128; c++) {
        text[c - 1] = (char)c;
    }
    text[127] = 0;
    sx_json *list = sx_json_array();
    sx_json_append_text(list, text);
    char *dumped = sx_json_dump(list, 0);
    sx_json *again = parse(dumped);
    assert_string_equal(sx_json_text(sx_json_at(again, 0)), text);
    sx_free(dumped);
    sx_json_free(again);
    sx_json_free(list);
}

static void numbers_read_back_as_they_were(void **state) {
    (void)state;
    static const double numbers[] = {0.1,
                                     1.0 / 3,
                                     0x1.fffffffffffffp-1,
                                     5e-324,
                                     DBL_MAX,
                                     DBL_MIN,
                                     -0.0,
                                     1e21,
                                     123456789.125,
                                     3.14159265358979312,
                                     1e15,
                                     1e16,
                                     12345678901234567.0};
    sx_json *list = sx_json_array();
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sx_json_append_number(list, numbers[i]);
    }
    char *text = sx_json_dump(list, 0);
    sx_json *again = parse(text);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        double number = sx_json_number(sx_json_at(again, i));
        assert_memory_equal(&number, &numbers[i], sizeof number);
        assert_false(sx_json_is_integer(sx_json_at(again, i)));
    }
    sx_free(text);
    sx_json_free(again);
    sx_json_free(list);
}

static void misuse_and_lost_memory_fail_the_dump(void **state) {
    (void)state;
    sx_json *root = sx_json_object();
    sx_json_set(root, "x", NULL);
    assert_null(sx_json_dump(root, 0));
    sx_json_free(root);
    root = sx_json_array();
    sx_json *inner = sx_json_object();
    sx_json_append(inner, sx_json_array()); /* an object cannot be appended to */
    sx_json_append(root, inner);
    assert_null(sx_json_dump(root, 0));
    sx_json_free(root);
    sx_json_set_text(NULL, "x", "y");
    sx_json_append(NULL, sx_json_array());
    assert_null(sx_json_dump(NULL, 0));
}

/* Each allocation in turn fails: building, parsing and dumping notice it, and nothing leaks (ASan). */
static void every_lost_allocation_is_noticed(void **state) {
    (void)state;
    const char *text = "{\"a\": [1, \"x\", {\"b\": 0.5}]}";
    size_t n = 1;
    for (; n < 100; n++) {
        sx_json *value = NULL;
        sx_memory_fail_from(n);
        sx_status status = sx_json_parse(text, strlen(text), "t", &value, NULL);
        char *dumped = status ? NULL : sx_json_dump(value, 0);
        sx_memory_fail_from(0);
        assert_true(status == SX_OK || status == SX_E_MEMORY);
        bool all_good = dumped && strcmp(dumped, text) == 0;
        assert_true(all_good || !dumped);
        sx_free(dumped);
        sx_json_free(value);
        if (all_good) {
            break;
        }
    }
    assert_in_range(n, 10, 99);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_in_order),
        cmocka_unit_test(bad_text_is_refused_with_its_place),
        cmocka_unit_test(unknown_keys_name_the_nearest),
        cmocka_unit_test(members_are_checked),
        cmocka_unit_test(values_are_written),
        cmocka_unit_test(every_control_character_survives),
        cmocka_unit_test(numbers_read_back_as_they_were),
        cmocka_unit_test(misuse_and_lost_memory_fail_the_dump),
        cmocka_unit_test(every_lost_allocation_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
