/* The front-end's loops of every table: against plain sums, and the same bits from every fused table. The FFT
 * itself is tested over all sizes in signal/fft_test. */
#include "check.h"
#include "kernels/spectrum.h"

static size_t list_spectrum_tables(const sx_spectrum_kernels *tables[8]) {
    size_t count = 0;
    for (size_t i = 0; sx_kernel_names[i]; i++) {
        const sx_spectrum_kernels *table = sx_spectrum_kernels_named(sx_kernel_names[i]);
        if (table) tables[count++] = table;
    }
    return count;
}

/* Every kernel table has a table of the front-end's beside it. */
static void test_tables(void **state) {
    (void)state;
    const sx_spectrum_kernels *tables[8];
    const sx_kernels *others[8] = {NULL};
    size_t count = list_spectrum_tables(tables);
    assert_int_equal(count, list_tables(others));
    assert_string_equal(tables[0]->name, "plain");
    assert_null(sx_spectrum_kernels_named("sse9"));
    assert_string_equal(sx_spectrum_kernels_get()->name, sx_kernels_name());
}

/* What both loads must give, product by product. */
static void check_load(const sx_spectrum_kernels *table, const float *samples, size_t stride, size_t length) {
    double *window = doubles(length), *exact = doubles(length * SX_EXACT);
    float *rounded = floats(length), *points = floats(length * SX_FRAMES);
    for (size_t i = 0; i < length; i++) {
        window[i] = 1.0 / (double)(i + 3);
        rounded[i] = (float)window[i];
    }
    table->load(samples, stride, length, rounded, points);
    table->exact->load(samples, stride, length, window, exact);
    for (size_t i = 0; i < length; i++) {
        for (size_t lane = 0; lane < SX_FRAMES; lane++) {
            float sample = samples[lane * stride + i], got = points[i * SX_FRAMES + lane];
            if (got != sample * rounded[i]) fail_msg("%s: point %zu is %.9g", table->name, i, (double)got);
            if (lane < SX_EXACT && exact[i * SX_EXACT + lane] != (double)sample * window[i])
                fail_msg("%s: point %zu is %.17g", table->name, i, exact[i * SX_EXACT + lane]);
        }
    }
    free(points);
    free(rounded);
    free(exact);
    free(window);
}

/* Lengths that are no multiple of four; frames that overlap, touch, and lie apart. */
static void test_load(void **state) {
    (void)state;
    const sx_spectrum_kernels *tables[8];
    size_t count = list_spectrum_tables(tables);
    static const size_t sizes[][2] = {{1, 1}, {3, 2}, {4, 4}, {7, 3}, {16, 16}, {25, 10}, {25, 40}};
    for (size_t c = 0; c < sizeof sizes / sizeof sizes[0]; c++) {
        size_t length = sizes[c][0], stride = sizes[c][1];
        float *samples = random_floats((SX_FRAMES - 1) * stride + length, c + 1);
        for (size_t t = 0; t < count; t++)
            check_load(tables[t], samples, stride, length);
        free(samples);
    }
}

/* Rows of any length, and nothing behind the last. */
static void test_transpose(void **state) {
    (void)state;
    enum { MOST = 41 };
    const sx_spectrum_kernels *tables[8];
    size_t count = list_spectrum_tables(tables);
    float *values = random_floats(MOST * SX_FRAMES, 3), *rows = floats(MOST * SX_FRAMES + 1);
    for (size_t length = 1; length <= MOST; length += length < 9 ? 1 : 16) {
        for (size_t t = 0; t < count; t++) {
            rows[length * SX_FRAMES] = -7;
            tables[t]->transpose(length, values, rows);
            for (size_t i = 0; i < length * SX_FRAMES; i++)
                assert_true(rows[i] == values[i % length * SX_FRAMES + i / length]);
            assert_true(rows[length * SX_FRAMES] == -7);
        }
    }
    free(rows);
    free(values);
}

