/* explain_figure.h: one figure of an explanation as a chart, with its numbers in a table behind it. */
#ifndef REPORT_EXPLAIN_FIGURE_H
#define REPORT_EXPLAIN_FIGURE_H

#include "sonaxis/explain.h"

#include "base/text.h"

void sx_explain_figure(sx_text *page, const sx_figure *figure);
/* The two kinds. */
void sx_explain_lines(sx_text *page, const sx_figure *figure);
void sx_explain_bars(sx_text *page, const sx_figure *figure);

/* Shared: "12.3 %" or a short number; a dash for NaN. */
void sx_explain_value(const sx_figure *figure, double value, char *text, size_t size);
/* "on-frequency series-2": its axis's colour, paler for every further series of that axis. */
void sx_explain_series_class(const sx_figure *figure, size_t series, char *text, size_t size);
/* Names of the series in one row at the top. Returns its height. */
int sx_explain_legend(sx_text *page, const sx_figure *figure);
/* Smallest and largest value, intervals included. */
void sx_explain_range(const sx_figure *figure, double *low, double *high);
/* What the chart shows, in words, for those who cannot see it. Free with sx_free_text; may be NULL. */
char *sx_explain_words(const sx_figure *figure);

#endif
