/* bench_test.c: every case runs and says something that can be true; nothing here is timed against anything.
 */
#include "base/json.h"
#include "sonaxis/bench.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* What came through the hook. */
typedef struct seen {
    size_t rows, of_kind;
    const char *kind;
    char axes[64]; /* first letters, in order */
    size_t batches[8];
    char first_name[64];
} seen;

/* The line parses, names what it is, and its numbers agree with the row's. */
static void check_json(const sx_bench_row *row) {
    char *text = sx_bench_row_json(row);
    sx_json *line = NULL;
    sx_error err = {0};
    assert_non_null(text);
    assert_null(strchr(text, '\n'));
    assert_int_equal(sx_json_parse(text, strlen(text), "row", &line, &err), SX_OK);
    assert_string_equal(sx_json_text(sx_json_get(line, "what")), row->what);
    assert_string_equal(sx_json_text(sx_json_get(line, "impl")), row->impl);
    assert_int_equal(sx_json_integer(sx_json_get(line, "threads")), row->threads);
    assert_int_equal(sx_json_integer(sx_json_get(line, "n")), (int64_t)row->count);
    const double median = sx_json_number(sx_json_get(line, "median_ms"));
    /* Five digits are written. */
    assert_true(fabs(median - row->median_s * 1e3) <= 1e-4 * row->median_s * 1e3);
    sx_json_free(line);
    sx_free_text(text);
}

static void check_row(void *context, const sx_bench_row *row) {
    seen *s = context;
    assert_true(row->count >= 1);
    assert_true(row->best_s > 0 && row->best_s <= row->median_s);
    assert_true(row->spread >= 0);
    assert_true(row->flops >= 0 && row->bytes >= 0 && row->peak >= 0);
    assert_true(row->threads >= 1);
    check_json(row);
    char *text = sx_bench_row_text(row);
    assert_non_null(text);
    assert_non_null(strstr(text, row->name));
    sx_free_text(text);
    if (s->rows == 0) strcpy(s->first_name, row->name);
    if (row->axis && strlen(s->axes) < sizeof s->axes - 1) strncat(s->axes, row->axis, 1);
    if (s->rows < 8) s->batches[s->rows] = row->batch;
    s->rows++;
    s->of_kind += s->kind && strcmp(row->what, s->kind) == 0;
}

/* As few repetitions as there can be. */
static sx_bench_options short_options(void) {
    sx_bench_options options;
    sx_bench_default(&options);
    options.seconds = 0;
    options.repetitions = 1;
    options.threads = 2;
    return options;
}

static seen run(const char *name, const sx_bench_options *options, const char *kind) {
    seen s = {.kind = kind};
    sx_error err = {0};
    sx_status status = sx_bench_run(&name, 1, options, NULL, check_row, &s, &err);
    if (status) print_error("%s\n", err.text);
    assert_int_equal(status, SX_OK);
    return s;
}

static void test_machine(void **state) {
    (void)state;
    sx_bench_options options = short_options();
    seen s = run("machine", &options, "bandwidth");
    assert_int_equal(s.of_kind, 6); /* read, write, triad on one core and on two */
    assert_true(s.rows > s.of_kind);
    assert_string_equal(s.first_name, "plain");
}

static void test_kernels(void **state) {
    (void)state;
    sx_bench_options options = short_options();
    seen s = run("kernels", &options, "kernel");
    assert_int_equal(s.of_kind, s.rows);
    /* 12 shapes direct, 7 of them by Winograd too, one depthwise; three axes by seven; six maps */
    assert_int_equal(s.rows, (12 + 7 + 1) * 3 + 3 * 7 + 6);
}

static void test_training_of_every_axis(void **state) {
    (void)state;
    sx_bench_options options = short_options();
    options.net = "small";
    options.batch = 3;
    options.input = (sx_shape){16, 8, 2};
    seen s = run("train", &options, "train_step");
    assert_int_equal(s.rows, 3);
    assert_int_equal(s.of_kind, 3);
    assert_string_equal(s.axes, "cft");
    assert_int_equal(s.batches[0], 3);
}

