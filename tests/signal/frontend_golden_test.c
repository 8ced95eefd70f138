/* Every row of golden/frontend/cases.tsv: our spectrogram against librosa's, torchaudio's, Keras's or
 * NumPy's.
 *
 * Tolerances: power bands 1e-4 relative, where "relative" has a floor of 1e-6 of the clip's largest value
 * (below it a float32 oracle would hold noise only); natural logarithms and PCEN 1e-4 absolute; decibels
 * 4e-4, which is less than 1e-4 of a natural logarithm of power. */
#include "arrays/npy.h"
#include "audio/sound_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "sonaxis/frontend.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char folder[] = SX_GOLDEN "/frontend/";
static const char recording[] = SX_SHARED "/data/fsdd/recordings/7_jackson_3.wav";

typedef struct golden_row {
    char *file, *clip, *compare, *options;
} golden_row;

static float *load(const char *name, const char *suffix, size_t *count, size_t *columns) {
    char path[512];
    sx_npy array = {0};
    sx_error err = {0};
    snprintf(path, sizeof path, "%s%s%s", folder, name, suffix);
    if (sx_npy_read(path, &array, &err) != SX_OK) fail_msg("%s", err.text);
    float *values = test_malloc((array.count + 1) * sizeof *values);
    sx_npy_floats(&array, 0, array.count, values);
    *count = array.count;
    *columns = array.dims[array.rank - 1];
    sx_npy_clear(&array);
    return values;
}

/* NULL where the real recording is not there. */
static float *load_clip(const char *name, size_t *count) {
    char file[64];
    size_t unused;
    if (strcmp(name, "real") != 0) {
        snprintf(file, sizeof file, "clip_%s", name);
        return load(file, ".npy", count, &unused);
    }
    sx_sound sound = {0};
    if (sx_sound_read(recording, 0, 0, &sound, NULL) != SX_OK) return NULL;
    float *samples = test_malloc(sound.frames * sizeof *samples);
    memcpy(samples, sound.samples, sound.frames * sizeof *samples);
    *count = sound.frames;
    sx_sound_clear(&sound);
    return samples;
}

static double allowed(const char *compare, double wanted, double largest) {
    if (strcmp(compare, "db") == 0) return 4e-4;
    if (strcmp(compare, "log") == 0) return 1e-4;
    return 1e-4 * fmax(fabs(wanted), 1e-6 * largest);
}

static void compare_values(const golden_row *row, const float *got, const float *wanted, size_t count) {
    double largest = 0, worst = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs((double)wanted[i]));
    for (size_t i = 0; i < count; i++) {
        double error = fabs((double)got[i] - (double)wanted[i]),
               limit = allowed(row->compare, wanted[i], largest);
        worst = fmax(worst, error / limit);
        if (!(error <= limit))
            fail_msg("%s: value %zu is %.9g, wanted %.9g (allowed %.3g)", row->file, i, (double)got[i],
                     (double)wanted[i], limit);
    }
    print_message("%-28s %6zu values, worst error %.4f of what is allowed\n", row->file, count, worst);
}

static void check_row(const golden_row *row) {
    sx_error err = {0};
    sx_frontend_options options;
    sx_frontend *frontend = NULL;
    size_t samples_count = 0, count = 0, columns = 0;
    float *samples = load_clip(row->clip, &samples_count);
    if (samples == NULL) {
        print_message("%-28s skipped: %s is not there\n", row->file, recording);
        return;
    }
    if (strstr(row->file, "_reflect_") != NULL)
        samples_count = 700; /* shorter than the pad: mirrored twice */
    if (sx_frontend_from_json(row->options, &options, &err) != SX_OK) fail_msg("%s: %s", row->file, err.text);
    if (sx_frontend_create(&options, &frontend, &err) != SX_OK) fail_msg("%s: %s", row->file, err.text);
    float *wanted = load(row->file, "", &count, &columns);
    size_t frames = sx_frontend_frame_count(frontend, samples_count);
    assert_int_equal(sx_frontend_band_count(frontend), columns);
    assert_int_equal(frames * columns, count);
    float *scratch = test_malloc(sx_frontend_scratch_floats(frontend, samples_count) * sizeof *scratch);
    float *got = test_malloc(count * sizeof *got);
    sx_frontend_run(frontend, samples, samples_count, scratch, got, 1);
    compare_values(row, got, wanted, count);
    test_free(got);
    test_free(scratch);
    test_free(wanted);
    test_free(samples);
    sx_frontend_free(frontend);
}

static void every_case(void **state) {
    (void)state;
    char path[512];
    unsigned char *bytes = NULL;
    size_t size = 0, rows = 0;
    sx_error err = {0};
    snprintf(path, sizeof path, "%scases.tsv", folder);
    if (sx_file_read(path, 0, &bytes, &size, &err) != SX_OK) fail_msg("%s", err.text);
    char *rest = NULL;
    for (char *line = strtok_r((char *)bytes, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *field = NULL;
        golden_row row = {.file = strtok_r(line, "\t", &field)};
        row.clip = strtok_r(NULL, "\t", &field);
        row.compare = strtok_r(NULL, "\t", &field);
        row.options = strtok_r(NULL, "\t", &field);
        assert_non_null(row.options);
        check_row(&row);
        rows++;
    }
    sx_free(bytes);
    assert_true(rows >= 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_case)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
