/* features_test.c: recordings -> tensor: bad files, rates, lengths, channels, and the same bits for any
 * number of threads. */
#include "fixture.h"

#include "base/memory.h"
#include "sonaxis/synth.h"

static sx_features *compute(const sx_dataset *dataset, const sx_features_options *options) {
    sx_features *features = NULL;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_features_compute(dataset, options, NULL, &features, &err), &err);
    return features;
}

static void assert_compute_fails(const sx_dataset *dataset, const sx_features_options *options,
                                 sx_status expected, const char *part) {
    sx_features *features = NULL;
    sx_error err = {SX_OK, ""};
    assert_fails(sx_features_compute(dataset, options, NULL, &features, &err), expected, &err, part);
    assert_null(features);
}

static bool has_note(const sx_features *features, const char *part) {
    for (size_t i = 0; i < features->note_count; i++) {
        if (strstr(features->notes[i], part) != NULL) return true;
    }
    return false;
}

static void assert_note(const sx_features *features, const char *part) {
    if (has_note(features, part)) return;
    for (size_t i = 0; i < features->note_count; i++)
        print_message("note: %s\n", features->notes[i]);
    fail_msg("no note says '%s'", part);
}

static void put16(unsigned char *bytes, unsigned value) {
    bytes[0] = (unsigned char)(value & 255);
    bytes[1] = (unsigned char)(value >> 8);
}

static void put32(unsigned char *bytes, uint32_t value) {
    put16(bytes, value & 0xffff);
    put16(bytes + 2, value >> 16);
}

/* A WAV file of mono floats. claimed_bytes: what the header says of the data. */
static void write_float_wav(const char *name, const float *samples, size_t count, uint32_t rate_hz,
                            uint32_t claimed_bytes) {
    unsigned char bytes[44 + 4096] = "RIFF....WAVEfmt ";
    assert_true(count <= 1024);
    put32(bytes + 4, 36 + claimed_bytes);
    put32(bytes + 16, 16);
    put16(bytes + 20, 3); /* float */
    put16(bytes + 22, 1);
    put32(bytes + 24, rate_hz);
    put32(bytes + 28, rate_hz * 4);
    put16(bytes + 32, 4);
    put16(bytes + 34, 32);
    memcpy(bytes + 36, "data", 4);
    put32(bytes + 40, claimed_bytes);
    memcpy(bytes + 44, samples, count * 4);
    write_bytes(name, bytes, 44 + count * 4);
}

/* Each is skipped with its path and a reason of its own; the good ones are used. */
static void bad_files_are_skipped(void **state) {
    (void)state;
    make_folder("no");
    make_folder("yes");
    make_folder("lost");
    write_sound("no/good.wav", 1600, 1, 16000, 440);
    write_sound("yes/good.wav", 1600, 1, 16000, 880);
    write_bytes("no/empty.wav", "", 0);
    write_text("no/text.wav", "this is no sound at all, whatever its name says");
    float samples[1024] = {0};
    write_float_wav("no/header.wav", samples, 0, 16000, 0);
    write_float_wav("no/truncated.wav", samples, 100, 16000, 400000000);
    write_float_wav("no/rate.wav", samples, 1000, 0, 4000);
    samples[500] = NAN;
    write_float_wav("no/nan.wav", samples, 1000, 16000, 4000);
    samples[500] = INFINITY;
    write_float_wav("yes/infinite.wav", samples, 1000, 16000, 4000);
    write_bytes("lost/lost.wav", "RIFF", 4);
    make_folder("no/folder.wav");
    assert_int_equal(mkfifo(in_folder("no/pipe.wav"), 0600), 0);
    assert_int_equal(symlink("/etc/hostname", in_folder("no/link.wav")), 0);

    sx_dataset *dataset = open_set(folder_path, NULL);
    sx_features_options options = small_options();
    sx_features *features = compute(dataset, &options);
    assert_int_equal(features->count, 2);
    const char *const bad[] = {"empty.wav",  "text.wav", "header.wav",   "truncated.wav",
                               "rate.wav",   "nan.wav",  "infinite.wav", "lost.wav",
                               "folder.wav", "pipe.wav", "link.wav"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *reason = skip_reason(features->skips, features->skip_count, bad[i]);
        if (reason == NULL) fail_msg("%s was not skipped", bad[i]);
        assert_true(strlen(reason) > 5);
        if (strstr(reason, folder_path) != NULL) fail_msg("'%s' repeats the path", reason);
    }
    assert_int_equal(features->skip_count, sizeof bad / sizeof *bad);
    assert_int_equal(features->label_count, 2); /* lost has nothing left */
    assert_string_equal(features->label_names[1], "yes");
    assert_int_equal(features->labels[1], 1);
    assert_note(features, "label 'lost' is left out");
    sx_features_free(features);
    sx_dataset_free(dataset);
}

