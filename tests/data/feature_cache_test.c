/* The cache of spectrograms: what finds an entry and what does not, damage, room, and two processes at once.
 */
#include "data/cache_folder.h"
#include "fixture.h"
#include "sonaxis/features.h"

#include <fcntl.h>
#include <time.h>
#include <sys/wait.h>

enum { RATE = 8000 };

static char last_note[600]; /* the one about spectrograms */

static void keep_note(void *context, const char *text) {
    (void)context;
    if (strstr(text, "spectrograms of") != NULL) snprintf(last_note, sizeof last_note, "%s", text);
}

/* Three sounds and a file that is none, in "sounds"; the cache in "cache". */
static int begin(void **state) {
    if (folder_begin(state) != 0) return -1;
    make_folder("sounds");
    make_folder("sounds/no");
    make_folder("sounds/yes");
    write_sound("sounds/no/a.wav", 4000, 1, RATE, 440);
    write_sound("sounds/no/b.wav", 3000, 1, RATE, 550);
    write_text("sounds/no/c.wav", "this is no sound");
    write_sound("sounds/yes/a.wav", 4400, 1, RATE, 660);
    return setenv("SONAXIS_CACHE", in_folder("cache"), 1);
}

static sx_features_options defaults(void) {
    sx_features_options options;
    sx_features_default(&options);
    options.threads = 1;
    return options;
}

static sx_features *compute_from(const char *name, const sx_features_options *options) {
    sx_dataset *dataset = open_set(in_folder(name), NULL);
    sx_features *features = NULL;
    sx_watch watch = {.note = keep_note};
    sx_error err = {SX_OK, ""};
    last_note[0] = 0;
    assert_ok(sx_features_compute(dataset, options, &watch, &features, &err), &err);
    sx_dataset_free(dataset);
    return features;
}

static void assert_hit(const char *name, const sx_features_options *options) {
    sx_features_free(compute_from(name, options));
    if (strstr(last_note, "from the cache") == NULL) fail_msg("should be in the cache: %s", last_note);
}

static void assert_miss(const char *name, const sx_features_options *options) {
    sx_features_free(compute_from(name, options));
    if (strstr(last_note, "computed") == NULL) fail_msg("should not be in the cache: %s", last_note);
}

static void assert_same_texts(char *const *a, size_t a_count, char *const *b, size_t b_count) {
    assert_int_equal(a_count, b_count);
    for (size_t i = 0; i < a_count; i++)
        assert_string_equal(a[i], b[i]);
}

static void assert_same_features(const sx_features *a, const sx_features *b) {
    assert_int_equal(a->count, b->count);
    assert_memory_equal(&a->shape, &b->shape, sizeof a->shape);
    size_t floats = a->count * a->shape.time * a->shape.frequency * a->shape.channels;
    assert_memory_equal(a->values, b->values, floats * sizeof *a->values);
    assert_memory_equal(a->labels, b->labels, a->count * sizeof *a->labels);
    assert_same_texts(a->paths, a->count, b->paths, b->count);
    assert_same_texts(a->label_names, a->label_count, b->label_names, b->label_count);
    assert_same_texts(a->notes, a->note_count, b->notes, b->note_count);
    assert_int_equal(a->skip_count, b->skip_count);
    for (size_t i = 0; i < a->skip_count; i++)
        assert_string_equal(a->skips[i].reason, b->skips[i].reason);
    assert_true(a->content_hash == b->content_hash && a->duration_s == b->duration_s);
    assert_int_equal(a->frontend.rate_hz, b->frontend.rate_hz);
    assert_int_equal(a->frontend.fft_size, b->frontend.fft_size);
}

/* Name of the only entry; fails where there are more files or none. */
static const char *only_entry(void) {
    static char name[256];
    char **names = NULL;
    size_t count = 0;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_folder_list(in_folder("cache"), &names, &count, &err), &err);
    assert_int_equal(count, 1);
    snprintf(name, sizeof name, "cache/%s", names[0]);
    sx_names_free(names, count);
    return name;
}

