/* words.h: what a tool needs to talk to people: the nearest known word, and the characters of a text. */
#ifndef SONAXIS_WORDS_H
#define SONAXIS_WORDS_H

#include "sonaxis/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The candidate with the smallest edit distance (upper and lower case alike) if it is at most 2 or a third of
 * the word and smaller than the word, else NULL. candidates end with NULL; word may be NULL. */
SX_API const char *sx_text_nearest(const char *word, const char *const *candidates);
/* Bytes of the UTF-8 character that text begins with; 0 where it begins with none (overlong forms, surrogates
 * and code points above U+10FFFF are none) and at its end. */
SX_API size_t sx_text_character(const char *text);

#ifdef __cplusplus
}
#endif
#endif