/* One lane a case; the others are silent. Shares are powers of two: the products are exact. */
static void test_find_weak(void **state) {
    (void)state;
    static const float shares[] = {0x1p-10f, 0};
    float totals[SX_FRAMES] = {64, 64, 64, 64, INFINITY, NAN, 2e18f}, values[2 * SX_FRAMES] = {0};
    const sx_spectrum_kernels *tables[8];
    size_t count = list_spectrum_tables(tables);
    values[0] = 0x1p-4f;  /* as large as it must be: 64 / 1024 */
    values[1] = 0x1p-5f;  /* too small, unless a floor lifts it */
    values[2] = 0x1p-2f;  /* large enough with power 1 too: its square is 64 / 1024 */
    values[3] = 0x1p-30f; /* far below any floor here */
    for (size_t t = 0; t < count; t++) {
        const sx_spectrum_kernels *table = tables[t];
        assert_int_equal(table->find_weak(2, shares, 2, 0, false, totals, values), 0x7a);
        assert_int_equal(table->find_weak(2, shares, 2, 0x1p-5f, true, totals, values), 0x70);
        assert_int_equal(table->find_weak(2, shares, 2, 0x1p-5f, false, totals, values), 0x72);
        assert_int_equal(table->find_weak(2, shares, 1, 0, false, totals, values), 0x7b);
        assert_int_equal(table->find_weak(1, shares + 1, 1, 0, false, totals, values), 0x70);
    }
}

static void test_bands(void **state) {
    (void)state;
    enum { BINS = 40, WEIGHTS = 52 };
    static const sx_band bands[] = {{0, 1, 0}, {3, 0, 4}, {1, 17, 8}, {30, 10, 28}, {39, 1, 40}, {0, 5, 44}};
    enum { BANDS = sizeof bands / sizeof bands[0] };
    const sx_spectrum_kernels *tables[8];
    size_t count = list_spectrum_tables(tables);
    float *bins = random_floats((BINS + SX_RUN - 1) * SX_FRAMES, 5), *weights = random_floats(WEIGHTS, 6);
    float *out = floats(BANDS * SX_FRAMES);
    for (size_t b = 0; b < BANDS; b++) { /* zeros behind each run */
        for (size_t i = bands[b].count; i == 0 || i % SX_RUN != 0; i++)
            weights[bands[b].weights_at + i] = 0;
    }
    for (size_t t = 0; t < count; t++) {
        tables[t]->bands(BANDS, bands, weights, bins, out);
        for (size_t i = 0; i < BANDS * SX_FRAMES; i++) {
            const sx_band *band = &bands[i / SX_FRAMES];
            double sum = 0;
            for (size_t k = 0; k < band->count; k++)
                sum += (double)weights[band->weights_at + k] *
                       (double)bins[(band->first + k) * SX_FRAMES + i % SX_FRAMES];
            assert_near((double)out[i], sum, 2e-6);
        }
    }
    free(out);
    free(weights);
    free(bins);
}

static void test_logarithm(void **state) {
    (void)state;
    enum { BANDS = 63, COUNT = BANDS * SX_FRAMES };
    const sx_spectrum_kernels *tables[8];
    size_t count = list_spectrum_tables(tables);
    float *values = floats(COUNT), *added = floats(COUNT), *raised = floats(COUNT);
    for (size_t i = 0; i < COUNT; i++)
        values[i] = i < 3 ? 0.0f : (float)exp(-70.0 + 0.139 * (double)i);
    for (size_t t = 0; t < count; t++) {
        memcpy(added, values, COUNT * sizeof *added);
        memcpy(raised, values, COUNT * sizeof *raised);
        tables[t]->logarithm(BANDS, 1e-6f, true, 1.0f, 0.0f, added);
        tables[t]->logarithm(BANDS, 1e-30f, false, 4.25f, -2.0f, raised);
        for (size_t i = 0; i < COUNT; i++) {
            assert_near((double)added[i], log((double)values[i] + 1e-6), 1e-5);
            assert_near((double)raised[i], 4.25 * log(fmax((double)values[i], 1e-30)) + 2, 1e-4);
        }
    }
    free(raised);
    free(added);
    free(values);
}

/* No pass: a plan of two samples, whose spectrum is their sum and difference. */
static const double two_turns[] = {1, 0};
static const float two_float_turns[] = {1, 0};
static const uint32_t two_order[] = {0};
static const sx_fft_plan two_plan = {
    .half = 1, .order = two_order, .turns = two_turns, .float_turns = two_float_turns};

static void test_two_samples(void **state) {
    (void)state;
    const sx_spectrum_kernels *tables[8];
    size_t count = list_spectrum_tables(tables);
    for (size_t t = 0; t < count; t++) {
        float points[SX_POINT] = {1.5f, 0, 0x1p45f}, bins[2 * SX_FRAMES], totals[SX_FRAMES];
        points[SX_FRAMES] = 0.5f;
        tables[t]->spectrum(&two_plan, points, 1, 1, bins, totals);
        assert_true(bins[0] == 4.0f && bins[SX_FRAMES] == 2.0f && bins[2] == 0x1p46f && bins[5] == 0.0f);
        assert_true(totals[0] == 20.0f && totals[5] == 0.0f);
        tables[t]->spectrum(&two_plan, points, 1, 2, bins, totals);
        assert_true(bins[0] == 16.0f && bins[SX_FRAMES] == 4.0f && bins[2] == 0x1p92f && totals[0] == 20.0f);
    }
}

