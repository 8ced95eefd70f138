/* synth_words.c: ten words spelled as they sound, and what each letter sounds like.
 *
 * Vowels after Peterson and Barney's averages (men); consonants are a closure or murmur and a burst, whose
 * formants say where the tongue is, so that the neighbouring vowel glides from there. */
#include "data/synth_sound.h"

#include <math.h>
#include <string.h>

/* Many differ in one letter only, or in the order of two. */
const char *const sx_words[SX_WORD_COUNT] = {"bada", "daba", "gada", "dasa", "bidu",
                                             "bide", "tuki", "tiku", "mani", "fenu"};

typedef struct letter {
    char name;
    size_t piece_count;
    sx_piece pieces[2];
} letter;

static const letter letters[] = {
    {'a', 1, {{1.0, 1, 0, 0, 0, {730, 1090, 2440}}}},
    {'e', 1, {{1.0, 1, 0, 0, 0, {530, 1840, 2480}}}},
    {'i', 1, {{1.0, 1, 0, 0, 0, {270, 2290, 3010}}}},
    {'o', 1, {{1.0, 1, 0, 0, 0, {570, 840, 2410}}}},
    {'u', 1, {{1.0, 1, 0, 0, 0, {300, 870, 2240}}}},
    {'b', 2, {{0.4, 0.12, 0, 0, 0, {200, 800, 2100}}, {0.12, 0.3, 0.3, 700, 900, {250, 900, 2200}}}},
    {'d', 2, {{0.4, 0.12, 0, 0, 0, {200, 1700, 2700}}, {0.12, 0.3, 0.4, 3800, 2000, {250, 1750, 2700}}}},
    {'g', 2, {{0.4, 0.12, 0, 0, 0, {200, 2000, 2300}}, {0.14, 0.3, 0.4, 1900, 900, {250, 2000, 2300}}}},
    {'t', 2, {{0.5, 0, 0, 0, 0, {200, 1700, 2700}}, {0.2, 0, 0.6, 4500, 2600, {250, 1750, 2700}}}},
    {'k', 2, {{0.5, 0, 0, 0, 0, {200, 2000, 2300}}, {0.24, 0, 0.6, 2000, 1000, {250, 2000, 2300}}}},
    {'f', 1, {{0.8, 0, 0.18, 3500, 6000, {300, 1000, 2300}}}},
    {'s', 1, {{0.9, 0, 0.5, 5600, 2200, {300, 1700, 2600}}}},
    {'m', 1, {{0.7, 0.35, 0, 0, 0, {230, 950, 2200}}}},
    {'n', 1, {{0.7, 0.35, 0, 0, 0, {250, 1650, 2600}}}},
};

size_t sx_word_pieces(const char *word, sx_piece *pieces) {
    size_t count = 0;
    for (const char *at = word; *at != '\0'; at++) {
        for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
            if (letters[i].name != *at || count + letters[i].piece_count > SX_PIECE_LIMIT) continue;
            memcpy(pieces + count, letters[i].pieces, letters[i].piece_count * sizeof *pieces);
            count += letters[i].piece_count;
        }
    }
    return count;
}

double sx_word_weight_limit(void) {
    double limit = 0;
    for (size_t w = 0; w < SX_WORD_COUNT; w++) {
        sx_piece pieces[SX_PIECE_LIMIT];
        size_t count = sx_word_pieces(sx_words[w], pieces);
        double weight = 0;
        for (size_t i = 0; i < count; i++)
            weight += pieces[i].weight;
        limit = fmax(limit, weight);
    }
    return limit;
}
