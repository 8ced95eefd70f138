/* Windows, frames, scales, logarithms and decibels, each by itself. */
#include "arrays/npy.h"
#include "kernels/spectrum.h"
#include "signal/compress.h"
#include "signal/elementary.h"
#include "signal/frame.h"
#include "signal/pcen.h"
#include "signal/scale.h"
#include "signal/window.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double got, double wanted, double allowed) {
    if (!(fabs(got - wanted) <= allowed)) fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static void windows_as_scipy(void **state) {
    (void)state;
    static const sx_window_kind kinds[] = {SX_WINDOW_HANN, SX_WINDOW_HAMMING, SX_WINDOW_RECTANGULAR};
    static const size_t sizes[] = {2, 5, 8, 25};
    sx_npy golden = {0};
    sx_error err;
    if (sx_npy_read(SX_GOLDEN "/frontend/windows.npy", &golden, &err) != SX_OK) fail_msg("%s", err.text);
    size_t at = 0;
    for (size_t kind = 0; kind < 3; kind++) {
        for (int symmetric = 0; symmetric < 2; symmetric++) {
            for (size_t i = 0; i < 4; i++) {
                double window[25];
                sx_window_fill(kinds[kind], symmetric != 0, sizes[i], window);
                for (size_t k = 0; k < sizes[i]; k++)
                    assert_near(window[k], sx_npy_number(&golden, at++), 1e-15);
            }
        }
    }
    assert_int_equal(at, golden.count);
    sx_npy_clear(&golden);
}

static void logarithms_as_libm(void **state) {
    (void)state;
    for (double x = 1e-300; x < 1e300; x *= 1.37)
        assert_near(sx_ln(x), log(x), 2e-15 * fabs(log(x)) + 1e-16);
    for (double x = 0.5; x < 2; x += 0.00137)
        assert_near(sx_ln(x), log(x), 4e-16);
    for (double x = -690; x < 690; x += 0.731)
        assert_near(sx_exp(x) / exp(x), 1, 2e-15);
    assert_true(sx_ln(1) == 0 && sx_exp(0) == 1);
}

/* Sample i of frame n of the group. */
static float frame_sample(const sx_frame_group *group, size_t n, size_t i) {
    return group->first[n * group->stride + i];
}

static void assert_frame(const sx_frame_group *group, size_t n, const float *wanted, size_t length) {
    for (size_t i = 0; i < length; i++)
        assert_true(frame_sample(group, n, i) == wanted[i]);
}

static sx_frame_group group_at(const sx_framing *framing, const float *samples, size_t count, size_t frame,
                               float *rows) {
    const sx_samples clip = {.floats = samples, .count = count};
    return sx_frame_group_at(framing, &clip, frame, rows);
}

static void frames_not_centred(void **state) {
    (void)state;
    const sx_framing framing = {.length = 4, .hop = 3};
    const float samples[] = {1, 2, 3, 4, 5, 6, 7, 8};
    float rows[SX_FRAMES * 4];
    assert_int_equal(sx_frame_count(&framing, 0), 0);
    assert_int_equal(sx_frame_count(&framing, 3), 0);
    assert_int_equal(sx_frame_count(&framing, 4), 1);
    assert_int_equal(sx_frame_count(&framing, 6), 1);
    assert_int_equal(sx_frame_count(&framing, 8), 2);
    sx_frame_group group = group_at(&framing, samples, 8, 0, rows);
    assert_frame(&group, 0, (float[]){1, 2, 3, 4}, 4);
    assert_frame(&group, 1, (float[]){4, 5, 6, 7}, 4);
    for (size_t n = 2; n < SX_FRAMES; n++)
        assert_frame(&group, n, (float[]){0, 0, 0, 0}, 4); /* behind the last */
}

/* A clip just long enough is read where it lies; one sample less, and the last frame is missing. */
static void frames_in_place(void **state) {
    (void)state;
    const sx_framing framing = {.length = 4, .hop = 3};
    enum { LAST = SX_FRAMES - 1, COUNT = LAST * 3 + 4 };
    float samples[COUNT], rows[SX_FRAMES * 4];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = (float)(i + 1);
    sx_frame_group group = group_at(&framing, samples, COUNT, 0, rows);
    assert_ptr_equal(group.first, samples);
    assert_frame(&group, LAST, samples + COUNT - 4, 4);
    group = group_at(&framing, samples, COUNT - 1, 0, rows);
    assert_ptr_equal(group.first, rows);
    assert_frame(&group, LAST - 1, samples + COUNT - 7, 4);
    assert_frame(&group, LAST, (float[]){0, 0, 0, 0}, 4);
}

