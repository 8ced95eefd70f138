/* math.h: exp, log, sigmoid and tanh for float, with the same bits on every machine.
 *
 * Only additions, multiplications, one division and integer shifts, in a fixed order and never contracted
 * (the build says -ffp-contract=off), so neither the C library nor the instruction set shows in a result.
 * No branches: loops over them become vector code. The method is Cody and Waite's reduction and a minimax
 * polynomial, as in the Cephes library. Errors are below 2 units in the last place (sigmoid and tanh: 3). */
#ifndef KERNELS_MATH_H
#define KERNELS_MATH_H

#include <stdint.h>
#include <string.h>

static inline float sx_float_from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t sx_bits_from_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* 2^n * r for the reduced argument of exp; n from -150 to 128. Two factors, for neither may overflow early.
 */
static inline float sx_scale_by_power(float r, int32_t n) {
    int32_t half = n / 2;
    float first = sx_float_from_bits((uint32_t)(half + 127) << 23);
    float second = sx_float_from_bits((uint32_t)(n - half + 127) << 23);
    return r * first * second;
}

/* exp(x) - 1 for |x| <= ln 2 / 2. */
static inline float sx_expm1_reduced(float x) {
    float p = 1.9875691500e-4f;
    p = p * x + 1.3981999507e-3f;
    p = p * x + 8.3334519073e-3f;
    p = p * x + 4.1665795894e-2f;
    p = p * x + 1.6666665459e-1f;
    p = p * x + 5.0000001201e-1f;
    return p * (x * x) + x;
}

/* x = n ln 2 + rest. */
static inline float sx_exp_reduce(float x, int32_t *n) {
    const float shift = 12582912.0f; /* 1.5 * 2^23: adding it rounds to the nearest integer */
    float rounded = (x * 1.44269504088896341f + shift) - shift;
    *n = (int32_t)rounded;
    return (x - rounded * 0.693359375f) - rounded * -2.12194440e-4f;
}

/* e to the x: 0 below -104, infinity above 88.73, NaN for NaN. */
static inline float sx_expf(float x) {
    float bounded = x > -104.0f ? x : -104.0f; /* also for NaN: the integer below must be defined */
    bounded = bounded < 89.0f ? bounded : 89.0f;
    int32_t n;
    float rest = sx_exp_reduce(bounded, &n);
    float result = sx_scale_by_power(sx_expm1_reduced(rest) + 1.0f, n);
    return x != x ? x : result;
}

/* e to the x minus 1 = 2^n (e^rest - 1) + (2^n - 1), halved meanwhile: 2^128 is no float. */
static inline float sx_expm1f(float x) {
    float bounded = x > -104.0f ? x : -104.0f;
    bounded = bounded < 89.0f ? bounded : 89.0f;
    int32_t n;
    float rest = sx_exp_reduce(bounded, &n);
    float power = sx_scale_by_power(0.5f, n);
    float result = 2.0f * (sx_expm1_reduced(rest) * power + (power - 0.5f));
    return x != x ? x : result;
}

/* ln(1 + m) + exponent ln 2 for 1 + m in [sqrt(1/2), sqrt 2). */
static inline float sx_log_series(float m, float exponent) {
    float square = m * m;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    float tail = p * (m * square) + exponent * -2.12194440e-4f;
    return ((tail - 0.5f * square) + m) + exponent * 0.693359375f;
}

/* Natural logarithm of a normal positive float; sx_logf gives the same bits there. */
static inline float sx_logf_normal(float x) {
    uint32_t bits = sx_bits_from_float(x);
    float exponent = (float)((int32_t)(bits >> 23) - 126);
    float m = sx_float_from_bits((bits & 0x007fffffu) | 0x3f000000u); /* [1/2, 1) */
    float below = m < 0.707106781186547524f ? 1.0f : 0.0f;
    return sx_log_series((m - 1.0f) + m * below, exponent - below);
}

