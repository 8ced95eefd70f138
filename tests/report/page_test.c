/* The page: well-formed, self-contained, complete, and safe against hostile names. */
#include "report/fake_answer.h"

#include "base/file.h"
#include "base/memory.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/chart.h"
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

/* With an answer, but for the least of comparisons. */
static fake *make_fake(const fake_options *wanted) {
    fake *made = fake_create(wanted);
    if (wanted != &fake_cases[2]) made->comparison.answer = fake_answer(made);
    return made;
}

static void free_fake(fake *made) {
    sx_answer_free(made->comparison.answer);
    fake_free(made);
}

static char *make_page(const fake_options *wanted) {
    fake *made = make_fake(wanted);
    sx_error err = {0};
    sx_status status = sx_report_write(&made->comparison, &made->features, &made->options, path, &err);
    if (status) fail_msg("%s", err.text);
    free_fake(made);
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

static void test_the_answer_comes_in_order(void **state) {
    (void)state;
    static const char *const order[] = {"verdict",   "warning",    "why",     "alignment",   "costs",
                                        "certainty", "next",       "scores",  "labels",      "folds",
                                        "confusion", "recordings", "curves",  "diagnostics", "examples",
                                        "data",      "skipped",    "settings"};
    char *page = make_page(&fake_cases[0]);
    assert_non_null(strstr(page, "Keep frequency: axis=2"));
    const char *before = page;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        char id[64];
        snprintf(id, sizeof id, "<section id=\"%s\"", order[i]);
        const char *found = strstr(page, id);
        if (!found || found < before) fail_msg("section %s is %s", order[i], found ? "too early" : "missing");
        before = found;
    }
    sx_free(page);
    page = make_page(&fake_cases[1]);
    assert_non_null(strstr(page, "Undecided"));
    assert_null(strstr(page, "id=\"warning\""));
    sx_free(page);
    page = make_page(&fake_cases[2]);
    assert_non_null(strstr(page, "No practical difference"));
    assert_null(strstr(page, "id=\"why\"")); /* not looked into: nothing is claimed */
    sx_free(page);
}

/* --- structure, for those who read with a keyboard or their ears ------------------------------------- */

/* A heading is at most one level below the one before. */
static void check_headings(const char *page) {
    int level = 0;
    for (const char *at = page; (at = strstr(at, "<h")) != NULL; at += 2) {
        if (at[2] < '1' || at[2] > '6') continue;
        const int next = at[2] - '0';
        if (next > level + 1) fail_msg("<h%d> behind <h%d> at: %.80s", next, level, at);
        level = next;
    }
    assert_int_equal(count_of(page, "<h1>"), 1);
}

/* The numbers stand behind every chart, before the next one. */
static void check_charts(const char *page) {
    for (const char *at = page; (at = strstr(at, "<figure class=\"chart\"")) != NULL; at++) {
        const char *table = strstr(at, "<details class=\"numbers\">");
        const char *next = strstr(at + 1, "<figure class=\"chart\"");
        if (!table || (next && next < table)) fail_msg("a chart without its numbers: %.200s", at);
        if (!strstr(at, "<desc id=")) fail_msg("a chart without words: %.200s", at);
    }
}

static void test_structure(void **state) {
    (void)state;
    for (size_t i = 0; i < FAKE_CASES; i++) {
        char *page = make_page(&fake_cases[i]);
        check_headings(page);
        check_charts(page);
        assert_true(strlen(page) < 3000000);
        assert_int_equal(count_of(page, "<table"), count_of(page, "<caption"));
        assert_int_equal(count_of(page, "<th"), count_of(page, "<th scope=") + count_of(page, "<thead"));
        assert_int_equal(count_of(page, "<img"), count_of(page, "alt=\"Spectrogram of "));
        assert_int_equal(count_of(page, "<main id=\"main\">"), 1);
        assert_int_equal(count_of(page, "<nav aria-label="), 1);
        assert_true(strstr(page, "<a class=\"skip\" href=\"#main\">") < strstr(page, "<header>"));
        for (const char *at = page; (at = strstr(at, "href=\"#")) != NULL; at += 7) {
            char id[64];
            snprintf(id, sizeof id, " id=\"%.*s\"", (int)strcspn(at + 7, "\""), at + 7);
            if (!strstr(page, id)) fail_msg("a link to nowhere: %s", id);
        }
        sx_free(page);
    }
}

/* --- the same as Markdown and tables ------------------------------------------------------------------ */

static char *read_in(const char *folder, const char *name) {
    char file[128];
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_error err = {0};
    snprintf(file, sizeof file, "%s/%s", folder, name);
    if (sx_file_read(file, 0, &bytes, &size, &err)) fail_msg("%s", err.text);
    return (char *)bytes;
}

static void write_all(const fake_options *wanted, const char *folder) {
    fake *made = make_fake(wanted);
    sx_error err = {0};
    if (sx_report_write_all(&made->comparison, &made->features, &made->options, folder, &err))
        fail_msg("%s", err.text);
    free_fake(made);
}

