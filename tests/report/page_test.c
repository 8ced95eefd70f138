/* The page: well-formed, self-contained, complete, and safe against hostile names. */
#include "report/fake.h"

#include "base/file.h"
#include "base/memory.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/well_formed.h"

static char path[] = "/tmp/sonaxis-page-XXXXXX";

static int make_file(void **state) {
    (void)state;
    int handle = mkstemp(path);
    return handle < 0 ? -1 : close(handle);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

static char *make_page(const fake_options *wanted) {
    fake *made = fake_create(wanted);
    sx_error err = {0};
    sx_status status = sx_report_write(&made->comparison, &made->features, &made->options, path, &err);
    if (status) fail_msg("%s", err.text);
    fake_free(made);
    unsigned char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(sx_file_read(path, 0, &bytes, &size, &err), SX_OK);
    return (char *)bytes;
}

static void test_pages_are_well_formed(void **state) {
    (void)state;
    for (size_t i = 0; i < FAKE_CASES; i++) {
        char *page = make_page(&fake_cases[i]);
        check_well_formed(page);
        check_ids(page);
        sx_free(page);
    }
}

/* Text between tags that says "nan" or "inf" is a number nobody looked at; in paths it would break a chart.
 */
static void test_no_number_is_missing(void **state) {
    (void)state;
    for (size_t i = 0; i < FAKE_CASES; i++) {
        char *page = make_page(&fake_cases[i]);
        assert_null(strstr(page, "\"nan"));
        assert_null(strstr(page, " nan"));
        assert_null(strstr(page, "-nan"));
        assert_null(strstr(page, ">nan"));
        assert_null(strstr(page, "Lnan"));
        assert_null(strstr(page, "inf "));
        assert_null(strstr(page, ">inf"));
        sx_free(page);
    }
}

static void test_nothing_is_loaded_or_run(void **state) {
    (void)state;
    static const char *const never[] = {"<script", "http:",    "https:",    "javascript:", "@import",
                                        "url(",    " onload=", " onclick=", "<iframe",     "<object"};
    for (size_t i = 0; i < FAKE_CASES; i++) {
        char *page = make_page(&fake_cases[i]);
        for (size_t k = 0; k < sizeof never / sizeof never[0]; k++) {
            if (strstr(page, never[k])) fail_msg("page %zu contains %s", i, never[k]);
        }
        sx_free(page);
    }
}

static void test_verdict_first_then_the_warning(void **state) {
    (void)state;
    char *page = make_page(&fake_cases[0]);
    const char *verdict = strstr(page, "Keep frequency: axis=2"), *warning = strstr(page, "id=\"warning\"");
    const char *scores = strstr(page, "id=\"scores\"");
    assert_non_null(verdict);
    assert_true(verdict < warning && warning < scores);
    sx_free(page);
    page = make_page(&fake_cases[1]);
    assert_non_null(strstr(page, "Undecided"));
    assert_null(strstr(page, "id=\"warning\""));
    sx_free(page);
    page = make_page(&fake_cases[2]);
    assert_non_null(strstr(page, "No practical difference"));
    sx_free(page);
}

static void test_everything_is_there(void **state) {
    (void)state;
    char *page = make_page(&fake_cases[0]);
    const char *dots = strstr(page, "id=\"runs-chart-t\""), *end = strstr(dots, "</svg>");
    assert_int_equal(count_of(dots, ", seed ") - count_of(end, ", seed "), 3 * 4 * 2);
    assert_int_equal(count_of(page, "<table class=\"confusion\">"), 3);
    assert_int_equal(count_of(page, "src=\"data:image/png;base64,"), 10 * 2);
    assert_int_equal(count_of(page, "holds no samples: header only"), 2 + 2); /* skipped, and twins */
    static const char *const parts[] = {"--folds group --seeds 2", "all 120 recordings are at 8000 Hz",
                                        "Nadeau and Bengio",       "0123456789abcdef",
                                        "id=\"fit-accuracy-t\"",   "id=\"ways-chart-t\"",
                                        "2 runs side by side",     "prefers-color-scheme:dark"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!strstr(page, parts[i])) fail_msg("'%s' is missing", parts[i]);
    }
    sx_free(page);
}

static void test_one_run_has_no_interval(void **state) {
    (void)state;
    char *page = make_page(&fake_cases[2]);
    assert_null(strstr(page, "class=\"interval"));
    assert_non_null(strstr(page, "too few runs to tell"));
    sx_free(page);
}

/* A decimal comma would break every path of every chart. */
static void test_the_locale_has_no_say(void **state) {
    (void)state;
    char *plain = make_page(&fake_cases[0]);
    if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
        print_message("skipped: the locale de_DE.UTF-8 is not installed\n");
        sx_free(plain);
        return;
    }
    char *comma = make_page(&fake_cases[0]);
    setlocale(LC_ALL, "C");
    assert_string_equal(plain, comma);
    sx_free(plain);
    sx_free(comma);
}

static void test_faults_leave_nothing_behind(void **state) {
    (void)state;
    fake *made = fake_create(&fake_cases[2]);
    char other[64];
    snprintf(other, sizeof other, "%s.html", path);
    sx_error err = {0};
    sx_file_fail_from(1);
    assert_int_equal(sx_report_write(&made->comparison, &made->features, &made->options, other, &err),
                     SX_E_FILE);
    sx_file_fail_from(0);
    assert_int_equal(access(other, F_OK), -1);
    size_t tries = 0;
    sx_status status = SX_E_MEMORY; /* SX_E_FILE where a file call runs out of memory */
    for (; status && tries < 5000; tries++) {
        sx_memory_fail_from(tries + 1);
        status = sx_report_write(&made->comparison, &made->features, &made->options, other, &err);
        sx_memory_fail_from(0);
    }
    assert_int_equal(status, SX_OK);
    assert_true(tries > 5);
    unlink(other);
    fake_free(made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_are_well_formed),
        cmocka_unit_test(test_no_number_is_missing),
        cmocka_unit_test(test_nothing_is_loaded_or_run),
        cmocka_unit_test(test_verdict_first_then_the_warning),
        cmocka_unit_test(test_everything_is_there),
        cmocka_unit_test(test_one_run_has_no_interval),
        cmocka_unit_test(test_the_locale_has_no_say),
        cmocka_unit_test(test_faults_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