/* In double, and to one half of the bins only. */
static void test_two_exact_samples(void **state) {
    (void)state;
    const sx_spectrum_kernels *tables[8];
    size_t count = list_spectrum_tables(tables);
    for (size_t t = 0; t < count; t++) {
        double points[SX_EXACT_POINT] = {1.5, 0, 0.5e14};
        float bins[2 * SX_FRAMES] = {0};
        bins[SX_EXACT] = -7;
        points[SX_EXACT] = 0.5;
        tables[t]->exact->transform(&two_plan, points);
        tables[t]->exact->power(&two_plan, points, 1, bins);
        assert_true(bins[0] == 4.0f && bins[SX_FRAMES] == 2.0f && bins[2] == 1e14f && bins[5] == 0.0f);
        tables[t]->exact->power(&two_plan, points, 2, bins);
        assert_true(bins[0] == 16.0f && bins[SX_FRAMES] == 4.0f && bins[2] == 1e28f && bins[SX_EXACT] == -7);
    }
}

static void test_bands_stay_finite(void **state) {
    (void)state;
    static const sx_band bands[] = {{0, 2, 0}};
    static const float weights[SX_RUN] = {1, 1};
    const float bins[(1 + SX_RUN) * SX_FRAMES] = {1, INFINITY, NAN, 3e38f, 1e29f};
    const sx_spectrum_kernels *tables[8];
    size_t count = list_spectrum_tables(tables);
    for (size_t t = 0; t < count; t++) {
        float out[SX_FRAMES];
        tables[t]->bands(1, bands, weights, bins, out);
        assert_true(out[0] == 1 && out[1] == 1e30f && out[2] == 1e30f && out[3] == 1e30f && out[4] == 1e29f);
    }
}

/* Points 0 to 3 in one radix-4 pass, and what comes of them. */
static void run_all(const sx_spectrum_kernels *table, const float *samples, const float *window,
                    float *values) {
    const float turns[] = {1, 0, 1, 0, 1, 0}, last[] = {1, 0, 0.70710678f, -0.70710678f, 0, -1};
    const uint32_t order[] = {0, 1, 2, 3};
    const sx_fft_pass pass = {.radix = 4, .span = 4, .float_turns = turns};
    const sx_fft_plan plan = {
        .half = 4, .pass_count = 1, .passes = &pass, .order = order, .float_turns = last};
    static const sx_band bands[] = {{0, 3, 0}, {1, 4, 4}};
    static const float weights[] = {0.3f, 0.7f, 0.11f, 0, 0.9f, 0.77f, 0.3f, 0.2f};
    float points[8 * SX_FRAMES], bins[8 * SX_FRAMES] = {0};
    table->load(samples, 3, 8, window, points);
    table->spectrum(&plan, points, 4, 2, bins, values + (size_t)2 * SX_FRAMES);
    table->bands(2, bands, weights, bins, values);
    table->logarithm(2, 1e-6f, true, 1.0f, 0.0f, values);
}

static void test_same_bits(void **state) {
    (void)state;
    const sx_spectrum_kernels *tables[8];
    size_t count = list_spectrum_tables(tables);
    float *samples = random_floats((SX_FRAMES - 1) * 3 + 8, 9), values[8][3 * SX_FRAMES];
    const float window[8] = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f};
    for (size_t t = 0; t < count; t++) {
        bool fused = is_fused(sx_kernels_named(tables[t]->name));
        size_t like = fused ? 1 : 0; /* plain fuses nothing; the first that does follows it */
        run_all(tables[t], samples, window, values[t]);
        assert_same_bits("values", tables[t]->name, tables[like]->name, (size_t)3 * SX_FRAMES, values[t],
                         values[like]);
    }
    free(samples);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_load),
        cmocka_unit_test(test_bands),
        cmocka_unit_test(test_logarithm),
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_two_samples),
        cmocka_unit_test(test_two_exact_samples),
        cmocka_unit_test(test_transpose),
        cmocka_unit_test(test_find_weak),
        cmocka_unit_test(test_bands_stay_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
