/* finding.c: see finding.h; and the questions others may ask an explanation. */
#include "experiment/finding.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

static void *grow(sx_explanation *explanation, void *list, size_t count, size_t size) {
    void *grown = sx_resize(list, count + 1, size);
    if (!grown) explanation->failed = true;
    return grown;
}

sx_finding *sx_finding_add(sx_explanation *explanation, const char *id, const char *title,
                           const char *cannot_show) {
    sx_finding **grown = grow(explanation, explanation->findings, explanation->finding_count, sizeof *grown);
    sx_finding *finding = grown ? sx_alloc(1, sizeof *finding) : NULL;
    if (grown) explanation->findings = grown;
    if (!finding) {
        explanation->failed = true;
        return NULL;
    }
    finding->id = id;
    finding->title = title;
    finding->cannot_show = cannot_show;
    return grown[explanation->finding_count++] = finding;
}

void sx_finding_say(sx_finding *finding, const char *format, ...) {
    if (!finding) return;
    size_t length = strlen(finding->sentence);
    va_list values;
    va_start(values, format);
    (void)sx_format_plain(finding->sentence + length, sizeof finding->sentence - length, format, values);
    va_end(values);
}

void sx_finding_set(sx_explanation *explanation, sx_finding *finding, double value, const char *name, ...) {
    if (!finding) return;
    sx_number *grown = grow(explanation, finding->numbers, finding->number_count, sizeof *grown);
    if (!grown) return;
    finding->numbers = grown;
    sx_number *number = &grown[finding->number_count++];
    va_list values;
    va_start(values, name);
    (void)sx_format_plain(number->name, sizeof number->name, name, values);
    va_end(values);
    number->value = value;
}

sx_figure *sx_figure_add(sx_explanation *explanation, sx_finding *finding, const char *id, const char *title,
                         const char *x_label, const char *y_label, sx_figure_kind kind) {
    if (!finding) return NULL;
    sx_figure **grown = grow(explanation, finding->figures, finding->figure_count, sizeof *grown);
    if (!grown) return NULL;
    finding->figures = grown;
    sx_figure *figure = sx_alloc(1, sizeof *figure);
    if (!figure) {
        explanation->failed = true;
        return NULL;
    }
    sx_print(figure->id, sizeof figure->id, "%s", id);
    sx_print(figure->title, sizeof figure->title, "%s", title);
    sx_print(figure->x_label, sizeof figure->x_label, "%s", x_label);
    sx_print(figure->y_label, sizeof figure->y_label, "%s", y_label);
    figure->kind = kind;
    return grown[finding->figure_count++] = figure;
}

void sx_figure_name(sx_explanation *explanation, sx_figure *figure, const char *name) {
    if (!figure) return;
    char **grown = grow(explanation, figure->names, figure->name_count, sizeof *grown);
    if (!grown) return;
    figure->names = grown;
    char *copy = sx_copy_text(name);
    if (copy)
        grown[figure->name_count++] = copy;
    else
        explanation->failed = true;
}

/* A copy of count doubles; without values, 0, 1, 2 ... */
static double *copy_values(const double *values, size_t count) {
    double *copy = sx_alloc(count, sizeof *copy);
    for (size_t i = 0; copy && i < count; i++)
        copy[i] = values ? values[i] : (double)i;
    return copy;
}

static void clear_series(sx_series *series) {
    sx_free(series->x);
    sx_free(series->y);
    sx_free(series->low);
    sx_free(series->high);
}

void sx_series_add(sx_explanation *explanation, sx_figure *figure, const char *name, int axis, size_t count,
                   const double *x, const double *y, const double *low, const double *high) {
    if (!figure) return;
    sx_series *grown = grow(explanation, figure->series, figure->series_count, sizeof *grown);
    if (!grown) return;
    figure->series = grown;
    sx_series series = {.axis = axis, .count = count};
    sx_print(series.name, sizeof series.name, "%s", name);
    series.x = copy_values(x, count);
    series.y = copy_values(y, count);
    if (low && high) {
        series.low = copy_values(low, count);
        series.high = copy_values(high, count);
    }
    if (!series.x || !series.y || (low && high && (!series.low || !series.high))) {
        clear_series(&series);
        explanation->failed = true;
        return;
    }
    grown[figure->series_count++] = series;
}

void sx_map_add(sx_explanation *explanation, sx_finding *finding, const char *title, const char *row_label,
                const char *column_label, size_t rows, size_t columns, const double *values) {
    if (!finding) return;
    sx_map **grown = grow(explanation, finding->maps, finding->map_count, sizeof *grown);
    if (!grown) return;
    finding->maps = grown;
    sx_map *map = sx_alloc(1, sizeof *map);
    if (map) map->values = sx_alloc(rows * columns, sizeof *map->values);
    if (!map || !map->values) {
        sx_free(map);
        explanation->failed = true;
        return;
    }
    sx_print(map->title, sizeof map->title, "%s", title);
    sx_print(map->row_label, sizeof map->row_label, "%s", row_label);
    sx_print(map->column_label, sizeof map->column_label, "%s", column_label);
    map->rows = rows;
    map->columns = columns;
    for (size_t i = 0; i < rows * columns; i++)
        map->values[i] = (float)values[i];
    grown[finding->map_count++] = map;
}

void sx_explanation_note(sx_explanation *explanation, const char *format, ...) {
    char text[512];
    va_list values;
    va_start(values, format);
    (void)sx_format_plain(text, sizeof text, format, values);
    va_end(values);
    char **grown = grow(explanation, explanation->notes, explanation->note_count, sizeof *grown);
    if (!grown) return;
    explanation->notes = grown;
    char *copy = sx_copy_text(text);
    if (copy)
        grown[explanation->note_count++] = copy;
    else
        explanation->failed = true;
}

const sx_finding *sx_explanation_find(const sx_explanation *explanation, const char *id) {
    for (size_t i = 0; i < explanation->finding_count; i++)
        if (strcmp(explanation->findings[i]->id, id) == 0) return explanation->findings[i];
    return NULL;
}

double sx_finding_number(const sx_finding *finding, const char *name) {
    for (size_t i = 0; finding && i < finding->number_count; i++)
        if (strcmp(finding->numbers[i].name, name) == 0) return finding->numbers[i].value;
    return (double)NAN;
}

static void free_figure(sx_figure *figure) {
    for (size_t i = 0; i < figure->series_count; i++)
        clear_series(&figure->series[i]);
    for (size_t i = 0; i < figure->name_count; i++)
        sx_free(figure->names[i]);
    sx_free(figure->names);
    sx_free(figure->series);
    sx_free(figure);
}

static void free_finding(sx_finding *finding) {
    for (size_t i = 0; i < finding->figure_count; i++)
        free_figure(finding->figures[i]);
    for (size_t i = 0; i < finding->map_count; i++) {
        sx_free(finding->maps[i]->values);
        sx_free(finding->maps[i]);
    }
    sx_free(finding->figures);
    sx_free(finding->maps);
    sx_free(finding->numbers);
    sx_free(finding);
}

void sx_explanation_free(sx_explanation *explanation) {
    if (!explanation) return;
    for (size_t i = 0; i < explanation->finding_count; i++)
        free_finding(explanation->findings[i]);
    for (size_t i = 0; i < explanation->note_count; i++)
        sx_free(explanation->notes[i]);
    sx_free(explanation->findings);
    sx_free(explanation->notes);
    sx_free(explanation->disagreements);
    sx_free(explanation);
}
