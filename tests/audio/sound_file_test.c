/* Every format against the samples NumPy meant, pieces, and every kind of bad file with its reason. */
#include "audio/sound_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static char place[256];

static const char *golden(const char *name) {
    snprintf(place, sizeof place, "%s/audio/%s", SX_GOLDEN, name);
    return place;
}

static const char *ours(const char *name) {
    snprintf(place, sizeof place, "%s/%s", folder, name);
    return place;
}

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/sonaxis_sound_XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    (void)state;
    char **names = NULL;
    size_t count = 0;
    if (sx_folder_list(folder, &names, &count, NULL) != SX_OK) return 1;
    for (size_t i = 0; i < count; i++)
        remove(ours(names[i]));
    sx_names_free(names, count);
    return rmdir(folder);
}

static sx_sound read_good(const char *path, double start_s, double end_s) {
    sx_sound sound = {0};
    sx_error err = {0};
    if (sx_sound_read(path, start_s, end_s, &sound, &err) != SX_OK) fail_msg("%s: %s", path, err.text);
    return sound;
}

static void assert_says(const char *what, const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("%s: \"%s\" lacks \"%s\"", what, text, part);
}

static void assert_refused(const char *path, sx_status wanted, const char *part) {
    sx_sound sound = {.frames = 77};
    sx_error err = {0};
    sx_status status = sx_sound_read(path, 0, 0, &sound, &err);
    if (status != wanted) fail_msg("%s: status %s \"%s\"", path, sx_status_name(status), err.text);
    assert_says(path, err.text, part);
    assert_null(strstr(err.text, path)); /* the reason stands alone */
    assert_true(sound.frames == 77 && sound.samples == NULL);
}

typedef struct bytes {
    unsigned char *at;
    size_t size;
} bytes;

static bytes load(const char *name) {
    bytes file = {0};
    if (sx_file_read(golden(name), 0, &file.at, &file.size, NULL) != SX_OK) fail_msg("no %s", name);
    return file;
}

/* --- formats ---------------------------------------------------------------------------------------- */

/* Size of the difference from the golden tone, root of the mean square. */
static double distance(const sx_sound *sound, const float *tone) {
    double sum = 0;
    for (size_t i = 0; i < sound->frames; i++)
        for (size_t c = 0; c < (size_t)sound->channels; c++)
            sum += pow((double)sound->samples[i * (size_t)sound->channels + c] - (double)tone[2 * i + c], 2);
    return sqrt(sum / (double)(sound->frames * (size_t)sound->channels));
}

static void every_format(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int channels;
        double allowed; /* half a step of the format; for lossy ones what sounds the same */
    } cases[] = {{"u8.wav", 1, 1.0 / 128},       {"s16.wav", 1, 1.0 / 32768},
                 {"s24.wav", 1, 1.3e-7},         {"s32.wav", 1, 1e-7},
                 {"float.wav", 1, 1e-8},         {"double.wav", 1, 1e-7},
                 {"stereo.wav", 2, 1.0 / 32768}, {"rf64.wav", 1, 1.0 / 32768},
                 {"tone.aiff", 1, 1.0 / 32768},  {"stereo.flac", 2, 1.0 / 32768},
                 {"tone.ogg", 1, 0.02},          {"tone.opus", 1, 0.05},
                 {"tone.mp3", 1, 0.05}};
    bytes file = load("tone.f32");
    float tone[2 * 2000];
    assert_int_equal(file.size, sizeof tone);
    memcpy(tone, file.at, sizeof tone);
    sx_free(file.at);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_sound sound = read_good(golden(cases[i].name), 0, 0);
        assert_int_equal(sound.channels, cases[i].channels);
        assert_int_equal(sound.rate_hz, 8000);
        assert_int_equal(sound.frames, 2000);
        double error = distance(&sound, tone);
        if (!(error <= cases[i].allowed)) fail_msg("%s is %g away from the tone", cases[i].name, error);
        sx_sound_header header;
        assert_int_equal(sx_sound_look(golden(cases[i].name), &header, NULL), SX_OK);
        assert_int_equal(header.frames, 2000);
        assert_int_equal(header.channels, cases[i].channels);
        assert_int_equal(header.rate_hz, 8000);
        sx_sound_clear(&sound);
    }
}