static void test_training_of_both_batches(void **state) {
    (void)state;
    sx_bench_options options = short_options();
    options.net = "dscnn";
    options.axes = 1u << SX_AXIS_FREQUENCY;
    seen s = run("train", &options, "train_step");
    assert_int_equal(s.rows, 2);
    assert_string_equal(s.axes, "ff");
    assert_int_equal(s.batches[0], 64);
    assert_int_equal(s.batches[1], 1);
    assert_string_equal(s.first_name, "dscnn");
}

static void test_inference_of_every_net(void **state) {
    (void)state;
    sx_bench_options options = short_options();
    options.axes = 1u << SX_AXIS_TIME;
    seen s = run("inference", &options, "inference");
    assert_int_equal(s.of_kind, 5);
}

static void test_frontend(void **state) {
    (void)state;
    sx_bench_options options = short_options();
    seen s = run("frontend", &options, "front_end");
    assert_int_equal(s.of_kind, 6); /* presets, 16-bit samples, and a tone */
}

static void expect_argument_error(const char *name, const sx_bench_options *options, const char *part) {
    seen s = {0};
    sx_error err = {0};
    assert_int_equal(sx_bench_run(&name, 1, options, NULL, check_row, &s, &err), SX_E_ARGUMENT);
    if (!strstr(err.text, part)) print_error("'%s' has no '%s'\n", err.text, part);
    assert_non_null(strstr(err.text, part));
    assert_int_equal(s.rows, 0);
}

static void test_wrong_options(void **state) {
    (void)state;
    sx_bench_options good = short_options(), bad = good;
    expect_argument_error("machin", &good, "'machine'");
    expect_argument_error("whole", &good, "folder");
    bad.repetitions = 0;
    expect_argument_error("machine", &bad, "repetitions: 0");
    bad = good, bad.seconds = NAN;
    expect_argument_error("machine", &bad, "seconds");
    bad = good, bad.threads = 2000;
    expect_argument_error("machine", &bad, "threads: 2000");
    bad = good, bad.axes = 1u << SX_AXIS_BATCH;
    expect_argument_error("train", &bad, "axes");
    bad = good, bad.batch = 65537;
    expect_argument_error("train", &bad, "batch: 65537");
    bad = good, bad.input.time = 4;
    expect_argument_error("train", &bad, "input");
    bad = good, bad.net = "kwss";
    expect_argument_error("inference", &bad, "kws");
}

static bool stop_at_once(void *context) {
    (void)context;
    return true;
}

static void test_stopping(void **state) {
    (void)state;
    const char *const cases[] = {"machine", "kernels", "train", "inference", "frontend"};
    const sx_watch watch = {.cancelled = stop_at_once};
    sx_bench_options options = short_options();
    options.net = "small";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        seen s = {0};
        sx_error err = {0};
        assert_int_equal(sx_bench_run(&cases[i], 1, &options, &watch, check_row, &s, &err), SX_E_CANCELLED);
        assert_int_equal(s.rows, 0);
    }
}

static void test_cases_have_help(void **state) {
    (void)state;
    const char *const *names = sx_bench_cases();
    size_t count = 0;
    for (; names[count]; count++)
        assert_non_null(sx_bench_case_help(names[count]));
    assert_int_equal(count, 6);
    assert_null(sx_bench_case_help("no such case"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases_have_help),
        cmocka_unit_test(test_machine),
        cmocka_unit_test(test_kernels),
        cmocka_unit_test(test_training_of_every_axis),
        cmocka_unit_test(test_training_of_both_batches),
        cmocka_unit_test(test_inference_of_every_net),
        cmocka_unit_test(test_frontend),
        cmocka_unit_test(test_wrong_options),
        cmocka_unit_test(test_stopping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
