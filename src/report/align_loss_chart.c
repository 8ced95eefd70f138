/* align_loss_chart.c: what each axis loses as test recordings begin later: a line for the mean, a band for
 * the interval. */
#include "align_charts.h"

#include "html.h"
#include "svg.h"

#include <math.h>

enum { HEIGHT = 300, LEFT = 56, RIGHT = 380, TOP = 14, BOTTOM = 250 };

static const char *const ids[SX_ALIGN_STATES] = {"loss-as-is", "loss-jittered"};
static const char *const titles[SX_ALIGN_STATES] = {"Trained as is", "Trained with jitter"};

/* Both charts share the scale, so that they can be compared. In points. */
static sx_scale fit_points(const sx_align_study *study) {
    double low = 0, high = 100 * study->margin;
    for (size_t a = 0; a < study->axis_count; a++) {
        for (size_t state = 0; state < SX_ALIGN_STATES; state++) {
            for (size_t i = 0; i < study->lag_count; i++) {
                const sx_interval *loss = &study->axes[a].loss[state][i];
                double ends[] = {loss->mean, loss->low, loss->high};
                for (size_t e = 0; e < 3; e++) {
                    if (isnan(ends[e])) continue;
                    low = fmin(low, 100 * ends[e]);
                    high = fmax(high, 100 * ends[e]);
                }
            }
        }
    }
    sx_scale y = {0, 1, BOTTOM, TOP};
    sx_scale_fit(&y, low, high, -100, 101);
    return y;
}

static double place_x(const sx_scale *x, const sx_align_study *study, size_t lag) {
    return sx_scale_at(x, study->lags_ms[lag]);
}

static void draw_axis(sx_text *text, const sx_align_study *study, size_t a, sx_align_state trained,
                      const sx_scale *x, const sx_scale *y) {
    const sx_align_axis *axis = &study->axes[a];
    const sx_interval *loss = axis->loss[trained];
    double zero = sx_scale_at(y, 0);
    sx_text_format(text, "<g class=\"on-%s\">\n", sx_axis_name(axis->axis));
    if (!isnan(loss[0].low)) {
        sx_text_format(text, "<path class=\"band\" d=\"M%d %.1f", LEFT, zero);
        for (size_t i = 0; i < study->lag_count; i++)
            sx_text_format(text, "L%.1f %.1f", place_x(x, study, i), sx_scale_at(y, 100 * loss[i].high));
        for (size_t i = study->lag_count; i-- > 0;)
            sx_text_format(text, "L%.1f %.1f", place_x(x, study, i), sx_scale_at(y, 100 * loss[i].low));
        sx_text_add(text, "z\"/>\n");
    }
    sx_text_format(text, "<path class=\"mean\" d=\"M%d %.1f", LEFT, zero);
    for (size_t i = 0; i < study->lag_count; i++)
        sx_text_format(text, "L%.1f %.1f", place_x(x, study, i), sx_scale_at(y, 100 * loss[i].mean));
    sx_text_add(text, "\"/>\n</g>\n");
}

/* Names where the lines end, pushed apart. */
static void draw_names(sx_text *text, const sx_align_study *study, sx_align_state trained,
                       const sx_scale *y) {
    size_t order[SX_MAX_AXES];
    double place[SX_MAX_AXES];
    for (size_t a = 0; a < study->axis_count; a++) {
        size_t k = a;
        place[a] = sx_scale_at(y, 100 * study->axes[a].loss[trained][study->lag_count - 1].mean) + 4;
        for (; k > 0 && place[order[k - 1]] > place[a]; k--)
            order[k] = order[k - 1];
        order[k] = a;
    }
    for (size_t i = 0; i < study->axis_count; i++) {
        if (i > 0) place[order[i]] = fmax(place[order[i]], place[order[i - 1]] + 17);
        const char *name = sx_axis_name(study->axes[order[i]].axis);
        sx_text_format(text, "<g class=\"on-%s\">", name);
        sx_svg_text(text, RIGHT + 8, place[order[i]], "start", "name small", name);
        sx_text_add(text, "</g>\n");
    }
}

static void draw_lags(sx_text *text, const sx_scale *x) {
    sx_ticks ticks = sx_ticks_make(x->low, x->high, 8);
    for (int i = 0; i < ticks.count; i++) {
        char number[16];
        sx_print(number, sizeof number, "%.*f", ticks.decimals, sx_ticks_at(&ticks, i));
        sx_svg_text(text, sx_scale_at(x, sx_ticks_at(&ticks, i)), BOTTOM + 18, "middle", "tick", number);
    }
    sx_svg_text(text, (LEFT + RIGHT) / 2.0, BOTTOM + 38, "middle", "tick",
                "test recordings begin later by (ms)");
}

static void add_table(sx_text *text, const sx_align_study *study, sx_align_state trained) {
    const char *heads[SX_MAX_AXES + 2] = {"Lag (ms)"};
    for (size_t a = 0; a < study->axis_count; a++)
        heads[a + 1] = sx_axis_name(study->axes[a].axis);
    sx_text_format(text, "<details>\n<summary>As a table: points lost, %g\xC2\xA0%% intervals</summary>\n",
                   100 * study->confidence);
    sx_html_table(text, "Loss of accuracy by lag", heads);
    for (size_t i = 0; i < study->lag_count; i++) {
        char lag[SX_NUMBER_CHARS];
        sx_print(lag, sizeof lag, "%g", study->lags_ms[i]);
        sx_text_add(text, "<tr>");
        sx_html_row_head(text, lag);
        for (size_t a = 0; a < study->axis_count; a++) {
            const sx_interval *loss = &study->axes[a].loss[trained][i];
            sx_text_format(text, "<td>%.1f <small>(%.1f to %.1f)</small></td>", 100 * loss->mean,
                           100 * loss->low, 100 * loss->high);
        }
        sx_text_add(text, "</tr>\n");
    }
    sx_html_table_end(text);
    sx_text_add(text, "</details>\n");
}

void sx_chart_align_loss(sx_text *text, const sx_align_study *study, sx_align_state trained) {
    sx_scale y = fit_points(study), x = {0, study->lags_ms[study->lag_count - 1], LEFT, RIGHT};
    sx_text words = {0};
    for (size_t a = 0; a < study->axis_count; a++)
        sx_text_format(&words, "Keeping %s loses %.1f points at %g ms. ", sx_axis_name(study->axes[a].axis),
                       100 * study->axes[a].loss[trained][study->lag_count - 1].mean, x.high);
    sx_text_format(text, "<div>\n<h3>%s</h3>\n", titles[trained]);
    sx_svg_open(text, ids[trained], HEIGHT, titles[trained], words.chars ? words.chars : "");
    sx_text_clear(&words);
    sx_svg_grid(text, &y, LEFT, RIGHT, false);
    sx_text_format(text, "<path class=\"chance\" d=\"M%d %.1fH%d\"/>\n", LEFT,
                   sx_scale_at(&y, 100 * study->margin), RIGHT);
    for (size_t a = 0; a < study->axis_count; a++)
        draw_axis(text, study, a, trained, &x, &y);
    draw_names(text, study, trained, &y);
    draw_lags(text, &x);
    char caption[200];
    sx_print(caption, sizeof caption,
             "Points of accuracy lost. Lines are means over %zu runs, bands their %g\xC2\xA0%% intervals; "
             "dotted: %g point%s.",
             study->runs, 100 * study->confidence, 100 * study->margin,
             fabs(study->margin - 0.01) < 1e-9 ? "" : "s");
    sx_svg_close(text, caption);
    add_table(text, study, trained);
    sx_text_add(text, "</div>\n");
}