static void second_time_is_the_same(void **state) {
    (void)state;
    sx_features_options options = defaults();
    sx_features *first = compute_from("sounds", &options);
    assert_non_null(strstr(last_note, "spectrograms of 3 recordings computed in "));
    sx_features *second = compute_from("sounds", &options);
    assert_non_null(strstr(last_note, "spectrograms of 3 recordings from the cache in "));
    assert_int_equal(first->skip_count, 1);
    assert_true(first->note_count >= 2);
    assert_same_features(first, second);
    sx_features_free(second);
    sx_features_free(first);
    options.threads = 3;
    options.seed = 5; /* only a random policy draws from it */
    assert_hit("sounds", &options);
    only_entry();
}

static void other_settings_are_other_entries(void **state) {
    (void)state;
    sx_features_options base = defaults();
    assert_miss("sounds", &base);
    sx_features_options options = base;
    options.frontend.band_count = 20;
    assert_miss("sounds", &options);
    options = base;
    options.duration_s = 0.5;
    assert_miss("sounds", &options);
    options = base;
    options.clip = SX_CLIP_CENTRE;
    assert_miss("sounds", &options);
    options = base;
    options.rate_is_fixed = true;
    assert_miss("sounds", &options);
    options = base;
    options.channels = SX_CHANNELS_KEEP;
    assert_miss("sounds", &options);
    options.channel_count = 1;
    assert_miss("sounds", &options);
    options = base;
    options.clip = SX_CLIP_RANDOM;
    assert_miss("sounds", &options);
    options.seed = 1;
    assert_miss("sounds", &options);
    assert_hit("sounds", &options);
    assert_hit("sounds", &base);
}

static void other_recordings_are_other_entries(void **state) {
    (void)state;
    sx_features_options options = defaults();
    assert_miss("sounds", &options);
    write_sound("sounds/yes/a.wav", 4400, 1, RATE, 661); /* as long as before */
    assert_miss("sounds", &options);
    assert_hit("sounds", &options);
    write_sound("sounds/yes/b.wav", 4400, 1, RATE, 700);
    assert_miss("sounds", &options);
    assert_int_equal(unlink(in_folder("sounds/yes/b.wav")), 0);
    assert_hit("sounds", &options);
}

/* Labels do not change a spectrogram; segments do. */
static void manifests(void **state) {
    (void)state;
    sx_features_options options = defaults();
    make_folder("lists");
    const char *lines = "path,label,start,end\n../sounds/no/a.wav,%s,0,0.25\n../sounds/no/a.wav,y,%s,0.5\n";
    char text[300];
    snprintf(text, sizeof text, lines, "x", "0.25");
    write_text("lists/one.csv", text);
    snprintf(text, sizeof text, lines, "z", "0.25");
    write_text("lists/renamed.csv", text);
    snprintf(text, sizeof text, lines, "x", "0.2");
    write_text("lists/moved.csv", text);
    assert_miss("lists/one.csv", &options);
    sx_features *renamed = compute_from("lists/renamed.csv", &options);
    assert_non_null(strstr(last_note, "from the cache"));
    assert_string_equal(renamed->label_names[1], "z");
    sx_features_free(renamed);
    assert_miss("lists/moved.csv", &options);
}

/* Whatever happened to the entry, the numbers are right and the entry is whole again. */
static void check_damage(const sx_features *good, const unsigned char *bytes, size_t size) {
    sx_features_options options = defaults();
    char name[256];
    snprintf(name, sizeof name, "%s", only_entry());
    write_bytes(name, bytes, size);
    sx_features *again = compute_from("sounds", &options);
    if (strstr(last_note, "computed") == NULL) fail_msg("a damaged entry was used");
    assert_same_features(good, again);
    sx_features_free(again);
    assert_hit("sounds", &options);
}

