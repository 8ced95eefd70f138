/* Presets, legal ranges, JSON there and back, the one-line description, and what a plan promises. */
#include "base/memory.h"
#include "signal/options.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static sx_frontend_options preset(const char *name) {
    sx_frontend_options options;
    sx_error err;
    if (sx_frontend_preset(name, &options, &err) != SX_OK) fail_msg("%s", err.text);
    return options;
}

static sx_frontend *create(const sx_frontend_options *options) {
    sx_frontend *frontend = NULL;
    sx_error err;
    if (sx_frontend_create(options, &frontend, &err) != SX_OK) fail_msg("%s", err.text);
    return frontend;
}

static void assert_says(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("\"%s\" lacks \"%s\"", text, part);
}

static void assert_refused(const sx_frontend_options *options, const char *part) {
    sx_frontend *frontend = NULL;
    sx_error err = {0};
    assert_int_equal(sx_frontend_create(options, &frontend, &err), SX_E_ARGUMENT);
    assert_null(frontend);
    assert_says(err.text, part);
}

static void presets(void **state) {
    (void)state;
    sx_frontend_options options;
    sx_error err;
    size_t count = 0;
    for (const char *const *name = sx_frontend_preset_names(); *name != NULL; name++, count++) {
        sx_frontend_options chosen = preset(*name);
        assert_string_equal(chosen.preset, *name);
        sx_frontend_free(create(&chosen));
    }
    assert_int_equal(count, 4);
    assert_int_equal(sx_frontend_preset("libros", &options, &err), SX_E_ARGUMENT);
    assert_says(err.text, "did you mean \"librosa\"?");
    assert_int_equal(sx_frontend_preset("zzzzzzzzz", &options, &err), SX_E_ARGUMENT);
    assert_says(err.text, "keras3");
}

static void preset_sonaxis(void **state) {
    (void)state;
    sx_frontend_options options = preset("sonaxis");
    sx_frontend *frontend = create(&options);
    const sx_frontend_options *full = sx_frontend_resolved(frontend);
    assert_int_equal(full->window_samples, 400);
    assert_int_equal(full->hop_samples, 160);
    assert_int_equal(full->fft_size, 512);
    assert_true(full->high_hz == 8000);
    assert_int_equal(sx_frontend_band_count(frontend), 40);
    assert_int_equal(sx_frontend_frame_count(frontend, 399), 0);
    assert_int_equal(sx_frontend_frame_count(frontend, 16000), 98);
    const double *hz = sx_frontend_band_hz(frontend);
    for (size_t i = 1; i < 40; i++)
        assert_true(hz[i] > hz[i - 1] && hz[i] < 8000);
    sx_frontend_free(frontend);
    options.rate_hz = 8000; /* the milliseconds stay */
    frontend = create(&options);
    assert_int_equal(sx_frontend_resolved(frontend)->window_samples, 200);
    assert_int_equal(sx_frontend_resolved(frontend)->fft_size, 256);
    assert_true(sx_frontend_resolved(frontend)->high_hz == 4000);
    sx_frontend_free(frontend);
}