static void frames_centred(void **state) {
    (void)state;
    sx_framing framing = {.length = 4, .hop = 2, .pad = 2};
    const float samples[] = {1, 2, 3, 4, 5};
    float rows[SX_FRAMES * 4];
    assert_int_equal(sx_frame_count(&framing, 0), 0);
    assert_int_equal(sx_frame_count(&framing, 5), 3);
    sx_frame_group group = group_at(&framing, samples, 5, 0, rows);
    assert_frame(&group, 0, (float[]){0, 0, 1, 2}, 4);
    framing.reflect = true;
    group = group_at(&framing, samples, 5, 0, rows);
    assert_frame(&group, 0, (float[]){3, 2, 1, 2}, 4);
    assert_frame(&group, 2, (float[]){3, 4, 5, 4}, 4);
    group = group_at(&framing, samples, 5, 2, rows);
    assert_frame(&group, 0, (float[]){3, 4, 5, 4}, 4);
    group = group_at(&framing, samples, 1, 0, rows); /* one sample mirrors as itself */
    assert_frame(&group, 0, (float[]){1, 1, 1, 1}, 4);
}

/* librosa.hz_to_mel(440) and (4000), htk on and off, printed with 10 digits. */
static void scales_as_librosa(void **state) {
    (void)state;
    assert_near(sx_scale_from_hz(SX_BANDS_MEL_HTK, 440), 549.6386753811, 1e-9);
    assert_near(sx_scale_from_hz(SX_BANDS_MEL_SLANEY, 440), 6.6, 1e-12);
    assert_near(sx_scale_from_hz(SX_BANDS_MEL_SLANEY, 4000), 35.1637603146, 1e-9);
    static const sx_band_kind kinds[] = {SX_BANDS_LINEAR, SX_BANDS_MEL_HTK, SX_BANDS_MEL_SLANEY,
                                         SX_BANDS_LOG};
    for (size_t i = 0; i < 4; i++)
        for (double hz = 10; hz < 20000; hz *= 1.7)
            assert_near(sx_scale_to_hz(kinds[i], sx_scale_from_hz(kinds[i], hz)), hz, 1e-10 * hz);
}

static void pcen_of_a_constant(void **state) {
    (void)state;
    sx_frontend_options options;
    assert_int_equal(sx_frontend_preset("sonaxis", &options, NULL), SX_OK);
    float values[6] = {4, 0, 4, 0, 4, 0}; /* 3 frames, 2 bands: a constant and silence */
    double averages[2];
    sx_pcen_run(&options, values, 3, 2, 1, averages);
    double wanted = pow(4 / pow(1e-6 + 4, 0.98) + 2, 0.5) - pow(2, 0.5);
    for (size_t frame = 0; frame < 3; frame++) {
        assert_near((double)values[2 * frame], wanted, 1e-6);
        assert_near((double)values[2 * frame + 1], 0, 1e-7);
    }
}

static void decibels(void **state) {
    (void)state;
    sx_frontend_options options;
    assert_int_equal(sx_frontend_preset("librosa", &options, NULL), SX_OK);
    float values[4] = {1, -7, 1e-12f, -7}, pair[SX_FRAMES] = {1, 1e-12f};
    sx_compress_run(&options, sx_spectrum_kernels_named("plain"), pair, 1);
    assert_near((double)pair[0], 0, 1e-6);
    assert_near((double)pair[1], -100, 1e-4);
    values[0] = pair[0], values[2] = pair[1];
    sx_compress_raise(&options, values, 2, 2);
    assert_near((double)values[2], -80, 1e-5);
    assert_true(values[1] == -7 && values[3] == -7); /* gaps stay alone */
    options.top_db = 0;
    values[2] = -100;
    sx_compress_raise(&options, values, 2, 2);
    assert_true(values[2] == -100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_as_scipy),   cmocka_unit_test(logarithms_as_libm),
        cmocka_unit_test(frames_not_centred), cmocka_unit_test(frames_in_place),
        cmocka_unit_test(frames_centred),     cmocka_unit_test(scales_as_librosa),
        cmocka_unit_test(pcen_of_a_constant), cmocka_unit_test(decibels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
