/* html.h: pieces of a page: escaped text, numbers as people read them, sections and tables. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "sonaxis/axis.h"

#include "base/text.h"

/* The beginning of a page up to the sub-heading, <p class=sub>, which the caller writes and closes together
 * with <header>, before it opens <main>; heading is escaped. */
void sx_html_open(sx_text *page, const char *heading);
void sx_html_close(sx_text *page); /* </main> and what follows */
/* One atomic write; the page is cleared. */
SX_MUST_USE sx_status sx_html_write(sx_text *page, const char *path, sx_error *err);

/* Safe as text and as an attribute's value; what is not UTF-8 or not printable becomes U+FFFD. */
void sx_html_escape(sx_text *page, const char *text);
/* <section> with a heading; id must be an identifier. */
void sx_html_section(sx_text *page, const char *id, const char *heading);
void sx_html_section_end(sx_text *page);
/* A box of its own that scrolls sideways where the screen is narrow; label tells what is in it. */
void sx_html_scroll(sx_text *page, const char *label);
void sx_html_scroll_end(sx_text *page);
/* <table> with these column heads (NULL at the end); the first column is text, the others are numbers. */
void sx_html_table(sx_text *page, const char *label, const char *const *heads);
void sx_html_table_end(sx_text *page);
/* <th scope=row> and <td>, escaped. */
void sx_html_row_head(sx_text *page, const char *text);
void sx_html_cell(sx_text *page, const char *text);
/* <dt>, <dd>; values are escaped. */
void sx_html_term(sx_text *page, const char *name, const char *value);
/* A coloured mark, the axis's name and Keras's number. */
void sx_html_axis(sx_text *page, sx_axis axis);
/* The same in the words of an order. */
void sx_html_axis_word(sx_text *page, sx_axis_order order, sx_axis axis);

/* Numbers: NaN is a dash. */
enum { SX_NUMBER_CHARS = 32 };
/* 0.4781 -> "47.8 %" */
void sx_percent(double share, char text[SX_NUMBER_CHARS]);
/* 0.0312 -> "+3.1" (points) */
void sx_points(double difference, char text[SX_NUMBER_CHARS]);
/* decimals after the point; "–" for NaN */
void sx_decimal(double value, int decimals, char text[SX_NUMBER_CHARS]);
/* "0.031", "< 0.001", "–" */
void sx_p_value(double p, char text[SX_NUMBER_CHARS]);
/* "1 min 12 s" */
void sx_duration(double seconds, char text[SX_NUMBER_CHARS]);

#endif
