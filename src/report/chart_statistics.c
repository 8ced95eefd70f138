/* chart_statistics.c: the three ways of scoring side by side, an interval each. */
#include "chart.h"

#include "html.h"
#include "svg.h"

#include <math.h>

enum { HEIGHT = 360, LEFT = 52, RIGHT = 452, TOP = 40, BOTTOM = 308 };

static const sx_shape_mark marks[SX_STATISTICS_COUNT] = {SX_MARK_TRIANGLE, SX_MARK_DOT, SX_MARK_SQUARE};

static const char *way_words(int way) {
    static const char *const words[SX_STATISTICS_COUNT] = {"moving (Keras)", "recomputed",
                                                           "test batch\xE2\x80\x99s own"};
    return words[way];
}

static sx_scale make_scale(const sx_comparison *comparison) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < comparison->axis_count; i++) {
        for (int way = 0; way < SX_STATISTICS_COUNT; way++) {
            sx_interval accuracy = comparison->axes[i].by_statistics[way];
            bool bounded = !isnan(accuracy.low);
            low = fmin(low, bounded ? fmax(accuracy.low, 0) : accuracy.mean);
            high = fmax(high, bounded ? fmin(accuracy.high, 1) : accuracy.mean);
        }
    }
    sx_scale y = {0, 1, BOTTOM, TOP};
    sx_scale_fit(&y, low, high, 0, 1.02);
    return y;
}

static void draw_legend(sx_text *text, sx_statistics verdict) {
    double x = LEFT + 6;
    sx_text_add(text, "<g class=\"legend\">\n");
    for (int way = 0; way < SX_STATISTICS_COUNT; way++) {
        sx_svg_mark(text, marks[way], x, 14, 4.5, way == (int)verdict, NULL);
        sx_svg_text(text, x + 10, 18.5, "start", way == (int)verdict ? "tick strong" : "tick",
                    way_words(way));
        x += way == 0 ? 128 : 108;
    }
    sx_text_add(text, "</g>\n");
}

static void draw_way(sx_text *text, const sx_comparison *comparison, size_t axis, int way, double x,
                     const sx_scale *y) {
    sx_interval accuracy = comparison->axes[axis].by_statistics[way];
    if (isnan(accuracy.mean)) return;
    double top = sx_scale_at(y, accuracy.mean);
    bool verdict = way == (int)comparison->statistics;
    if (!isnan(accuracy.low)) {
        top = sx_scale_at(y, fmin(accuracy.high, y->high));
        sx_svg_interval(text, x, sx_scale_at(y, fmax(accuracy.low, y->low)), top, verdict ? "wide" : "");
    }
    char title[128], percent[SX_NUMBER_CHARS], value[16];
    sx_percent(accuracy.mean, percent);
    sx_print(title, sizeof title, "%s, %s: %s", sx_axis_word(comparison->order, comparison->axes[axis].axis),
             way_words(way), percent);
    sx_print(value, sizeof value, "%.1f", 100 * accuracy.mean);
    sx_svg_mark(text, marks[way], x, sx_scale_at(y, accuracy.mean), 5.5, verdict, title);
    sx_svg_text(text, x, fmin(top, sx_scale_at(y, accuracy.mean) - 7) - 5, "middle",
                verdict ? "value halo" : "tick halo", value);
}

static void draw_axis(sx_text *text, const sx_comparison *comparison, size_t axis, const sx_scale *y) {
    double width = (double)(RIGHT - LEFT) / (double)comparison->axis_count;
    double middle = LEFT + ((double)axis + 0.5) * width;
    const sx_axis kept = comparison->axes[axis].axis;
    char keras[32];
    sx_print(keras, sizeof keras, "axis=%d", sx_axis_keras(kept));
    sx_text_format(text, "<g class=\"on-%s\">\n", sx_axis_name(kept));
    for (int way = 0; way < SX_STATISTICS_COUNT; way++) {
        draw_way(text, comparison, axis, way, middle + (way - 1) * fmin(width * 0.29, 44), y);
    }
    sx_svg_text(text, middle, BOTTOM + 22, "middle", "name", sx_axis_word(comparison->order, kept));
    sx_text_add(text, "</g>\n");
    sx_svg_text(text, middle, BOTTOM + 39, "middle", "tick", keras);
}

static void describe(sx_text *text, const sx_comparison *comparison) {
    for (size_t i = 0; i < comparison->axis_count; i++) {
        sx_text_format(text, "%s:", sx_axis_word(comparison->order, comparison->axes[i].axis));
        for (int way = 0; way < SX_STATISTICS_COUNT; way++) {
            char percent[SX_NUMBER_CHARS];
            sx_percent(comparison->axes[i].by_statistics[way].mean, percent);
            sx_text_format(text, " %s %s%s", way_words(way), percent, way < 2 ? "," : ". ");
        }
    }
}

void sx_chart_statistics(const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_text description = {0};
    describe(&description, comparison);
    char *words = sx_text_take(&description);
    sx_scale y = make_scale(comparison);
    sx_svg_open(page->text, "ways-chart", HEIGHT, "Three ways of scoring the same nets", words ? words : "");
    sx_free_text(words);
    draw_legend(page->text, comparison->statistics);
    sx_svg_grid(page->text, &y, LEFT, RIGHT, true);
    for (size_t i = 0; i < comparison->axis_count; i++)
        draw_axis(page->text, comparison, i, &y);
    sx_svg_close(page->text, "The same nets on the same recordings; only the mean and variance the "
                             "normalisation uses differ. The filled mark is what the verdict rests on.");
}
