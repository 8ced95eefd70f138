/* chart_curves.c: learning curves: one thin line a run, one thick line for the mean of each axis. */
#include "parts.h"

#include "html.h"
#include "svg.h"

#include <math.h>

enum { HEIGHT = 290, LEFT = 52, RIGHT = 382, TOP = 14, BOTTOM = 242, MOST_POINTS = 150, MOST_LINES = 24 };

/* What a panel shows of an epoch. */
typedef struct panel {
    const char *id, *title;
    size_t value; /* offset of the double in sx_epoch */
    bool in_percent;
} panel;

static double value_of(const panel *shown, const sx_epoch *epoch) {
    return *(const double *)(const void *)((const char *)epoch + shown->value);
}

static size_t longest(const sx_comparison *comparison) {
    size_t epochs = 0;
    for (size_t i = 0; i < comparison->run_count; i++) {
        if (comparison->runs[i].epoch_count > epochs) epochs = comparison->runs[i].epoch_count;
    }
    return epochs;
}

static bool has_values(const sx_comparison *comparison, const panel *shown) {
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->epoch_count && isfinite(value_of(shown, &run->epochs[0]))) return true;
    }
    return false;
}

static sx_scale fit_values(const sx_comparison *comparison, const panel *shown) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < comparison->run_count; i++) {
        for (size_t e = 0; e < comparison->runs[i].epoch_count; e++) {
            double value = value_of(shown, &comparison->runs[i].epochs[e]);
            if (!isfinite(value)) continue;
            low = fmin(low, value);
            high = fmax(high, value);
        }
    }
    sx_scale y = {0, 1, BOTTOM, TOP};
    sx_scale_fit(&y, low, high, 0, shown->in_percent ? 1.02 : INFINITY);
    return y;
}

/* Mean over the axis's runs that reached this epoch; NaN where none did. */
static double mean_at(const sx_comparison *comparison, size_t axis, size_t epoch, const panel *shown) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->axis != axis || run->epoch_count <= epoch) continue;
        double value = value_of(shown, &run->epochs[epoch]);
        if (!isfinite(value)) continue;
        sum += value;
        count++;
    }
    return count ? sum / (double)count : NAN;
}

typedef struct place {
    const sx_comparison *comparison;
    const panel *shown;
    sx_scale x, y;
    size_t epochs, stride;
} place;

static void add_point(sx_text *text, const place *at, size_t epoch, double value, bool *begun) {
    if (!isfinite(value)) return;
    sx_text_format(text, "%s%.1f %.1f", *begun ? "L" : "M", sx_scale_at(&at->x, (double)epoch + 1),
                   sx_scale_at(&at->y, value));
    *begun = true;
}

static void draw_run(sx_text *text, const place *at, const sx_run *run) {
    bool begun = false;
    for (size_t e = 0; e < run->epoch_count; e += at->stride) {
        add_point(text, at, e, value_of(at->shown, &run->epochs[e]), &begun);
    }
}

static void draw_mean(sx_text *text, const place *at, size_t axis) {
    bool begun = false;
    sx_text_add(text, "<path class=\"mean\" d=\"");
    for (size_t e = 0; e < at->epochs; e += at->stride) {
        add_point(text, at, e, mean_at(at->comparison, axis, e, at->shown), &begun);
    }
    if (at->epochs > 0 && (at->epochs - 1) % at->stride) {
        add_point(text, at, at->epochs - 1, mean_at(at->comparison, axis, at->epochs - 1, at->shown), &begun);
    }
    if (!begun) sx_text_add(text, "M0 0");
    sx_text_add(text, "\"/>\n");
    if (at->epochs == 1) {
        sx_svg_mark(text, SX_MARK_DOT, sx_scale_at(&at->x, 1),
                    sx_scale_at(&at->y, mean_at(at->comparison, axis, 0, at->shown)), 4, true, NULL);
    }
}

static void draw_axis_lines(sx_text *text, const place *at, size_t axis) {
    const sx_comparison *comparison = at->comparison;
    size_t drawn = 0;
    sx_text_format(text, "<g class=\"on-%s\">\n<path class=\"single\" d=\"M0 0",
                   sx_axis_word(comparison->order, comparison->axes[axis].axis));
    for (size_t i = 0; i < comparison->run_count && drawn < MOST_LINES; i++) {
        if (comparison->runs[i].axis != axis) continue;
        draw_run(text, at, &comparison->runs[i]);
        drawn++;
    }
    sx_text_add(text, "\"/>\n");
    draw_mean(text, at, axis);
    sx_text_add(text, "</g>\n");
}

