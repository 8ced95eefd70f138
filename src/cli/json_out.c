/* json_out.c: strings and numbers as JSON and CSV want them. */
#include "json_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Length of the UTF-8 character at text; 0 where there is none. */
static size_t character_length(const unsigned char *text) {
    unsigned char c = text[0];
    size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : (c & 0xF0) == 0xE0 ? 3 : 0;
    if (c >= 0xF0 && c < 0xF5) length = 4;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80) return 0;
    }
    bool wrong = (c == 0xE0 && text[1] < 0xA0) || (c == 0xF0 && text[1] < 0x90) ||
                 (c == 0xED && text[1] > 0x9F) || (c == 0xF4 && text[1] > 0x8F);
    return length > 1 && wrong ? 0 : length;
}

void cli_json_text(const char *text) {
    putchar('"');
    while (*text) {
        unsigned char c = (unsigned char)*text;
        size_t length = character_length((const unsigned char *)text);
        if (!length)
            fputs("\xEF\xBF\xBD", stdout);
        else if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            fwrite(text, 1, length, stdout);
        text += length ? length : 1;
    }
    putchar('"');
}

void cli_json_number(double number) {
    if (isfinite(number))
        printf("%.9g", number);
    else
        fputs("null", stdout);
}

void cli_json_skips(const sx_skip *skips, size_t count) {
    fputs("\"skipped\": [", stdout);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ", {\"path\": " : "{\"path\": ", stdout);
        cli_json_text(skips[i].path);
        fputs(", \"reason\": ", stdout);
        cli_json_text(skips[i].reason);
        putchar('}');
    }
    putchar(']');
}

void cli_csv_text(const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text; text++) {
        if (*text == '"') putchar('"');
        putchar(*text);
    }
    putchar('"');
}