static void nothing_left(void **state) {
    (void)state;
    make_folder("no");
    write_bytes("no/empty.wav", "", 0);
    sx_dataset *dataset = open_set(folder_path, NULL);
    sx_features_options options = small_options();
    assert_compute_fails(dataset, &options, SX_E_DATA, "no/empty.wav: ");
    sx_dataset_free(dataset);
    write_bytes("no/void.wav", "", 0);
    dataset = open_set(folder_path, NULL);
    assert_compute_fails(dataset, &options, SX_E_DATA, "no usable recording; all 2 were skipped");
    sx_dataset_free(dataset);
}

static void rates_are_kept_or_said(void **state) {
    (void)state;
    make_folder("a");
    make_folder("b");
    write_sound("a/1.wav", 800, 1, 8000, 440);
    write_sound("b/2.wav", 800, 1, 8000, 440);
    sx_dataset *dataset = open_set(folder_path, NULL);
    sx_features_options options = small_options();
    sx_features *features = compute(dataset, &options);
    assert_note(features, "kept at 8000 Hz; all recordings have that rate");
    assert_int_equal(features->frontend.rate_hz, 8000);
    assert_int_equal(features->shape.time, 8); /* 800 samples, frames of 200, hop 80 */
    sx_features_free(features);
    options.rate_is_fixed = true;
    features = compute(dataset, &options);
    assert_note(features, "2 of 2 recordings resampled from 8000 Hz to 16000 Hz");
    assert_int_equal(features->frontend.rate_hz, 16000);
    sx_features_free(features);
    sx_dataset_free(dataset);

    write_sound("b/3.wav", 4410, 1, 44100, 440);
    write_sound("b/4.wav", 1600, 1, 16000, 440);
    dataset = open_set(folder_path, NULL);
    options.rate_is_fixed = false;
    features = compute(dataset, &options);
    assert_note(features, "2 of 4 recordings resampled from 8000 Hz to 16000 Hz");
    assert_note(features, "1 of 4 recordings resampled from 44100 Hz to 16000 Hz");
    /* The same tone from three rates: the same spectrogram, but for the resamplers' edges. */
    size_t row = features->shape.time * 40, middle = features->shape.time / 2 * 40;
    for (size_t band = 0; band < 20; band++) {
        float a = features->values[middle + band], d = features->values[3 * row + middle + band];
        if (fabsf(a - d) > 0.15f) fail_msg("band %zu: %g and %g", band, (double)a, (double)d);
    }
    sx_features_free(features);
    sx_dataset_free(dataset);
}