/* One wrong value at a time, and what the error must say. */
static void wrong_values(void **state) {
    (void)state;
    static const struct {
        const char *json, *says;
    } cases[] = {{"{\"fft_size\": 511}", "fft_size is 511"},
                 {"{\"fft_size\": 514}", "2, 3 and 5"},
                 {"{\"fft_size\": 256}", "window of 400 samples does not fit into fft_size 256"},
                 {"{\"window_ms\": 0}", "window of 0 samples"},
                 {"{\"window_ms\": 30000}", "needs fft_size 524288"},
                 {"{\"hop_ms\": 0.01}", "hop of 0 samples"},
                 {"{\"high_hz\": 8001}", "nothing lies above 8000 Hz"},
                 {"{\"low_hz\": 4000, \"high_hz\": 4000}", "low_hz is 4000"},
                 {"{\"bands\": \"log\"}", "log bands need one above 0"},
                 {"{\"bands\": \"linear\", \"low_hz\": 1, \"high_hz\": 2}", "no bin of fft_size 512"},
                 {"{\"band_count\": 300}", "cannot fit 300 mel bands into 257 bins (fft_size 512)"},
                 {"{\"bands\": \"log\", \"low_hz\": 20}", "cannot fit 40 log bands"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_frontend_options options;
        sx_error err;
        if (sx_frontend_from_json(cases[i].json, &options, &err) != SX_OK) fail_msg("%s", err.text);
        assert_refused(&options, cases[i].says);
    }
}

static void wrong_numbers(void **state) {
    (void)state;
    sx_frontend_options options = preset("sonaxis");
    options.rate_hz = 999;
    assert_refused(&options, "rate_hz is 999; it must be 1000 to 768000");
    options = preset("sonaxis");
    options.floor = NAN;
    assert_refused(&options, "floor is nan");
    options.floor = 0;
    assert_refused(&options, "floor is 0");
    options = preset("sonaxis");
    options.power = 3;
    assert_refused(&options, "power is 3; it must be 1 to 2");
    options = preset("sonaxis");
    options.window = (sx_window_kind)7;
    assert_refused(&options, "window is 7");
    options = preset("sonaxis");
    options.band_count = 0;
    assert_refused(&options, "band_count is 0; it must be 1 to 1024");
}

static void other_tools_may_have_empty_bands(void **state) {
    (void)state;
    sx_frontend_options options = preset("torchaudio"); /* 128 bands of 201 bins: torchaudio warns */
    sx_frontend *frontend = create(&options);
    float samples[400], *out = test_malloc(3 * 128 * sizeof *out);
    float *scratch = test_malloc(sx_frontend_scratch_floats(frontend, 400) * sizeof *scratch);
    for (int i = 0; i < 400; i++)
        samples[i] = i % 7 == 0 ? 1.0f : 0.0f;
    assert_int_equal(sx_frontend_frame_count(frontend, 400), 3);
    sx_frontend_run(frontend, samples, 400, scratch, out, 1);
    size_t empty = 0;
    for (size_t band = 0; band < 128; band++)
        empty += out[band] == 0;
    assert_true(empty > 0 && empty < 20);
    test_free(scratch);
    test_free(out);
    sx_frontend_free(frontend);
}

static void json_there_and_back(void **state) {
    (void)state;
    for (const char *const *name = sx_frontend_preset_names(); *name != NULL; name++) {
        sx_frontend_options options = preset(*name), back;
        sx_error err;
        options.window = SX_WINDOW_HAMMING;
        options.window_symmetric = true;
        options.hop_ms = 12.345678901234567;
        options.pcen_gain = 0.1;
        char *json = sx_frontend_to_json(&options);
        assert_non_null(json);
        if (sx_frontend_from_json(json, &back, &err) != SX_OK) fail_msg("%s", err.text);
        char *again = sx_frontend_to_json(&back);
        assert_string_equal(json, again);
        assert_true(back.hop_ms == options.hop_ms && back.window == SX_WINDOW_HAMMING);
        sx_free_text(json);
        sx_free_text(again);
    }
}

static void json_is_strict(void **state) {
    (void)state;
    static const struct {
        const char *json, *says;
    } cases[] = {{"{\"band_cout\": 3}", "band_count"},
                 {"{\"band_count\": \"3\"}", "band_count"},
                 {"{\"band_count\": 2000}", "2000"},
                 {"{\"window\": \"han\"}", "hann"},
                 {"{\"preset\": \"kerass3\"}", "keras3"},
                 {"{\"frame_is_fft\": 1}", "frame_is_fft"},
                 {"[1]", "not an object"},
                 {"{", "front-end"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_frontend_options options = {.rate_hz = 5};
        sx_error err = {0};
        assert_int_not_equal(sx_frontend_from_json(cases[i].json, &options, &err), SX_OK);
        assert_says(err.text, cases[i].says);
        assert_int_equal(options.rate_hz, 5);
    }
}

static void description(void **state) {
    (void)state;
    static const char *const wanted[] = {
        "16000 Hz, 25.0/10.0 ms Hann, FFT 512, power, 40 HTK mel bands 0-8000 Hz, ln(x + 1e-06)",
        "22050 Hz, 92.9/23.2 ms Hann, centred on zeros, FFT 2048, power, 128 Slaney mel bands 0-11025 Hz of "
        "equal "
        "area, dB re 1, floor 1e-10, top 80 dB",
        "16000 Hz, 25.0/12.5 ms Hann, centred, mirrored, FFT 400, power, 128 HTK mel bands 0-8000 Hz",
        "16000 Hz, 128.0/32.0 ms Hann, centred, mirrored, FFT 2048, power, 128 HTK mel bands 20-8000 Hz, "
        "slopes in "
        "mel, dB re 1, floor 1e-10, top 80 dB"};
    for (size_t i = 0; i < 4; i++) {
        sx_frontend_options options = preset(sx_frontend_preset_names()[i]);
        char *text = sx_frontend_describe(&options);
        assert_string_equal(text, wanted[i]);
        sx_free_text(text);
    }
}

/* Interleaved channels: the same numbers as one channel alone, whatever the scratch's alignment. */
static void strides_and_alignment(void **state) {
    (void)state;
    sx_frontend_options options = preset("sonaxis");
    sx_frontend *frontend = create(&options);
    float samples[1000], alone[4 * 40], beside[2 * 4 * 40];
    for (int i = 0; i < 1000; i++)
        samples[i] = (float)(i * 37 % 101) / 101.0f - 0.5f;
    size_t frames = sx_frontend_frame_count(frontend, 1000),
           floats = sx_frontend_scratch_floats(frontend, 1000);
    assert_int_equal(frames, 4);
    float *scratch = test_malloc((floats + 3) * sizeof *scratch);
    sx_frontend_run(frontend, samples, 1000, scratch, alone, 1);
    for (size_t i = 0; i < 2 * 4 * 40; i++)
        beside[i] = -99;
    sx_frontend_run(frontend, samples, 1000, scratch + 3, beside + 1, 2);
    for (size_t i = 0; i < 4 * 40; i++) {
        assert_true(beside[2 * i + 1] == alone[i]);
        assert_true(beside[2 * i] == -99);
    }
    test_free(scratch);
    sx_frontend_free(frontend);
}

static void out_of_memory(void **state) {
    (void)state;
    sx_frontend_options options = preset("sonaxis");
    sx_frontend *frontend = NULL;
    sx_status status = SX_E_MEMORY;
    size_t failures = 0;
    for (size_t n = 1; status != SX_OK; n++) {
        sx_memory_fail_from(n);
        status = sx_frontend_create(&options, &frontend, NULL);
        sx_memory_fail_from(0);
        if (status == SX_OK) break;
        assert_int_equal(status, SX_E_MEMORY);
        assert_null(frontend);
        failures++;
    }
    assert_true(failures >= 6);
    sx_frontend_free(frontend);
    sx_memory_fail_from(1);
    assert_null(sx_frontend_to_json(&options));
    assert_null(sx_frontend_describe(&options));
    sx_memory_fail_from(0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(presets),
                                       cmocka_unit_test(preset_sonaxis),
                                       cmocka_unit_test(wrong_values),
                                       cmocka_unit_test(wrong_numbers),
                                       cmocka_unit_test(other_tools_may_have_empty_bands),
                                       cmocka_unit_test(json_there_and_back),
                                       cmocka_unit_test(json_is_strict),
                                       cmocka_unit_test(description),
                                       cmocka_unit_test(strides_and_alignment),
                                       cmocka_unit_test(out_of_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
