/* print.h: snprintf with a decimal point in every locale. */
#ifndef REPORT_PRINT_H
#define REPORT_PRINT_H

#include "sonaxis/status.h"

#include <stddef.h>

/* What does not fit is cut; out is always terminated. */
void sx_print(char *out, size_t size, const char *format, ...) SX_PRINTF(3, 4);

#endif
