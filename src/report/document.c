/* document.c: see document.h: building, and clearing. */
#include "document.h"

#include "html.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdarg.h>
#include <string.h>

static void clear_table(sx_table *table) {
    if (!table) return;
    for (size_t i = 0; i < table->column_count; i++)
        sx_free(table->heads[i]);
    for (size_t i = 0; i < table->cell_count; i++)
        sx_free(table->cells[i].text);
    sx_free(table->heads);
    sx_free(table->cells);
    sx_free(table->title);
    sx_free(table);
}

static void clear_part(sx_section *part) {
    for (size_t i = 0; i < part->block_count; i++) {
        sx_free(part->blocks[i].text);
        sx_free(part->blocks[i].name);
        clear_table(part->blocks[i].table);
    }
    sx_free(part->blocks);
    sx_free(part->title);
    sx_free(part);
}

void sx_document_clear(sx_document *document) {
    for (size_t i = 0; i < document->part_count; i++)
        clear_part(document->parts[i]);
    sx_free(document->parts);
    sx_free(document->title);
    sx_free(document->subtitle);
    *document = (sx_document){0};
}

sx_status sx_document_check(const sx_document *document, sx_error *err) {
    return document->failed ? sx_fail(err, SX_E_MEMORY, "out of memory for the report") : SX_OK;
}

/* The list with room for one more; NULL, and the document failed, where there is none. */
static void *grow(sx_document *document, void *list, size_t count, size_t size) {
    size_t room = 8;
    while (room <= count)
        room *= 2;
    const bool is_full = count == 0 || (count >= 8 && (count & (count - 1)) == 0);
    void *grown = is_full ? sx_resize(list, room, size) : list;
    if (!grown) document->failed = true;
    return grown;
}

static char *printed(sx_document *document, const char *format, va_list values) {
    char few[1024];
    va_list again;
    va_copy(again, values);
    const int length = sx_format_plain(few, sizeof few, format, values);
    char *text = length < 0 ? NULL : sx_alloc((size_t)length + 1, 1);
    if (text) (void)sx_format_plain(text, (size_t)length + 1, format, again);
    va_end(again);
    if (!text) document->failed = true;
    return text;
}

sx_section *sx_section_add(sx_document *document, const char *id, bool is_detail, const char *title, ...) {
    sx_section **grown = grow(document, document->parts, document->part_count, sizeof *grown);
    if (!grown) return NULL;
    document->parts = grown;
    sx_section *part = sx_alloc(1, sizeof *part);
    if (!part) {
        document->failed = true;
        return NULL;
    }
    va_list values;
    va_start(values, title);
    *part = (sx_section){.id = id, .is_detail = is_detail, .document = document};
    part->title = printed(document, title, values);
    va_end(values);
    return grown[document->part_count++] = part;
}

static sx_block *add_block(sx_section *part, sx_block_kind kind) {
    if (!part) return NULL;
    sx_block *grown = grow(part->document, part->blocks, part->block_count, sizeof *grown);
    if (!grown) return NULL;
    part->blocks = grown;
    grown[part->block_count] = (sx_block){.kind = kind};
    return &grown[part->block_count++];
}

void sx_section_say(sx_section *part, sx_block_kind kind, const char *format, ...) {
    sx_block *block = add_block(part, kind);
    if (!block) return;
    va_list values;
    va_start(values, format);
    block->text = printed(part->document, format, values);
    va_end(values);
}

void sx_section_term(sx_section *part, const char *name, const char *format, ...) {
    sx_block *block = add_block(part, SX_BLOCK_TERM);
    if (!block) return;
    va_list values;
    va_start(values, format);
    block->name = sx_copy_text(name);
    block->text = printed(part->document, format, values);
    va_end(values);
    if (!block->name) part->document->failed = true;
}

static sx_table *make_table(sx_document *document, const char *id, const char *title,
                            const char *const *heads) {
    size_t columns = 0;
    while (heads[columns])
        columns++;
    sx_table *table = sx_alloc(1, sizeof *table);
    if (table) table->heads = sx_alloc(columns + 1, sizeof *table->heads);
    if (!table || !table->heads) {
        sx_free(table);
        document->failed = true;
        return NULL;
    }
    sx_print(table->id, sizeof table->id, "%s", id);
    table->document = document;
    table->title = sx_copy_text(title);
    table->column_count = columns;
    for (size_t i = 0; i < columns; i++) {
        table->heads[i] = sx_copy_text(heads[i]);
        if (!table->heads[i]) document->failed = true;
    }
    if (!table->title) document->failed = true;
    return table;
}

sx_table *sx_section_table(sx_section *part, const char *id, const char *title, const char *const *heads) {
    sx_block *block = add_block(part, SX_BLOCK_TABLE);
    return block ? block->table = make_table(part->document, id, title, heads) : NULL;
}

