/* The page in a real browser: nothing is said on its console, no script is in it, and on a phone the page
 * itself does not scroll sideways. Left out where chromium is not installed.
 *
 * The width is asked of the browser by a copy of the page with a measuring script, which the page's own rule
 * against scripts is taken out of. */
#include "report/fake_answer.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/sonaxis-browser-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static bool has_browser(void) {
    if (system("command -v chromium >/dev/null 2>&1") == 0) return true;
    print_message("skipped: chromium is not installed\n");
    return false;
}

/* What the browser prints: the page as it stands in the end, then its log. free() it. */
static char *browse(const char *page, const char *size) {
    char command[1024];
    snprintf(command, sizeof command,
             "timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
             "--disable-background-networking --disable-component-update --disable-sync "
             "--user-data-dir='%s/profile' "
             "--enable-logging=stderr --v=0 --window-size=%s --dump-dom 'file://%s' 2>&1",
             folder, size, page);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    char *all = calloc(1, 1), piece[65536];
    size_t length = 0, count;
    while ((count = fread(piece, 1, sizeof piece, pipe)) > 0) {
        all = realloc(all, length + count + 1);
        memcpy(all + length, piece, count);
        all[length += count] = '\0';
    }
    assert_int_equal(pclose(pipe), 0);
    return all;
}

static void write_page(const fake_options *wanted, char path[128]) {
    fake *made = fake_create(wanted);
    made->comparison.answer = fake_answer(made);
    snprintf(path, 128, "%s/page.html", folder);
    assert_int_equal(sx_report_write(&made->comparison, &made->features, &made->options, path, NULL), SX_OK);
    sx_answer_free(made->comparison.answer);
    fake_free(made);
}

static void test_the_console_stays_silent(void **state) {
    (void)state;
    if (!has_browser()) return;
    for (size_t i = 0; i < FAKE_CASES; i++) {
        char path[128];
        write_page(&fake_cases[i], path);
        char *said = browse(path, "1200,900");
        assert_non_null(strstr(said, "id=\"verdict\""));
        assert_non_null(strstr(said, "</html>"));
        const char *console = strstr(said, "CONSOLE");
        if (console) fail_msg("page %zu: %.300s", i, console);
        assert_null(strstr(said, "<script"));
        free(said);
    }
}

/* The page with its rule against scripts taken out and a script that writes its width put in. */
static void add_measure(const char *path) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(sx_file_read(path, 0, &bytes, &size, NULL), SX_OK);
    char *page = (char *)bytes, *rule = strstr(page, "<meta http-equiv"), *end = strstr(page, "</body>");
    assert_non_null(rule);
    sx_text text = {0};
    sx_text_add_bytes(&text, page, (size_t)(rule - page));
    rule = strchr(rule, '>') + 1;
    sx_text_add_bytes(&text, rule, (size_t)(end - rule));
    sx_text_add(&text, "<script>document.body.dataset.wide = document.documentElement.scrollWidth - "
                       "document.documentElement.clientWidth</script></body></html>");
    size_t length = text.length;
    char *whole = sx_text_take(&text);
    assert_int_equal(sx_file_write(path, whole, length, NULL), SX_OK);
    sx_free(whole);
    sx_free(bytes);
}

static void test_a_phone_does_not_scroll_sideways(void **state) {
    (void)state;
    if (!has_browser()) return;
    for (size_t i = 0; i < FAKE_CASES; i++) {
        char path[128];
        write_page(&fake_cases[i], path);
        add_measure(path);
        char *said = browse(path, "390,800");
        const char *wide = strstr(said, "data-wide=\"");
        assert_non_null(wide);
        if (strncmp(wide, "data-wide=\"0\"", 13) != 0) fail_msg("page %zu is too wide: %.20s", i, wide);
        free(said);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_console_stays_silent),
        cmocka_unit_test(test_a_phone_does_not_scroll_sideways),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
