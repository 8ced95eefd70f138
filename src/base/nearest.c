/* nearest.c: the known word that a mistyped one was probably meant to be. */
#include "sonaxis/words.h"

#include <string.h>

enum { LONGEST_WORD = 63 };

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). Both words are at
 * most LONGEST_WORD long. */
static size_t edit_distance(const char *a, const char *b) {
    size_t a_length = strlen(a), b_length = strlen(b);
    size_t cost[3][LONGEST_WORD + 1]; /* rows i, i - 1 and i - 2, each in turn */
    for (size_t j = 0; j <= b_length; j++) {
        cost[0][j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = cost[i % 3], *above = cost[(i + 2) % 3], *higher = cost[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
            row[j] = smaller(change, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
                row[j] = smaller(row[j], higher[j - 2] + 1);
            }
        }
    }
    return cost[a_length % 3][b_length];
}

const char *sx_text_nearest(const char *word, const char *const *candidates) {
    size_t length = word ? strlen(word) : 0;
    if (length == 0 || length > LONGEST_WORD) {
        return NULL;
    }
    size_t limit = length / 3 > 2 ? length / 3 : 2;
    size_t best = smaller(limit, length - 1) + 1;
    const char *nearest = NULL;
    for (; *candidates; candidates++) {
        size_t distance = strlen(*candidates) <= LONGEST_WORD ? edit_distance(word, *candidates) : best;
        if (distance < best) {
            best = distance;
            nearest = *candidates;
        }
    }
    return nearest;
}
