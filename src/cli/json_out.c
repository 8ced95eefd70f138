/* json_out.c: strings and numbers as JSON and CSV want them. */
#include "json_out.h"

#include "sonaxis/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void cli_json_text(const char *text) {
    putchar('"');
    while (*text) {
        unsigned char c = (unsigned char)*text;
        size_t length = sx_text_character(text);
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
