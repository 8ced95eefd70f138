/* document_tables.c: every table as a file of its own: CSV for other programs, with numbers in full (RFC
 * 4180), and LaTeX for a paper, with numbers as the page shows them (booktabs). */
#include "document.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

/* --- CSV -------------------------------------------------------------------------------------------- */

static void csv_text(sx_text *out, const char *text) {
    const bool quotes = strpbrk(text, ",\"\r\n") != NULL;
    if (quotes) sx_text_add(out, "\"");
    for (; *text; text++) {
        if (*text == '"') sx_text_add(out, "\"");
        sx_text_add_bytes(out, text, 1);
    }
    if (quotes) sx_text_add(out, "\"");
}

/* An interval takes two columns, in every row. */
static bool is_interval(const sx_table *table, size_t column) {
    for (size_t i = column; i < table->cell_count; i += table->column_count)
        if (table->cells[i].numbers == 2) return true;
    return false;
}

static void csv_number(sx_text *out, double number) {
    if (isfinite(number)) sx_text_add_number(out, number);
}

static void csv_cell(sx_text *out, const sx_cell *cell) {
    if (!cell->numbers) csv_text(out, cell->text);
    if (cell->numbers) csv_number(out, cell->number[0]);
    if (cell->numbers == 2) {
        sx_text_add(out, ",");
        csv_number(out, cell->number[1]);
    }
}

/* "Accuracy", or "interval low". */
static void csv_head(sx_text *out, const char *name, const char *end) {
    sx_text head = {0};
    sx_text_format(&head, "%s%s", name, end);
    csv_text(out, head.chars ? head.chars : "");
    out->failed = out->failed || head.failed;
    sx_text_clear(&head);
}

static char *csv_of(const sx_table *table) {
    sx_text out = {0};
    for (size_t i = 0; i < table->column_count; i++) {
        const bool two = is_interval(table, i);
        if (i) sx_text_add(&out, ",");
        csv_head(&out, table->heads[i], two ? " low" : "");
        if (two) sx_text_add(&out, ",");
        if (two) csv_head(&out, table->heads[i], " high");
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        sx_text_add(&out, i % table->column_count ? "," : "\r\n");
        csv_cell(&out, &table->cells[i]);
    }
    sx_text_add(&out, "\r\n");
    return sx_text_take(&out);
}

/* --- LaTeX ------------------------------------------------------------------------------------------ */

typedef struct latex_sign {
    const char *utf8, *latex;
} latex_sign;

static const latex_sign signs[] = {{"\xE2\x88\x92", "$-$"},
                                   {"\xE2\x80\x93", "--"},
                                   {"\xC3\x97", "$\\times$"},
                                   {"\xC2\xA0", "~"},
                                   {"\xE2\x80\x99", "'"},
                                   {"\xC2\xB1", "$\\pm$"},
                                   {"\\", "\\textbackslash{}"},
                                   {"{", "\\{"},
                                   {"}", "\\}"},
                                   {"$", "\\$"},
                                   {"&", "\\&"},
                                   {"#", "\\#"},
                                   {"%", "\\%"},
                                   {"_", "\\_"},
                                   {"^", "\\textasciicircum{}"},
                                   {"~", "\\textasciitilde{}"},
                                   {"<", "$<$"},
                                   {">", "$>$"},
                                   {"\n", " "},
                                   {"\r", " "}};

static void latex_text(sx_text *out, const char *text) {
    while (*text) {
        size_t i = 0, length = 1;
        while (i < sizeof signs / sizeof *signs && strncmp(text, signs[i].utf8, strlen(signs[i].utf8)) != 0)
            i++;
        if (i < sizeof signs / sizeof *signs) {
            length = strlen(signs[i].utf8);
            sx_text_add(out, signs[i].latex);
        } else {
            sx_text_add_bytes(out, text, 1);
        }
        text += length;
    }
}

static void latex_cell(sx_text *out, const sx_cell *cell) {
    if (cell->strong) sx_text_add(out, "\\textbf{");
    latex_text(out, cell->text);
    if (cell->strong) sx_text_add(out, "}");
}

static char *latex_of(const sx_table *table) {
    sx_text out = {0};
    sx_text_add(&out, "% ");
    latex_text(&out, table->title);
    sx_text_add(&out, "; needs \\usepackage{booktabs}\n\\begin{tabular}{l");
    for (size_t i = 1; i < table->column_count; i++)
        sx_text_add(&out, "r");
    sx_text_add(&out, "}\n\\toprule\n");
    for (size_t i = 0; i < table->column_count; i++) {
        latex_text(&out, table->heads[i]);
        sx_text_add(&out, i + 1 < table->column_count ? " & " : " \\\\\n\\midrule\n");
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        latex_cell(&out, &table->cells[i]);
        sx_text_add(&out, (i + 1) % table->column_count ? " & " : " \\\\\n");
    }
    sx_text_add(&out, "\\bottomrule\n\\end{tabular}\n");
    return sx_text_take(&out);
}

/* --- files ------------------------------------------------------------------------------------------ */

static sx_status write_one(const sx_table *table, const char *folder, const char *end,
                           char *(*make)(const sx_table *), sx_error *err) {
    char name[64];
    sx_print(name, sizeof name, "%s.%s", table->id, end);
    char *path = sx_path_join(folder, name), *text = make(table);
    sx_status status =
        path && text ? sx_file_write(path, text, strlen(text), err) : sx_fail_memory(err, sizeof name);
    sx_free(text);
    sx_free(path);
    return status;
}

sx_status sx_document_write_tables(const sx_document *document, const char *folder, sx_error *err) {
    sx_status status = sx_folder_create(folder, err);
    for (size_t p = 0; p < document->part_count && status == SX_OK; p++) {
        for (size_t i = 0; i < document->parts[p]->block_count && status == SX_OK; i++) {
            const sx_table *table = document->parts[p]->blocks[i].table;
            if (!table) continue;
            status = write_one(table, folder, "csv", csv_of, err);
            if (status == SX_OK) status = write_one(table, folder, "tex", latex_of, err);
        }
    }
    return status;
}
