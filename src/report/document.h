/* document.h: the report as one description, from which the page, the Markdown and the tables are all made,
 * so that nothing is said twice.
 *
 * Start with {0}, clear with sx_document_clear. When memory runs out `failed` is set, NULL comes back, and
 * everything given a NULL does nothing: check once, at the end. Texts are plain: no markup, UTF-8. */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include "chart.h"

#include <stdint.h>

/* --- tables ----------------------------------------------------------------------------------------- */

typedef struct sx_cell {
    char *text;       /* as it is read: "47.8 %", "+3.1", "channels" */
    int numbers;      /* 0: a text; 1: a number; 2: an interval */
    double number[2]; /* for other programs: shares between 0 and 1, points in points */
    int axis;         /* marked with an axis's colour; SX_NO_AXIS = none */
    bool strong, loud;
} sx_cell;

/* Cells are added row by row; the first column heads its row. */
typedef struct sx_table {
    char id[48]; /* of its file: letters, digits, hyphens; unique in the document */
    char *title;
    char **heads;
    size_t column_count;
    sx_cell *cells;
    size_t cell_count;
    struct sx_document *document;
} sx_table;

/* --- parts ------------------------------------------------------------------------------------------ */

typedef enum sx_block_kind {
    SX_BLOCK_TEXT,    /* a paragraph */
    SX_BLOCK_SOFT,    /* a paragraph that explains */
    SX_BLOCK_CAVEAT,  /* what something cannot show */
    SX_BLOCK_STRONG,  /* a claim that begins a piece: "1. ..." */
    SX_BLOCK_HEADING, /* within the part */
    SX_BLOCK_ITEM,    /* of a list */
    SX_BLOCK_TERM,    /* name and value */
    SX_BLOCK_CODE,
    SX_BLOCK_TABLE,
    SX_BLOCK_DRAWING, /* a chart, with the table of its numbers behind it; the table stands for it elsewhere
                       */
    SX_BLOCK_SHADED   /* a table that the page draws in its own way */
} sx_block_kind;

typedef sx_status (*sx_draw)(const sx_page *page, const void *context, sx_error *err);

typedef struct sx_block {
    sx_block_kind kind;
    char *text, *name;
    sx_table *table;
    sx_draw draw; /* of a drawing; without a table it is a piece of the page alone */
    const void *context;
} sx_block;

typedef struct sx_section {
    const char *id; /* unique; of the section */
    char *title;
    const char *style; /* class of the section, or NULL */
    const char *badge; /* a word above the title, or NULL */
    bool is_folded;    /* opened by the reader */
    bool is_detail;    /* behind the answer */
    sx_draw whole;     /* NULL, or draws all of its sections; a part of the page alone */
    sx_block *blocks;
    size_t block_count;
    struct sx_document *document;
} sx_section;

typedef struct sx_document {
    char *title, *subtitle;
    sx_section **parts;
    size_t part_count;
    bool failed;
} sx_document;

void sx_document_clear(sx_document *document);
/* Out of memory while it was made is told here. */
SX_MUST_USE sx_status sx_document_check(const sx_document *document, sx_error *err);

sx_section *sx_section_add(sx_document *document, const char *id, bool is_detail, const char *title, ...)
    SX_PRINTF(4, 5);
void sx_section_say(sx_section *part, sx_block_kind kind, const char *format, ...) SX_PRINTF(3, 4);
void sx_section_term(sx_section *part, const char *name, const char *format, ...) SX_PRINTF(3, 4);
/* heads: NULL at the end. */
sx_table *sx_section_table(sx_section *part, const char *id, const char *title, const char *const *heads);
/* A chart and the table behind it; heads NULL: no table, a piece of the page alone. context is borrowed. */
sx_table *sx_section_draw(sx_section *part, sx_draw draw, const void *context, const char *id,
                          const char *title, const char *const *heads);

/* A table that draw shows on the page. */
sx_table *sx_section_shaded(sx_section *part, sx_draw draw, const void *context, const char *id,
                            const char *title, const char *const *heads);
/* A part of the page alone, which opens its own sections. */
void sx_section_whole(sx_document *document, sx_draw draw);

/* The next cell. What is NaN is a dash. */
void sx_cell_text(sx_table *table, const char *text);
void sx_cell_axis(sx_table *table, sx_axis_order order, sx_axis axis);
void sx_cell_count(sx_table *table, double count); /* 12,345 */
void sx_cell_decimal(sx_table *table, double value, int decimals);
void sx_cell_percent(sx_table *table, double share);     /* 0.478 -> 47.8 % */
void sx_cell_points(sx_table *table, double difference); /* 0.031 -> +3.1 */
void sx_cell_p(sx_table *table, double p);
void sx_cell_percents(sx_table *table, double low, double high);
void sx_cell_point_range(sx_table *table, double low, double high);
void sx_cell_decimals(sx_table *table, double low, double high, int decimals);
/* The last cell. */
void sx_cell_strong(sx_table *table);
void sx_cell_loud(sx_table *table);

/* --- out -------------------------------------------------------------------------------------------- */

/* A part as a <section> of the page. */
SX_MUST_USE sx_status sx_document_html(const sx_page *page, const sx_section *part, sx_error *err);
/* All of it. Free with sx_free_text; NULL when out of memory. */
char *sx_document_markdown(const sx_document *document);
/* folder/<id>.csv and folder/<id>.tex of every table; the folder is made. */
SX_MUST_USE sx_status sx_document_write_tables(const sx_document *document, const char *folder,
                                               sx_error *err);

#endif