/* Lengths 1000, 1100, ... 2900 samples: numpy.percentile(..., 95) = 2805, up to a hop of 160: 2880. */
static void duration_is_the_percentile(void **state) {
    (void)state;
    make_folder("a");
    make_folder("b");
    for (size_t i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s/%02zu.wav", i % 2 == 0 ? "a" : "b", i);
        write_sound(name, 1000 + 100 * i, 1, 16000, 300);
    }
    sx_dataset *dataset = open_set(folder_path, NULL);
    sx_features_options options = small_options();
    sx_features *features = compute(dataset, &options);
    assert_true(fabs(features->duration_s - 2880.0 / 16000) < 1e-12);
    assert_int_equal(features->shape.time, (2880 - 400) / 160 + 1);
    assert_note(features, "clips of 0.180 s (95th percentile of the recordings), policy pad-end: 1 of 20");
    sx_features_free(features);
    options.duration_s = 0.1;
    options.clip = SX_CLIP_LOUDEST;
    features = compute(dataset, &options);
    assert_int_equal(features->shape.time, 8);
    assert_note(features, "clips of 0.100 s (as asked), policy loudest");
    assert_int_equal(features->clip, SX_CLIP_LOUDEST);
    sx_features_free(features);
    options.duration_s = 0.01;
    assert_compute_fails(dataset, &options, SX_E_ARGUMENT, "shorter than one frame");
    options.duration_s = -1;
    assert_compute_fails(dataset, &options, SX_E_ARGUMENT, "duration is -1 s");
    options = small_options();
    options.frontend.band_count = 0;
    assert_compute_fails(dataset, &options, SX_E_ARGUMENT, "0");
    sx_dataset_free(dataset);
}

/* Channels are octaves of one another: kept, picked and mixed spectra tell them apart. */
static void channels_by_policy(void **state) {
    (void)state;
    make_folder("a");
    make_folder("b");
    write_sound("a/1.wav", 1600, 2, 16000, 500);
    write_sound("a/mono.wav", 1600, 1, 16000, 500);
    write_sound("b/2.wav", 1600, 2, 16000, 500);
    sx_dataset *dataset = open_set(folder_path, NULL);
    sx_features_options options = small_options();
    options.channels = SX_CHANNELS_KEEP;
    sx_features *kept = compute(dataset, &options);
    assert_int_equal(kept->count, 2);
    assert_int_equal(kept->shape.channels, 2);
    assert_skipped(kept->skips, kept->skip_count, "mono.wav", "has 1 channel where most recordings have 2");
    for (int pick = 0; pick < 2; pick++) {
        options.channels = SX_CHANNELS_PICK;
        options.channel_index = pick;
        sx_features *picked = compute(dataset, &options);
        assert_int_equal(picked->count, pick == 0 ? 3 : 2);
        size_t row = picked->shape.time * 40;
        for (size_t i = 0; i < row; i++) {
            assert_memory_equal(&picked->values[i], &kept->values[2 * i + (size_t)pick], sizeof(float));
        }
        if (pick == 1)
            assert_skipped(picked->skips, picked->skip_count, "mono.wav", "there is no channel 2; it has 1");
        sx_features_free(picked);
    }
    options.channels = SX_CHANNELS_KEEP;
    options.channel_count = 1; /* as a model asks for, whatever most recordings have */
    sx_features *single = compute(dataset, &options);
    assert_int_equal(single->count, 1);
    assert_int_equal(single->shape.channels, 1);
    assert_skipped(single->skips, single->skip_count, "1.wav", "has 2 channels where 1 are wanted");
    sx_features_free(single);
    options.channel_count = 3;
    sx_features *none = NULL;
    sx_error err = {0};
    assert_int_equal(sx_features_compute(dataset, &options, NULL, &none, &err), SX_E_DATA);
    assert_non_null(strstr(err.text, "3 are wanted"));
    options.channels = SX_CHANNELS_MIX;
    sx_features *mixed = compute(dataset, &options);
    assert_int_equal(mixed->count, 3);
    sx_features_free(mixed);
    sx_features_free(kept);
    sx_dataset_free(dataset);
}

