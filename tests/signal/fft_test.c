/* The real FFT against the sum that defines it, for every possible size to 1000, and a few large ones. */
#include "signal/fft.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const double two_pi = 6.283185307179586476925287;

/* Numbers without pattern in [-1, 1). */
static void fill(double *x, size_t count) {
    uint64_t state = 12345;
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        x[i] = (double)(state >> 11) / 4503599627370496.0 - 1;
    }
}

static sx_fft *make(size_t size) {
    sx_fft *fft = NULL;
    sx_error err;
    if (sx_fft_create(size, &fft, &err) != SX_OK) fail_msg("size %zu: %s", size, err.text);
    return fft;
}

/* step: every how many bins the sum is taken. */
static void check_size(size_t size, size_t step) {
    sx_fft *fft = make(size);
    size_t bins = size / 2 + 1;
    double *x = test_malloc(size * sizeof *x), *cosines = test_malloc(size * sizeof *x);
    double *sines = test_malloc(size * sizeof *x),
           *work = test_malloc(sx_fft_work_doubles(fft) * sizeof *work);
    double *real = test_malloc(bins * sizeof *real), *imaginary = test_malloc(bins * sizeof *imaginary);
    fill(x, size);
    for (size_t i = 0; i < size; i++) {
        cosines[i] = cos(two_pi * (double)i / (double)size);
        sines[i] = sin(two_pi * (double)i / (double)size);
    }
    sx_fft_run(fft, x, real, imaginary, work);
    for (size_t k = 0; k < bins; k += step) {
        double re = 0, im = 0;
        for (size_t n = 0; n < size; n++) {
            re += x[n] * cosines[k * n % size];
            im -= x[n] * sines[k * n % size];
        }
        double error = hypot(real[k] - re, imaginary[k] - im);
        /* Rounding of the plain sum: some 1e-16 a term, terms at most 1. */
        if (!(error < 1e-15 * (double)size + 1e-14))
            fail_msg("size %zu bin %zu: (%.17g, %.17g), the sum is (%.17g, %.17g)", size, k, real[k],
                     imaginary[k], re, im);
    }
    test_free(imaginary);
    test_free(real);
    test_free(work);
    test_free(sines);
    test_free(cosines);
    test_free(x);
    sx_fft_free(fft);
}

static void sizes_to_1000(void **state) {
    (void)state;
    size_t tried = 0;
    for (size_t size = 2; size <= 1000; size++) {
        if (!sx_fft_size_is_possible(size)) continue;
        check_size(size, 1);
        tried++;
    }
    assert_int_equal(tried, 67); /* even numbers to 1000 with no factor but 2, 3, 5 */
}

static void large_sizes(void **state) {
    (void)state;
    check_size(65536, 4099);
    check_size(50000, 3001);
    check_size(39366, 3001); /* 2 * 3^9 */
}

static void impossible_sizes(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 3, 5, 7, 14, 15, 22, 75, 441, 1022};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_false(sx_fft_size_is_possible(sizes[i]));
    assert_true(sx_fft_size_is_possible(2));
    assert_true(sx_fft_size_is_possible(600));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sizes_to_1000), cmocka_unit_test(large_sizes),
                                       cmocka_unit_test(impossible_sizes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
