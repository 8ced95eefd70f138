/* The page of an explanation: whole, well-formed, safe against hostile names, and every figure with its
 * table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "experiment/finding.h"
#include "report/well_formed.h"
#include "sonaxis/report.h"

#include <math.h>
#include <stdlib.h>

static char path[] = "/tmp/sonaxis-explain-XXXXXX";

static int make_file(void **state) {
    (void)state;
    int handle = mkstemp(path);
    return handle < 0 ? -1 : close(handle);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

/* Lines with a gap and an interval, bars below zero, a figure without any number, a map, a disagreement. */
static sx_explanation *make_explanation(void) {
    static const double x[] = {1, 10, 100}, y[] = {0.5, NAN, 0.7}, low[] = {0.4, NAN, 0.6},
                        high[] = {0.6, NAN, 0.8}, bars[] = {-0.2, 0.3}, none[] = {NAN, NAN},
                        cells[] = {1, 2, 3, 4, 5, 6};
    sx_explanation *e = sx_alloc(1, sizeof *e);
    assert_non_null(e);
    e->axes[0] = SX_AXIS_CHANNELS;
    e->axes[1] = SX_AXIS_TIME;
    e->axis_count = 2;
    e->net_count = 1;
    sx_finding *finding = sx_finding_add(e, "one", "A question?", "What is not < 1 & cannot be.");
    sx_finding_say(finding, "A sentence with <b>tags</b> & %d more.", 1);
    sx_figure *lines = sx_figure_add(e, finding, "lines", "Lines", "Hz", "accuracy", SX_FIGURE_LINES);
    lines->x_is_log = lines->percent = true;
    sx_series_add(e, lines, "channels", SX_AXIS_CHANNELS, 3, x, y, low, high);
    sx_figure *columns = sx_figure_add(e, finding, "bars", "Bars", "units", "points", SX_FIGURE_BARS);
    sx_figure_name(e, columns, "<speaker>");
    sx_figure_name(e, columns, "other");
    sx_series_add(e, columns, "a", SX_NO_AXIS, 2, NULL, bars, NULL, NULL);
    sx_series_add(e, columns, "b", SX_AXIS_TIME, 2, NULL, none, none, none);
    sx_figure *empty = sx_figure_add(e, finding, "empty", "Nothing", "x", "y", SX_FIGURE_LINES);
    sx_series_add(e, empty, "none", SX_AXIS_TIME, 2, NULL, none, NULL, NULL);
    sx_map_add(e, finding, "A \"map\"", "channel", "band", 2, 3, cells);
    sx_explanation_note(e, "a note with <angles>");
    e->disagreements = sx_alloc(1, sizeof *e->disagreements);
    e->disagreement_count = 1;
    e->disagreements[0] = (sx_disagreement){.label = "<i>", .guesses = {"a", "&"}, .right = {true, false}};
    assert_false(e->failed);
    return e;
}

static char *make_page(void) {
    static float values[6] = {1, 2, 3, 4, 5, 6};
    static char name[] = "folder/<x>.wav", *paths[] = {name};
    const sx_features features = {.count = 1, .shape = {3, 2, 1}, .values = values, .paths = paths};
    const sx_explain_page options = {"A & B", "sonaxis explain '<x>'", NULL};
    sx_explanation *explanation = make_explanation();
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_error err = {0};
    if (sx_report_explain(explanation, &features, &options, path, &err)) fail_msg("%s", err.text);
    sx_explanation_free(explanation);
    assert_int_equal(sx_file_read(path, 0, &bytes, &size, &err), SX_OK);
    return (char *)bytes;
}

static void test_the_page_is_well_formed(void **state) {
    (void)state;
    char *page = make_page();
    check_well_formed(page);
    check_ids(page);
    assert_null(strstr(page, "<b>"));
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "nan"));
    assert_null(strstr(page, "inf"));
    sx_free(page);
}

static void test_everything_is_on_it(void **state) {
    (void)state;
    char *page = make_page();
    assert_int_equal(count_of(page, "<figure class=\"chart\""), 3);
    assert_int_equal(count_of(page, "<details>"), 3);
    assert_int_equal(count_of(page, "data:image/png"), 2); /* the map and the recording */
    assert_int_equal(count_of(page, "What this cannot show:"), 1);
    assert_non_null(strstr(page, "What is not &lt; 1 &amp; cannot be."));
    assert_non_null(strstr(page, "&lt;x&gt;.wav"));
    assert_non_null(strstr(page, "a note with &lt;angles&gt;"));
    sx_free(page);
}

static void test_out_of_memory(void **state) {
    (void)state;
    for (size_t n = 1; n < 60; n++) {
        sx_explanation *e = sx_alloc(1, sizeof *e);
        sx_memory_fail_from(n);
        sx_finding *finding = sx_finding_add(e, "one", "A question?", "Nothing.");
        sx_figure *figure = sx_figure_add(e, finding, "bars", "Bars", "x", "y", SX_FIGURE_BARS);
        sx_figure_name(e, figure, "a");
        sx_series_add(e, figure, "s", SX_NO_AXIS, 0, NULL, NULL, NULL, NULL);
        sx_finding_set(e, finding, 1, "one");
        sx_map_add(e, finding, "map", "r", "c", 0, 0, NULL);
        sx_explanation_note(e, "note");
        sx_memory_fail_from(0);
        assert_true(e->failed == (n <= 15));
        sx_explanation_free(e);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_page_is_well_formed),
        cmocka_unit_test(test_everything_is_on_it),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
