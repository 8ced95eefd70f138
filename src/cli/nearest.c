/* nearest.c: Levenshtein's distance over short words, one row at a time. */
#include "nearest.h"

#include <stdint.h>
#include <string.h>

enum { LONGEST = 63 };

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static size_t distance(const char *a, const char *b) {
    size_t row[LONGEST + 1], a_length = strlen(a), b_length = strlen(b);
    if (a_length > LONGEST || b_length > LONGEST) return SIZE_MAX;
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = smaller(changed, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_length];
}

const char *cli_nearest(const char *word, const char *const *candidates, size_t count) {
    size_t length = strlen(word), best = (length > 6 ? length / 3 : 2) + 1;
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t changes = distance(word, candidates[i]);
        if (changes >= best || changes >= length) continue;
        best = changes;
        found = candidates[i];
    }
    return found;
}
