/* watch.h: telling a watch something, and asking it, whichever of its members are there. */
#ifndef BASE_WATCH_H
#define BASE_WATCH_H

#include "sonaxis/watch.h"

/* watch may be NULL, and so may each member. */
void sx_watch_progress(const sx_watch *watch, const char *what, uint64_t done, uint64_t total);
void sx_watch_note(const sx_watch *watch, const char *text);
bool sx_watch_is_cancelled(const sx_watch *watch);

#endif
