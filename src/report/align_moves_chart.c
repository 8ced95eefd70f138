/* align_moves_chart.c: how many recordings were moved how far. */
#include "align_charts.h"

#include "html.h"
#include "svg.h"

#include <math.h>

enum { HEIGHT = 230, LEFT = 56, RIGHT = 448, TOP = 14, BOTTOM = 180, BINS = 24 };

static size_t fill_bins(const sx_align_moves *moves, double low, double width, size_t *bins) {
    size_t most = 0;
    for (size_t i = 0; i < moves->count; i++) {
        if (moves->moves[i].rate_hz == 0) continue;
        size_t bin = (size_t)((moves->moves[i].shift_ms - low) / width);
        bin = bin < BINS ? bin : BINS - 1;
        bins[bin]++;
        most = bins[bin] > most ? bins[bin] : most;
    }
    return most;
}

static void add_table(sx_text *text, const size_t *bins, double low, double width) {
    const char *heads[] = {"Moved by (ms)", "Recordings", NULL};
    sx_text_add(text, "<details>\n<summary>As a table</summary>\n");
    sx_html_table(text, "Recordings by move", heads);
    for (size_t i = 0; i < BINS; i++) {
        if (bins[i] == 0) continue;
        sx_text_format(text, "<tr><th scope=\"row\">%.0f to %.0f</th><td>%zu</td></tr>\n",
                       low + width * (double)i, low + width * (double)(i + 1), bins[i]);
    }
    sx_html_table_end(text);
    sx_text_add(text, "</details>\n");
}

void sx_chart_align_moves(sx_text *text, const sx_align_moves *moves) {
    size_t bins[BINS] = {0};
    double low = moves->least_ms, width = fmax((moves->most_ms - low) / BINS, 0.1);
    size_t most = fill_bins(moves, low, width, bins);
    sx_scale x = {low, low + width * BINS, LEFT, RIGHT}, y = {0, (double)most * 1.05, BOTTOM, TOP};
    char words[160];
    sx_print(words, sizeof words, "From %.1f to %.1f ms, median %.1f ms.", moves->least_ms, moves->most_ms,
             moves->median_ms);
    sx_svg_open(text, "align-moves", HEIGHT, "How far recordings were moved", words);
    sx_svg_grid(text, &y, LEFT, RIGHT, false);
    sx_text_add(text, "<path class=\"bars\" d=\"");
    for (size_t i = 0; i < BINS; i++) {
        double left = sx_scale_at(&x, low + width * (double)i), right = left + (RIGHT - LEFT) / (double)BINS;
        if (bins[i] > 0)
            sx_text_format(text, "M%.1f %dV%.1fH%.1fV%dz", left + 0.5, BOTTOM,
                           sx_scale_at(&y, (double)bins[i]), right - 0.5, BOTTOM);
    }
    sx_text_add(text, "\"/>\n");
    sx_ticks ticks = sx_ticks_make(x.low, x.high, 8);
    for (int i = 0; i < ticks.count; i++) {
        char number[16];
        sx_print(number, sizeof number, "%.*f", ticks.decimals, sx_ticks_at(&ticks, i));
        sx_svg_text(text, sx_scale_at(&x, sx_ticks_at(&ticks, i)), BOTTOM + 18, "middle", "tick", number);
    }
    sx_svg_text(text, (LEFT + RIGHT) / 2.0, BOTTOM + 38, "middle", "tick",
                "moved by (ms); above 0: begins later");
    sx_svg_close(text, "Number of recordings by how far they were moved.");
    add_table(text, bins, low, width);
}
