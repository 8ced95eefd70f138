/* notes.c: a growing list of sentences. */
#include "data/plan.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>

sx_status sx_notes_add(sx_notes *notes, sx_error *err, const char *format, ...) {
    if (notes->count == notes->capacity) {
        size_t capacity = notes->capacity + 8;
        char **grown = sx_resize(notes->texts, capacity, sizeof *grown);
        if (grown == NULL) return sx_fail_memory(err, capacity * sizeof *grown);
        notes->texts = grown;
        notes->capacity = capacity;
    }
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)sx_format_plain(text, sizeof text, format, arguments);
    va_end(arguments);
    char *copy = sx_copy_text(text);
    if (copy == NULL) return sx_fail_memory(err, sizeof text);
    notes->texts[notes->count++] = copy;
    return SX_OK;
}

void sx_notes_clear(sx_notes *notes) {
    sx_names_free(notes->texts, notes->count);
    *notes = (sx_notes){0};
}
