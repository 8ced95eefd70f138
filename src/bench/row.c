/* row.c: a row as a JSON line and as a line for people. */
#include "bench/bench.h"

#include "base/json.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is(const sx_bench_row *row, const char *what) { return strcmp(row->what, what) == 0; }

static bool has_net(const sx_bench_row *row) { return is(row, "train_step") || is(row, "inference"); }

/* Three digits behind the first are more than a clock can tell. */
static double rounded(double value) {
    if (!(value > 0) || !isfinite(value)) return value;
    const double unit = pow(10.0, floor(log10(value)) - 4.0);
    return unit < 1 ? round(value / unit) / round(1 / unit) : round(value / unit) * unit;
}

static void set_rates(sx_json *line, const sx_bench_row *row) {
    if (row->flops > 0) sx_json_set_number(line, "gflops", rounded(row->flops / row->median_s * 1e-9));
    if (row->flops > 0) sx_json_set_number(line, "best_gflops", rounded(row->flops / row->best_s * 1e-9));
    if (row->flops > 0 && row->peak > 0)
        sx_json_set_number(line, "share_of_peak", rounded(row->flops / row->median_s / row->peak));
    if (row->bytes > 0) sx_json_set_number(line, "gb_per_s", rounded(row->bytes / row->median_s * 1e-9));
    if (row->bytes > 0) sx_json_set_number(line, "best_gb_per_s", rounded(row->bytes / row->best_s * 1e-9));
}

static void set_times(sx_json *line, const sx_bench_row *row) {
    if (is(row, "inference")) {
        sx_json_set_number(line, "median_us", rounded(row->median_s * 1e6));
        sx_json_set_number(line, "best_us", rounded(row->best_s * 1e6));
    } else if (is(row, "front_end")) {
        const double frames = (double)row->frames;
        sx_json_set_integer(line, "frames", (int64_t)row->frames);
        sx_json_set_number(line, "us_per_frame", rounded(row->median_s * 1e6 / frames));
        sx_json_set_number(line, "best", rounded(row->best_s * 1e6 / frames));
    } else if (is(row, "whole_job")) {
        sx_json_set_number(line, "wall_s", rounded(row->median_s));
    }
    sx_json_set_number(line, "median_ms", rounded(row->median_s * 1e3));
    sx_json_set_number(line, "best_ms", rounded(row->best_s * 1e3));
    sx_json_set_number(line, "spread", rounded(row->spread));
    sx_json_set_integer(line, "n", (int64_t)row->count);
}

char *sx_bench_row_json(const sx_bench_row *row) {
    sx_json *line = sx_json_object();
    sx_json_set_text(line, "what", row->what);
    sx_json_set_text(line, "impl", row->impl);
    sx_json_set_text(line, has_net(row) ? "net" : "name", row->name);
    if (row->axis) sx_json_set_text(line, "axis", row->axis);
    if (row->batch) sx_json_set_integer(line, "batch", (int64_t)row->batch);
    sx_json_set_integer(line, "threads", row->threads);
    set_times(line, row);
    set_rates(line, row);
    char *text = sx_json_dump(line, 0);
    sx_json_free(line);
    return text;
}

/* Seconds in the unit that suits them. */
static void add_time(sx_text *text, double seconds) {
    if (seconds < 1e-3)
        sx_text_format(text, " %8.1f us", seconds * 1e6);
    else if (seconds < 1)
        sx_text_format(text, " %8.2f ms", seconds * 1e3);
    else
        sx_text_format(text, " %8.2f s ", seconds);
}

static void add_rates(sx_text *text, const sx_bench_row *row) {
    if (row->flops > 0) sx_text_format(text, "  %7.1f GF/s", row->flops / row->median_s * 1e-9);
    if (row->flops > 0 && row->peak > 0)
        sx_text_format(text, " %4.0f %% of peak", 100 * row->flops / row->median_s / row->peak);
    if (row->bytes > 0) sx_text_format(text, "  %7.1f GB/s", row->bytes / row->median_s * 1e-9);
    if (row->frames > 0)
        sx_text_format(text, "  %7.3f us a frame", row->median_s * 1e6 / (double)row->frames);
}

char *sx_bench_row_text(const sx_bench_row *row) {
    sx_text text = {0};
    char batch[32] = "";
    if (row->batch) snprintf(batch, sizeof batch, "batch %zu", row->batch);
    sx_text_format(&text, "%-10s %-15s %-38s %-9s %-9s %d thread%s  median", row->what, row->impl, row->name,
                   row->axis ? row->axis : "", batch, row->threads, row->threads == 1 ? " " : "s");
    add_time(&text, row->median_s);
    sx_text_add(&text, "  best");
    add_time(&text, row->best_s);
    sx_text_format(&text, "  spread %4.1f %%", 100 * row->spread);
    add_rates(&text, row);
    return sx_text_take(&text);
}
