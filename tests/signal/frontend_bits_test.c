/* A frame's numbers do not depend on the frames beside it: a clip cut anywhere gives the beginning of the
 * whole clip's spectrogram, bit by bit. */
#include "signal/frontend_at.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 8000, SAMPLES = 3000 };

static void fill(float *samples, size_t count) {
    uint64_t state = 99;
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        samples[i] = (float)((double)(state >> 40) / 8388608.0 - 1.0);
    }
}

/* Of floats, or where those are NULL of ints. */
static float *run_either(const sx_frontend *frontend, const float *floats, const int16_t *ints, size_t count,
                         size_t stride) {
    size_t values = sx_frontend_frame_count(frontend, count) * sx_frontend_band_count(frontend);
    float *out = test_malloc((values * stride + 1) * sizeof *out);
    float *scratch = test_malloc(sx_frontend_scratch_floats(frontend, count) * sizeof *scratch);
    for (size_t i = 0; i < values * stride; i++)
        out[i] = -7;
    if (floats)
        sx_frontend_run(frontend, floats, count, scratch, out, stride);
    else
        sx_frontend_run_int16(frontend, ints, count, scratch, out, stride);
    test_free(scratch);
    return out;
}

static float *run(const sx_frontend *frontend, const float *samples, size_t count, size_t stride) {
    return run_either(frontend, samples, NULL, count, stride);
}

/* Without top_db and PCEN frames know nothing of each other; not centred, so the end is no edge. */
static void tails_have_the_same_bits(void **state) {
    (void)state;
    static const char *const settings[] = {
        "{}", "{\"window_ms\": 20, \"fft_size\": 240, \"band_count\": 20, \"power\": 1, \"low_hz\": 20}",
        "{\"bands\": \"linear\", \"compression\": \"db\", \"hop_ms\": 40}"};
    float samples[SAMPLES];
    fill(samples, SAMPLES);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        sx_frontend *frontend = frontend_at(settings[i], RATE);
        float *whole = run(frontend, samples, SAMPLES, 1);
        for (size_t count = 150; count < SAMPLES; count += 37) {
            float *part = run(frontend, samples, count, 1);
            size_t values = sx_frontend_frame_count(frontend, count) * sx_frontend_band_count(frontend);
            assert_memory_equal(part, whole, values * sizeof *part);
            test_free(part);
        }
        test_free(whole);
        sx_frontend_free(frontend);
    }
}

static void strides_leave_gaps_alone(void **state) {
    (void)state;
    float samples[SAMPLES];
    fill(samples, SAMPLES);
    static const char *const settings[] = {"{}", "{\"compression\": \"db\", \"top_db\": 20}",
                                           "{\"compression\": \"pcen\"}"};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        sx_frontend *frontend = frontend_at(settings[i], RATE);
        size_t values = sx_frontend_frame_count(frontend, SAMPLES) * sx_frontend_band_count(frontend);
        float *plain = run(frontend, samples, SAMPLES, 1), *wide = run(frontend, samples, SAMPLES, 3);
        for (size_t k = 0; k < values; k++)
            assert_true(wide[3 * k] == plain[k] && wide[3 * k + 1] == -7 && wide[3 * k + 2] == -7);
        test_free(wide);
        test_free(plain);
        sx_frontend_free(frontend);
    }
}

/* Noise, the extremes, and then a tone, whose frames are done again in double. */
static void fill_int16(int16_t *ints, float *floats) {
    fill(floats, SAMPLES);
    for (size_t i = 0; i < SAMPLES; i++) {
        ints[i] = (int16_t)(i < SAMPLES / 2 ? floats[i] * 32767.0f : 12000.0f * sinf(0.2f * (float)i));
        if (i % 977 == 0) ints[i] = i % 2 ? INT16_MAX : INT16_MIN;
        floats[i] = (float)ldexp((double)ints[i], -15);
    }
}

/* Frames within the clip, at mirrored and at silent edges, apart from each other, and of a clip that is
 * shorter than its edges. */
static void sixteen_bits_are_floats_over_32768(void **state) {
    (void)state;
    static const char *const settings[] = {
        "{}", "{\"centre\": \"reflect\"}", "{\"centre\": \"zero\", \"compression\": \"db\"}",
        "{\"bands\": \"linear\", \"hop_ms\": 40}", "{\"compression\": \"pcen\"}"};
    static const size_t counts[] = {SAMPLES, SAMPLES - 501, 777, 205, 60};
    int16_t ints[SAMPLES];
    float floats[SAMPLES];
    fill_int16(ints, floats);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        sx_frontend *frontend = frontend_at(settings[i], RATE);
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            size_t values = sx_frontend_frame_count(frontend, counts[k]) * sx_frontend_band_count(frontend);
            float *want = run(frontend, floats, counts[k], 2);
            float *got = run_either(frontend, NULL, ints, counts[k], 2);
            assert_memory_equal(got, want, 2 * values * sizeof *got);
            test_free(got);
            test_free(want);
        }
        sx_frontend_free(frontend);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sixteen_bits_are_floats_over_32768),
                                       cmocka_unit_test(tails_have_the_same_bits),
                                       cmocka_unit_test(strides_leave_gaps_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