/* Natural logarithm: -infinity for 0, NaN below 0 and for NaN, infinity for infinity; subnormals count. */
static inline float sx_logf(float x) {
    float tiny = x < 1.17549435e-38f ? 1.0f : 0.0f;
    float scaled = x < 1.17549435e-38f ? x * 16777216.0f : x;
    uint32_t bits = sx_bits_from_float(scaled);
    float exponent = (float)((int32_t)(bits >> 23 & 255) - 126) - 24.0f * tiny;
    float m = sx_float_from_bits((bits & 0x007fffffu) | 0x3f000000u); /* [1/2, 1) */
    float below = m < 0.707106781186547524f ? 1.0f : 0.0f;
    float result = sx_log_series((m - 1.0f) + m * below, exponent - below);
    const float infinity = sx_float_from_bits(0x7f800000u), not_a_number = sx_float_from_bits(0x7fc00000u);
    result = x < infinity ? result : infinity;
    result = x > 0.0f ? result : (x < 0.0f ? not_a_number : -infinity);
    return x != x ? x : result;
}

/* 1 / (1 + e^-x), accurate for negative x too; 0 below -88.72. */
static inline float sx_sigmoidf(float x) { return 1.0f / (1.0f + sx_expf(-x)); }

/* (e^2x - 1) / (e^2x + 1) through expm1, so small arguments keep their digits. */
static inline float sx_tanhf(float x) {
    float magnitude = x < 0.0f ? -x : x;
    float bounded = magnitude < 10.0f ? magnitude : 10.0f;
    float e = sx_expm1f(2.0f * bounded);
    float result = e / (e + 2.0f);
    result = x < 0.0f ? -result : result;
    return x != x ? x : result;
}

/* ln(1 + x) for x in [0, 1], small x too: 1 + x rounds, and the quotient mends it. */
static inline float sx_log1pf(float x) {
    float sum = 1.0f + x, rest = sum - 1.0f;
    return rest > 0.0f ? sx_logf(sum) * (x / rest) : x;
}

/* exp(-x^2) P(1 / x^2) / x; x^2 in two parts, for exp makes much of its rounding. x from 1 to 10.2. */
static inline float sx_erfcf_tail(float x) {
    float head = sx_float_from_bits(sx_bits_from_float(x) & 0xfffff000u);
    float bell = sx_expf(-(head * head)) * sx_expf(-((x - head) * (x + head)));
    float q = 1.0f / x, square = q * q;
    float near = 2.326819970068386e-2f, far = -1.047766399936249e+1f;
    near = near * square - 1.387039388740657e-1f;
    near = near * square + 3.687424674597105e-1f;
    near = near * square - 5.824733027278666e-1f;
    near = near * square + 6.210004621745983e-1f;
    near = near * square - 4.944515323274145e-1f;
    near = near * square + 3.404879937665872e-1f;
    near = near * square - 2.741127028184656e-1f;
    near = near * square + 5.638259427386472e-1f;
    far = far * square + 1.297719955372516e+1f;
    far = far * square - 7.495518717768503e+0f;
    far = far * square + 2.921019019210786e+0f;
    far = far * square - 1.015265279202700e+0f;
    far = far * square + 4.218463358204948e-1f;
    far = far * square - 2.820767439740514e-1f;
    far = far * square + 5.641895067754075e-1f;
    return bell * q * (x < 2.0f ? near : far);
}

/* 1 minus the error function; coefficients of the Cephes library. 0 above 10.2, where floats end. */
static inline float sx_erfcf(float x) {
    float magnitude = x < 0.0f ? -x : x;
    float square = magnitude < 1.0f ? magnitude * magnitude : 1.0f;
    float p = 7.853861353153693e-5f;
    p = p * square - 8.010193625184903e-4f;
    p = p * square + 5.188327685732524e-3f;
    p = p * square - 2.685381193529856e-2f;
    p = p * square + 1.128358514861418e-1f;
    p = p * square - 3.761262582423300e-1f;
    p = p * square + 1.128379165726710e+0f;
    if (magnitude < 1.0f) return 1.0f - x * p;
    float tail = sx_erfcf_tail(magnitude < 10.2f ? magnitude : 10.2f);
    tail = magnitude < 10.2f ? tail : 0.0f;
    return x != x ? x : (x < 0.0f ? 2.0f - tail : tail);
}

#endif
