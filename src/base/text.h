/* text.h: growing text, numbers as text and back; the nearest word and UTF-8 are in sonaxis/words.h. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "sonaxis/words.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Start with {0}. When memory runs out `failed` is set and everything after it is ignored: check once, at the
 * end. */
typedef struct sx_text {
    char *chars; /* zero-terminated once something was added */
    size_t length, capacity;
    bool failed;
} sx_text;

void sx_text_add(sx_text *text, const char *chars);
void sx_text_add_bytes(sx_text *text, const char *chars, size_t length);
void sx_text_format(sx_text *text, const char *format, ...) SX_PRINTF(2, 3);
/* Hands the text over (free with sx_free) and clears; NULL when it failed; "" where nothing was added. */
char *sx_text_take(sx_text *text);
void sx_text_clear(sx_text *text);

/* vsnprintf with a decimal point, whatever locale the program has chosen. */
int sx_format_plain(char *out, size_t capacity, const char *format, va_list arguments) SX_PRINTF(3, 0);
/* The same as snprintf takes its arguments. What does not fit is cut; out is always terminated. */
void sx_print(char *out, size_t capacity, const char *format, ...) SX_PRINTF(3, 4);
/* As few digits as read back as the same double: 0.1, 1e+300, nan. */
void sx_text_add_number(sx_text *text, double number);

bool sx_text_equal(const char *a, const char *b); /* NULL equals NULL only */
/* Whole text as a number; false on rest, overflow, NaN or infinity. Independent of the locale. */
bool sx_text_to_double(const char *text, double *value);
bool sx_text_to_long(const char *text, long *value);

#endif