/* Names stand where the lines end, pushed apart so that they do not overlap. */
static void draw_names(sx_text *text, const place *at) {
    const double apart = 16;
    size_t order[SX_MAX_AXES];
    double y[SX_MAX_AXES];
    size_t count = at->comparison->axis_count;
    for (size_t i = 0; i < count; i++) {
        double value = mean_at(at->comparison, i, at->epochs - 1, at->shown);
        y[i] = isfinite(value) ? sx_scale_at(&at->y, value) + 4 : BOTTOM;
        size_t k = i;
        for (; k > 0 && y[order[k - 1]] > y[i]; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
    for (size_t i = 1; i < count; i++)
        y[order[i]] = fmax(y[order[i]], y[order[i - 1]] + apart);
    double over = count ? fmax(y[order[count - 1]] - BOTTOM, 0) : 0;
    for (size_t i = count; over > 0 && i-- > 0;) {
        double most = BOTTOM - apart * (double)(count - 1 - i);
        y[order[i]] = fmin(y[order[i]], most);
    }
    for (size_t i = 0; i < count; i++) {
        const sx_axis kept = at->comparison->axes[i].axis;
        sx_text_format(text, "<g class=\"on-%s\">", sx_axis_name(kept));
        sx_svg_text(text, RIGHT + 8, y[i], "start", "name small", sx_axis_word(at->comparison->order, kept));
        sx_text_add(text, "</g>\n");
    }
}

static void draw_epochs(sx_text *text, const place *at) {
    double last = (double)at->epochs;
    sx_ticks ticks = sx_ticks_make(fmin(1, last - 0.5), last, 9);
    for (int i = 0; i < ticks.count; i++) {
        double epoch = sx_ticks_at(&ticks, i);
        if (epoch < 1 || epoch > floor(epoch)) continue;
        char number[16];
        sx_print(number, sizeof number, "%.0f", epoch);
        sx_svg_text(text, sx_scale_at(&at->x, epoch), BOTTOM + 18, "middle", "tick", number);
    }
    sx_svg_text(text, (LEFT + RIGHT) / 2.0, BOTTOM + 38, "middle", "tick", "epoch");
}

static void draw_panel(const sx_page *page, const panel *shown) {
    const sx_comparison *comparison = page->comparison;
    size_t epochs = longest(comparison);
    if (!epochs || !has_values(comparison, shown)) return;
    double first = epochs > 1 ? 1 : 0;
    place at = {comparison,
                shown,
                {first, (double)epochs + 1 - (epochs > 1 ? 1 : 0), LEFT, RIGHT},
                fit_values(comparison, shown),
                epochs,
                (epochs + MOST_POINTS - 1) / MOST_POINTS};
    sx_text description = {0};
    for (size_t i = 0; i < comparison->axis_count; i++) {
        sx_text_format(&description, "%s: from %.3f to %.3f over %zu epochs. ",
                       sx_axis_word(comparison->order, comparison->axes[i].axis),
                       mean_at(comparison, i, 0, shown), mean_at(comparison, i, epochs - 1, shown), epochs);
    }
    char *words = sx_text_take(&description);
    sx_svg_open(page->text, shown->id, HEIGHT, shown->title, words ? words : "");
    sx_free_text(words);
    sx_svg_grid(page->text, &at.y, LEFT, RIGHT, shown->in_percent);
    draw_epochs(page->text, &at);
    for (size_t i = 0; i < comparison->axis_count; i++)
        draw_axis_lines(page->text, &at, i);
    draw_names(page->text, &at);
    sx_svg_close(page->text, shown->title);
}

static const panel panels[] = {
    {"fit-accuracy", "Accuracy while fitting", offsetof(sx_epoch, accuracy), true},
    {"fit-loss", "Loss while fitting", offsetof(sx_epoch, loss), false},
    {"validation-accuracy", "Accuracy on the validation part", offsetof(sx_epoch, validation_accuracy), true},
    {"validation-loss", "Loss on the validation part", offsetof(sx_epoch, validation_loss), false},
};

static sx_status draw(const sx_page *page, const void *context, sx_error *err) {
    (void)err;
    draw_panel(page, context);
    return SX_OK;
}

static void add_panel(sx_section *part, const sx_comparison *comparison, const panel *shown) {
    const char *heads[SX_MAX_AXES + 2] = {"Epoch"};
    for (size_t i = 0; i < comparison->axis_count; i++)
        heads[i + 1] = sx_axis_word(comparison->order, comparison->axes[i].axis);
    sx_table *table = sx_section_draw(part, draw, shown, shown->id, shown->title, heads);
    for (size_t e = 0; e < longest(comparison); e++) {
        sx_cell_count(table, (double)e + 1);
        for (size_t axis = 0; axis < comparison->axis_count; axis++) {
            const double value = mean_at(comparison, axis, e, shown);
            if (shown->in_percent)
                sx_cell_percent(table, value);
            else
                sx_cell_decimal(table, value, 3);
        }
    }
}

void sx_section_curves(sx_document *document, const sx_page *page) {
    if (!longest(page->comparison)) return;
    sx_section *part = sx_section_add(document, "curves", true, "Learning curves");
    sx_section_say(
        part, SX_BLOCK_SOFT,
        "Thick lines are the means over all runs of an axis, thin lines single runs. The numbers are "
        "the means.");
    for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++)
        if (has_values(page->comparison, &panels[i])) add_panel(part, page->comparison, &panels[i]);
}