static void damage(void **state) {
    (void)state;
    sx_features_options options = defaults();
    sx_features *good = compute_from("sounds", &options);
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_file_read(in_folder(only_entry()), 0, &bytes, &size, &err), &err);
    assert_true(size > 5000);
    for (size_t at = 0; at < size; at += at < 300 ? 7 : 1501) {
        bytes[at] ^= 0x10;
        check_damage(good, bytes, size);
        bytes[at] ^= 0x10;
    }
    check_damage(good, bytes, size - 1);
    check_damage(good, bytes, 100);
    check_damage(good, bytes, 0);
    sx_free(bytes);
    sx_features_free(good);
}

static void write_aged(const char *name, size_t size, long age_s) {
    char bytes[1000] = {0};
    write_bytes(name, bytes, size);
    struct timespec now, times[2];
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= age_s;
    times[0] = times[1] = now;
    assert_int_equal(utimensat(AT_FDCWD, in_folder(name), times, 0), 0);
}

static bool is_there(const char *name) { return sx_file_look(in_folder(name), NULL) != SX_FILE_NONE; }

/* Entries a to d of 1000 bytes, b the oldest and a the next; room for 2100. */
static void oldest_go_first(void **state) {
    (void)state;
#define ENTRY(letter) "cache/0123456789abcdef0123456789abcde" letter ".spectrograms"
    make_folder("cache");
    write_aged(ENTRY("a"), 1000, 300);
    write_aged(ENTRY("b"), 1000, 400);
    write_aged(ENTRY("c"), 1000, 100);
    write_aged(ENTRY("d"), 1000, 200);
    write_aged(ENTRY("e") ".12-0.tmp", 100, 500); /* left by a writer that was killed */
    write_aged("cache/holiday.jpg", 1000, 9000);
    write_aged(ENTRY("a") ".txt", 1000, 9000);
    sx_cache_folder folder = {.path = (char *)in_folder("cache"), .limit_bytes = 2100};
    sx_cache_folder_trim(&folder);
    assert_true(!is_there(ENTRY("a")) && !is_there(ENTRY("b")) && !is_there(ENTRY("e") ".12-0.tmp"));
    assert_true(is_there(ENTRY("c")) && is_there(ENTRY("d")));
    assert_true(is_there("cache/holiday.jpg") && is_there(ENTRY("a") ".txt")); /* somebody else's */
#undef ENTRY
}

/* A hit makes an entry the youngest. */
static void used_entries_stay(void **state) {
    (void)state;
    sx_features_options options = defaults();
    assert_miss("sounds", &options);
    char name[256];
    snprintf(name, sizeof name, "%s", only_entry());
    const struct timespec long_ago[2] = {{1000, 0}, {1000, 0}};
    assert_int_equal(utimensat(AT_FDCWD, in_folder(name), long_ago, 0), 0);
    assert_hit("sounds", &options);
    assert_true(sx_file_time(in_folder(name)) > (int64_t)1000000 * 1000000000);
}

static void switched_off(void **state) {
    (void)state;
    sx_features_options options = defaults();
    assert_int_equal(setenv("SONAXIS_CACHE", "off", 1), 0);
    assert_miss("sounds", &options);
    assert_miss("sounds", &options);
    assert_false(is_there("cache"));
    assert_int_equal(setenv("SONAXIS_CACHE", in_folder("sounds/deep/cache"), 1), 0);
    assert_miss("sounds", &options); /* never in the data folder */
    assert_false(is_there("sounds/deep"));
    write_text("file", "");
    assert_int_equal(setenv("SONAXIS_CACHE", in_folder("file"), 1), 0);
    assert_miss("sounds", &options); /* no folder can be made there: that is not the user's trouble */
    assert_miss("sounds", &options);
}

