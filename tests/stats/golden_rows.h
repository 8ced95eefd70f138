/* golden_rows.h: rows of numbers from a golden .csv file. */
#ifndef TESTS_STATS_GOLDEN_ROWS_H
#define TESTS_STATS_GOLDEN_ROWS_H

#include <stdio.h>
#include <stdlib.h>

enum { GOLDEN_COLUMNS = 128, GOLDEN_LINE = 4096 };

static inline FILE *golden_open(const char *name) {
    char path[GOLDEN_LINE];
    snprintf(path, sizeof path, "%s/stats/%s", SX_GOLDEN, name);
    return fopen(path, "r");
}

/* Columns read; 0 at the end of the file. */
static inline size_t golden_row(FILE *file, double row[GOLDEN_COLUMNS]) {
    char line[GOLDEN_LINE];
    if (!fgets(line, sizeof line, file)) return 0;
    size_t count = 0;
    char *rest = line;
    while (*rest && *rest != '\n' && count < GOLDEN_COLUMNS) {
        row[count++] = strtod(rest, &rest);
        rest += *rest == ',';
    }
    return count;
}

#endif
