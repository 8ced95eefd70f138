/* Names and Keras numbers of the axes. */
#include "sonaxis/axis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_name_and_number(void **state) {
    (void)state;
    static const struct {
        const char *text;
        sx_axis axis;
    } cases[] = {{"channels", SX_AXIS_CHANNELS},   {"-1", SX_AXIS_CHANNELS}, {"3", SX_AXIS_CHANNELS},
                 {"frequency", SX_AXIS_FREQUENCY}, {"2", SX_AXIS_FREQUENCY}, {"-2", SX_AXIS_FREQUENCY},
                 {"time", SX_AXIS_TIME},           {"1", SX_AXIS_TIME},      {"-3", SX_AXIS_TIME}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_axis axis = SX_AXIS_BATCH;
        sx_error err;
        if (sx_axis_parse(cases[i].text, &axis, &err) != SX_OK) fail_msg("%s", err.text);
        assert_int_equal(axis, cases[i].axis);
    }
}

static void refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {{"batch", "Keras"},
                 {"0", "Keras"},
                 {"frequncy", "did you mean \"frequency\"?"},
                 {"", "channels"},
                 {"4", "axes are channels"},
                 {"Time", "\"time\""},
                 {"x", "no axis \"x\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_axis axis = SX_AXIS_BATCH;
        sx_error err = {0};
        assert_int_equal(sx_axis_parse(cases[i].text, &axis, &err), SX_E_ARGUMENT);
        if (strstr(err.text, cases[i].says) == NULL) fail_msg("\"%s\" lacks \"%s\"", err.text, cases[i].says);
        assert_int_equal(axis, SX_AXIS_BATCH);
    }
}

static void names_and_numbers(void **state) {
    (void)state;
    assert_string_equal(sx_axis_name(SX_AXIS_BATCH), "batch");
    assert_string_equal(sx_axis_name(SX_AXIS_TIME), "time");
    assert_string_equal(sx_axis_name(SX_AXIS_FREQUENCY), "frequency");
    assert_string_equal(sx_axis_name(SX_AXIS_CHANNELS), "channels");
    assert_int_equal(sx_axis_keras(SX_AXIS_CHANNELS), -1);
    assert_int_equal(sx_axis_keras(SX_AXIS_FREQUENCY), 2);
    assert_int_equal(sx_axis_keras(SX_AXIS_TIME), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_name_and_number), cmocka_unit_test(refused),
                                       cmocka_unit_test(names_and_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
