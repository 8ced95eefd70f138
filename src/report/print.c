/* print.c: base does the work; this takes the arguments one by one. */
#include "print.h"

#include "base/text.h"

#include <stdarg.h>

void sx_print(char *out, size_t size, const char *format, ...) {
    va_list values;
    va_start(values, format);
    (void)sx_format_plain(out, size, format, values);
    va_end(values);
}
