/* Lengths, a tone that stays a tone, aliases that go, channels that stay apart, the same bytes twice. */
#include "audio/resample.h"
#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double two_pi = 6.283185307179586476925287;

static float *tone(size_t frames, int rate_hz, double left_hz, double right_hz) {
    float *samples = test_malloc(2 * frames * sizeof *samples);
    for (size_t i = 0; i < frames; i++) {
        samples[2 * i] = (float)(0.5 * sin(two_pi * left_hz * (double)i / rate_hz));
        samples[2 * i + 1] = (float)(0.5 * sin(two_pi * right_hz * (double)i / rate_hz));
    }
    return samples;
}

static float *resample(const float *in, size_t frames, int channels, int from_hz, int to_hz, size_t *count) {
    float *out = NULL;
    sx_error err;
    if (sx_resample(in, frames, channels, from_hz, to_hz, &out, count, &err) != SX_OK)
        fail_msg("%s", err.text);
    return out;
}

static void lengths(void **state) {
    (void)state;
    assert_int_equal(sx_resample_frames(44100, 44100, 16000), 16000);
    assert_int_equal(sx_resample_frames(1, 44100, 16000), 1);
    assert_int_equal(sx_resample_frames(3, 44100, 16000), 2);
    assert_int_equal(sx_resample_frames(1000, 8000, 16000), 2000);
    assert_int_equal(sx_resample_frames((size_t)1 << 40, 768000, 1000), (((size_t)1 << 40) + 767) / 768);
}

/* Away from the ends, 1000 Hz at 16 kHz is 1000 Hz at 44.1 kHz, 100 dB clean. */
static void tones_stay(void **state) {
    (void)state;
    size_t count = 0;
    float *in = tone(8820, 44100, 1000, 3000), *wanted = tone(3200, 16000, 1000, 3000);
    float *out = resample(in, 8820, 2, 44100, 16000, &count);
    assert_int_equal(count, 3200);
    for (size_t i = 2 * 400; i < 2 * 2800; i++)
        if (fabsf(out[i] - wanted[i]) > 1e-5f)
            fail_msg("value %zu is %g, wanted %g", i, (double)out[i], (double)wanted[i]);
    sx_free(out);
    test_free(in);
    test_free(wanted);
}

/* 12 kHz cannot be at 16 kHz: it goes, and does not come back as 4 kHz. */
static void aliases_go(void **state) {
    (void)state;
    size_t count = 0;
    float *in = tone(8820, 44100, 12000, 0);
    float *out = resample(in, 8820, 2, 44100, 16000, &count);
    for (size_t i = 2 * 400; i < 2 * 2800; i++)
        assert_true(fabsf(out[i]) < 1e-5f);
    sx_free(out);
    test_free(in);
}

static void same_bytes_twice(void **state) {
    (void)state;
    size_t first = 0, second = 0;
    float *in = tone(1001, 22050, 440, 1234);
    float *a = resample(in, 1001, 2, 22050, 8000, &first), *b = resample(in, 1001, 2, 22050, 8000, &second);
    assert_int_equal(first, second);
    assert_memory_equal(a, b, 2 * first * sizeof *a);
    sx_free(a);
    sx_free(b);
    a = resample(in, 1001, 2, 8000, 8000, &first);
    assert_int_equal(first, 1001);
    assert_memory_equal(a, in, 2 * first * sizeof *a);
    sx_free(a);
    a = resample(in, 1, 1, 8000, 16000, &first); /* a single sample is not too short */
    assert_int_equal(first, 2);
    sx_free(a);
    test_free(in);
}

static void out_of_memory(void **state) {
    (void)state;
    const float in[4] = {0};
    float *out = NULL;
    size_t count = 9;
    sx_memory_fail_from(1);
    assert_int_equal(sx_resample(in, 4, 1, 8000, 16000, &out, &count, NULL), SX_E_MEMORY);
    sx_memory_fail_from(0);
    assert_null(out);
    assert_int_equal(count, 9);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lengths), cmocka_unit_test(tones_stay),
                                       cmocka_unit_test(aliases_go), cmocka_unit_test(same_bytes_twice),
                                       cmocka_unit_test(out_of_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
