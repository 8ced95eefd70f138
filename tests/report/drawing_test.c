/* The small parts of the report: colours, round numbers, base64, letters, escaping. */
#include "report/base64.h"
#include "report/canvas.h"
#include "report/colours.h"
#include "report/html.h"
#include "report/svg.h"
#include "report/ticks.h"

#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Against matplotlib's table: straight lines between 52 stops stay within 1 of 255. */
static void test_map_is_viridis(void **state) {
    (void)state;
    FILE *golden = fopen(SX_GOLDEN "/report/viridis.txt", "r");
    assert_non_null(golden);
    for (int i = 0; i < 256; i++) {
        int wanted[3];
        uint8_t got[3];
        assert_int_equal(fscanf(golden, "%d %d %d", &wanted[0], &wanted[1], &wanted[2]), 3);
        sx_colour_map(i / 255.0, got);
        for (int c = 0; c < 3; c++) {
            if (abs(wanted[c] - got[c]) > 1) fail_msg("entry %d: %d, wanted %d", i, got[c], wanted[c]);
        }
    }
    fclose(golden);
}

static void test_colour_index_is_clamped(void **state) {
    (void)state;
    assert_int_equal(sx_colour_index(-3), 0);
    assert_int_equal(sx_colour_index((double)NAN), 0);
    assert_int_equal(sx_colour_index(7), SX_MAP_COLOURS - 1);
    uint8_t palette[256][3];
    sx_colour_palette(palette);
    assert_int_equal(palette[SX_INK][0], 0);
    assert_int_equal(palette[SX_PAPER][2], 255);
}

static void test_ticks_are_round_and_few(void **state) {
    (void)state;
    static const double ranges[][2] = {{0, 1},    {0.31, 0.62}, {-13.8, 4.4},
                                       {0, 8000}, {1e-6, 3e-6}, {99.5, 100.5}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        double low = ranges[i][0], high = ranges[i][1];
        sx_ticks ticks = sx_ticks_make(low, high, 7);
        assert_in_range(ticks.count, 2, 7);
        double lead = ticks.step / pow(10, floor(log10(ticks.step) + 1e-9));
        assert_true(fabs(lead - 1) < 1e-6 || fabs(lead - 2) < 1e-6 || fabs(lead - 5) < 1e-6);
        for (int k = 0; k < ticks.count; k++) {
            double at = sx_ticks_at(&ticks, k);
            assert_true(at >= low - 1e-9 * fabs(low) && at <= high + 1e-9 * fabs(high));
        }
    }
    sx_ticks ticks = sx_ticks_make(0, 1, 6);
    assert_int_equal(ticks.count, 6);
    assert_int_equal(ticks.decimals, 1);
}

/* The vectors of RFC 4648. */
static void test_base64(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"},
                                           {"\xff\xfe\xfd", "//79"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        sx_text text = {0};
        sx_base64_add(&text, (const unsigned char *)pairs[i][0], strlen(pairs[i][0]));
        char *got = sx_text_take(&text);
        assert_string_equal(got, pairs[i][1]);
        sx_free(got);
    }
}

static void check_escaped(const char *given, const char *wanted) {
    sx_text text = {0};
    sx_html_escape(&text, given);
    char *got = sx_text_take(&text);
    assert_string_equal(got, wanted);
    sx_free(got);
}

static void test_escaping(void **state) {
    (void)state;
    check_escaped("a<b> & \"c\" 'd'", "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    check_escaped("caf\xC3\xA9 \xF0\x9F\x8E\xB5", "caf\xC3\xA9 \xF0\x9F\x8E\xB5");
    check_escaped("bad \xE9 end", "bad \xEF\xBF\xBD end");
    check_escaped("cut \xC3", "cut \xEF\xBF\xBD");
    check_escaped("overlong \xC0\xAF", "overlong \xEF\xBF\xBD\xEF\xBF\xBD");
    check_escaped("bell\a", "bell\xEF\xBF\xBD");
    check_escaped("", "");
}

static void test_numbers_as_people_read_them(void **state) {
    (void)state;
    char text[SX_NUMBER_CHARS];
    sx_percent(0.4781, text);
    assert_string_equal(text, "47.8\xC2\xA0%");
    sx_percent((double)NAN, text);
    assert_string_equal(text, "\xE2\x80\x93");
    sx_points(-0.0312, text);
    assert_string_equal(text, "\xE2\x88\x92"
                              "3.1");
    sx_points(0.0312, text);
    assert_string_equal(text, "+3.1");
    sx_p_value(0.00004, text);
    assert_string_equal(text, "< 0.001");
    sx_duration(72, text);
    assert_string_equal(text, "1 min 12 s");
    sx_duration(7300, text);
    assert_string_equal(text, "2 h 1 min");
}

static void test_letters_leave_ink_where_they_should(void **state) {
    (void)state;
    sx_canvas canvas;
    assert_int_equal(sx_canvas_init(&canvas, 60, 40, NULL), SX_OK);
    sx_lettering lettering = {14, SX_ANCHOR_START, false};
    sx_letters_draw(&canvas, 10, 30, &lettering, "L");
    assert_true(canvas.pixels[29 * 60 + 14] < SX_PAPER - 8); /* the foot */
    assert_true(canvas.pixels[20 * 60 + 10] < SX_PAPER - 8); /* the stem */
    assert_int_equal(canvas.pixels[20 * 60 + 16], SX_PAPER); /* the open corner */
    double one = sx_letters_width("L", 14), two = sx_letters_width("LL", 14);
    assert_true(two > 2 * one);
    assert_true(fabs(sx_letters_width("\xC3\xA9", 14) - sx_letters_width("?", 14)) < 1e-9);
    sx_canvas_clear(&canvas);
}

static void test_drawing_outside_is_left_out(void **state) {
    (void)state;
    sx_canvas canvas;
    assert_int_equal(sx_canvas_init(&canvas, 20, 10, NULL), SX_OK);
    sx_canvas_fill(&canvas, (sx_box){15, 5, 100, 100}, SX_INK);
    sx_canvas_fill(&canvas, (sx_box){200, 5, 1, 1}, SX_INK);
    sx_canvas_stroke(&canvas, -50, -50, 100, 100, 3);
    assert_int_equal(canvas.pixels[9 * 20 + 19], SX_INK);
    assert_int_equal(canvas.pixels[0 * 20 + 19], SX_PAPER);
    sx_canvas_clear(&canvas);
}

static void test_scale_is_never_empty(void **state) {
    (void)state;
    sx_scale scale = {0, 0, 100, 0};
    sx_scale_fit(&scale, 1, 1, 0, 1.02);
    assert_true(scale.high > scale.low);
    sx_scale_fit(&scale, (double)INFINITY, (double)-INFINITY, 0, 1);
    assert_true(scale.low >= 0 && scale.high <= 1 && scale.high > scale.low);
    scale = (sx_scale){0, 2, 100, 0};
    assert_true(fabs(sx_scale_at(&scale, 0.5) - 75) < 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_is_viridis),
        cmocka_unit_test(test_colour_index_is_clamped),
        cmocka_unit_test(test_ticks_are_round_and_few),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_escaping),
        cmocka_unit_test(test_numbers_as_people_read_them),
        cmocka_unit_test(test_letters_leave_ink_where_they_should),
        cmocka_unit_test(test_drawing_outside_is_left_out),
        cmocka_unit_test(test_scale_is_never_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
