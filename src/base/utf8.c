/* utf8.c: where one character of a text ends and the next begins. */
#include "sonaxis/words.h"

/* The well-formed byte sequences of RFC 3629, section 4. */
size_t sx_text_character(const char *text) {
    static const struct {
        unsigned char first_low, first_high, second_low, second_high, length;
    } forms[] = {{0x01, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
                 {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
                 {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};
    const unsigned char *at = (const unsigned char *)text;
    for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
        if (at[0] < forms[k].first_low || at[0] > forms[k].first_high) {
            continue;
        }
        if (forms[k].length > 1 && (at[1] < forms[k].second_low || at[1] > forms[k].second_high)) {
            return 0;
        }
        for (size_t j = 2; j < forms[k].length; j++) {
            if ((at[j] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return forms[k].length;
    }
    return 0;
}