static void test_markdown_and_tables(void **state) {
    (void)state;
    char folder[] = "/tmp/sonaxis-report-XXXXXX", command[64];
    assert_non_null(mkdtemp(folder));
    write_all(&fake_cases[1], folder);
    char *words = read_in(folder, "report.md"), *page = read_in(folder, "report.html");
    assert_non_null(strstr(words, "# Birds \\</title\\>\\<script\\>"));
    assert_non_null(strstr(words, "\n## What each axis costs in use\n"));
    assert_non_null(strstr(words, "\n    sonaxis compare '<data>' --seeds 9\n    second | line\n"));
    assert_null(strstr(words, "<script>"));
    assert_non_null(strstr(page, "Paired differences in accuracy"));
    sx_free(page);
    sx_free(words);

    char *csv = read_in(folder, "tables/pairs.csv"), *tex = read_in(folder, "tables/label-scores.tex");
    const char *head =
        "Pair,Difference (points),95\xC2\xA0% interval low,95\xC2\xA0% interval high,p,p (Holm),";
    assert_memory_equal(csv, head, strlen(head));
    assert_int_equal(count_of(csv, "\r\n"), 1 + 3);
    assert_non_null(strstr(tex, "\\toprule"));
    assert_non_null(strstr(tex, "Lesser spotted $<$wood$>$ \\& \"warbler\" 3 & frequency & 8 & --"));
    sx_free(csv);
    sx_free(tex);
    csv = read_in(folder, "tables/confusion-time.csv");
    assert_non_null(strstr(csv, "\"Lesser spotted <wood> & \"\"warbler\"\" 0\","));
    assert_int_equal(count_of(csv, "\r\n"), 1 + 35);
    sx_free(csv);
    csv = read_in(folder, "tables/runs.csv"); /* all of them, however many the page shows */
    assert_int_equal(count_of(csv, "\r\n"), 1 + 3 * 10 * 3);
    sx_free(csv);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

/* --- contrast ----------------------------------------------------------------------------------------- */

/* Relative luminance, as WCAG 2.2 defines it, of a colour of the style sheet. */
static double luminance_of(const char *style, const char *name) {
    char key[32];
    unsigned rgb[3];
    snprintf(key, sizeof key, "--%s:#", name);
    const char *at = strstr(style, key);
    if (!at) fail_msg("no colour %s", name);
    at += strlen(key);
    const bool is_short = !isxdigit((unsigned char)at[3]);
    double sum = 0;
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    for (int i = 0; i < 3; i++) {
        const char digits[3] = {at[is_short ? i : 2 * i], at[is_short ? i : 2 * i + 1], '\0'};
        rgb[i] = (unsigned)strtoul(is_short ? (char[]){digits[0], digits[0], '\0'} : digits, NULL, 16);
        const double c = rgb[i] / 255.0;
        sum += weights[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static void test_contrast(void **state) {
    (void)state;
    static const char *const inks[] = {"ink", "soft", "channels", "frequency", "time", "loud"};
    static const char *const grounds[] = {"ground", "card", "code", "loud-ground"};
    const char *dark = strstr(sx_page_style, "prefers-color-scheme:dark");
    const char *modes[] = {sx_page_style, dark, strstr(sx_page_style, "@media print")};
    assert_non_null(dark);
    for (size_t m = 0; m < 3; m++)
        for (size_t i = 0; i < sizeof inks / sizeof *inks; i++)
            for (size_t g = 0; g < sizeof grounds / sizeof *grounds; g++) {
                const double a = luminance_of(modes[m], inks[i]), b = luminance_of(modes[m], grounds[g]);
                const double ratio = (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
                if (ratio < 4.5) fail_msg("%s on %s, mode %zu: contrast %.2f", inks[i], grounds[g], m, ratio);
            }
}

static void test_everything_is_there(void **state) {
    (void)state;
    char *page = make_page(&fake_cases[0]);
    const char *dots = strstr(page, "id=\"runs-chart-t\""), *end = strstr(dots, "</svg>");
    assert_int_equal(count_of(dots, ", seed ") - count_of(end, ", seed "), 3 * 4 * 2);
    assert_int_equal(count_of(page, "<table class=\"confusion\">"), 3);
    assert_int_equal(count_of(page, "src=\"data:image/png;base64,"), 10 * 2 + 1); /* and a disagreement */
    assert_int_equal(count_of(page, "holds no samples: header only"), 2 + 2);     /* skipped, and twins */
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
        cmocka_unit_test(test_the_answer_comes_in_order),
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_markdown_and_tables),
        cmocka_unit_test(test_contrast),
        cmocka_unit_test(test_everything_is_there),
        cmocka_unit_test(test_one_run_has_no_interval),
        cmocka_unit_test(test_the_locale_has_no_say),
        cmocka_unit_test(test_faults_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
