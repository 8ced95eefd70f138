/* chart_runs.c: every run a dot, the same fold and seed joined by a thin line, an interval beside each axis.
 */
#include "chart.h"

#include "html.h"
#include "svg.h"

#include <math.h>

enum { HEIGHT = 360, LEFT = 52, RIGHT = 452, TOP = 14, BOTTOM = 308, MOST_DOTS = 900 };

double sx_run_accuracy(const sx_comparison *comparison, const sx_run *run) {
    return run->scores[comparison->statistics].accuracy;
}

static double column_width(const sx_comparison *comparison) {
    return (double)(RIGHT - LEFT) / (double)comparison->axis_count;
}

/* Runs of a column stand side by side by fold and repetition, so that equal scores do not hide each other. */
static double run_x(const sx_comparison *comparison, const sx_run *run) {
    size_t places = comparison->fold_count * (size_t)comparison->seeds;
    size_t place = run->fold * (size_t)comparison->seeds + (size_t)run->repetition;
    double spread = fmin(8.0 * (double)places, column_width(comparison) * 0.36);
    double share = places > 1 ? (double)place / (double)(places - 1) - 0.5 : 0;
    double middle = LEFT + ((double)run->axis + 0.5) * column_width(comparison);
    return middle - column_width(comparison) * 0.2 + share * spread;
}

static sx_scale make_scale(const sx_comparison *comparison) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < comparison->run_count; i++) {
        double accuracy = sx_run_accuracy(comparison, &comparison->runs[i]);
        low = fmin(low, accuracy);
        high = fmax(high, accuracy);
    }
    for (size_t i = 0; i < comparison->axis_count; i++) {
        sx_interval accuracy = comparison->axes[i].accuracy;
        if (isnan(accuracy.low)) continue;
        low = fmin(low, fmax(accuracy.low, 0));
        high = fmax(high, fmin(accuracy.high, 1));
    }
    sx_scale y = {0, 1, BOTTOM, TOP};
    sx_scale_fit(&y, low, high, 0, 1.02);
    return y;
}

/* Of very many runs some are left out, for the page's weight: those of whole folds and seeds. */
static bool is_drawn(const sx_comparison *comparison, const sx_run *run) {
    size_t step = comparison->run_count / MOST_DOTS + 1;
    return (run->fold * (size_t)comparison->seeds + (size_t)run->repetition) % step == 0;
}

static const sx_run *find_run(const sx_comparison *comparison, size_t axis, const sx_run *like) {
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->axis == axis && run->fold == like->fold && run->repetition == like->repetition) return run;
    }
    return NULL;
}

static void draw_pairs(sx_text *text, const sx_comparison *comparison, const sx_scale *y) {
    sx_text_add(text, "<path class=\"pairs\" d=\"");
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        const sx_run *next = is_drawn(comparison, run) ? find_run(comparison, run->axis + 1, run) : NULL;
        if (!next) continue;
        sx_text_format(text, "M%.1f %.1fL%.1f %.1f", run_x(comparison, run),
                       sx_scale_at(y, sx_run_accuracy(comparison, run)), run_x(comparison, next),
                       sx_scale_at(y, sx_run_accuracy(comparison, next)));
    }
    sx_text_add(text, "\"/>\n");
}

static void draw_dots(sx_text *text, const sx_comparison *comparison, size_t axis, const sx_scale *y) {
    double radius = comparison->run_count > 90 ? 2.5 : 4;
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->axis != axis || !is_drawn(comparison, run)) continue;
        char percent[SX_NUMBER_CHARS], title[256];
        sx_percent(sx_run_accuracy(comparison, run), percent);
        sx_print(title, sizeof title, "%s, %s, seed %d: %s",
                 sx_axis_word(comparison->order, comparison->axes[axis].axis),
                 comparison->fold_names[run->fold], run->repetition + 1, percent);
        sx_svg_mark(text, SX_MARK_DOT, run_x(comparison, run),
                    sx_scale_at(y, sx_run_accuracy(comparison, run)), radius, true, title);
    }
}

static void draw_axis(sx_text *text, const sx_comparison *comparison, size_t axis, const sx_scale *y) {
    const sx_axis_result *result = &comparison->axes[axis];
    double middle = LEFT + ((double)axis + 0.5) * column_width(comparison);
    double bar = middle + column_width(comparison) * 0.07;
    double mean = sx_scale_at(y, result->accuracy.mean);
    char percent[SX_NUMBER_CHARS], keras[32];
    sx_percent(result->accuracy.mean, percent);
    sx_print(keras, sizeof keras, "axis=%d", sx_axis_keras(result->axis));
    sx_text_format(text, "<g class=\"on-%s\">\n", sx_axis_name(result->axis));
    draw_dots(text, comparison, axis, y);
    if (!isnan(result->accuracy.low)) {
        sx_svg_interval(text, bar, sx_scale_at(y, fmax(result->accuracy.low, y->low)),
                        sx_scale_at(y, fmin(result->accuracy.high, y->high)), "wide");
    }
    sx_svg_mark(text, SX_MARK_SQUARE, bar, mean, 4, true, NULL);
    sx_svg_text(text, bar + 9, mean + 4.5, "start", "value halo", percent);
    sx_svg_text(text, middle, BOTTOM + 22, "middle", "name", sx_axis_word(comparison->order, result->axis));
    sx_text_add(text, "</g>\n");
    sx_svg_text(text, middle, BOTTOM + 39, "middle", "tick", keras);
}

static void draw_chance(sx_text *text, const sx_features *features, const sx_scale *y) {
    double chance = features->label_count ? 1.0 / (double)features->label_count : 0;
    if (chance <= y->low || chance >= y->high) return;
    double at = sx_scale_at(y, chance);
    sx_text_format(text, "<path class=\"chance\" d=\"M%d %.1fH%d\"/>\n", LEFT, at, RIGHT);
    sx_svg_text(text, LEFT + 2, at - 4, "start", "tick halo", "guessing");
}

static void describe(sx_text *text, const sx_comparison *comparison) {
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const sx_axis_result *result = &comparison->axes[i];
        char mean[SX_NUMBER_CHARS], low[SX_NUMBER_CHARS], high[SX_NUMBER_CHARS];
        sx_percent(result->accuracy.mean, mean);
        sx_percent(result->accuracy.low, low);
        sx_percent(result->accuracy.high, high);
        sx_text_format(text, "%s: mean %s, interval %s to %s, %zu runs. ",
                       sx_axis_word(comparison->order, result->axis), mean, low, high, result->runs);
    }
}

void sx_chart_runs(const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_text description = {0};
    describe(&description, comparison);
    char *words = sx_text_take(&description);
    sx_scale y = make_scale(comparison);
    sx_svg_open(page->text, "runs-chart", HEIGHT, "Accuracy of every run, by axis", words ? words : "");
    sx_free_text(words);
    sx_svg_grid(page->text, &y, LEFT, RIGHT, true);
    draw_chance(page->text, page->features, &y);
    draw_pairs(page->text, comparison, &y);
    for (size_t i = 0; i < comparison->axis_count; i++)
        draw_axis(page->text, comparison, i, &y);
    char caption[256];
    sx_print(
        caption, sizeof caption,
        "Accuracy on recordings not trained on. A dot is a run; thin lines join the runs of one fold and "
        "seed. Squares are means, bars their %g\xC2\xA0%% intervals.%s",
        comparison->confidence * 100, comparison->run_count > MOST_DOTS ? " Not every run is drawn." : "");
    sx_svg_close(page->text, caption);
}
