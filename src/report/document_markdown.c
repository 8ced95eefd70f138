/* document_markdown.c: the document as Markdown (GitHub's, for the tables). Charts are told by their tables.
 */
#include "document.h"

#include <string.h>

/* Text without a meaning in Markdown or HTML; a line break becomes a space. */
static void escape(sx_text *out, const char *text) {
    for (; text && *text; text++) {
        if (strchr("\\`*_[]<>|#~", *text)) sx_text_add(out, "\\");
        sx_text_add_bytes(out,
                          *text == '\n' || *text == '\r' ? " "
                          : *text == '&'                 ? "&amp;"
                                                         : text,
                          *text == '&' ? 5 : 1);
    }
}

static void table(sx_text *out, const sx_table *one) {
    sx_text_add(out, "\n|");
    for (size_t i = 0; i < one->column_count; i++) {
        sx_text_add(out, " ");
        escape(out, one->heads[i]);
        sx_text_add(out, " |");
    }
    sx_text_add(out, "\n|");
    for (size_t i = 0; i < one->column_count; i++)
        sx_text_add(out, i ? " ---: |" : " --- |");
    sx_text_add(out, "\n");
    for (size_t i = 0; i < one->cell_count; i++) {
        const sx_cell *cell = &one->cells[i];
        const size_t column = i % one->column_count;
        sx_text_add(out, column ? " " : "| ");
        if (cell->strong) sx_text_add(out, "**");
        escape(out, cell->text);
        if (cell->strong) sx_text_add(out, "**");
        if (cell->axis != SX_NO_AXIS) sx_text_format(out, " (axis=%d)", sx_axis_keras((sx_axis)cell->axis));
        sx_text_add(out, column + 1 == one->column_count ? " |\n" : " |");
    }
}

static void titled_table(sx_text *out, const sx_table *one) {
    sx_text_add(out, "\n**");
    escape(out, one->title);
    sx_text_add(out, "**\n");
    table(out, one);
}

static void wrapped(sx_text *out, const char *before, const char *words, const char *behind) {
    sx_text_add(out, before);
    escape(out, words);
    sx_text_add(out, behind);
}

static void one_block(sx_text *out, const sx_block *block, const sx_block *before) {
    const bool goes_on = before && before->kind == block->kind;
    switch (block->kind) {
    case SX_BLOCK_TEXT:
    case SX_BLOCK_SOFT:
        wrapped(out, "\n", block->text, "\n");
        break;
    case SX_BLOCK_CAVEAT:
        wrapped(out, "\n> What this cannot show: ", block->text, "\n");
        break;
    case SX_BLOCK_STRONG:
    case SX_BLOCK_HEADING:
        wrapped(out, "\n### ", block->text, "\n");
        break;
    case SX_BLOCK_ITEM:
        wrapped(out, goes_on ? "- " : "\n- ", block->text, "\n");
        break;
    case SX_BLOCK_TERM:
        wrapped(out, goes_on ? "- " : "\n- ", block->name, ": ");
        wrapped(out, "", block->text, "\n");
        break;
    case SX_BLOCK_CODE: /* indented, so that nothing in it can end it */
        sx_text_add(out, "\n    ");
        for (const char *at = block->text; at && *at; at++) {
            sx_text_add_bytes(out, at, 1);
            if (*at == '\n') sx_text_add(out, "    ");
        }
        sx_text_add(out, "\n");
        break;
    case SX_BLOCK_TABLE:
    case SX_BLOCK_DRAWING:
    case SX_BLOCK_SHADED:
        if (block->table) titled_table(out, block->table);
        break;
    }
}

/* A part that is a picture for the page alone says nothing here. */
static bool has_words(const sx_section *part) {
    for (size_t i = 0; i < part->block_count; i++)
        if (part->blocks[i].kind != SX_BLOCK_DRAWING || part->blocks[i].table) return true;
    return false;
}

char *sx_document_markdown(const sx_document *document) {
    sx_text out = {0};
    wrapped(&out, "# ", document->title, "\n");
    wrapped(&out, "\n", document->subtitle, "\n");
    for (size_t p = 0; p < document->part_count; p++) {
        const sx_section *part = document->parts[p];
        if (!has_words(part)) continue;
        wrapped(&out, "\n## ", part->title, "\n");
        for (size_t i = 0; i < part->block_count; i++)
            one_block(&out, &part->blocks[i], i ? &part->blocks[i - 1] : NULL);
    }
    return sx_text_take(&out);
}
