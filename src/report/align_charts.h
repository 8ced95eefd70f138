/* align_charts.h: the pictures of alignment, each with its table behind it. */
#ifndef REPORT_ALIGN_CHARTS_H
#define REPORT_ALIGN_CHARTS_H

#include "sonaxis/align.h"

#include "base/text.h"

/* The index on a line from 0 to 1, beside what moving would make of it. */
void sx_chart_align_index(sx_text *text, const sx_alignment *alignment);
/* Loss of every axis against lag, of nets trained one way. */
void sx_chart_align_loss(sx_text *text, const sx_align_study *study, sx_align_state trained);
/* How far recordings were moved. */
void sx_chart_align_moves(sx_text *text, const sx_align_moves *moves);

#endif
