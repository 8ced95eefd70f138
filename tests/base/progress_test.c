/* The words of a progress line, and what the bar writes in each style. */
#include "base/progress.h"

#include "base/memory.h"
#include "sonaxis/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_line(uint64_t done, uint64_t total, double seconds, bool bar, const char *expected) {
    char line[100];
    sx_progress_format("epochs", done, total, seconds, bar, line, sizeof line);
    assert_string_equal(line, expected);
}

static void lines_say_share_rate_and_time_left(void **state) {
    (void)state;
    expect_line(0, 200, 0, false, "epochs   0 %  0/200");
    expect_line(50, 200, 5, false, "epochs  25 %  50/200  10.0/s  0:15 left");
    expect_line(50, 200, 2500, false, "epochs  25 %  50/200  0.0/s  2:05:00 left");
    expect_line(200, 200, 61, false, "epochs 100 %  200/200  3.3/s  1:01");
    expect_line(0, 0, 1, false, "epochs 100 %  0/0");
    expect_line(1500, 2000, 1, true, "epochs [###############     ]  75 %  1500/2000  1500/s  0:00 left");
    expect_line(199, 200, 1e14, true,
                "epochs [################### ]  99 %  199/200  0.0/s  277777:46:39 left");
}

static void a_narrow_buffer_is_not_overrun(void **state) {
    (void)state;
    char line[12];
    sx_progress_format("spectrograms of a long name", 1, 2, 1, true, line, sizeof line);
    assert_int_equal(strlen(line), 11);
}

/* What a bar of this style writes for two phases and a note; freed by the caller. */
static char *written(sx_progress_style style) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    sx_progress_bar *bar = sx_progress_bar_create(stream, style);
    sx_watch watch = {0};
    sx_progress_bar_watch(bar, &watch);
    assert_null(watch.cancelled);
    watch.progress(watch.context, "reading", 1, 3);
    watch.progress(watch.context, "reading", 2, 3);
    watch.note(watch.context, "b.wav is empty");
    watch.progress(watch.context, "reading", 3, 3);
    watch.progress(watch.context, "training", 5, 5);
    sx_progress_bar_finish(bar);
    sx_progress_bar_finish(bar);
    sx_progress_bar_free(bar);
    fclose(stream);
    return text;
}

static void silent_is_silent(void **state) {
    (void)state;
    char *text = written(SX_PROGRESS_SILENT);
    assert_string_equal(text, "");
    free(text);
}

static void lines_are_plain(void **state) {
    (void)state;
    char *text = written(SX_PROGRESS_LINES);
    assert_null(strchr(text, '\r'));
    assert_null(strchr(text, '\033'));
    assert_non_null(strstr(text, "b.wav is empty\n"));
    assert_non_null(strstr(text, "reading 100 %  3/3"));
    assert_non_null(strstr(text, "training 100 %  5/5"));
    assert_int_equal(text[strlen(text) - 1], '\n');
    free(text);
}

static void bar_is_redrawn_and_ended(void **state) {
    (void)state;
    char *text = written(SX_PROGRESS_BAR);
    assert_non_null(strstr(text, "\rreading [######              ]  33 %  1/3"));
    assert_non_null(strstr(text, "\r\033[Kb.wav is empty\n"));
    assert_non_null(strstr(text, "\rreading [####################] 100 %  3/3"));
    const char *second = strstr(text, "\rtraining [");
    assert_non_null(second);
    assert_int_equal(second[-1], '\n'); /* the first bar was ended with its own line */
    assert_int_equal(text[strlen(text) - 1], '\n');
    assert_int_not_equal(text[strlen(text) - 2], '\n');
    free(text);
}

static void without_memory_there_is_no_bar(void **state) {
    (void)state;
    sx_memory_fail_from(1);
    sx_progress_bar *bar = sx_progress_bar_create(stderr, SX_PROGRESS_BAR);
    sx_memory_fail_from(0);
    assert_null(bar);
    sx_progress_bar_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_say_share_rate_and_time_left),
        cmocka_unit_test(a_narrow_buffer_is_not_overrun),
        cmocka_unit_test(silent_is_silent),
        cmocka_unit_test(lines_are_plain),
        cmocka_unit_test(bar_is_redrawn_and_ended),
        cmocka_unit_test(without_memory_there_is_no_bar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
