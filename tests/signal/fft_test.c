/* The FFT of every table of kernels against the sums that define it, for every possible size to 1000, and a
 * few large ones. */
#include "base/hash.h"
#include "kernels/kernels.h"
#include "kernels/spectrum.h"
#include "signal/fft.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

/* One lane against the sums that define it. cosines, sines: of 2 pi n / size. */
typedef struct lane_check {
    const char *table;
    size_t size, lane;
    const double *x, *cosines, *sines;
} lane_check;

static double sample(const lane_check *c, size_t i) { return c->x[i * SX_EXACT + c->lane]; }

/* Rounding of the plain sum: some 1e-16 a term, terms at most 1. */
static double allowed(size_t size) { return 1e-15 * (double)size + 1e-14; }

/* Bin k of the complex transform of pairs. */
static void check_point(const lane_check *c, size_t k, const double *point) {
    double re = 0, im = 0;
    for (size_t n = 0; n < c->size / 2; n++) {
        size_t turn = 2 * (k * n % (c->size / 2));
        double a = sample(c, 2 * n), b = sample(c, 2 * n + 1);
        re += a * c->cosines[turn] + b * c->sines[turn];
        im += b * c->cosines[turn] - a * c->sines[turn];
    }
    double got_re = point[c->lane], got_im = point[SX_EXACT + c->lane];
    if (!(hypot(got_re - re, got_im - im) < allowed(c->size)))
        fail_msg("%s, size %zu, lane %zu, bin %zu: (%.17g, %.17g), the sum is (%.17g, %.17g)", c->table,
                 c->size, c->lane, k, got_re, got_im, re, im);
}

/* Bin k of the real transform: its power; the loops take x as half of the samples. */
static void check_power(const lane_check *c, size_t k, const float *bins) {
    double re = 0, im = 0;
    for (size_t n = 0; n < c->size; n++) {
        re += sample(c, n) * c->cosines[k * n % c->size];
        im -= sample(c, n) * c->sines[k * n % c->size];
    }
    double want = 4 * (re * re + im * im), got = (double)bins[k * SX_FRAMES + c->lane];
    if (!(fabs(got - want) < 1e-7 * want + 4 * sqrt(want) * allowed(c->size) + 1e-20))
        fail_msg("%s, size %zu, lane %zu, bin %zu: power %.9g, the sum's is %.9g", c->table, c->size, c->lane,
                 k, got, want);
}

static bool is_fused(const sx_spectrum_kernels *kernels) {
    return strcmp(kernels->name, "plain") != 0 && strcmp(kernels->name, "sse2") != 0;
}

/* The same bits as the first fused table's; *bits is 0 until it came. Plain and SSE2 fuse nothing. */
static void check_bits(const sx_spectrum_kernels *kernels, size_t size, uint64_t hash, uint64_t *bits) {
    if (!is_fused(kernels)) return;
    if (*bits == 0) *bits = hash;
    if (*bits != hash) fail_msg("%s, size %zu: not the bits of the table before it", kernels->name, size);
}

static void check_exact(const sx_spectrum_kernels *kernels, const sx_fft_plan *plan, lane_check check,
                        size_t step, uint64_t *bits) {
    size_t size = check.size;
    double *points = test_malloc(size * SX_EXACT * sizeof *points);
    float *bins = test_malloc((size / 2 + 1) * SX_FRAMES * sizeof *bins);
    memcpy(points, check.x, size * SX_EXACT * sizeof *points);
    check.table = kernels->name;
    kernels->exact->transform(plan, points);
    kernels->exact->power(plan, points, 2, bins);
    for (check.lane = 0; check.lane < SX_EXACT; check.lane += 5) {
        for (size_t k = 0; k < size / 2; k += step)
            check_point(&check, k, points + plan->order[k] * (size_t)SX_EXACT_POINT);
        for (size_t k = 0; k <= size / 2; k += step)
            check_power(&check, k, bins);
    }
    check_bits(kernels, size, sx_hash(points, size * SX_EXACT * sizeof *points, 0), bits);
    test_free(bins);
    test_free(points);
}

