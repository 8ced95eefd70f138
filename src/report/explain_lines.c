/* explain_lines.c: curves over a number, each with its interval as a shaded range. */
#include "explain_figure.h"

#include "html.h"
#include "svg.h"

#include <math.h>

enum { LEFT = 56, RIGHT = 448, PLOT_HEIGHT = 220, MOST_LOG_TICKS = 24 };

typedef struct frame {
    sx_scale x, y;
    bool x_is_log;
} frame;

static double x_at(const frame *f, double x) { return sx_scale_at(&f->x, f->x_is_log ? log10(x) : x); }

static bool is_drawn(const frame *f, const sx_series *series, size_t i) {
    return isfinite(series->y[i]) && isfinite(series->x[i]) && (!f->x_is_log || series->x[i] > 0);
}

static frame make_frame(const sx_figure *figure, double top) {
    frame f = {.x_is_log = figure->x_is_log};
    double low, high, first = INFINITY, last = -INFINITY;
    sx_explain_range(figure, &low, &high);
    for (size_t s = 0; s < figure->series_count; s++) {
        for (size_t i = 0; i < figure->series[s].count; i++) {
            if (!is_drawn(&f, &figure->series[s], i)) continue;
            const double x = f.x_is_log ? log10(figure->series[s].x[i]) : figure->series[s].x[i];
            first = fmin(first, x);
            last = fmax(last, x);
        }
    }
    f.y = (sx_scale){.from = top + PLOT_HEIGHT, .to = top};
    if (figure->percent)
        sx_scale_fit(&f.y, fmax(low, 0), fmin(high, 1), 0, 1.02);
    else
        sx_scale_fit(&f.y, low, high, -INFINITY, INFINITY);
    if (!isfinite(first)) first = last = 0; /* nothing to draw */
    f.x = (sx_scale){first, last > first ? last : first + 1, LEFT, RIGHT};
    return f;
}

static double within(const sx_scale *y, double value) { return fmin(fmax(value, y->low), y->high); }

static void draw_range(sx_text *page, const frame *f, const sx_series *series) {
    bool open = false;
    if (!series->low || !series->high) return;
    for (size_t i = 0; i < series->count; i++) {
        if (!is_drawn(f, series, i) || isnan(series->low[i])) continue;
        sx_text_format(page, "%s%.1f %.1f", open ? "L" : "<path class=\"range\" d=\"M", x_at(f, series->x[i]),
                       sx_scale_at(&f->y, within(&f->y, series->high[i])));
        open = true;
    }
    for (size_t i = series->count; i-- > 0 && open;) {
        if (!is_drawn(f, series, i) || isnan(series->low[i])) continue;
        sx_text_format(page, "L%.1f %.1f", x_at(f, series->x[i]),
                       sx_scale_at(&f->y, within(&f->y, series->low[i])));
    }
    if (open) sx_text_add(page, "z\"/>\n");
}

static void draw_curve(sx_text *page, const frame *f, const sx_series *series) {
    bool open = false;
    for (size_t i = 0; i < series->count; i++) {
        if (!is_drawn(f, series, i)) continue;
        sx_text_format(page, "%s%.1f %.1f", open ? "L" : "<path class=\"mean\" d=\"M", x_at(f, series->x[i]),
                       sx_scale_at(&f->y, within(&f->y, series->y[i])));
        open = true;
    }
    if (open) sx_text_add(page, "\"/>\n");
}

static void draw_tick(sx_text *page, const frame *f, double value, const char *text) {
    const double x = x_at(f, value), bottom = f->y.from;
    sx_text_format(page, "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>", x, bottom, bottom + 5);
    sx_svg_text(page, x, bottom + 19, "middle", "tick", text);
}

/* 1, 2, 5, 10, 20, 50 ... */
static void draw_log_ticks(sx_text *page, const frame *f) {
    static const double steps[] = {1, 2, 5};
    for (int decade = (int)floor(f->x.low); decade <= (int)ceil(f->x.high); decade++) {
        for (int i = 0; i < 3; i++) {
            const double value = steps[i] * pow(10, decade);
            char text[32];
            if (log10(value) < f->x.low - 1e-9 || log10(value) > f->x.high + 1e-9) continue;
            sx_print(text, sizeof text, "%g", value);
            draw_tick(page, f, value, text);
        }
    }
}

static void draw_x_axis(sx_text *page, const frame *f, const char *label) {
    if (f->x_is_log) {
        draw_log_ticks(page, f);
    } else {
        const sx_ticks ticks = sx_ticks_make(f->x.low, f->x.high, 7);
        for (int i = 0; i < ticks.count; i++) {
            char text[32];
            sx_print(text, sizeof text, "%.*f", ticks.decimals, sx_ticks_at(&ticks, i));
            draw_tick(page, f, sx_ticks_at(&ticks, i), text);
        }
    }
    sx_svg_text(page, (LEFT + RIGHT) / 2.0, f->y.from + 38, "middle", "tick", label);
}

void sx_explain_lines(sx_text *page, const sx_figure *figure) {
    char *words = sx_explain_words(figure);
    sx_text legend = {0};
    const int top = sx_explain_legend(&legend, figure) + 6;
    const frame f = make_frame(figure, top);
    char *legend_text = sx_text_take(&legend);
    sx_svg_open(page, figure->id, top + PLOT_HEIGHT + 46, figure->title, words ? words : "");
    sx_text_add(page, legend_text ? legend_text : "");
    sx_svg_grid(page, &f.y, LEFT, RIGHT, figure->percent);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t s = 0; s < figure->series_count; s++) {
            char class[64];
            sx_explain_series_class(figure, s, class, sizeof class);
            sx_text_format(page, "<g class=\"%s\">\n", class);
            if (pass == 0)
                draw_range(page, &f, &figure->series[s]);
            else
                draw_curve(page, &f, &figure->series[s]);
            sx_text_add(page, "</g>\n");
        }
    }
    draw_x_axis(page, &f, figure->x_label);
    sx_svg_close(page, figure->y_label);
    sx_free_text(words);
    sx_free_text(legend_text);
}