static void default_places(void **state) {
    (void)state;
    const char *old_home = getenv("HOME"), *old_cache = getenv("XDG_CACHE_HOME");
    char *home = sx_copy_text(old_home), *cache = sx_copy_text(old_cache);
    unsetenv("SONAXIS_CACHE");
    setenv("HOME", "/home/somebody", 1);
    setenv("XDG_CACHE_HOME", "/somewhere/else", 1);
    sx_cache_folder folder = sx_cache_folder_open(folder_path);
    assert_string_equal(folder.path, "/somewhere/else/sonaxis");
    assert_true(folder.limit_bytes == (uint64_t)2 << 30);
    sx_cache_folder_clear(&folder);
    setenv("XDG_CACHE_HOME", "relative", 1);
    folder = sx_cache_folder_open(folder_path);
    assert_string_equal(folder.path, "/home/somebody/.cache/sonaxis");
    sx_cache_folder_clear(&folder);
    unsetenv("HOME");
    folder = sx_cache_folder_open(folder_path);
    assert_null(folder.path);
    unsetenv("XDG_CACHE_HOME");
    if (home != NULL) setenv("HOME", home, 1);
    if (cache != NULL) setenv("XDG_CACHE_HOME", cache, 1);
    sx_free(home);
    sx_free(cache);
}

/* A full disk costs the entry, not the call, and leaves no half of one. */
static void disk_is_full(void **state) {
    (void)state;
    sx_features_options options = defaults();
    for (size_t n = 1; n < 4; n++) {
        sx_file_fail_from(n);
        assert_miss("sounds", &options);
        sx_file_fail_from(0);
    }
    assert_miss("sounds", &options);
    only_entry();
    assert_hit("sounds", &options);
}

static void processes_do_not_clash(void **state) {
    (void)state;
    enum { CHILDREN = 4 };
    sx_features_options options = defaults();
    pid_t children[CHILDREN];
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] != 0) continue;
        for (int round = 0; round < 5; round++)
            sx_features_free(compute_from("sounds", &options));
        _exit(0);
    }
    for (int i = 0; i < CHILDREN; i++) {
        int result = -1;
        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        assert_int_equal(result, 0);
    }
    only_entry();
    assert_hit("sounds", &options);
}

/* On the way to a miss and on the way to a hit. */
static void memory_runs_out(void **state) {
    (void)state;
    sx_features_options options = defaults();
    sx_features *good = compute_from("sounds", &options);
    sx_dataset *dataset = open_set(in_folder("sounds"), NULL);
    sx_status status = SX_E_MEMORY;
    for (size_t n = 1; status != SX_OK; n++) {
        assert_true(n < 1000);
        sx_features *features = NULL;
        sx_error err = {SX_OK, ""};
        sx_memory_fail_from(n);
        status = sx_features_compute(dataset, &options, NULL, &features, &err);
        sx_memory_fail_from(0);
        if (status == SX_OK) assert_same_features(good, features);
        if (status != SX_OK) assert_null(features);
        sx_features_free(features);
    }
    sx_dataset_free(dataset);
    sx_features_free(good);
}

static bool stop(void *context) {
    (void)context;
    return true;
}

static void cancelled(void **state) {
    (void)state;
    sx_features_options options = defaults();
    sx_dataset *dataset = open_set(in_folder("sounds"), NULL);
    sx_features *features = NULL;
    sx_watch watch = {.cancelled = stop};
    sx_error err = {SX_OK, ""};
    assert_fails(sx_features_compute(dataset, &options, &watch, &features, &err), SX_E_CANCELLED, &err,
                 "stopped");
    assert_null(features);
    sx_dataset_free(dataset);
    assert_false(is_there("cache"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, folder_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(second_time_is_the_same),
        TEST(other_settings_are_other_entries),
        TEST(other_recordings_are_other_entries),
        TEST(manifests),
        TEST(damage),
        TEST(oldest_go_first),
        TEST(used_entries_stay),
        TEST(switched_off),
        TEST(default_places),
        TEST(disk_is_full),
        TEST(processes_do_not_clash),
        TEST(memory_runs_out),
        TEST(cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
