/* manifest_csv.c: manifests with commas or tabs (RFC 4180): quotes, doubled quotes, line breaks in quotes,
 * CRLF. */
#include "data/manifest.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

enum { MAX_CELLS = SX_COLUMN_COUNT + 1 };

typedef struct reader {
    const sx_manifest *manifest;
    char *at, *end;
    char delimiter;
    size_t line; /* of `at`, from 1 */
} reader;

typedef struct row {
    char *cells[MAX_CELLS];
    size_t count; /* may exceed MAX_CELLS: counted, not kept */
    size_t line;
} row;

static bool at_line_end(const reader *input) {
    return input->at == input->end || *input->at == '\n' || (*input->at == '\r' && input->at[1] == '\n');
}

/* The quoted cell at `at`, unquoted in place; stops behind the closing quote. */
static sx_status read_quoted(reader *input, char **cell, sx_error *err) {
    size_t first_line = input->line;
    char *to = ++input->at;
    *cell = to;
    for (; input->at < input->end; input->at++) {
        if (*input->at == '"') {
            if (input->at[1] != '"') break;
            input->at++;
        }
        if (*input->at == '\n') input->line++;
        *to++ = *input->at;
    }
    if (input->at == input->end) {
        return sx_fail(err, SX_E_FORMAT, "%s: line %zu: a quote is never closed", input->manifest->path,
                       first_line);
    }
    input->at++;
    if (!at_line_end(input) && *input->at != input->delimiter) {
        return sx_fail(err, SX_E_FORMAT, "%s: line %zu: '%c' behind a closing quote", input->manifest->path,
                       input->line, *input->at);
    }
    *to = '\0';
    return SX_OK;
}

/* Reads one cell and the delimiter behind it; *last = the line ended. */
static sx_status read_cell(reader *input, char **cell, bool *last, sx_error *err) {
    *cell = input->at;
    char *stop = NULL;
    if (*input->at == '"') {
        sx_status status = read_quoted(input, cell, err);
        if (status != SX_OK) return status;
    } else {
        while (!at_line_end(input) && *input->at != input->delimiter)
            input->at++;
        stop = input->at;
    }
    *last = at_line_end(input);
    if (input->at < input->end) {
        input->at += *input->at == '\r' ? 2 : 1;
        if (*last) input->line++;
    }
    if (stop != NULL) *stop = '\0';
    return SX_OK;
}

static sx_status read_row(reader *input, row *out, sx_error *err) {
    *out = (row){.line = input->line};
    for (bool last = false; !last;) {
        char *cell = NULL;
        sx_status status = read_cell(input, &cell, &last, err);
        if (status != SX_OK) return status;
        if (out->count < MAX_CELLS) out->cells[out->count] = cell;
        out->count++;
    }
    return SX_OK;
}

static bool is_blank(const row *line) { return line->count == 1 && line->cells[0][0] == '\0'; }

static sx_status read_header(reader *input, sx_column *columns, size_t *count, sx_error *err) {
    const char *path = input->manifest->path;
    row header = {0};
    do {
        if (input->at == input->end)
            return sx_fail(err, SX_E_FORMAT, "%s: is empty; a header line is needed", path);
        sx_status status = read_row(input, &header, err);
        if (status != SX_OK) return status;
    } while (is_blank(&header));
    bool seen[SX_COLUMN_COUNT] = {false};
    for (size_t i = 0; i < header.count && i < MAX_CELLS; i++) {
        sx_column column = SX_COLUMN_path;
        sx_status status = sx_manifest_column(input->manifest, header.line, header.cells[i], &column, err);
        if (status != SX_OK) return status;
        if (seen[column]) {
            return sx_fail(err, SX_E_FORMAT, "%s: line %zu: column '%s' stands in it twice", path,
                           header.line, header.cells[i]);
        }
        seen[column] = true;
        columns[i] = column;
    }
    if (!seen[SX_COLUMN_path] || (!seen[SX_COLUMN_label] && !input->manifest->unlabelled)) {
        return sx_fail(err, SX_E_FORMAT, "%s: line %zu: no column '%s'; the first line must name the columns",
                       path, header.line, seen[SX_COLUMN_path] ? "label" : "path");
    }
    *count = header.count;
    return SX_OK;
}

sx_status sx_manifest_read_csv(const sx_manifest *manifest, char *text, size_t size, char delimiter,
                               sx_error *err) {
    reader input = {manifest, text, text + size, delimiter, 1};
    sx_column columns[SX_COLUMN_COUNT] = {SX_COLUMN_path};
    size_t column_count = 0;
    sx_status status = read_header(&input, columns, &column_count, err);
    while (status == SX_OK && input.at < input.end) {
        row line;
        status = read_row(&input, &line, err);
        if (status != SX_OK) return status;
        if (is_blank(&line) && column_count > 1) continue;
        if (line.count != column_count) {
            return sx_fail(err, SX_E_FORMAT, "%s: line %zu: %zu cells, but the header has %zu",
                           manifest->path, line.line, line.count, column_count);
        }
        const char *cells[SX_COLUMN_COUNT] = {NULL};
        for (size_t i = 0; i < column_count; i++)
            cells[columns[i]] = line.cells[i];
        status = sx_manifest_add_row(manifest, line.line, cells, err);
    }
    return status;
}
