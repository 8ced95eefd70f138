/* status.c: names of the status codes, filling of sx_error, the version, and freeing what a call handed out.
 */
#include "base/error.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_texts[] = {
#define STATUS_TEXT(name, text) text,
    SX_STATUS_LIST(STATUS_TEXT)
#undef STATUS_TEXT
};

static const char *const status_names[] = {
#define STATUS_NAME(name, text) #name,
    SX_STATUS_LIST(STATUS_NAME)
#undef STATUS_NAME
};

enum { STATUS_COUNT = sizeof status_texts / sizeof status_texts[0] };

const char *sx_status_text(sx_status status) {
    return (unsigned)status < STATUS_COUNT ? status_texts[status] : "unknown status";
}

const char *sx_status_name(sx_status status) {
    return (unsigned)status < STATUS_COUNT ? status_names[status] : "unknown";
}

const char *sx_version(void) { return SX_VERSION; }

void sx_free_text(char *text) { sx_free(text); }

/* A text that did not fit may end inside a UTF-8 character: drop its beginning. */
static void drop_half_character(char *text) {
    size_t length = strlen(text), tail = 0;
    while (tail < length && ((unsigned char)text[length - 1 - tail] & 0xC0) == 0x80) {
        tail++;
    }
    if (tail == length) {
        return;
    }
    unsigned char lead = (unsigned char)text[length - 1 - tail];
    size_t follow = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (tail < follow) {
        text[length - 1 - tail] = 0;
    }
}

static void format_text(char *out, size_t capacity, const char *format, va_list arguments) {
    int length = sx_format_plain(out, capacity, format, arguments);
    if (length < 0) {
        out[0] = 0;
    } else if ((size_t)length >= capacity) {
        drop_half_character(out);
    }
}

sx_status sx_fail(sx_error *err, sx_status status, const char *format, ...) {
    if (err) {
        char text[sizeof err->text]; /* an argument may be err->text itself */
        va_list arguments;
        va_start(arguments, format);
        format_text(text, sizeof text, format, arguments);
        va_end(arguments);
        err->status = status;
        memcpy(err->text, text, sizeof text);
    }
    return status;
}

sx_status sx_fail_memory(sx_error *err, size_t bytes) {
    return sx_fail(err, SX_E_MEMORY, "out of memory: %zu bytes could not be had", bytes);
}

sx_status sx_fail_errno(sx_error *err, const char *verb, const char *path) {
    char reason[128] = "";
    const char *text = strerror_r(errno, reason, sizeof reason);
    return sx_fail(err, SX_E_FILE, "cannot %s %s: %s", verb, path, text);
}

void sx_error_prefix(sx_error *err, const char *format, ...) {
    if (!err) {
        return;
    }
    char prefix[sizeof err->text];
    va_list arguments;
    va_start(arguments, format);
    format_text(prefix, sizeof prefix, format, arguments);
    va_end(arguments);
    (void)sx_fail(err, err->status, "%s: %s", prefix, err->text);
}
