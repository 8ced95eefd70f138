/* rows.c: see rows.h. */
#include "rows.h"

#include "host.h"
#include "sonaxis/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void grow(cli_rows *rows) {
    size_t capacity = rows->capacity ? 2 * rows->capacity : 1024;
    float *values = cli_alloc(capacity * rows->width, sizeof *values);
    if (rows->count) memcpy(values, rows->values, rows->count * rows->width * sizeof *values);
    free(rows->values);
    rows->values = values;
    rows->capacity = capacity;
}

void cli_rows_add(cli_rows *rows, const float *row) {
    if (rows->count == rows->capacity) grow(rows);
    float *to = rows->values + rows->count++ * rows->width;
    for (size_t i = 0; i < rows->width; i++)
        to[i] = row ? row[i] : NAN;
}

sx_status cli_rows_write(const cli_rows *rows, const char *path, sx_error *err) {
    const size_t dims[] = {rows->count, rows->width};
    static const float nothing = 0;
    return sx_npy_write(path, rows->values ? rows->values : &nothing, dims, 2, err);
}
