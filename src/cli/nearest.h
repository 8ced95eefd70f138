/* nearest.h: "did you mean". */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

/* The candidate with the fewest changed letters, if these are at most 2 or a third of the word; else NULL. */
const char *cli_nearest(const char *word, const char *const *candidates, size_t count);

#endif
