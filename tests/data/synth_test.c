/* synth_test.c: built-in recordings: the same bytes for the same options, and the truth that was planted. */
#include "fixture.h"

#include "base/hash.h"
#include "data/synth_sound.h"
#include "sonaxis/features.h"
#include "sonaxis/synth.h"

static sx_synth_options options_of(const char *kind, int labels, int groups, int takes) {
    sx_synth_options options;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_synth_default(kind, &options, &err), &err);
    options.label_count = labels;
    options.group_count = groups;
    options.takes = takes;
    return options;
}

static void write_set(const sx_synth_options *options, const char *name) {
    sx_error err = {SX_OK, ""};
    assert_ok(sx_synth_write(options, in_folder(name), NULL, &err), &err);
}

/* Names and bytes of every file in a folder. */
static uint64_t fingerprint(const char *name) {
    char **names = NULL, path[700];
    size_t count = 0;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_folder_list(in_folder(name), &names, &count, &err), &err);
    uint64_t hash = count;
    for (size_t i = 0; i < count; i++) {
        unsigned char *bytes = NULL;
        size_t size = 0;
        snprintf(path, sizeof path, "%s/%s", in_folder(name), names[i]);
        assert_ok(sx_file_read(path, 0, &bytes, &size, &err), &err);
        hash = sx_hash(names[i], strlen(names[i]), sx_hash(bytes, size, hash));
        sx_free(bytes);
    }
    sx_names_free(names, count);
    return hash;
}

static void same_options_same_bytes(void **state) {
    (void)state;
    for (const char *const *kind = sx_synth_kinds(); *kind != NULL; kind++) {
        sx_synth_options options = options_of(*kind, 3, 2, 2);
        char first[32], again[32], other[32];
        snprintf(first, sizeof first, "%s-a", *kind);
        snprintf(again, sizeof again, "%s-b", *kind);
        snprintf(other, sizeof other, "%s-c", *kind);
        write_set(&options, first);
        write_set(&options, again);
        options.seed = 1;
        write_set(&options, other);
        assert_true(fingerprint(first) == fingerprint(again));
        assert_true(fingerprint(first) != fingerprint(other));
        assert_non_null(sx_synth_kind_help(*kind));
    }
}

static void the_manifest_lists_all(void **state) {
    (void)state;
    sx_synth_options options = options_of("speech", 4, 3, 2);
    write_set(&options, "set");
    sx_dataset *dataset = open_set(in_folder("set"), NULL);
    assert_int_equal(dataset->item_count, 24);
    assert_int_equal(dataset->label_count, 4);
    assert_int_equal(dataset->group_count, 3);
    assert_int_equal(dataset->skip_count, 0);
    size_t counts[4][3] = {{0}};
    for (size_t i = 0; i < 24; i++)
        counts[dataset->items[i].label][dataset->items[i].group]++;
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(counts[i / 3][i % 3], 2);
    sx_dataset_options by_name;
    sx_dataset_default(&by_name);
    by_name.name_pattern = "{label}_{group}_{take}";
    sx_dataset *same = open_set(in_folder("set"), &by_name);
    assert_int_equal(same->item_count, 24);
    for (size_t i = 0; i < 24; i++) {
        assert_string_equal(same->items[i].path, dataset->items[i].path);
        assert_int_equal(same->items[i].label, dataset->items[i].label);
        assert_int_equal(same->items[i].group, dataset->items[i].group);
    }
    sx_dataset_free(same);
    sx_dataset_free(dataset);
}

static void wrong_options_are_named(void **state) {
    (void)state;
    sx_synth_options options;
    sx_error err = {SX_OK, ""};
    assert_fails(sx_synth_default("band", &options, &err), SX_E_ARGUMENT, &err, "did you mean 'bands'");
    assert_null(sx_synth_kind_help("band"));
    const struct {
        int labels, groups, takes, rate_hz;
        double duration_s;
        const char *part;
    } cases[] = {{1, 1, 1, 8000, 1, "label count is 1; it must be 2 to 10"},
                 {11, 1, 1, 8000, 1, "label count is 11"},
                 {2, 0, 1, 8000, 1, "group count is 0"},
                 {2, 51, 1, 8000, 1, "group count is 51"},
                 {2, 1, 0, 8000, 1, "takes is 0"},
                 {2, 1, 1, 7999, 1, "rate in Hz is 7999"},
                 {2, 1, 1, 8000, 0.1, "duration is 0.1 s"},
                 {2, 1, 1, 8000, NAN, "duration is nan"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        options = options_of("bands", cases[i].labels, cases[i].groups, cases[i].takes);
        options.rate_hz = cases[i].rate_hz;
        options.duration_s = cases[i].duration_s;
        assert_fails(sx_synth_write(&options, in_folder("x"), NULL, &err), SX_E_ARGUMENT, &err,
                     cases[i].part);
    }
    write_text("taken", "a file");
    options = options_of("bands", 2, 1, 1);
    assert_fails(sx_synth_write(&options, in_folder("taken"), NULL, &err), SX_E_FILE, &err, "taken");
}

static sx_features *features_of(const char *name) {
    sx_dataset *dataset = open_set(in_folder(name), NULL);
    sx_features_options options;
    sx_features_default(&options);
    options.rate_is_fixed = true;
    sx_features *features = NULL;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_features_compute(dataset, &options, NULL, &features, &err), &err);
    sx_dataset_free(dataset);
    return features;
}

