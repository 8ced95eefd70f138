/* skips.c: the list of inputs that could not be used, each with its reason. */
#include "data/listing.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>
#include <string.h>

sx_status sx_skip_list_add(sx_skip_list *list, const char *path, const char *reason, sx_error *err) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
        sx_skip *grown = sx_resize(list->skips, capacity, sizeof *grown);
        if (grown == NULL) return sx_fail_memory(err, capacity * sizeof *grown);
        list->skips = grown;
        list->capacity = capacity;
    }
    sx_skip skip = {sx_copy_text(path), sx_copy_text(reason)};
    if (skip.path == NULL || skip.reason == NULL) {
        sx_free(skip.path);
        sx_free(skip.reason);
        return sx_fail_memory(err, strlen(path) + strlen(reason) + 2);
    }
    list->skips[list->count++] = skip;
    return SX_OK;
}

sx_status sx_skip_list_format(sx_skip_list *list, sx_error *err, const char *path, const char *format, ...) {
    char reason[512];
    va_list arguments;
    va_start(arguments, format);
    (void)sx_format_plain(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return sx_skip_list_add(list, path, reason, err);
}

sx_status sx_skip_list_add_all(sx_skip_list *list, const sx_skip *skips, size_t count, sx_error *err) {
    for (size_t i = 0; i < count; i++) {
        sx_status status = sx_skip_list_add(list, skips[i].path, skips[i].reason, err);
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

void sx_skips_free(sx_skip *skips, size_t count) {
    for (size_t i = 0; i < count; i++) {
        sx_free(skips[i].path);
        sx_free(skips[i].reason);
    }
    sx_free(skips);
}

const char *sx_reason_without_path(const sx_error *err, const char *path) {
    size_t length = strlen(path);
    if (strncmp(err->text, path, length) != 0) return err->text;
    if (strncmp(err->text + length, ": ", 2) != 0) return err->text;
    return err->text + length + 2;
}