sx_table *sx_section_draw(sx_section *part, sx_draw draw, const void *context, const char *id,
                          const char *title, const char *const *heads) {
    sx_block *block = add_block(part, SX_BLOCK_DRAWING);
    if (!block) return NULL;
    block->draw = draw;
    block->context = context;
    return heads ? block->table = make_table(part->document, id, title, heads) : NULL;
}

sx_table *sx_section_shaded(sx_section *part, sx_draw draw, const void *context, const char *id,
                            const char *title, const char *const *heads) {
    sx_table *table = sx_section_draw(part, draw, context, id, title, heads);
    if (table) part->blocks[part->block_count - 1].kind = SX_BLOCK_SHADED;
    return table;
}

void sx_section_whole(sx_document *document, sx_draw draw) {
    sx_section *part = sx_section_add(document, "", true, "%s", "");
    if (part) part->whole = draw;
}

/* --- cells ------------------------------------------------------------------------------------------ */

static void add_cell(sx_table *table, const char *text, int numbers, double first, double second) {
    if (!table) return;
    sx_cell *grown = grow(table->document, table->cells, table->cell_count, sizeof *grown);
    if (!grown) return;
    table->cells = grown;
    char *copy = sx_copy_text(text);
    if (!copy) {
        table->document->failed = true;
        return;
    }
    grown[table->cell_count++] =
        (sx_cell){.text = copy, .numbers = numbers, .number = {first, second}, .axis = SX_NO_AXIS};
}

void sx_cell_text(sx_table *table, const char *text) { add_cell(table, text ? text : "", 0, 0, 0); }

void sx_cell_axis(sx_table *table, sx_axis_order order, sx_axis axis) {
    const size_t before = table ? table->cell_count : 0;
    sx_cell_text(table, sx_axis_word(order, axis));
    if (table && table->cell_count > before) table->cells[before].axis = (int)axis;
}

/* Written by one of the formats of html.h. */
typedef void (*write_number)(double value, char text[SX_NUMBER_CHARS]);

static void add_number(sx_table *table, double shown, double kept, write_number write) {
    char text[SX_NUMBER_CHARS];
    write(shown, text);
    add_cell(table, text, 1, kept, 0);
}

static void add_interval(sx_table *table, double low, double high, double times, write_number write) {
    char from[SX_NUMBER_CHARS], to[SX_NUMBER_CHARS], both[2 * SX_NUMBER_CHARS + 8];
    write(low, from);
    write(high, to);
    if (low == low) /* not NaN */
        sx_print(both, sizeof both, "%s to %s", from, to);
    else
        sx_print(both, sizeof both, "\xE2\x80\x93");
    add_cell(table, both, 2, times * low, times * high);
}

void sx_cell_count(sx_table *table, double count) {
    char plain[SX_NUMBER_CHARS], text[2 * SX_NUMBER_CHARS];
    size_t used = 0;
    sx_print(plain, sizeof plain, "%.0f", count);
    const size_t length = strlen(plain);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && count == count) text[used++] = ',';
        text[used++] = plain[i];
    }
    text[used] = '\0';
    add_cell(table, count == count ? text : "\xE2\x80\x93", 1, count, 0);
}

void sx_cell_decimal(sx_table *table, double value, int decimals) {
    char text[SX_NUMBER_CHARS];
    sx_decimal(value, decimals, text);
    add_cell(table, text, 1, value, 0);
}

void sx_cell_decimals(sx_table *table, double low, double high, int decimals) {
    char from[SX_NUMBER_CHARS], to[SX_NUMBER_CHARS], both[2 * SX_NUMBER_CHARS + 8];
    sx_decimal(low, decimals, from);
    sx_decimal(high, decimals, to);
    sx_print(both, sizeof both, low == low ? "%s to %s" : "%s", from, to);
    add_cell(table, both, 2, low, high);
}

void sx_cell_percent(sx_table *table, double share) { add_number(table, share, share, sx_percent); }

void sx_cell_points(sx_table *table, double difference) {
    add_number(table, difference, 100 * difference, sx_points);
}

void sx_cell_p(sx_table *table, double p) { add_number(table, p, p, sx_p_value); }

void sx_cell_percents(sx_table *table, double low, double high) {
    add_interval(table, low, high, 1, sx_percent);
}

void sx_cell_point_range(sx_table *table, double low, double high) {
    add_interval(table, low, high, 100, sx_points);
}

void sx_cell_strong(sx_table *table) {
    if (table && table->cell_count) table->cells[table->cell_count - 1].strong = true;
}

void sx_cell_loud(sx_table *table) {
    if (table && table->cell_count) table->cells[table->cell_count - 1].loud = true;
}
