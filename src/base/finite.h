/* finite.h: is there a NaN or an infinity among many floats? A loop without a way out becomes vector code. */
#ifndef BASE_FINITE_H
#define BASE_FINITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool sx_all_finite(const float *values, size_t count) {
    const uint32_t exponent = 0x7f800000u; /* all ones in those two, and only there */
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        found |= (bits & exponent) == exponent;
    }
    return found == 0;
}

#endif
