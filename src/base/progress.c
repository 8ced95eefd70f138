/* progress.c: the progress bar: a caller of the library like any other, so it may write to its stream. */
#include "base/progress.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "sonaxis/watch.h"

#include <stdarg.h>
#include <string.h>

enum { BAR_CELLS = 20, LINE_CAPACITY = 100, WHAT_CAPACITY = 64 };
static const double bar_interval_s = 0.1, line_interval_s = 10;

struct sx_progress_bar {
    FILE *stream;
    sx_progress_style style;
    bool open; /* a bar stands on the present line of the terminal */
    char what[WHAT_CAPACITY];
    double started_s, shown_s;
    uint64_t done, total, shown_done;
};

static void add(char *out, size_t capacity, const char *format, ...) SX_PRINTF(3, 4);
static void add(char *out, size_t capacity, const char *format, ...) {
    size_t used = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    (void)sx_format_plain(out + used, capacity - used, format, arguments);
    va_end(arguments);
}

static void add_duration(char *out, size_t capacity, double seconds) {
    unsigned long whole = seconds < 1e9 ? (unsigned long)(seconds + 0.5) : 999999999ul;
    if (whole >= 3600) {
        add(out, capacity, "%lu:%02lu:%02lu", whole / 3600, whole / 60 % 60, whole % 60);
    } else {
        add(out, capacity, "%lu:%02lu", whole / 60, whole % 60);
    }
}

void sx_progress_format(const char *what, uint64_t done, uint64_t total, double seconds, bool bar, char *out,
                        size_t capacity) {
    double share = total ? (double)done / (double)total : 1;
    out[0] = 0;
    add(out, capacity, "%s ", what);
    if (bar) {
        int full = (int)(share * BAR_CELLS);
        add(out, capacity, "[%.*s%*s] ", full, "####################", BAR_CELLS - full, "");
    }
    add(out, capacity, "%3d %%  %llu/%llu", (int)(share * 100), (unsigned long long)done,
        (unsigned long long)total);
    if (done == 0 || seconds <= 0) {
        return;
    }
    double rate = (double)done / seconds;
    add(out, capacity, rate < 100 ? "  %.1f/s  " : "  %.0f/s  ", rate);
    if (done < total) {
        add_duration(out, capacity, (double)(total - done) / rate);
        add(out, capacity, " left");
    } else {
        add_duration(out, capacity, seconds);
    }
}

static void show(sx_progress_bar *bar, double now_s) {
    char line[LINE_CAPACITY];
    sx_progress_format(bar->what, bar->done, bar->total, now_s - bar->started_s,
                       bar->style == SX_PROGRESS_BAR, line, sizeof line);
    if (bar->style == SX_PROGRESS_BAR) {
        fprintf(bar->stream, "\r%s\033[K", line);
        bar->open = true;
    } else {
        fprintf(bar->stream, "%s\n", line);
    }
    fflush(bar->stream);
    bar->shown_s = now_s;
    bar->shown_done = bar->done;
}

void sx_progress_bar_finish(sx_progress_bar *bar) {
    if (bar->open) {
        if (bar->shown_done != bar->done) {
            show(bar, sx_clock_seconds());
        }
        fputc('\n', bar->stream);
        fflush(bar->stream);
        bar->open = false;
    }
    bar->what[0] = 0;
}

static void on_progress(void *context, const char *what, uint64_t done, uint64_t total) {
    sx_progress_bar *bar = context;
    if (bar->style == SX_PROGRESS_SILENT) {
        return;
    }
    double now_s = sx_clock_seconds();
    if (strncmp(bar->what, what, WHAT_CAPACITY - 1) != 0 || done < bar->done) {
        sx_progress_bar_finish(bar);
        snprintf(bar->what, sizeof bar->what, "%s", what);
        bar->started_s = now_s;
        bar->shown_s = bar->style == SX_PROGRESS_BAR ? now_s - 2 * bar_interval_s : now_s;
        bar->shown_done = UINT64_MAX;
    }
    bar->done = done;
    bar->total = total;
    double interval_s = bar->style == SX_PROGRESS_BAR ? bar_interval_s : line_interval_s;
    bool complete = done >= total && bar->shown_done != done;
    if (complete || now_s - bar->shown_s >= interval_s) {
        show(bar, now_s);
    }
}

/* Where a bar stands its line is cleared, and the bar drawn again below the note. */
static void on_note(void *context, const char *text) {
    sx_progress_bar *bar = context;
    if (bar->style == SX_PROGRESS_SILENT) {
        return;
    }
    fprintf(bar->stream, "%s%s\n", bar->open ? "\r\033[K" : "", text);
    if (bar->open) {
        show(bar, sx_clock_seconds());
    }
    fflush(bar->stream);
}

sx_progress_bar *sx_progress_bar_create(FILE *stream, sx_progress_style style) {
    sx_progress_bar *bar = sx_alloc(1, sizeof *bar);
    if (bar) {
        bar->stream = stream;
        bar->style = style;
    }
    return bar;
}

void sx_progress_bar_watch(sx_progress_bar *bar, sx_watch *watch) {
    watch->progress = on_progress;
    watch->note = on_note;
    watch->context = bar;
}

void sx_progress_bar_free(sx_progress_bar *bar) { sx_free(bar); }
