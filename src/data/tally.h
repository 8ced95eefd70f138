/* tally.h: progress and cancelling for tasks on many threads, one call to the watch at a time. */
#ifndef DATA_TALLY_H
#define DATA_TALLY_H

#include "base/watch.h"

#include <stddef.h>

typedef struct sx_tally sx_tally;

/* watch may be NULL. what: constant phrase. */
SX_MUST_USE sx_status sx_tally_create(const sx_watch *watch, const char *what, size_t total, sx_tally **out,
                                      sx_error *err);
void sx_tally_free(sx_tally *tally);
/* False once the caller asked to stop: the task should return at once. */
bool sx_tally_go_on(sx_tally *tally);
/* One more task is done. */
void sx_tally_step(sx_tally *tally);
bool sx_tally_was_cancelled(const sx_tally *tally);

#endif
