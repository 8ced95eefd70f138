/* elementary.h: ln and exp from plain additions and multiplications, so that spectrograms have the same bits
 * with every C library. Relative error below 1e-15. */
#ifndef SIGNAL_ELEMENTARY_H
#define SIGNAL_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

static const double sx_ln2 = 0.693147180559945309417232;
static const double sx_ln10 = 2.302585092994045684017991;

/* x > 0, finite and not denormal: x = m 2^e with m in [sqrt(1/2), sqrt(2)), ln m = 2 artanh((m - 1) / (m +
 * 1)).
 */
static inline double sx_ln(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    /* Moving the exponent's border to sqrt(1/2) needs no branch. */
    int64_t exponent = (int64_t)(bits - 0x3fe6a09e667f3bcdULL) >> 52;
    bits -= (uint64_t)exponent << 52;
    double m;
    memcpy(&m, &bits, sizeof m);
    double z = (m - 1) / (m + 1), w = z * z;
    double series = 1.0 / 21;
    for (int odd = 19; odd >= 3; odd -= 2)
        series = series * w + 1.0 / odd;
    return (double)exponent * sx_ln2 + 2 * z * (1 + w * series);
}

/* |x| < 700: e^x = 2^k e^r with |r| <= ln(2) / 2, the second factor by its Taylor series. */
static inline double sx_exp(double x) {
    double scaled = x / sx_ln2;
    int64_t k = (int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    double r = x - (double)k * 0.693147180369123816490; /* ln 2 in two parts: k times the first is exact */
    r -= (double)k * 1.90821492927058770002e-10;
    double series = 1;
    for (int i = 14; i >= 1; i--)
        series = 1 + series * r / i;
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return series * power;
}

#endif
