/* watch.h: what a long call tells its caller, and how the caller stops it.
 *
 * Library calls never print: they report through a sx_watch. The progress bar below is such a caller: it
 * writes to the stream it is given. */
#ifndef SONAXIS_WATCH_H
#define SONAXIS_WATCH_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Every member may be NULL, and so may a pointer to the whole struct. Calls come from one thread at a time,
 * not always the same one. */
typedef struct sx_watch {
    /* `what` is a short constant phrase ("spectrograms"), done <= total. */
    void (*progress)(void *context, const char *what, uint64_t done, uint64_t total);
    /* One sentence worth showing once, without newline. */
    void (*note)(void *context, const char *text);
    /* True asks the call to save what is finished and return SX_E_CANCELLED. */
    bool (*cancelled)(void *context);
    void *context;
} sx_watch;

typedef struct sx_progress_bar sx_progress_bar;

typedef enum sx_progress_style {
    SX_PROGRESS_SILENT, /* nothing at all */
    SX_PROGRESS_LINES,  /* a plain line now and then: for files and pipes */
    SX_PROGRESS_BAR     /* a bar with rate and time left, redrawn in place: for terminals */
} sx_progress_style;

/* Writes to `stream`, which the caller keeps open. NULL when out of memory. */
SX_API sx_progress_bar *sx_progress_bar_create(FILE *stream, sx_progress_style style);
/* Fills progress and note of a watch (not cancelled). The bar must outlive the watch. */
SX_API void sx_progress_bar_watch(sx_progress_bar *bar, sx_watch *watch);
/* Ends the current bar with a newline where one is open. */
SX_API void sx_progress_bar_finish(sx_progress_bar *bar);
SX_API void sx_progress_bar_free(sx_progress_bar *bar);

#ifdef __cplusplus
}
#endif
#endif
