/* svg.c: numbers have one decimal: a tenth of a pixel. */
#include "svg.h"

#include "html.h"
#include "print.h"

#include <math.h>

double sx_scale_at(const sx_scale *scale, double value) {
    double share = (value - scale->low) / (scale->high - scale->low);
    return scale->from + share * (scale->to - scale->from);
}

void sx_scale_fit(sx_scale *scale, double low, double high, double least, double most) {
    if (!isfinite(low) || !isfinite(high)) {
        low = 0;
        high = 1;
    }
    double margin = fmax((high - low) * 0.08, 0.02);
    scale->low = fmax(low - margin, least);
    scale->high = fmin(high + margin, most);
    if (!(scale->high > scale->low)) scale->high = scale->low + 0.1;
}

void sx_svg_open(sx_text *page, const char *id, int height, const char *title, const char *description) {
    sx_text_format(page,
                   "<figure class=\"chart\">\n<svg role=\"img\" viewBox=\"0 0 %d %d\" "
                   "aria-labelledby=\"%s-t\" aria-describedby=\"%s-d\">\n<title id=\"%s-t\">",
                   SX_CHART_WIDTH, height, id, id, id);
    sx_html_escape(page, title);
    sx_text_format(page, "</title>\n<desc id=\"%s-d\">", id);
    sx_html_escape(page, description);
    sx_text_add(page, "</desc>\n");
}

void sx_svg_close(sx_text *page, const char *caption) {
    sx_text_add(page, "</svg>\n");
    if (caption) {
        sx_text_add(page, "<figcaption>");
        sx_html_escape(page, caption);
        sx_text_add(page, "</figcaption>\n");
    }
    sx_text_add(page, "</figure>\n");
}

void sx_svg_text(sx_text *page, double x, double y, const char *anchor, const char *style, const char *text) {
    sx_text_format(page, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, style);
    sx_html_escape(page, text);
    sx_text_add(page, "</text>\n");
}

void sx_svg_grid(sx_text *page, const sx_scale *y, double left, double right, bool in_percent) {
    double times = in_percent ? 100 : 1;
    sx_ticks ticks = sx_ticks_make(y->low * times, y->high * times, 7);
    for (int i = 0; i < ticks.count; i++) {
        double value = sx_ticks_at(&ticks, i), at = sx_scale_at(y, value / times);
        char text[32];
        sx_print(text, sizeof text, "%.*f%s", ticks.decimals, value, in_percent ? "\xC2\xA0%" : "");
        sx_text_format(page, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", left, at, right);
        sx_svg_text(page, left - 6, at + 4, "end", "tick", text);
    }
}

void sx_svg_interval(sx_text *page, double x, double low_y, double high_y, const char *style) {
    sx_text_format(page, "<path class=\"interval %s\" d=\"M%.1f %.1fV%.1fM%.1f %.1fh8M%.1f %.1fh8\"/>\n",
                   style, x, low_y, high_y, x - 4, low_y, x - 4, high_y);
}

static void mark_path(sx_text *page, sx_shape_mark mark, double x, double y, double r) {
    if (mark == SX_MARK_TRIANGLE) {
        sx_text_format(page, "d=\"M%.1f %.1fl%.1f %.1fh%.1fz\"", x, y - r * 1.2, r * 1.15, r * 2, -2.3 * r);
    } else if (mark == SX_MARK_SQUARE) {
        sx_text_format(page, "d=\"M%.1f %.1fh%.1fv%.1fh%.1fz\"", x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r,
                       -1.8 * r);
    } else {
        sx_text_format(page, "d=\"M%.1f %.1fa%.1f %.1f 0 1 0 %.1f 0a%.1f %.1f 0 1 0 %.1f 0z\"", x - r, y, r,
                       r, 2 * r, r, r, -2 * r);
    }
}

void sx_svg_mark(sx_text *page, sx_shape_mark mark, double x, double y, double radius, bool filled,
                 const char *title) {
    sx_text_format(page, "<path class=\"%s\" ", filled ? "solid" : "hollow");
    mark_path(page, mark, x, y, radius);
    if (!title) {
        sx_text_add(page, "/>\n");
        return;
    }
    sx_text_add(page, "><title>");
    sx_html_escape(page, title);
    sx_text_add(page, "</title></path>\n");
}
