/* parts.h: the parts of the report, in its order. Each maker adds its part, or nothing where there is nothing
 * to say; a new part is one maker here and one line in page.c. */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "document.h"

/* The answer. */
void sx_section_verdict(sx_document *document, const sx_page *page);
void sx_section_script(sx_document *document, const sx_page *page);
void sx_section_why(sx_document *document, const sx_page *page);
void sx_section_alignment(sx_document *document, const sx_page *page);
void sx_section_costs(sx_document *document, const sx_page *page);
void sx_section_certainty(sx_document *document, const sx_page *page);
void sx_section_next(sx_document *document, const sx_page *page);

/* The details behind it. */
void sx_section_scores(sx_document *document, const sx_page *page);
void sx_section_labels(sx_document *document, const sx_page *page);
void sx_section_folds(sx_document *document, const sx_page *page);
void sx_section_curves(sx_document *document, const sx_page *page);
void sx_section_confusions(sx_document *document, const sx_page *page);
void sx_section_disagreements(sx_document *document, const sx_page *page);
void sx_section_diagnostics(sx_document *document, const sx_page *page);
void sx_section_inspection(sx_document *document, const sx_page *page);
void sx_section_skips(sx_document *document, const sx_page *page);
void sx_section_settings(sx_document *document, const sx_page *page);

/* Shared. A figure of an explanation with its table; ids are unique since each figure is shown once. */
void sx_section_figure(sx_section *part, const sx_figure *figure);
/* The chart of the three ways of scoring, with its table. */
void sx_section_ways(sx_section *part, const sx_page *page);
/* True where the figure is shown with the first evidence; where the ways of scoring are. */
bool sx_evidence_is_shown(const sx_answer *answer, const char *figure);
bool sx_evidence_shows_ways(const sx_answer *answer);
/* "95 % interval" */
void sx_interval_head(const sx_comparison *comparison, char *text, size_t size);

#endif
