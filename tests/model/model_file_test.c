/* model_file_test.c: models come back as they were; cut, flipped, newer or lying files are refused. */
#include "model/model_file.h"
#include "model/nets.h"

#include <unistd.h>

static char folder[] = "/tmp/sonaxis-model-XXXXXX";
static char path[64];
static unsigned char *bytes; /* of the saved file */
static size_t size;

static char *labels[] = {(char *)"no", (char *)"ja \"ü\"", (char *)""};

static sx_model_card make_card(void) {
    sx_model_card card = {.label_names = labels,
                          .label_count = 3,
                          .clip = SX_CLIP_LOUDEST,
                          .duration_s = 1.0 / 3,
                          .channels = SX_CHANNELS_PICK,
                          .channel_index = 2,
                          .standardise = {-7.123456789012345, 2.5},
                          .sigmoid = true,
                          .data_hash = 0xfedcba9876543210,
                          .seed = 18446744073709551615U,
                          .provenance = "sonaxis test"};
    sx_error err = {0};
    if (sx_frontend_preset("librosa", &card.frontend, &err) != SX_OK) fail_msg("%s", err.text);
    return card;
}

static sx_model *make_model(void) {
    sx_model_options options = net_options((sx_shape){8, 4, 2}, 3, true);
    sx_model *model =
        net_build("{\"name\": \"tiny\", \"layers\": ["
                  "{\"type\": \"conv2d\", \"filters\": 2, \"kernel_size\": 3},"
                  "{\"type\": \"normalisation\", \"axis\": \"$axis\"}, {\"type\": \"global_max_pool\"},"
                  "{\"type\": \"dense\", \"units\": \"$classes\"}]}",
                  SX_AXIS_TIME, &options);
    net_random(sx_model_weights(model), sx_model_trainable_count(model), 8);
    net_random(sx_model_statistics(model), sx_model_statistics_count(model), 9);
    for (size_t i = 0; i < sx_model_statistics_count(model); i++)
        sx_model_statistics(model)[i] = fabsf(sx_model_statistics(model)[i]);
    sx_model_weights_changed(model);
    return model;
}

static int save_one(void **state) {
    sx_error err = {0};
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/model.sxm", folder);
    sx_model *model = make_model();
    sx_model_card card = make_card();
    if (sx_model_save(model, &card, path, &err) != SX_OK) fail_msg("%s", err.text);
    sx_model_free(model);
    assert_int_equal(sx_file_read(path, 0, &bytes, &size, &err), SX_OK);
    return 0;
}

static int remove_all(void **state) {
    (void)state;
    sx_free(bytes);
    unlink(path);
    return rmdir(folder);
}