static void pieces(void **state) {
    (void)state;
    static const char *const names[] = {"stereo.wav", "stereo.flac"};
    for (size_t i = 0; i < 2; i++) {
        sx_sound whole = read_good(golden(names[i]), 0, 0);
        sx_sound piece = read_good(golden(names[i]), 0.1, 0.15);
        assert_int_equal(piece.frames, 400);
        assert_memory_equal(piece.samples, whole.samples + (size_t)800 * 2, 400 * 2 * sizeof(float));
        sx_sound_clear(&piece);
        piece = read_good(golden(names[i]), 0.2, 99);
        assert_int_equal(piece.frames, 400);
        sx_sound_clear(&piece);
        sx_sound_clear(&whole);
    }
    static const struct {
        double start_s, end_s;
        const char *says;
    } wrong[] = {{0.25, 0, "the recording is 0.250 s long"},
                 {0.1, 0.1, "not in order"},
                 {-1, 0, "not in order"},
                 {0.2, 0.1, "not in order"},
                 {NAN, 0, "not in order"},
                 {0.1, 0.10001, "holds no sample"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sx_sound sound = {0};
        sx_error err = {0};
        assert_int_equal(sx_sound_read(golden("s16.wav"), wrong[i].start_s, wrong[i].end_s, &sound, &err),
                         SX_E_ARGUMENT);
        assert_says("piece", err.text, wrong[i].says);
    }
}

/* --- bad files -------------------------------------------------------------------------------------- */

static const char *save(const char *name, const void *content, size_t size) {
    sx_error err;
    if (sx_file_write(ours(name), content, size, &err) != SX_OK) fail_msg("%s", err.text);
    return ours(name);
}

static void truncated(void **state) {
    (void)state;
    static const char *const names[] = {"u8.wav",   "s16.wav",   "s24.wav",    "float.wav", "stereo.wav",
                                        "rf64.wav", "tone.aiff", "noise.flac", "noise.ogg", "tone.mp3"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bytes file = load(names[i]);
        assert_refused(save(names[i], file.at, file.size * 2 / 3), SX_E_FORMAT, "truncated");
        sx_free(file.at);
    }
    bytes file = load("s16.wav");
    assert_refused(save("header.wav", file.at, 30), SX_E_FORMAT, "within its WAV header");
    assert_refused(save("only.wav", file.at, 44), SX_E_FORMAT, "promises 2000 frames, 0 are there");
    assert_refused(save("one.wav", file.at, file.size - 2), SX_E_FORMAT,
                   "promises 2000 frames, 1999 are there");
    sx_sound sound = {0};
    sx_error err = {0};
    assert_int_equal(sx_sound_read(save("piece.wav", file.at, 2044), 0, 0.01, &sound, &err), SX_E_FORMAT);
    assert_says("a piece that is there", err.text, "truncated");
    sx_free(file.at);
}

static void wrong_headers(void **state) {
    (void)state;
    bytes file = load("s16.wav");
    static const struct {
        size_t at, size;
        const char *content, *says;
    } cases[] = {{24, 4, "\0\0\0\0", "sample rate of 0 Hz"},
                 {24, 4, "\1\0\0\0", "sample rate of 1 Hz; at least 1000"},
                 {24, 4, "\xff\xff\xff\xff", "impossible sample rate of 4294967295 Hz"},
                 {22, 2, "\0\0", "0 channels"},
                 {22, 2, "\xff\xff", "65535 channels"},
                 {0, 4, "ABCD", "not a sound file of a known format"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char kept[4];
        memcpy(kept, file.at + cases[i].at, 4);
        memcpy(file.at + cases[i].at, cases[i].content, cases[i].size);
        assert_refused(save("header.wav", file.at, file.size), SX_E_FORMAT, cases[i].says);
        memcpy(file.at + cases[i].at, kept, 4);
    }
    memcpy(file.at + 40, "\0\0\0\0", 4);
    assert_refused(save("none.wav", file.at, 44), SX_E_FORMAT, "a header but no samples");
    /* A pipe cannot go back to write the length: all ones means "to the end". */
    memcpy(file.at + 40, "\xff\xff\xff\xff", 4);
    sx_sound sound = read_good(save("pipe.wav", file.at, file.size), 0, 0);
    assert_int_equal(sound.frames, 2000);
    sx_sound_clear(&sound);
    sx_free(file.at);
}

static void not_finite(void **state) {
    (void)state;
    bytes file = load("float.wav");
    static const float nan_value = NAN, infinity = INFINITY;
    size_t samples_at = file.size - 2000 * sizeof(float);
    memcpy(file.at + samples_at + 77 * sizeof(float), &nan_value, sizeof nan_value);
    assert_refused(save("nan.wav", file.at, file.size), SX_E_NUMERIC, "sample 77 of channel 1 is NaN");
    memcpy(file.at + samples_at + 5 * sizeof(float), &infinity, sizeof infinity);
    assert_refused(save("infinite.wav", file.at, file.size), SX_E_NUMERIC,
                   "sample 5 of channel 1 is infinite");
    sx_sound sound = read_good(save("nan.wav", file.at, file.size), 0.1, 0); /* the piece behind is sound */
    sx_sound_clear(&sound);
    sx_free(file.at);
}

static void not_files(void **state) {
    (void)state;
    assert_refused(ours("missing.wav"), SX_E_FILE, "there is no such file");
    assert_refused(save("empty.wav", "", 0), SX_E_FORMAT, "empty (0 bytes)");
    assert_refused(save("text.wav", "To be, or not to be, that is the question.", 42), SX_E_FORMAT,
                   "not a sound file");
    assert_int_equal(mkdir(ours("folder.wav"), 0700), 0);
    assert_refused(ours("folder.wav"), SX_E_FILE, "it is a folder");
    assert_int_equal(mkfifo(ours("fifo.wav"), 0600), 0);
    assert_refused(ours("fifo.wav"), SX_E_FILE, "FIFO"); /* and does not wait for a writer */
    sx_sound_header header;
    assert_int_equal(sx_sound_look(ours("fifo.wav"), &header, NULL), SX_E_FILE);
}

typedef struct both {
    char good[256], bad[256];
    atomic_int wrong;
} both;

static void read_either(void *context, size_t index, int worker) {
    (void)worker;
    both *paths = context;
    sx_sound sound = {0};
    sx_error err = {0};
    if (index % 2 == 0) {
        if (sx_sound_read(paths->good, 0, 0, &sound, &err) != SX_OK) atomic_fetch_add(&paths->wrong, 1);
        sx_sound_clear(&sound);
    } else if (sx_sound_read(paths->bad, 0, 0, &sound, &err) != SX_E_FORMAT ||
               strstr(err.text, "not a sound file of a known format") == NULL) {
        atomic_fetch_add(&paths->wrong, 1);
    }
}

/* libsndfile keeps why it refused a file in one place for all threads. */
static void reasons_are_not_mixed_up(void **state) {
    (void)state;
    both paths = {.wrong = 0};
    strcpy(paths.good, golden("s16.wav"));
    strcpy(paths.bad, save("words.wav", "To be, or not to be, that is the question.", 42));
    sx_pool *pool = NULL;
    assert_int_equal(sx_pool_create(4, &pool, NULL), SX_OK);
    sx_pool_run(pool, 20000, read_either, &paths);
    sx_pool_free(pool);
    assert_int_equal(atomic_load(&paths.wrong), 0);
}

/* 1.7 kB that unpack to 7.9 million samples, and a file of the same kind that is still believed. */
static void bombs(void **state) {
    (void)state;
    assert_refused(golden("bomb.flac"), SX_E_FORMAT, "which no recording does");
    sx_sound sound = read_good(golden("nearly_bomb.flac"), 0, 0);
    assert_int_equal(sound.frames, 12 * 65535);
    assert_true(sound.samples[sound.frames - 1] == 5.0f / 32768);
    sx_sound_clear(&sound);
}

/* libsndfile loses this one where an Ogg file is damaged within its first packets. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:vorbis_info_init"; }

/* Any bytes behind a good start: an error or samples, never a crash, whatever is flipped. */
static void flipped_bytes(void **state) {
    (void)state;
    static const char *const names[] = {"s16.wav", "rf64.wav", "stereo.flac", "tone.ogg", "tone.aiff"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bytes file = load(names[i]);
        for (size_t at = 0; at < 120; at += 3) {
            sx_sound sound = {0};
            file.at[at] ^= 0xff;
            if (sx_sound_read(save("flipped", file.at, file.size), 0, 0, &sound, NULL) == SX_OK) {
                assert_true(sound.frames > 0 && sound.frames < 100000);
                sx_sound_clear(&sound);
            }
            file.at[at] ^= 0xff;
        }
        sx_free(file.at);
    }
}

/* --- writing ---------------------------------------------------------------------------------------- */

static void write_and_read(void **state) {
    (void)state;
    const float samples[] = {0, 0.5f, -0.5f, 0.999f, -1, 2, -2, 1.0f / 32768};
    const float wanted[] = {0, 0.5f, -0.5f, 32735.0f / 32768, -1, 32767.0f / 32768, -1, 1.0f / 32768};
    sx_error err = {0};
    if (sx_sound_write_wav16(ours("written.wav"), samples, 4, 2, 44100, &err) != SX_OK)
        fail_msg("%s", err.text);
    sx_sound sound = read_good(ours("written.wav"), 0, 0);
    assert_int_equal(sound.frames, 4);
    assert_int_equal(sound.channels, 2);
    assert_int_equal(sound.rate_hz, 44100);
    assert_memory_equal(sound.samples, wanted, sizeof wanted);
    sx_sound_clear(&sound);
}

/* libsndfile wrote the golden file from the same numbers. */
static void same_bytes_as_libsndfile(void **state) {
    (void)state;
    bytes file = load("s16.wav"), mine = {0};
    sx_sound sound = read_good(golden("s16.wav"), 0, 0);
    assert_int_equal(sx_sound_write_wav16(ours("same.wav"), sound.samples, sound.frames, 1, 8000, NULL),
                     SX_OK);
    assert_int_equal(sx_file_read(ours("same.wav"), 0, &mine.at, &mine.size, NULL), SX_OK);
    assert_int_equal(mine.size, file.size);
    assert_memory_equal(mine.at, file.at, file.size);
    sx_free(file.at);
    sx_free(mine.at);
    sx_sound_clear(&sound);
}

static void cannot_write(void **state) {
    (void)state;
    const float samples[] = {0, NAN};
    sx_error err = {0};
    assert_int_equal(sx_sound_write_wav16(ours("nan.wav"), samples, 2, 1, 8000, &err), SX_E_NUMERIC);
    assert_says("NaN", err.text, "sample 1");
    assert_int_equal(sx_sound_write_wav16(ours("x.wav"), samples, 1, 0, 8000, NULL), SX_E_ARGUMENT);
    assert_int_equal(sx_sound_write_wav16(ours("x.wav"), samples, 1, 1, 0, NULL), SX_E_ARGUMENT);
    assert_int_equal(sx_sound_write_wav16(ours("x.wav"), samples, (size_t)1 << 32, 1, 8000, &err),
                     SX_E_ARGUMENT);
    assert_says("4 GiB", err.text, "4 GiB");
    assert_int_equal(sx_sound_write_wav16(ours("none/x.wav"), samples, 1, 1, 8000, NULL), SX_E_FILE);
}

static void out_of_memory(void **state) {
    (void)state;
    sx_sound sound = {0};
    sx_status status = SX_E_MEMORY;
    for (size_t n = 1; status != SX_OK; n++) {
        sx_memory_fail_from(n);
        status = sx_sound_read(golden("stereo.flac"), 0, 0, &sound, NULL);
        sx_memory_fail_from(0);
        assert_true(status == SX_OK || (status == SX_E_MEMORY && sound.samples == NULL));
    }
    sx_sound_clear(&sound);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_format),
                                       cmocka_unit_test(pieces),
                                       cmocka_unit_test(truncated),
                                       cmocka_unit_test(wrong_headers),
                                       cmocka_unit_test(not_finite),
                                       cmocka_unit_test(not_files),
                                       cmocka_unit_test(reasons_are_not_mixed_up),
                                       cmocka_unit_test(bombs),
                                       cmocka_unit_test(flipped_bytes),
                                       cmocka_unit_test(write_and_read),
                                       cmocka_unit_test(same_bytes_as_libsndfile),
                                       cmocka_unit_test(cannot_write),
                                       cmocka_unit_test(out_of_memory)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