/* Where the energy lies, as mean index over time (or bands) weighted by power above the median level. */
static double centre_of(const sx_features *features, size_t item, bool over_time) {
    size_t times = features->shape.time, bands = features->shape.frequency;
    const float *row = features->values + item * times * bands;
    double moment = 0, total = 0;
    for (size_t i = 0; i < times * bands; i++) {
        double power = exp((double)row[i]);
        total += power;
        moment += power * (double)(over_time ? i / bands : i % bands);
    }
    return moment / total;
}

/* Spread of the label means against the deviation within labels, squared (an F ratio without its degrees). */
static double separation(const sx_features *features, bool over_time) {
    double sum[10] = {0}, squares = 0, total = 0, between = 0;
    size_t counts[10] = {0};
    for (size_t i = 0; i < features->count; i++) {
        double centre = centre_of(features, i, over_time);
        sum[features->labels[i]] += centre;
        counts[features->labels[i]]++;
        squares += centre * centre;
        total += centre;
    }
    for (size_t label = 0; label < features->label_count; label++) {
        squares -= sum[label] * sum[label] / (double)counts[label];
        between += sum[label] * sum[label] / (double)counts[label];
    }
    between -= total * total / (double)features->count;
    return (between / (double)(features->label_count - 1)) / (squares / (double)features->count);
}

/* The planted axis separates the labels, the other one tells nothing (F about 1; below 4 at 99.9 %). */
static void truth_is_planted(void **state) {
    (void)state;
    sx_synth_options options = options_of("bands", 5, 4, 8);
    write_set(&options, "bands");
    sx_features *features = features_of("bands");
    double by_frequency = separation(features, false), by_time = separation(features, true);
    if (by_frequency < 500) fail_msg("bands: labels are not apart in frequency: F %g", by_frequency);
    if (by_time > 5) fail_msg("bands: labels differ in time: F %g", by_time);
    sx_features_free(features);

    options = options_of("onsets", 5, 4, 8);
    write_set(&options, "onsets");
    features = features_of("onsets");
    by_frequency = separation(features, false);
    by_time = separation(features, true);
    if (by_time < 500) fail_msg("onsets: labels are not apart in time: F %g", by_time);
    if (by_frequency > 5) fail_msg("onsets: labels differ in frequency: F %g", by_frequency);
    double last = -1;
    for (int label = 0; label < 5; label++) { /* one after the other */
        double sum = 0;
        for (size_t i = 0; i < features->count; i++) {
            if (features->labels[i] == label) sum += centre_of(features, i, true) / 32;
        }
        assert_true(sum > last + 3);
        last = sum;
    }
    sx_features_free(features);

    options = options_of("nothing", 4, 4, 10);
    write_set(&options, "nothing");
    features = features_of("nothing");
    by_frequency = separation(features, false);
    by_time = separation(features, true);
    if (by_time > 6 || by_frequency > 6)
        fail_msg("nothing: F %g in time, %g in frequency", by_time, by_frequency);
    sx_features_free(features);
}

/* All recordings of `onsets` and `bands` last equally long; those of `speech` differ, and none is clipped. */
static void lengths_and_levels(void **state) {
    (void)state;
    for (const char *const *kind = sx_synth_kinds(); *kind != NULL; kind++) {
        sx_synth_options options = options_of(*kind, 3, 3, 2);
        write_set(&options, *kind);
        sx_dataset *dataset = open_set(in_folder(*kind), NULL);
        sx_inspection *found = NULL;
        sx_error err = {SX_OK, ""};
        assert_ok(sx_dataset_inspect(dataset, 1, NULL, &found, &err), &err);
        bool varies = strcmp(*kind, "speech") == 0 || strcmp(*kind, "nothing") == 0;
        assert_true(found->longest_s <= 0.6 + 1e-9);
        assert_true(varies ? found->shortest_s < found->longest_s - 0.01 : found->shortest_s > 0.6 - 1e-9);
        assert_int_equal(found->readable_count, 18);
        assert_int_equal(found->clipped_count + found->near_silent_count + found->duplicate_count, 0);
        sx_inspection_free(found);
        sx_dataset_free(dataset);
    }
}

static void own_functions_against_libm(void **state) {
    (void)state;
    const double two_pi = 6.283185307179586;
    for (int i = -1000; i <= 1000; i++) {
        double turns = i * 0.00371;
        assert_true(fabs(sx_sine(turns) - sin(two_pi * turns)) < 1e-13);
        assert_true(fabs(sx_decibel(i * 0.05) / pow(10, i * 0.0025) - 1) < 1e-13);
    }
    assert_true(fabs(sx_hz_to_mel(1000) - 2595 * log10(1 + 1000.0 / 700)) < 0.05); /* 1127 against 1127.01 */
    assert_true(fabs(sx_mel_to_hz(sx_hz_to_mel(3210)) - 3210) < 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(same_options_same_bytes, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(the_manifest_lists_all, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(wrong_options_are_named, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(truth_is_planted, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(lengths_and_levels, folder_begin, folder_end),
        cmocka_unit_test(own_functions_against_libm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
