/* finding.h: building an explanation piece by piece.
 *
 * When memory runs out the explanation's `failed` is set, NULL comes back and everything given a NULL does
 * nothing: check once, at the end. */
#ifndef EXPERIMENT_FINDING_H
#define EXPERIMENT_FINDING_H

#include "sonaxis/explain.h"

/* id, title and cannot_show are constants. */
sx_finding *sx_finding_add(sx_explanation *explanation, const char *id, const char *title,
                           const char *cannot_show);
/* Appends to the sentence. */
void sx_finding_say(sx_finding *finding, const char *format, ...) SX_PRINTF(2, 3);
/* name: printf-like, e.g. "%s_tolerance_db". */
void sx_finding_set(sx_explanation *explanation, sx_finding *finding, double value, const char *name, ...)
    SX_PRINTF(4, 5);
/* title: printed over the figure. Labels with units. */
sx_figure *sx_figure_add(sx_explanation *explanation, sx_finding *finding, const char *id, const char *title,
                         const char *x_label, const char *y_label, sx_figure_kind kind);
/* The name of the next bar. */
void sx_figure_name(sx_explanation *explanation, sx_figure *figure, const char *name);
/* Values are copied. x NULL = 0, 1, 2 ...; low and high may be NULL. */
void sx_series_add(sx_explanation *explanation, sx_figure *figure, const char *name, int axis, size_t count,
                   const double *x, const double *y, const double *low, const double *high);
/* values are copied. */
void sx_map_add(sx_explanation *explanation, sx_finding *finding, const char *title, const char *row_label,
                const char *column_label, size_t rows, size_t columns, const double *values);
void sx_explanation_note(sx_explanation *explanation, const char *format, ...) SX_PRINTF(2, 3);

#endif