/* Pieces of a recording are what the recording holds there. */
static void pieces_of_a_recording(void **state) {
    (void)state;
    write_sound("long.wav", 4800, 1, 16000, 440);
    write_sound("short.wav", 1600, 1, 16000, 440);
    write_text("list.csv",
               "path,label,start,end\nlong.wav,a,0,0.1\nlong.wav,b,0.1,0.2\nlong.wav,b,9,\nshort.wav,a,,\n");
    sx_dataset *dataset = open_set(in_folder("list.csv"), NULL);
    sx_features_options options = small_options();
    sx_features *features = compute(dataset, &options);
    assert_int_equal(features->count, 3);
    assert_int_equal(features->skip_count, 1);
    assert_true(fabs(features->duration_s - 0.1) < 1e-12);
    size_t row = features->shape.time * 40;
    assert_memory_equal(features->values, features->values + 2 * row, row * sizeof(float));
    sx_features_free(features);
    sx_dataset_free(dataset);
}

static void bits_do_not_depend_on_threads(void **state) {
    (void)state;
    sx_synth_options synth;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_synth_default("speech", &synth, &err), &err);
    synth.takes = 2;
    synth.group_count = 2;
    synth.rate_hz = 22050;
    assert_ok(sx_synth_write(&synth, folder_path, NULL, &err), &err);
    sx_dataset *dataset = open_set(folder_path, NULL);
    const int threads[] = {1, 2, 3, 7};
    sx_features *first = NULL;
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        sx_features_options options = small_options();
        options.clip = SX_CLIP_RANDOM;
        options.seed = 3;
        options.threads = threads[i];
        sx_features *features = compute(dataset, &options);
        if (first == NULL) {
            first = features;
            continue;
        }
        assert_int_equal(features->count, first->count);
        size_t floats = first->count * first->shape.time * first->shape.frequency;
        assert_memory_equal(features->values, first->values, floats * sizeof(float));
        assert_true(features->content_hash == first->content_hash);
        sx_features_free(features);
    }
    sx_features_free(first);
    sx_dataset_free(dataset);
}

static void a_stop_is_obeyed(void **state) {
    (void)state;
    make_folder("a");
    write_sound("a/1.wav", 1600, 1, 16000, 440);
    sx_dataset *dataset = open_set(folder_path, NULL);
    sx_features_options options = small_options();
    sx_watch watch = {.cancelled = stop_at_once};
    sx_features *features = NULL;
    sx_inspection *inspection = NULL;
    sx_error err = {SX_OK, ""};
    assert_fails(sx_features_compute(dataset, &options, &watch, &features, &err), SX_E_CANCELLED, &err,
                 "stopped");
    assert_fails(sx_dataset_inspect(dataset, 1, &watch, &inspection, &err), SX_E_CANCELLED, &err, "stopped");
    assert_null(features);
    assert_null(inspection);
    sx_dataset_free(dataset);
}

/* Whatever allocation fails first, the call says so and leaks nothing (AddressSanitizer watches). */
static void memory_runs_out(void **state) {
    (void)state;
    make_folder("a");
    write_sound("a/1.wav", 800, 1, 16000, 440);
    write_bytes("a/2.wav", "", 0);
    sx_dataset *dataset = open_set(folder_path, NULL);
    sx_features_options options = small_options();
    options.threads = 1;
    sx_status status = SX_E_MEMORY;
    for (size_t n = 1; status != SX_OK; n++) {
        assert_true(n < 1000);
        sx_features *features = NULL;
        sx_error err = {SX_OK, ""};
        sx_memory_fail_from(n);
        status = sx_features_compute(dataset, &options, NULL, &features, &err);
        sx_memory_fail_from(0);
        assert_true(status == SX_OK || status == SX_E_MEMORY);
        assert_true((features != NULL) == (status == SX_OK));
        sx_features_free(features);
    }
    sx_dataset_free(dataset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bad_files_are_skipped, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(nothing_left, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(rates_are_kept_or_said, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(duration_is_the_percentile, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(channels_by_policy, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(pieces_of_a_recording, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(bits_do_not_depend_on_threads, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(a_stop_is_obeyed, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(memory_runs_out, folder_begin, folder_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
