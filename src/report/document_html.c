/* document_html.c: a part of the document as a section of the page. */
#include "document.h"

#include "html.h"

#include <string.h>

enum { LONG_ROWS = 20, MOST_ROWS = 240 }; /* or the page of a large study would be too heavy */

static void cell(sx_text *text, const sx_cell *one, bool is_head) {
    const char *tag = is_head ? "th" : "td";
    sx_text_format(text, "<%s%s%s>", tag,
                   is_head        ? " scope=\"row\""
                   : one->numbers ? ""
                                  : " class=\"words\"",
                   one->loud ? " class=\"loud\"" : "");
    if (one->strong) sx_text_add(text, "<strong>");
    if (one->axis != SX_NO_AXIS)
        sx_html_axis(text, (sx_axis)one->axis);
    else
        sx_html_escape(text, one->text);
    if (one->strong) sx_text_add(text, "</strong>");
    sx_text_format(text, "</%s>", tag);
}

/* Words stand at the left, under a head that does too; the first column does so anyway. */
static void open_table(sx_text *text, const sx_table *one) {
    sx_html_scroll(text, one->title);
    sx_text_add(text, "<table>\n<caption class=\"hidden\">");
    sx_html_escape(text, one->title);
    sx_text_add(text, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < one->column_count; i++) {
        const bool words = i < one->cell_count && !one->cells[i].numbers;
        sx_text_format(text, "<th scope=\"col\"%s>", words ? " class=\"words\"" : "");
        sx_html_escape(text, one->heads[i]);
        sx_text_add(text, "</th>");
    }
    sx_text_add(text, "</tr></thead>\n<tbody>\n");
}

static void table(sx_text *text, const sx_table *one) {
    const size_t most = MOST_ROWS * one->column_count;
    open_table(text, one);
    for (size_t i = 0; i < one->cell_count && i < most; i++) {
        const size_t column = i % one->column_count;
        if (column == 0) sx_text_add(text, "<tr>");
        cell(text, &one->cells[i], column == 0);
        if (column + 1 == one->column_count) sx_text_add(text, "</tr>\n");
    }
    sx_html_table_end(text);
    if (one->cell_count > most)
        sx_text_format(
            text, "<p class=\"small\">The first %d of %zu rows; all are in <code>tables/%s.csv</code>.</p>\n",
            MOST_ROWS, one->cell_count / one->column_count, one->id);
}

static size_t table_count(const sx_section *part) {
    size_t count = 0;
    for (size_t i = 0; i < part->block_count; i++)
        count += part->blocks[i].kind == SX_BLOCK_TABLE;
    return count;
}

/* A long table is opened by the reader; several in one section are told apart by their titles. */
static void table_in_section(sx_text *text, const sx_section *part, const sx_table *one) {
    const bool is_long = one->cell_count > LONG_ROWS * one->column_count && !part->is_folded;
    const bool has_title = is_long || table_count(part) > 1;
    if (has_title) sx_text_add(text, is_long ? "<details>\n<summary>" : "<h3>");
    if (has_title) sx_html_escape(text, one->title);
    if (has_title) sx_text_add(text, is_long ? "</summary>\n" : "</h3>\n");
    table(text, one);
    if (is_long) sx_text_add(text, "</details>\n");
}

/* The numbers of a chart, for whoever cannot see it or wants them exactly. */
static void table_behind(sx_text *text, const sx_table *one) {
    sx_text_add(text, "<details class=\"numbers\">\n<summary>The numbers<span class=\"hidden\">: ");
    sx_html_escape(text, one->title);
    sx_text_add(text, "</span></summary>\n");
    table(text, one);
    sx_text_add(text, "</details>\n");
}

static sx_status drawing(const sx_page *page, const sx_block *block, sx_error *err) {
    if (!block->table) return block->draw(page, block->context, err);
    sx_text_add(page->text, "<div>\n<h3>");
    sx_html_escape(page->text, block->table->title);
    sx_text_add(page->text, "</h3>\n");
    sx_status status = block->draw(page, block->context, err);
    table_behind(page->text, block->table);
    sx_text_add(page->text, "</div>\n");
    return status;
}

