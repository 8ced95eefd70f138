/* chart.h: the pieces of the page that show a comparison, one function a piece. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "sonaxis/answer.h"
#include "sonaxis/report.h"

#include "base/text.h"

/* What every piece may look at. */
typedef struct sx_page {
    sx_text *text;
    const sx_comparison *comparison;
    const sx_features *features;
    const sx_report_options *options;
} sx_page;

/* The accuracy of one run by the verdict's statistics. */
double sx_run_accuracy(const sx_comparison *comparison, const sx_run *run);

/* charts (their sections and tables: parts.h) */
void sx_chart_runs(const sx_page *page);
void sx_chart_statistics(const sx_page *page);
/* A piece of the page alone, its own section. Fails when a picture cannot be made. */
SX_MUST_USE sx_status sx_page_examples(const sx_page *page, sx_error *err);

/* The style sheet. */
extern const char sx_page_style[];

#endif
