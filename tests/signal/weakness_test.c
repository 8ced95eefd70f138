/* How far a spectrogram is from its double self, where no frame was done again: the promise of weakness.c, on
 * sounds made to break it: tones beside silence, tones beside weak noise, noise below steep edges, pulses. */
#include "signal/plan.h"

#include "signal/frontend_at.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 16000, SAMPLES = 16000, SOUNDS = 40 };

static uint64_t random_state;

static double uniform(void) { /* [-1, 1) */
    random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(random_state >> 11) / 4503599627370496.0 - 1;
}

/* Sound n of its kind, drawn from n alone. */
static void make_sound(size_t n, float *out) {
    random_state = n * 1000003 + 17;
    for (int i = 0; i < 4; i++)
        uniform();
    double loud = pow(10, -0.5 - 0.5 * uniform()), quiet = loud * pow(10, -3.5 + 2.5 * uniform());
    double step = 3.0 * fabs(uniform()), glide = n % 3 == 0 ? uniform() * 1e-4 : 0, phase = 0, low = 0,
           lower = 0;
    double pole = 0.5 + 0.499 * fabs(uniform());
    for (size_t i = 0; i < SAMPLES; i++) {
        double noise = uniform();
        low += (1 - pole) * (noise - low);
        lower += (1 - pole) * (low - lower);
        phase += step;
        step += glide;
        double tone = sin(phase) + (n % 2 ? 0.1 * sin(2.7 * phase) : 0);
        double sound = n % 5 == 0 ? loud * tone : n % 5 == 1 ? loud * lower : loud * tone + quiet * noise;
        if (n % 5 == 4) sound = (i % 333 == 0 ? loud : 0) + quiet * lower;
        out[i] = n % 7 == 0 ? (float)sound : (float)(rint(sound * 32768) / 32768);
    }
}

static float *run(const sx_frontend *frontend, const float *samples) {
    size_t values = sx_frontend_frame_count(frontend, SAMPLES) * sx_frontend_band_count(frontend);
    float *out = test_malloc(values * sizeof *out);
    float *scratch = test_malloc(sx_frontend_scratch_floats(frontend, SAMPLES) * sizeof *scratch);
    sx_frontend_run(frontend, samples, SAMPLES, scratch, out, 1);
    test_free(scratch);
    return out;
}

typedef struct tally {
    size_t frames, again;
    double worst;
} tally;

/* Frames whose values are all the same bits count as done again. */
static void compare(const sx_frontend *frontend, const float *got, const float *exact, bool is_log,
                    tally *sum) {
    size_t frames = sx_frontend_frame_count(frontend, SAMPLES), bands = sx_frontend_band_count(frontend);
    for (size_t frame = 0; frame < frames; frame++, got += bands, exact += bands) {
        sum->frames++;
        sum->again += memcmp(got, exact, bands * sizeof *got) == 0;
        for (size_t i = 0; i < bands; i++) {
            double error = fabs((double)got[i] - (double)exact[i]);
            if (!is_log) error /= (double)exact[i] + 1e-30;
            sum->worst = fmax(sum->worst, error);
        }
    }
}

static void check(const char *json, bool is_log) {
    sx_frontend *frontend = frontend_at(json, RATE), *exact = frontend_at(json, RATE);
    for (size_t i = 0; i < exact->bands.count; i++)
        exact->shares[i] = INFINITY; /* nothing is as large as that */
    float *samples = test_malloc(SAMPLES * sizeof *samples);
    tally sum = {0};
    for (size_t n = 0; n < SOUNDS; n++) {
        make_sound(n, samples);
        float *got = run(frontend, samples), *wanted = run(exact, samples);
        compare(frontend, got, wanted, is_log, &sum);
        test_free(wanted);
        test_free(got);
    }
    print_message("%5zu frames, %5zu done again, worst %.2e: %s\n", sum.frames, sum.again, sum.worst, json);
    if (!(sum.worst < 1e-4)) fail_msg("%s: off by %.3g", json, sum.worst);
    assert_true(sum.again > 0 && sum.again < sum.frames);
    test_free(samples);
    sx_frontend_free(exact);
    sx_frontend_free(frontend);
}

static void quiet_bands_keep_their_digits(void **state) {
    (void)state;
    check("{}", true);
    check("{\"floor\": 1e-10}", true);
    check("{\"floor_is_added\": false}", true);
    check("{\"power\": 1, \"floor\": 1e-5}", true);
    check("{\"window_ms\": 128, \"hop_ms\": 32, \"fft_size\": 2048, \"band_count\": 128, \"floor\": 1e-10}",
          true);
    check("{\"window\": \"rectangular\", \"window_samples\": 96, \"hop_samples\": 96, \"fft_size\": 96, "
          "\"bands\": "
          "\"linear\", \"floor\": 1e-3, \"floor_is_added\": false}",
          true);
    check("{\"window_samples\": 600, \"fft_size\": 600, \"bands\": \"linear\"}", true);
    check("{\"preset\": \"keras3\", \"compression\": \"log\"}", true);
    check("{\"preset\": \"librosa\", \"compression\": \"log\"}", true);
    check("{\"compression\": \"none\"}", false);
    check("{\"compression\": \"none\", \"power\": 1}", false);
    check("{\"compression\": \"none\", \"bands\": \"linear\"}", false);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(quiet_bands_keep_their_digits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
