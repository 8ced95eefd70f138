/* text.c: growing text, numbers from text, and the nearest word.
 *
 * Numbers are written and read in the "C" locale: a program that has chosen a decimal comma for its own
 * output must not change our files. */
#include "base/text.h"

#include "base/memory.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Made once; two threads may race to it, and the loser frees its own. (locale_t)0 when it cannot be had. */
static locale_t plain_locale(void) {
    static _Atomic(locale_t) shared;
    locale_t known = atomic_load(&shared);
    if (known) {
        return known;
    }
    locale_t made = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (made && !atomic_compare_exchange_strong(&shared, &known, made)) {
        freelocale(made);
        return known;
    }
    return made;
}

int sx_format_plain(char *out, size_t capacity, const char *format, va_list arguments) {
    locale_t plain = plain_locale();
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    int length = vsnprintf(out, capacity, format, arguments);
    if (plain) {
        uselocale(before);
    }
    return length;
}

void sx_print(char *out, size_t capacity, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)sx_format_plain(out, capacity, format, arguments);
    va_end(arguments);
}

/* Room for `more` characters and a zero. */
static bool reserve(sx_text *text, size_t more) {
    if (text->failed || more >= SIZE_MAX / 4 || text->length >= SIZE_MAX / 4) {
        text->failed = true;
        return false;
    }
    size_t need = text->length + more + 1;
    if (need <= text->capacity) {
        return true;
    }
    size_t capacity = text->capacity ? text->capacity : 64;
    while (capacity < need) {
        capacity *= 2;
    }
    char *grown = sx_resize(text->chars, capacity, 1);
    if (!grown) {
        text->failed = true;
        return false;
    }
    text->chars = grown;
    text->capacity = capacity;
    return true;
}

void sx_text_add_bytes(sx_text *text, const char *chars, size_t length) {
    if (!reserve(text, length)) {
        return;
    }
    if (length > 0) {
        memcpy(text->chars + text->length, chars, length);
    }
    text->length += length;
    text->chars[text->length] = 0;
}

void sx_text_add(sx_text *text, const char *chars) { sx_text_add_bytes(text, chars, strlen(chars)); }

void sx_text_format(sx_text *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = sx_format_plain(NULL, 0, format, arguments);
    if (length < 0) {
        text->failed = true;
    } else if (reserve(text, (size_t)length)) {
        (void)sx_format_plain(text->chars + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

/* 15 digits are right for most numbers people write, 17 for every double. */
void sx_text_add_number(sx_text *text, double number) {
    char digits[32];
    double again = 0;
    for (int precision = 15; precision <= 17; precision++) {
        sx_print(digits, sizeof digits, "%.*g", precision, number);
        if (sx_text_to_double(digits, &again) && again == number) {
            break;
        }
    }
    sx_text_add(text, digits);
}

char *sx_text_take(sx_text *text) {
    sx_text_add_bytes(text, "", 0); /* so that an empty text is "" */
    char *taken = text->failed ? NULL : text->chars;
    if (taken) {
        text->chars = NULL;
    }
    sx_text_clear(text);
    return taken;
}

void sx_text_clear(sx_text *text) {
    sx_free(text->chars);
    *text = (sx_text){0};
}

bool sx_text_equal(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

bool sx_text_to_double(const char *text, double *value) {
    if (!text || !text[0] || strspn(text, "0123456789+-.eE") != strlen(text)) {
        return false; /* strtod would also take spaces, hexadecimal, nan and inf */
    }
    locale_t plain = plain_locale();
    char *end = NULL;
    double number = plain ? strtod_l(text, &end, plain) : strtod(text, &end);
    if (*end || !isfinite(number)) {
        return false;
    }
    *value = number;
    return true;
}

bool sx_text_to_long(const char *text, long *value) {
    if (!text || !text[0] || strspn(text, "0123456789+-") != strlen(text)) {
        return false;
    }
    char *end = NULL;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (*end || errno == ERANGE) {
        return false;
    }
    *value = number;
    return true;
}
