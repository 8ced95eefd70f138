/* align_index_chart.c: a row for the recordings as they are, one for those moved to one place, and one for
 * each range of random moves. */
#include "align_charts.h"

#include "html.h"
#include "svg.h"

enum { LEFT = 148, RIGHT = 440, TOP = 30, ROW = 26, BELOW = 40 };

/* What a row shows; interval ends NaN = none. */
typedef struct row {
    char name[48];
    double index, low, high;
    bool is_data; /* seen, not simulated */
} row;

enum { MOST_ROWS = SX_ALIGN_SCATTERS + 2 };

static row seen(const char *name, const sx_align_index *index) {
    row made = {.index = index->index, .low = index->low, .high = index->high, .is_data = true};
    sx_print(made.name, sizeof made.name, "%s", name);
    return made;
}

static size_t list_rows(const sx_alignment *alignment, row *rows) {
    const sx_align_index *index = alignment->index;
    size_t count = 0;
    rows[count++] = seen("as they are", index);
    if (alignment->index_after) rows[count++] = seen("after moving", alignment->index_after);
    for (size_t i = 0; i < index->scatter_count; i++) {
        row *one = &rows[count++];
        *one = (row){.index = index->scatter[i]};
        sx_print(one->name, sizeof one->name, "up to %g %s later", index->scatter_ms[i],
                 index->hop_ms > 0 ? "ms" : "frames");
    }
    return count;
}

static void draw_frame(sx_text *text, const sx_scale *x, int bottom) {
    static const struct {
        double from, to;
        const char *name;
    } zones[] = {{0, 0.25, "not aligned"}, {0.25, 0.5, "partly"}, {0.5, 1, "aligned"}};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        sx_svg_text(text, sx_scale_at(x, (zones[i].from + zones[i].to) / 2), TOP - 12, "middle", "tick",
                    zones[i].name);
        if (i > 0)
            sx_text_format(text, "<path class=\"chance\" d=\"M%.1f %dV%d\"/>\n",
                           sx_scale_at(x, zones[i].from), TOP - 24, bottom);
    }
    sx_text_format(text, "<path class=\"grid\" d=\"M%d %dH%d\"/>\n", LEFT, bottom, RIGHT);
    for (int tick = 0; tick <= 4; tick++) {
        char number[16];
        sx_print(number, sizeof number, "%g", 0.25 * tick);
        sx_svg_text(text, sx_scale_at(x, 0.25 * tick), bottom + 17, "middle", "tick", number);
    }
    sx_svg_text(text, (LEFT + RIGHT) / 2.0, bottom + 35, "middle", "tick", "alignment index");
}

static void draw_row(sx_text *text, const row *shown, const sx_scale *x, double y) {
    char value[SX_NUMBER_CHARS];
    double at = sx_scale_at(x, shown->index);
    sx_decimal(shown->index, 2, value);
    sx_svg_text(text, LEFT - 10, y + 4, "end", shown->is_data ? "strong" : "tick", shown->name);
    sx_text_format(text, "<path class=\"grid\" d=\"M%d %.1fH%.1f\"/>\n", LEFT, y, at);
    if (shown->is_data)
        sx_text_format(text, "<path class=\"interval wide\" d=\"M%.1f %.1fH%.1f\"/>\n",
                       sx_scale_at(x, shown->low), y, sx_scale_at(x, shown->high));
    sx_svg_mark(text, SX_MARK_DOT, at, y, 5, shown->is_data, NULL);
    sx_svg_text(text, at + 11, y + 4.5, "start", "value halo", value);
}

static void add_table(sx_text *text, const row *rows, size_t count, double confidence) {
    const char *heads[] = {"Recordings", "Index", "Interval", NULL};
    sx_text_format(text, "<details>\n<summary>As a table (%g\xC2\xA0%% intervals)</summary>\n",
                   100 * confidence);
    sx_html_table(text, "Alignment index", heads);
    for (size_t i = 0; i < count; i++) {
        sx_text_add(text, "<tr>");
        sx_html_row_head(text, rows[i].name);
        sx_text_format(text, "<td>%.3f</td>", rows[i].index);
        if (rows[i].is_data)
            sx_text_format(text, "<td>%.3f to %.3f</td></tr>\n", rows[i].low, rows[i].high);
        else
            sx_text_add(text, "<td>\xE2\x80\x93</td></tr>\n");
    }
    sx_html_table_end(text);
    sx_text_add(text, "</details>\n");
}

void sx_chart_align_index(sx_text *text, const sx_alignment *alignment) {
    row rows[MOST_ROWS];
    size_t count = list_rows(alignment, rows);
    int bottom = TOP + ROW * (int)count + 6;
    sx_scale x = {0, 1, LEFT, RIGHT};
    sx_text words = {0};
    for (size_t i = 0; i < count; i++)
        sx_text_format(&words, "%s: %.2f. ", rows[i].name, rows[i].index);
    sx_svg_open(text, "align-index", bottom + BELOW, "Alignment index", words.chars ? words.chars : "");
    sx_text_clear(&words);
    draw_frame(text, &x, bottom);
    for (size_t i = 0; i < count; i++)
        draw_row(text, &rows[i], &x, TOP + ROW * ((double)i + 0.5));
    sx_svg_close(text, "Filled: these recordings. Hollow: what the index would be if each began later by a "
                       "random time in the range.");
    add_table(text, rows, count, alignment->index->confidence);
}
