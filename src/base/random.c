/* random.c: Philox4x32-10 and the numbers made from its blocks.
 *
 * One block a drawn number: simple, and any item can be had on its own. Normal numbers come from the inverse
 * of the normal distribution (Wichura 1988, algorithm AS 241) with a logarithm of our own, so that their bits
 * do not depend on the C library. */
#include "base/random.h"

#include <math.h>

enum { ROUNDS = 10 };
static const uint32_t multiplier_0 = 0xD2511F53u, multiplier_1 = 0xCD9E8D57u;
static const uint32_t weyl_0 = 0x9E3779B9u, weyl_1 = 0xBB67AE85u;

void sx_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t p0 = (uint64_t)multiplier_0 * c0, p1 = (uint64_t)multiplier_1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += weyl_0;
        k1 += weyl_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* The purpose goes into the key, spread over its upper half; layer, step and item are the counter. */
static void draw(const sx_stream *stream, uint64_t item, uint32_t block[4]) {
    const uint32_t spread = (uint32_t)stream->purpose * 0x85EBCA6Bu;
    const uint32_t key[2] = {(uint32_t)stream->seed, (uint32_t)(stream->seed >> 32) ^ spread};
    const uint32_t counter[4] = {(uint32_t)item, (uint32_t)(item >> 32), stream->layer, stream->step};
    sx_philox4x32(counter, key, block);
}

static uint64_t draw64(const sx_stream *stream, uint64_t item) {
    uint32_t block[4];
    draw(stream, item, block);
    return (uint64_t)block[1] << 32 | block[0];
}

uint32_t sx_random_bits(const sx_stream *stream, uint64_t item) {
    uint32_t block[4];
    draw(stream, item, block);
    return block[0];
}

double sx_random_uniform(const sx_stream *stream, uint64_t item) {
    return (double)(draw64(stream, item) >> 11) * 0x1p-53;
}

/* ln(x) for normal x > 0: x = mantissa * 2^exponent, ln(mantissa) = 2 artanh(s), s = (m - 1) / (m + 1). */
static double natural_log(double x) {
    int exponent;
    double mantissa = frexp(x, &exponent);
    if (mantissa < 0.70710678118654752) {
        mantissa *= 2;
        exponent--;
    }
    double s = (mantissa - 1) / (mantissa + 1), square = s * s, sum = 0;
    for (int k = 23; k >= 1; k -= 2) {
        sum = sum * square + 1.0 / k;
    }
    return exponent * 0.69314718055994531 + 2 * s * sum;
}

static double polynomial(const double coefficients[8], double x) {
    double sum = coefficients[7];
    for (int k = 6; k >= 0; k--) {
        sum = sum * x + coefficients[k];
    }
    return sum;
}

/* AS 241, PPND16: about 1 part in 10^16. Three ranges: centre, tail, far tail. */
static const double centre_above[8] = {
    3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
    4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double centre_below[8] = {1.0,
                                       4.2313330701600911252e+1,
                                       6.8718700749205790830e+2,
                                       5.3941960214247511077e+3,
                                       2.1213794301586595867e+4,
                                       3.9307895800092710610e+4,
                                       2.8729085735721942674e+4,
                                       5.2264952788528545610e+3};
static const double tail_above[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                     5.76949722146069140550e0,  3.64784832476320460504e0,
                                     1.27045825245236838258e0,  2.41780725177450611770e-1,
                                     2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double tail_below[8] = {1.0,
                                     2.05319162663775882187e0,
                                     1.67638483018380384940e0,
                                     6.89767334985100004550e-1,
                                     1.48103976427480074590e-1,
                                     1.51986665636164571966e-2,
                                     5.47593808499534494600e-4,
                                     1.05075007164441684324e-9};
static const double far_above[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                    1.78482653991729133580e0,  2.96560571828504891230e-1,
                                    2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_below[8] = {1.0,
                                    5.99832206555887937690e-1,
                                    1.36929880922735805310e-1,
                                    1.48753612908506148525e-2,
                                    7.86869131145613259100e-4,
                                    1.84631831751005468180e-5,
                                    1.42151175831644588870e-7,
                                    2.04426310338993978564e-15};

static double normal_quantile(double p) {
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(centre_above, r) / polynomial(centre_below, r);
    }
    double r = sqrt(-natural_log(q < 0 ? p : 1 - p)), x;
    if (r <= 5) {
        x = polynomial(tail_above, r - 1.6) / polynomial(tail_below, r - 1.6);
    } else {
        x = polynomial(far_above, r - 5) / polynomial(far_below, r - 5);
    }
    return q < 0 ? -x : x;
}

double sx_random_normal(const sx_stream *stream, uint64_t item) {
    double between = ((double)(draw64(stream, item) >> 12) + 0.5) * 0x1p-52; /* in (0, 1), ends left out */
    return normal_quantile(between);
}

/* Upper half of a 64 x 64 bit product: the bias is below bound / 2^64. */
uint64_t sx_random_below(const sx_stream *stream, uint64_t item, uint64_t bound) {
    return (uint64_t)((unsigned __int128)draw64(stream, item) * bound >> 64);
}

void sx_random_permutation(const sx_stream *stream, size_t count, size_t *order) {
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    for (size_t last = count; last-- > 1;) {
        size_t other = (size_t)sx_random_below(stream, last, last + 1);
        size_t kept = order[last];
        order[last] = order[other];
        order[other] = kept;
    }
}

uint64_t sx_random_seed(uint64_t seed, sx_purpose purpose, uint32_t a, uint32_t b) {
    const sx_stream stream = {seed, purpose, a, b};
    return draw64(&stream, UINT64_MAX);
}
