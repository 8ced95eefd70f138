/* explain_figure.c: what both kinds of chart share, and the table. */
#include "explain_figure.h"

#include "html.h"
#include "svg.h"

#include <math.h>
#include <string.h>

void sx_explain_value(const sx_figure *figure, double value, char *text, size_t size) {
    if (isnan(value))
        sx_print(text, size, "\xE2\x80\x93");
    else if (figure->percent)
        sx_print(text, size, "%.1f\xC2\xA0%%", 100 * value);
    else if (fabs(value) >= 1000)
        sx_print(text, size, "%.0f", value);
    else
        sx_print(text, size, "%.3g", value);
}

void sx_explain_series_class(const sx_figure *figure, size_t series, char *text, size_t size) {
    const int axis = figure->series[series].axis;
    size_t before = 0;
    for (size_t i = 0; i < series; i++)
        before += figure->series[i].axis == axis;
    sx_print(text, size, "on-%s series-%zu", axis < 0 ? "none" : sx_axis_name((sx_axis)axis),
             before < 3 ? before : 3);
}

int sx_explain_legend(sx_text *page, const sx_figure *figure) {
    double x = 8, y = 14;
    if (figure->series_count < 2) return 8;
    sx_text_add(page, "<g class=\"legend\">\n");
    for (size_t i = 0; i < figure->series_count; i++) {
        const double width = 26 + 7.2 * (double)strlen(figure->series[i].name);
        char class[64];
        if (x + width > SX_CHART_WIDTH && x > 8) {
            x = 8;
            y += 19;
        }
        sx_explain_series_class(figure, i, class, sizeof class);
        sx_text_format(page,
                       "<g class=\"%s\"><rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"11\" "
                       "height=\"11\" rx=\"2\"/></g>",
                       class, x, y - 9);
        sx_svg_text(page, x + 16, y + 1, "start", "tick", figure->series[i].name);
        x += width;
    }
    sx_text_add(page, "</g>\n");
    return (int)y + 14;
}

void sx_explain_range(const sx_figure *figure, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t s = 0; s < figure->series_count; s++) {
        const sx_series *series = &figure->series[s];
        for (size_t i = 0; i < series->count; i++) {
            *low = fmin(*low, fmin(series->y[i], series->low ? series->low[i] : NAN));
            *high = fmax(*high, fmax(series->y[i], series->high ? series->high[i] : NAN));
        }
    }
}

char *sx_explain_words(const sx_figure *figure) {
    sx_text words = {0};
    sx_text_format(&words, "%s against %s.", figure->y_label, figure->x_label);
    for (size_t s = 0; s < figure->series_count; s++) {
        const sx_series *series = &figure->series[s];
        if (!series->count) continue;
        char first[32], last[32];
        sx_explain_value(figure, series->y[0], first, sizeof first);
        sx_explain_value(figure, series->y[series->count - 1], last, sizeof last);
        sx_text_format(&words, " %s: from %s to %s.", series->name, first, last);
    }
    return sx_text_take(&words);
}

static void table_row(sx_text *page, const sx_figure *figure, const sx_series *series, size_t i) {
    char text[64];
    sx_text_add(page, "<tr>");
    sx_html_row_head(page, series->name);
    const size_t place = (size_t)series->x[i];
    if (figure->kind == SX_FIGURE_BARS && place < figure->name_count) {
        sx_html_cell(page, figure->names[place]);
    } else {
        sx_print(text, sizeof text, "%.4g", series->x[i]);
        sx_html_cell(page, text);
    }
    sx_explain_value(figure, series->y[i], text, sizeof text);
    sx_html_cell(page, text);
    sx_explain_value(figure, series->low ? series->low[i] : NAN, text, sizeof text);
    sx_html_cell(page, text);
    sx_explain_value(figure, series->high ? series->high[i] : NAN, text, sizeof text);
    sx_html_cell(page, text);
    sx_text_add(page, "</tr>\n");
}

static void table(sx_text *page, const sx_figure *figure) {
    const char *heads[] = {"Series", figure->x_label, figure->y_label, "from", "to", NULL};
    sx_text_add(page, "<details>\n<summary>The numbers</summary>\n");
    sx_html_table(page, figure->title, heads);
    for (size_t s = 0; s < figure->series_count; s++)
        for (size_t i = 0; i < figure->series[s].count; i++)
            table_row(page, figure, &figure->series[s], i);
    sx_html_table_end(page);
    sx_text_add(page, "</details>\n");
}

void sx_explain_figure(sx_text *page, const sx_figure *figure) {
    sx_text_add(page, "<div>\n<h3>");
    sx_html_escape(page, figure->title);
    sx_text_add(page, "</h3>\n");
    if (figure->kind == SX_FIGURE_LINES)
        sx_explain_lines(page, figure);
    else
        sx_explain_bars(page, figure);
    table(page, figure);
    sx_text_add(page, "</div>\n");
}
