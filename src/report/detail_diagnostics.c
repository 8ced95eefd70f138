/* detail_diagnostics.c: everything the cheap diagnostics found and the answer has not shown. */
#include "parts.h"

#include "explain_figure.h"
#include "html.h"

#include <math.h>

static sx_status draw_figure(const sx_page *page, const void *context, sx_error *err) {
    const sx_figure *figure = context;
    (void)err;
    if (figure->kind == SX_FIGURE_LINES)
        sx_explain_lines(page->text, figure);
    else
        sx_explain_bars(page->text, figure);
    return SX_OK;
}

static void add_point(sx_table *table, const sx_figure *figure, const sx_series *series, size_t i) {
    const size_t place = (size_t)series->x[i];
    const double low = series->low ? series->low[i] : (double)NAN;
    const double high = series->high ? series->high[i] : (double)NAN;
    sx_cell_text(table, series->name);
    if (figure->kind == SX_FIGURE_BARS && place < figure->name_count)
        sx_cell_text(table, figure->names[place]);
    else
        sx_cell_decimal(table, series->x[i], series->x[i] == floor(series->x[i]) ? 0 : 2);
    if (figure->percent) {
        sx_cell_percent(table, series->y[i]);
        sx_cell_percents(table, low, high);
    } else {
        sx_cell_decimal(table, series->y[i], 3);
        sx_cell_decimals(table, low, high, 3);
    }
}

void sx_section_figure(sx_section *part, const sx_figure *figure) {
    const char *heads[] = {"Series", figure->x_label, figure->y_label, "Interval", NULL};
    sx_table *table = sx_section_draw(part, draw_figure, figure, figure->id, figure->title, heads);
    for (size_t s = 0; s < figure->series_count; s++)
        for (size_t i = 0; i < figure->series[s].count; i++)
            add_point(table, figure, &figure->series[s], i);
}

void sx_section_diagnostics(sx_document *document, const sx_page *page) {
    const sx_answer *answer = page->comparison->answer;
    if (!answer || !answer->explanation) return;
    const sx_explanation *explanation = answer->explanation;
    sx_section *part =
        sx_section_add(document, "diagnostics", true, "What else the nets and recordings show");
    if (part) part->is_folded = true;
    sx_section_say(part, SX_BLOCK_SOFT, "%zu nets were looked into; sonaxis explain does more of it.",
                   explanation->net_count);
    for (size_t i = 0; i < explanation->finding_count; i++) {
        const sx_finding *finding = explanation->findings[i];
        sx_section_say(part, SX_BLOCK_HEADING, "%s", finding->title);
        sx_section_say(part, SX_BLOCK_TEXT, "%s", finding->sentence);
        for (size_t f = 0; f < finding->figure_count; f++)
            if (!sx_evidence_is_shown(answer, finding->figures[f]->id))
                sx_section_figure(part, finding->figures[f]);
        sx_section_say(part, SX_BLOCK_CAVEAT, "%s", finding->cannot_show);
    }
    for (size_t i = 0; i < explanation->note_count; i++)
        sx_section_say(part, SX_BLOCK_ITEM, "%s.", explanation->notes[i]);
}
