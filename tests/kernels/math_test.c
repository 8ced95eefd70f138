/* math_test.c: own exp, log, sigmoid and tanh against the C library in double precision, over the whole range
 * of float: every 40009th bit pattern, which is a prime, so that all exponents and fractions take part. */
#include "check.h"
#include "kernels/math.h"

enum { STEP = 40009 };

/* Units in the last place of float at `want`; 2^-149 among subnormals. */
static double unit_at(double want) {
    int exponent;
    frexp(want, &exponent);
    return ldexp(1.0, (exponent < -125 ? -125 : exponent) - 24);
}

static void check_value(const char *what, float x, float got, double want, double units) {
    if (isnan(want)) {
        if (!isnan(got)) fail_msg("%s(%.9g) is %.9g, should be NaN", what, (double)x, (double)got);
        return;
    }
    if (fabs(want) > 3.4028235e38) {
        if (!isinf(got) || (got > 0) != (want > 0)) {
            fail_msg("%s(%.9g) is %.9g, should be %.9g", what, (double)x, (double)got, want);
        }
        return;
    }
    double error = fabs((double)got - want) / unit_at(want);
    if (error > units) {
        fail_msg("%s(%.9g) is %.9g, should be %.9g: %.2f units, allowed %.2f", what, (double)x, (double)got,
                 want, error, units);
    }
}

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

static void test_whole_range(void **state) {
    (void)state;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += STEP) {
        float x = sx_float_from_bits((uint32_t)bits);
        check_value("exp", x, sx_expf(x), exp((double)x), 2.0);
        check_value("expm1", x, sx_expm1f(x), expm1((double)x), 2.0);
        check_value("log", x, sx_logf(x), log((double)x), 2.0);
        if (isnormal(x) && x > 0.0f) assert_true(sx_logf_normal(x) == sx_logf(x));
        check_value("tanh", x, sx_tanhf(x), tanh((double)x), 3.0);
        /* erfc loses 1.5e-6 of a value in its tail, where e^(-x^2) is of 2 steps. */
        check_value("erfc", x, sx_erfcf(x), x > 9.1f ? 0.0 : erfc((double)x), x > 9.1f ? 4e6 : 16.0);
        if (x >= 0.0f && x <= 1.0f) check_value("log1p", x, sx_log1pf(x), log1p((double)x), 3.0);
        if (x > -87.0f || isnan(x)) check_value("sigmoid", x, sx_sigmoidf(x), sigmoid((double)x), 3.0);
    }
}

static void test_corners(void **state) {
    (void)state;
    float infinity = sx_float_from_bits(0x7f800000u);
    assert_true(sx_expf(0.0f) == 1.0f && sx_expf(-infinity) == 0.0f && sx_expf(infinity) == infinity);
    assert_true(sx_logf(1.0f) == 0.0f && sx_logf(0.0f) == -infinity && sx_logf(infinity) == infinity);
    assert_true(isnan(sx_logf(-1.0f)) && isnan(sx_logf(-infinity)));
    assert_true(sx_sigmoidf(0.0f) == 0.5f && sx_sigmoidf(infinity) == 1.0f && sx_sigmoidf(-infinity) == 0.0f);
    assert_true(sx_tanhf(infinity) == 1.0f && sx_tanhf(-infinity) == -1.0f && sx_tanhf(0.0f) == 0.0f);
    assert_true(sx_expm1f(-infinity) == -1.0f);
}

/* Smallest and largest: where a careless exponent would wrap. */
static void test_edges(void **state) {
    (void)state;
    for (float x = -104.5f; x < -86.0f; x += 0.013f) {
        check_value("exp", x, sx_expf(x), exp((double)x), 2.0);
    }
    for (float x = 88.0f; x < 89.5f; x += 0.0011f)
        check_value("exp", x, sx_expf(x), exp((double)x), 2.0);
    float smallest = sx_float_from_bits(1), largest = sx_float_from_bits(0x7f7fffffu);
    check_value("log", smallest, sx_logf(smallest), log((double)smallest), 2.0);
    check_value("log", largest, sx_logf(largest), log((double)largest), 2.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_range),
        cmocka_unit_test(test_corners),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