static void wrapped(sx_text *text, const char *before, const char *words, const char *behind) {
    sx_text_add(text, before);
    sx_html_escape(text, words);
    sx_text_add(text, behind);
}

static sx_status one_block(const sx_page *page, const sx_section *part, const sx_block *block,
                           sx_error *err) {
    sx_text *text = page->text;
    switch (block->kind) {
    case SX_BLOCK_TEXT:
        wrapped(text, "<p>", block->text, "</p>\n");
        break;
    case SX_BLOCK_SOFT:
        wrapped(text, "<p class=\"lead\">", block->text, "</p>\n");
        break;
    case SX_BLOCK_CAVEAT:
        wrapped(text, "<p class=\"cannot\"><strong>What this cannot show:</strong> ", block->text, "</p>\n");
        break;
    case SX_BLOCK_STRONG:
    case SX_BLOCK_HEADING:
        wrapped(text, "<h3>", block->text, "</h3>\n");
        break;
    case SX_BLOCK_ITEM:
        wrapped(text, "<li>", block->text, "</li>\n");
        break;
    case SX_BLOCK_TERM:
        sx_html_term(text, block->name, block->text);
        break;
    case SX_BLOCK_CODE:
        wrapped(text, "<pre tabindex=\"0\"><code>", block->text, "</code></pre>\n");
        break;
    case SX_BLOCK_TABLE:
        table_in_section(text, part, block->table);
        break;
    case SX_BLOCK_DRAWING:
        return drawing(page, block, err);
    case SX_BLOCK_SHADED:
        return block->draw(page, block->context, err);
    }
    return SX_OK;
}

/* What neighbours of one kind stand in. */
typedef struct group {
    const char *open, *close;
} group;

static const group none = {"", ""}, list = {"<ul>\n", "</ul>\n"}, terms = {"<dl>\n", "</dl>\n"},
                   charts = {"<div class=\"charts\">\n", "</div>\n"},
                   matrices = {"<div class=\"matrices\">\n", "</div>\n"};

static const group *group_of(const sx_block *block) {
    if (block->kind == SX_BLOCK_ITEM) return &list;
    if (block->kind == SX_BLOCK_TERM) return &terms;
    if (block->kind == SX_BLOCK_SHADED) return &matrices;
    return block->kind == SX_BLOCK_DRAWING && block->table ? &charts : &none;
}

static void open_part(sx_text *text, const sx_section *part) {
    sx_text_format(text, "<section id=\"%s\"%s%s%s aria-labelledby=\"%s-h\">\n", part->id,
                   part->style ? " class=\"" : "", part->style ? part->style : "", part->style ? "\"" : "",
                   part->id);
    if (part->badge) wrapped(text, "<p class=\"badge\">", part->badge, "</p>\n");
    if (part->is_folded) sx_text_add(text, "<details>\n<summary>");
    sx_text_format(text, "<h2 id=\"%s-h\">", part->id);
    sx_html_escape(text, part->title);
    sx_text_add(text, part->is_folded ? "</h2></summary>\n" : "</h2>\n");
}

sx_status sx_document_html(const sx_page *page, const sx_section *part, sx_error *err) {
    const group *in = &none;
    sx_status status = SX_OK;
    if (part->whole) return part->whole(page, NULL, err);
    open_part(page->text, part);
    for (size_t i = 0; i < part->block_count && status == SX_OK; i++) {
        const group *next = group_of(&part->blocks[i]);
        if (next != in) {
            sx_text_add(page->text, in->close);
            sx_text_add(page->text, next->open);
        }
        in = next;
        status = one_block(page, part, &part->blocks[i], err);
    }
    sx_text_add(page->text, in->close);
    if (part->is_folded) sx_text_add(page->text, "</details>\n");
    sx_html_section_end(page->text);
    return status;
}
