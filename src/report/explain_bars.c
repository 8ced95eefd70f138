/* explain_bars.c: bars lying under their names, one a series, with intervals and values. Names of any length
 * fit, on a phone too. */
#include "explain_figure.h"

#include "html.h"
#include "svg.h"

#include <math.h>

enum { LEFT = 8, RIGHT = 388, BAR = 15, NAME = 20, GAP = 8 };

static sx_scale make_scale(const sx_figure *figure) {
    double low, high;
    sx_scale x = {.from = LEFT, .to = RIGHT};
    sx_explain_range(figure, &low, &high);
    x.low = isfinite(low) ? fmin(low, 0) : 0;
    x.high = isfinite(high) ? fmax(high, 0) : 1;
    if (!(x.high > x.low)) x.high = x.low + 1;
    return x;
}

static void draw_interval(sx_text *page, const sx_scale *x, double low, double high, double y) {
    if (isnan(low) || isnan(high)) return;
    sx_text_format(page, "<path class=\"interval\" style=\"stroke:var(--ink)\" d=\"M%.1f %.1fH%.1f\"/>",
                   sx_scale_at(x, low), y, sx_scale_at(x, high));
}

static void draw_bar(sx_text *page, const sx_figure *figure, size_t s, size_t i, const sx_scale *x,
                     double y) {
    const sx_series *series = &figure->series[s];
    const double zero = sx_scale_at(x, 0), end = sx_scale_at(x, series->y[i]);
    char class[64], text[32];
    sx_explain_series_class(figure, s, class, sizeof class);
    sx_explain_value(figure, series->y[i], text, sizeof text);
    double right = zero;
    if (isfinite(end)) {
        sx_text_format(page,
                       "<g class=\"%s\"><rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                       "height=\"%d\" rx=\"1.5\"/></g>",
                       class, fmin(zero, end), y, fmax(fabs(end - zero), 0.8), BAR - 2);
        right = fmax(zero, end);
        if (series->low && series->high) {
            draw_interval(page, x, series->low[i], series->high[i], y + BAR / 2.0 - 1);
            if (!isnan(series->high[i])) right = fmax(right, sx_scale_at(x, series->high[i]));
        }
    }
    sx_svg_text(page, right + 6, y + BAR - 3.5, "start", "tick", text);
}

void sx_explain_bars(sx_text *page, const sx_figure *figure) {
    const sx_scale x = make_scale(figure);
    char *words = sx_explain_words(figure);
    sx_text legend = {0};
    double y = sx_explain_legend(&legend, figure);
    char *legend_text = sx_text_take(&legend);
    const double block = NAME + GAP + BAR * (double)figure->series_count;
    sx_svg_open(page, figure->id, (int)(y + block * (double)figure->name_count) + 4, figure->title,
                words ? words : "");
    sx_text_add(page, legend_text ? legend_text : "");
    for (size_t i = 0; i < figure->name_count; i++) {
        sx_svg_text(page, LEFT, y + 13, "start", "", figure->names[i]);
        for (size_t s = 0; s < figure->series_count; s++)
            if (i < figure->series[s].count) draw_bar(page, figure, s, i, &x, y + NAME + BAR * (double)s);
        y += block;
    }
    sx_svg_close(page, figure->y_label);
    sx_free_text(words);
    sx_free_text(legend_text);
}
