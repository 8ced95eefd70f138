/* chart_lags.c: how far the moving statistics trailed, a panel a normalisation, a line an axis. */
#include "parts.h"

#include "html.h"
#include "svg.h"

#include "experiment/lags.h"

#include <math.h>
#include <stdint.h>

enum { HEIGHT = 250, LEFT = 52, RIGHT = 358, TOP = 14, BOTTOM = 202, MOST_PANELS = 8, MOST_POINTS = 150 };

static size_t epochs_of(const sx_comparison *comparison) {
    size_t epochs = 0;
    for (size_t i = 0; i < comparison->run_count; i++)
        if (comparison->runs[i].lags && comparison->runs[i].epoch_count > epochs)
            epochs = comparison->runs[i].epoch_count;
    return epochs;
}

static sx_scale values_of(const sx_comparison *comparison, size_t layer) {
    double high = 0.1;
    for (size_t axis = 0; axis < comparison->axis_count; axis++)
        for (size_t e = 0; e < epochs_of(comparison); e++) {
            const double value = sx_lags_mean(comparison, axis, layer, e).mean;
            if (isfinite(value)) high = fmax(high, value);
        }
    sx_scale y = {0, 1, BOTTOM, TOP};
    sx_scale_fit(&y, 0, high, 0, INFINITY);
    return y;
}

static void draw_line(sx_text *text, const sx_comparison *comparison, size_t axis, size_t layer,
                      const sx_scale *x, const sx_scale *y) {
    const char *name = sx_axis_word(comparison->order, comparison->axes[axis].axis);
    const size_t epochs = epochs_of(comparison), stride = (epochs + MOST_POINTS - 1) / MOST_POINTS;
    bool begun = false;
    double last = (double)NAN;
    sx_text_format(text, "<g class=\"on-%s\">\n<path class=\"mean\" d=\"", name);
    for (size_t e = 0; e < epochs; e += stride) {
        const double value = sx_lags_mean(comparison, axis, layer, e).mean;
        if (!isfinite(value)) continue;
        last = sx_scale_at(y, value);
        sx_text_format(text, "%s%.1f %.1f", begun ? "L" : "M", sx_scale_at(x, (double)e + 1), last);
        begun = true;
    }
    sx_text_add(text, begun ? "\"/>\n" : "M0 0\"/>\n");
    if (epochs == 1 && begun) sx_svg_mark(text, SX_MARK_DOT, sx_scale_at(x, 1), last, 4, true, NULL);
    sx_text_add(text, "</g>\n");
}

/* Lines may end in one place: names stand in a row above them. */
static void draw_legend(sx_text *text, const sx_comparison *comparison) {
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const char *name = sx_axis_word(comparison->order, comparison->axes[i].axis);
        const double y = TOP + 4 + 18 * (double)i;
        sx_text_format(text, "<g class=\"on-%s\"><path class=\"mean\" d=\"M%d %.1fh14\"/>", name, RIGHT + 4,
                       y);
        sx_svg_text(text, RIGHT + 22, y + 4, "start", "name small",
                    sx_axis_word(comparison->order, comparison->axes[i].axis));
        sx_text_add(text, "</g>\n");
    }
}

static void draw_epochs(sx_text *text, const sx_scale *x, size_t epochs) {
    const sx_ticks ticks = sx_ticks_make(epochs > 1 ? 1 : 0.5, (double)epochs, 9);
    for (int i = 0; i < ticks.count; i++) {
        const double epoch = sx_ticks_at(&ticks, i);
        char number[16];
        if (epoch < 1 || epoch > floor(epoch)) continue;
        sx_print(number, sizeof number, "%.0f", epoch);
        sx_svg_text(text, sx_scale_at(x, epoch), BOTTOM + 18, "middle", "tick", number);
    }
    sx_svg_text(text, (LEFT + RIGHT) / 2.0, BOTTOM + 38, "middle", "tick", "epoch");
}