/* The bins of `count` points against those of the transform in double, which check_exact holds to the sums.
 * Amplitudes err by 1.2e-6 of their root mean square at most (2e-7 is usual); totals are the sums of the
 * powers. */
static void check_bins(const char *table, size_t half, const float *wanted, const float *got,
                       const float *totals) {
    for (size_t lane = 0; lane < SX_FRAMES; lane++) {
        double sum = 0;
        for (size_t k = 0; k <= half; k++)
            sum += pow((double)wanted[k * SX_FRAMES + lane % SX_EXACT], 2);
        if (!(fabs((double)totals[lane] - sum) <= (1e-4 + 5.0 / (double)half) * sum))
            fail_msg("%s, size %zu: total %.9g, not %.9g", table, 2 * half, (double)totals[lane], sum);
        double allowed_error = 1.2e-6 * sqrt(sum / (double)(half + 1));
        for (size_t k = 0; k <= half; k++) {
            double want = (double)wanted[k * SX_FRAMES + lane % SX_EXACT];
            double error = fabs((double)got[k * SX_FRAMES + lane] - want);
            if (!(error <= allowed_error))
                fail_msg("%s, size %zu, bin %zu: off by %.3g, allowed are %.3g", table, 2 * half, k, error,
                         allowed_error);
        }
    }
}

/* Lane l + SX_EXACT holds what lane l does. Behind the `count` points of the float transform is rubbish. */
static void check_float(const sx_spectrum_kernels *kernels, const sx_fft_plan *plan, const lane_check *check,
                        size_t count, uint64_t *bits) {
    size_t size = check->size, half = size / 2;
    double *exact = test_calloc(size * SX_EXACT, sizeof *exact);
    float *points = test_malloc(size * SX_FRAMES * sizeof *points), totals[SX_FRAMES];
    float *wanted = test_malloc((half + 1) * SX_FRAMES * sizeof *wanted);
    float *got = test_malloc((half + 1) * SX_FRAMES * sizeof *got);
    for (size_t i = 0; i < size * SX_FRAMES; i++) {
        size_t at = i / SX_FRAMES * SX_EXACT + i % SX_EXACT;
        points[i] = (float)check->x[at];
        if (i < 2 * count * SX_FRAMES) exact[at] = (double)points[i];
    }
    kernels->exact->transform(plan, exact);
    kernels->exact->power(plan, exact, 1, wanted);
    kernels->spectrum(plan, points, count, 1, got, totals);
    check_bins(kernels->name, half, wanted, got, totals);
    uint64_t hash = sx_hash(got, (half + 1) * SX_FRAMES * sizeof *got, 0);
    check_bits(kernels, size, hash, bits);
    test_free(got);
    test_free(wanted);
    test_free(points);
    test_free(exact);
}

/* step: every how many bins the sum is taken. */
static void check_size(size_t size, size_t step) {
    sx_fft *fft = make(size);
    double *x = test_malloc(size * SX_EXACT * sizeof *x);
    double *cosines = test_malloc(size * sizeof *x), *sines = test_malloc(size * sizeof *x);
    uint64_t bits = 0, float_bits[3] = {0};
    fill(x, size * SX_EXACT);
    for (size_t i = 0; i < size; i++) {
        cosines[i] = cos(two_pi * (double)i / (double)size);
        sines[i] = sin(two_pi * (double)i / (double)size);
    }
    for (size_t i = 0; sx_kernel_names[i] != NULL; i++) {
        const sx_spectrum_kernels *kernels = sx_spectrum_kernels_named(sx_kernel_names[i]);
        lane_check check = {.size = size, .x = x, .cosines = cosines, .sines = sines};
        if (kernels == NULL) continue;
        check_exact(kernels, sx_fft_plan_of(fft), check, step, &bits);
        check_float(kernels, sx_fft_plan_of(fft), &check, size / 2, &float_bits[0]);
        check_float(kernels, sx_fft_plan_of(fft), &check, (size * 7 + 15) / 18,
                    &float_bits[1]); /* as 400 of 512 */
        check_float(kernels, sx_fft_plan_of(fft), &check, size / 10 + 1, &float_bits[2]);
    }
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
