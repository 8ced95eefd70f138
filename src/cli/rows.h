/* rows.h: rows of numbers that are collected and written as one array. */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "sonaxis/status.h"

#include <stddef.h>

/* Start with {0} and the width; free values with free. */
typedef struct cli_rows {
    float *values;
    size_t width, count, capacity;
} cli_rows;

/* row NULL: NaN throughout. */
void cli_rows_add(cli_rows *rows, const float *row);
/* (count, width) as float32 .npy. */
SX_MUST_USE sx_status cli_rows_write(const cli_rows *rows, const char *path, sx_error *err);

#endif