/* context: the layer's number. */
static sx_status draw(const sx_page *page, const void *context, sx_error *err) {
    const sx_comparison *comparison = page->comparison;
    const size_t layer = (size_t)(uintptr_t)context, epochs = epochs_of(comparison);
    const sx_scale y = values_of(comparison, layer),
                   x = {epochs > 1 ? 1 : 0, epochs > 1 ? (double)epochs : 2, LEFT, RIGHT};
    char id[32], title[160];
    sx_text words = {0};
    (void)err;
    for (size_t axis = 0; axis < comparison->axis_count; axis++)
        sx_text_format(&words, "%s: %.2f deviations after the last epoch. ",
                       sx_axis_word(comparison->order, comparison->axes[axis].axis),
                       sx_lags_mean(comparison, axis, layer, epochs - 1).mean);
    sx_print(id, sizeof id, "lag-chart-%zu", layer + 1);
    sx_print(title, sizeof title, "Lag of the moving means of %s, in deviations",
             comparison->lag_layers[layer]);
    sx_svg_open(page->text, id, HEIGHT, title, words.chars ? words.chars : "");
    sx_text_clear(&words);
    sx_svg_grid(page->text, &y, LEFT, RIGHT, false);
    draw_epochs(page->text, &x, epochs);
    for (size_t axis = 0; axis < comparison->axis_count; axis++)
        draw_line(page->text, comparison, axis, layer, &x, &y);
    draw_legend(page->text, comparison);
    sx_svg_close(page->text, title);
    return SX_OK;
}

static void add_layer(sx_section *part, const sx_comparison *comparison, size_t layer) {
    char id[32], title[160], names[2 * SX_MAX_AXES][48];
    const char *heads[2 * SX_MAX_AXES + 2] = {"Epoch"};
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const char *axis = sx_axis_word(comparison->order, comparison->axes[i].axis);
        sx_print(names[2 * i], sizeof names[0], "%s, mean", axis);
        sx_print(names[2 * i + 1], sizeof names[0], "%s, deviation", axis);
        heads[2 * i + 1] = names[2 * i];
        heads[2 * i + 2] = names[2 * i + 1];
    }
    sx_print(id, sizeof id, "lag-%zu", layer + 1);
    sx_print(title, sizeof title, "Lag of the moving statistics of %s", comparison->lag_layers[layer]);
    const void *number = (const void *)(uintptr_t)layer;
    sx_table *table = layer < MOST_PANELS ? sx_section_draw(part, draw, number, id, title, heads)
                                          : sx_section_table(part, id, title, heads);
    for (size_t e = 0; e < epochs_of(comparison); e++) {
        sx_cell_count(table, (double)e + 1);
        for (size_t axis = 0; axis < comparison->axis_count; axis++) {
            const sx_lag lag = sx_lags_mean(comparison, axis, layer, e);
            sx_cell_decimal(table, lag.mean, 3);
            sx_cell_decimal(table, lag.deviation, 3);
        }
    }
}

void sx_section_lags(sx_document *document, const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    if (comparison->lag_layer_count == 0 || epochs_of(comparison) == 0) return;
    const size_t epochs = (size_t)comparison->train.epochs;
    const sx_settling settling =
        sx_train_settling(comparison->steps / epochs, comparison->train.epochs, comparison->momentum);
    sx_section *part = sx_section_add(document, "lags", true, "How far the moving statistics trailed");
    if (!settling.settled) {
        char words[512];
        sx_settling_say(&settling, words, sizeof words);
        sx_section_say(part, SX_BLOCK_TEXT, "Told before the runs: %s.", words);
    }
    sx_section_say(
        part, SX_BLOCK_SOFT,
        "After each epoch, the moving statistics of every normalisation are held against those of "
        "the epoch's last batches: how far the mean lies off, in deviations of the values, and how "
        "far the deviation is off (0.1 is about a tenth). Medians over what the layer keeps, means "
        "over the runs of an axis. A small lag in every layer can add up to a large loss, and a lag "
        "need not cost anything: the three ways of scoring tell what it cost.");
    for (size_t layer = 0; layer < comparison->lag_layer_count; layer++)
        add_layer(part, comparison, layer);
}
