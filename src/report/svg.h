/* svg.h: the frame every chart shares: title and description, scales, grid and text that can be selected.
 *
 * Colours come from the page's style sheet by class ("on-frequency"), so that charts follow light and dark.
 */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "ticks.h"

#include "sonaxis/axis.h"

#include "base/text.h"

#include <stdbool.h>

enum { SX_CHART_WIDTH = 460 };

/* Data [low, high] to picture [from, to]. */
typedef struct sx_scale {
    double low, high, from, to;
} sx_scale;

double sx_scale_at(const sx_scale *scale, double value);
/* Widens [low, high] by a margin, keeps it within [least, most], and never leaves it empty. */
void sx_scale_fit(sx_scale *scale, double low, double high, double least, double most);

/* <figure> with <svg role=img>: id unique in the page; title and description are read to those who cannot see
 * it. */
void sx_svg_open(sx_text *page, const char *id, int height, const char *title, const char *description);
void sx_svg_close(sx_text *page, const char *caption); /* caption: escaped; NULL = none */

/* Horizontal grid lines from left to right with numbers at their left; in percent or plain. */
void sx_svg_grid(sx_text *page, const sx_scale *y, double left, double right, bool in_percent);
/* anchor: "start", "middle" or "end"; style: a class or "". */
void sx_svg_text(sx_text *page, double x, double y, const char *anchor, const char *style, const char *text);
/* From low to high at x with caps at both ends; style: classes. */
void sx_svg_interval(sx_text *page, double x, double low_y, double high_y, const char *style);

typedef enum sx_shape_mark { SX_MARK_DOT, SX_MARK_TRIANGLE, SX_MARK_SQUARE } sx_shape_mark;
/* filled = false: the outline only. title: shown on hovering, escaped; NULL = none. */
void sx_svg_mark(sx_text *page, sx_shape_mark mark, double x, double y, double radius, bool filled,
                 const char *title);

#endif
