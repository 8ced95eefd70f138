/* watch.c: calls through a watch. */
#include "base/watch.h"

void sx_watch_progress(const sx_watch *watch, const char *what, uint64_t done, uint64_t total) {
    if (watch && watch->progress) {
        watch->progress(watch->context, what, done, total);
    }
}

void sx_watch_note(const sx_watch *watch, const char *text) {
    if (watch && watch->note) {
        watch->note(watch->context, text);
    }
}

bool sx_watch_is_cancelled(const sx_watch *watch) {
    return watch && watch->cancelled && watch->cancelled(watch->context);
}