/* A new file: some file systems flush one that is truncated and written again. */
static void put_file(const unsigned char *content, size_t length) {
    unlink(path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static sx_status load(sx_model **model, sx_model_card *card, sx_error *err) {
    return sx_model_load(path, 3, 1, model, card, err);
}

static void a_model_comes_back_as_it_was(void **state) {
    sx_model *saved = make_model(), *model = NULL;
    sx_model_card card = {0}, expected = make_card();
    sx_error err = {0};
    float x[3 * 64], before[9], after[9];
    (void)state;
    put_file(bytes, size);
    if (load(&model, &card, &err) != SX_OK) fail_msg("%s", err.text);
    net_random(x, 3 * 64, 1);
    sx_model_run(saved, x, 3, before);
    sx_model_run(model, x, 3, after);
    assert_memory_equal(before, after, sizeof before);
    assert_int_equal(card.label_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(card.label_names[i], labels[i]);
    assert_memory_equal(&card.standardise, &expected.standardise, sizeof card.standardise);
    assert_true(card.duration_s == expected.duration_s && card.clip == expected.clip);
    assert_true(card.channels == expected.channels && card.channel_index == 2 && card.sigmoid);
    assert_true(card.data_hash == expected.data_hash && card.seed == expected.seed);
    assert_string_equal(card.provenance, expected.provenance);
    char *a = sx_frontend_to_json(&card.frontend), *b = sx_frontend_to_json(&expected.frontend);
    assert_string_equal(a, b);
    sx_free_text(a);
    sx_free_text(b);
    assert_int_equal(sx_model_seed(model), 42);
    assert_false(sx_model_spec_needs_axis(sx_model_get_spec(model)));
    sx_model_card_clear(&card);
    sx_model_free(model);
    sx_model_free(saved);
}

static void saving_twice_gives_the_same_bytes(void **state) {
    sx_model *model = NULL;
    sx_model_card card = {0};
    sx_error err = {0};
    unsigned char *again = NULL;
    size_t again_size = 0;
    (void)state;
    put_file(bytes, size);
    assert_int_equal(load(&model, &card, &err), SX_OK);
    assert_int_equal(sx_model_save(model, &card, path, &err), SX_OK);
    assert_int_equal(sx_file_read(path, 0, &again, &again_size, &err), SX_OK);
    assert_int_equal(again_size, size);
    assert_memory_equal(again, bytes, size);
    sx_free(again);
    sx_model_card_clear(&card);
    sx_model_free(model);
}

static void refused(sx_status expected, const char *words, const char *what, size_t place) {
    sx_model *model = NULL;
    sx_model_card card = {.seed = 77};
    sx_error err = {0};
    sx_status status = load(&model, &card, &err);
    bool named = strstr(err.text, "model.sxm") != NULL && strstr(err.text, words) != NULL;
    if (status == SX_OK || (expected != SX_OK && status != expected) || !named)
        fail_msg("%s at %zu: status %d, \"%s\"", what, place, (int)status, err.text);
    assert_null(model);
    assert_true(card.seed == 77 && card.label_names == NULL);
}

static void any_truncation_is_refused(void **state) {
    (void)state;
    for (size_t length = 0; length < size; length++) {
        put_file(bytes, length);
        refused(SX_E_FORMAT, "", "cut", length);
    }
}

static void any_flipped_bit_is_refused(void **state) {
    unsigned char *copy = test_malloc(size + 1);
    (void)state;
    for (size_t i = 0; i < size; i++) {
        memcpy(copy, bytes, size);
        copy[i] = (unsigned char)(copy[i] ^ 1U << (i * 5 % 8));
        put_file(copy, size);
        refused(SX_OK, "", "flip", i);
    }
    memcpy(copy, bytes, size);
    copy[size] = 0;
    put_file(copy, size + 1);
    refused(SX_E_FORMAT, "but was written with", "appended", size);
    test_free(copy);
}

/* Sections of the saved file, to be written again with right checksums. */
static void put_sections(const sx_span sections[SX_SECTION_COUNT]) {
    unsigned char header[SX_MODEL_FILE_HEADER];
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    sx_model_header_write(sections, header);
    assert_int_equal(fwrite(header, 1, sizeof header, file), sizeof header);
    for (int i = 0; i < SX_SECTION_COUNT; i++)
        assert_int_equal(fwrite(sections[i].bytes, 1, sections[i].size, file), sections[i].size);
    assert_int_equal(fclose(file), 0);
}

static void replace_section(sx_section section, const char *find, const char *put, sx_status expected,
                            const char *words) {
    sx_span sections[SX_SECTION_COUNT];
    sx_error err = {0};
    char text[8192], changed[8192];
    assert_int_equal(sx_model_header_read(path, bytes, size, sections, &err), SX_OK);
    assert_true(sections[section].size < sizeof text);
    memcpy(text, sections[section].bytes, sections[section].size);
    text[sections[section].size] = 0;
    char *place = strstr(text, find);
    if (!place) fail_msg("no %s in %s", find, text);
    int length =
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(place - text), text, put, place + strlen(find));
    sections[section] = (sx_span){(const unsigned char *)changed, (size_t)length};
    put_sections(sections);
    refused(expected, words, put, 0);
}

static void right_checksums_do_not_help_a_lie(void **state) {
    (void)state;
    replace_section(SX_SECTION_SPEC, "\"filters\": 2", "\"filters\": 60000", SX_E_FORMAT, "bytes of weights");
    replace_section(SX_SECTION_SPEC, "\"conv2d\"", "\"conv3d\"", SX_E_FORMAT, "conv3d");
    replace_section(SX_SECTION_SPEC, "\"time\"", "\"$axis\"", SX_E_ARGUMENT, "not chosen yet");
    replace_section(SX_SECTION_CARD, "\"classes\": 3", "\"classes\": 65536", SX_E_FORMAT, "labels");
    replace_section(SX_SECTION_CARD, "\"sigmoid\"", "\"sigmoit\"", SX_E_FORMAT, "sigmoid");
    replace_section(SX_SECTION_CARD, "\"deviation\": 2.5", "\"deviation\": 0", SX_E_FORMAT, "deviation");
    replace_section(SX_SECTION_CARD, "ffffffffffffffff", "fffffffffffffffg", SX_E_FORMAT, "hexadecimal");
}

static void other_sizes_of_weights_are_refused(void **state) {
    sx_span sections[SX_SECTION_COUNT];
    sx_error err = {0};
    (void)state;
    for (size_t less = 1; less <= 4; less += 3) {
        assert_int_equal(sx_model_header_read(path, bytes, size, sections, &err), SX_OK);
        sections[SX_SECTION_WEIGHTS].size -= less;
        put_sections(sections);
        refused(SX_E_FORMAT, "needs", "fewer weights", less);
    }
}

static void newer_versions_are_told_apart(void **state) {
    unsigned char *copy = test_malloc(size);
    (void)state;
    memcpy(copy, bytes, size);
    copy[8] = 2;
    put_file(copy, size);
    refused(SX_E_VERSION, "version 2", "newer", 0);
    put_file((const unsigned char *)"RIFF....WAVE", 12);
    refused(SX_E_FORMAT, "not a sonaxis model", "another kind", 0);
    unlink(path);
    refused(SX_E_FILE, "", "missing", 0);
    test_free(copy);
}

static void wrong_cards_are_not_saved(void **state) {
    sx_model *model = make_model();
    sx_model_card card = make_card();
    sx_error err = {0};
    (void)state;
    put_file(bytes, size);
    card.label_count = 2;
    assert_int_equal(sx_model_save(model, &card, path, &err), SX_E_ARGUMENT);
    card.label_count = 3;
    card.standardise.deviation = NAN;
    assert_int_equal(sx_model_save(model, &card, path, &err), SX_E_ARGUMENT);
    card.standardise.deviation = 1;
    sx_file_fail_from(1);
    assert_int_equal(sx_model_save(model, &card, path, &err), SX_E_FILE);
    sx_file_fail_from(0);
    sx_model *old = NULL;
    sx_model_card old_card = {0};
    assert_int_equal(load(&old, &old_card, &err), SX_OK);
    sx_model_card_clear(&old_card);
    sx_model_free(old);
    sx_model_free(model);
}

static void running_out_of_memory_is_a_status(void **state) {
    size_t failures = 0;
    sx_error err = {0};
    (void)state;
    put_file(bytes, size);
    for (size_t n = 1; n < 10000; n++) {
        sx_model *model = NULL;
        sx_model_card card = {0};
        sx_memory_fail_from(n);
        sx_status status = load(&model, &card, &err);
        sx_memory_fail_from(0);
        if (status == SX_OK) {
            sx_model_card_clear(&card);
            sx_model_free(model);
            break;
        }
        if (status != SX_E_MEMORY) fail_msg("allocation %zu: %d %s", n, (int)status, err.text);
        assert_true(model == NULL && card.label_names == NULL);
        failures++;
    }
    assert_in_range(failures, 20, 9998);
}

static void a_card_is_made_from_features(void **state) {
    char *names[] = {(char *)"a", (char *)"b"};
    sx_features features = {.label_names = names,
                            .label_count = 2,
                            .clip = SX_CLIP_CENTRE,
                            .duration_s = 2,
                            .content_hash = 9,
                            .from_arrays = true};
    sx_standardise standardise = {1, 2};
    sx_model_card card = {0};
    sx_error err = {0};
    (void)state;
    assert_int_equal(sx_model_card_from_features(&features, &standardise, &card, &err), SX_OK);
    assert_string_equal(card.label_names[1], "b");
    assert_ptr_not_equal(card.label_names[1], names[1]);
    assert_true(card.clip == SX_CLIP_CENTRE && card.data_hash == 9 && card.from_arrays);
    assert_true(card.standardise.deviation == 2);
    sx_model_card_clear(&card);
    assert_null(card.label_names);
    sx_model_card_clear(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_model_comes_back_as_it_was),
                                       cmocka_unit_test(saving_twice_gives_the_same_bytes),
                                       cmocka_unit_test(any_truncation_is_refused),
                                       cmocka_unit_test(any_flipped_bit_is_refused),
                                       cmocka_unit_test(right_checksums_do_not_help_a_lie),
                                       cmocka_unit_test(other_sizes_of_weights_are_refused),
                                       cmocka_unit_test(newer_versions_are_told_apart),
                                       cmocka_unit_test(wrong_cards_are_not_saved),
                                       cmocka_unit_test(running_out_of_memory_is_a_status),
                                       cmocka_unit_test(a_card_is_made_from_features)};
    return cmocka_run_group_tests(tests, save_one, remove_all);
}
