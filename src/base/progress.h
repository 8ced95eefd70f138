/* progress.h: the words of a progress line, apart from clock and stream. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "spectrograms [#####     ]  50 %  100/200  20.0/s  0:05 left"; without the bar where `bar` is false. At
 * most capacity - 1 characters; seconds: since the first of them. */
void sx_progress_format(const char *what, uint64_t done, uint64_t total, double seconds, bool bar, char *out,
                        size_t capacity);

#endif
