/* Files that want to do harm, and damaged ones: each is an error that says why, and takes little memory. */
#include "sonaxis/exchange.h"

#include "base/file.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "exchange/keras_models.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static const char models[] = SX_GOLDEN "/keras_models/random";
static const char hostile[] = SX_GOLDEN "/keras_models/hostile";

/* --- harm ------------------------------------------------------------------------------------------- */

static const struct {
    const char *file;
    const char *words; /* of the error; NULL: it is read */
} cases[] = {
    {"bad_axis.keras", "axis is 0"},
    {"channels_first.keras", "data_format is \"channels_first\""},
    {"chunk_bomb.keras", "claims a shape that the file cannot hold"},
    {"circle.keras", "run in a circle"},
    {"compound.keras", "a type of its own"},
    {"custom.keras", "(MyLayer): a custom object"},
    {"deep.keras", "maximum parsing depth"},
    {"deep_inputs.keras", "is not the output of a layer"},
    {"disguised.keras", "a custom object"},
    {"empty.keras", "neither a .keras archive nor"},
    {"external_data.keras", "keeps its values in other files"},
    {"external_link.keras", "is an external link"},
    {"filter_bomb.keras", "is compressed"},
    {"group.keras", "is something else"},
    {"half.keras", NULL},
    {"lambda.keras", "\"re_lu\" (Lambda): a Lambda is a program"},
    {"legacy_circle.h5", "is something else"},
    {"legacy_deep_config.h5", "model_config"},
    {"legacy_external_group.h5", "is an external link"},
    {"legacy_external_link.h5", "is an external link"},
    {"legacy_good.h5", NULL},
    {"legacy_lying_shape.h5", "claims a shape that the file cannot hold"},
    {"legacy_many_names.h5", "holds 3000 weights"},
    {"legacy_soft_link.h5", "is a soft link"},
    {"long_name.keras", NULL},
    {"lying_shape.keras", "claims a shape that the file cannot hold"},
    {"many_layers.keras", "many_layers.keras: "}, /* too much memory, or time, or layers */
    {"many_inputs.keras", "inputs; join them"},
    {"many_members.keras", "holds 1103 members"},
    {"million_layers.keras", "at most 16777216"},
    {"missing.keras", "is missing"},
    {"named_type.keras", "a type of its own"},
    {"nested.keras", "(Functional): the model has no layers"},
    {"no_layers.keras", "has 0 layers"},
    {"no_such_input.keras", "nobody\" is no layer"},
    {"no_weights.keras", "model.weights.h5 is missing"},
    {"not_a_number.keras", "infinite or not a number"},
    {"not_json.keras", "not good JSON"},
    {"other_size.keras", "the file has [18, 3] weights for it, the net needs 2 of 27"},
    {"own_activation.keras", "\"my_activation\" is not one of Keras's own"},
    {"path_root.keras", "\"/etc/evil\", which leads elsewhere"},
    {"path_up.keras", "\"../../evil\", which leads elsewhere"},
    {"pickle.keras", "Python pickle"},
    {"quantised.keras", "is quantised"},
    {"same_name.keras", "conv2d"},
    {"soft_link.keras", "is a soft link"},
    {"subclassed.keras", "\"MyModel\", which is a program"},
    {"text.keras", "a type of its own"},
    {"twice.keras", "two members are called \"config.json\""},
    {"unknown.keras", "(LSTM): this layer is not there"},
    {"virtual.keras", "is virtual"},
    {"weights_only.h5", "holds weights at most and no net"},
    {"words.h5", "neither a .keras archive nor"},
    {"zip_bomb.keras", "at most 16777216"},
};

static sx_status open_and_build(const char *path, sx_error *err) {
    sx_keras *keras = NULL;
    sx_model *model = NULL;
    sx_status status = sx_keras_open(path, SX_ORDER_UNKNOWN, &keras, err);
    if (status == SX_OK) {
        sx_shape in = sx_keras_input(keras);
        sx_model_options options = {
            .input = {in.time ? in.time : 20, in.frequency ? in.frequency : 20, in.channels},
            .batch = 1,
            .threads = 1};
        status = sx_keras_build(keras, &options, &model, err);
    }
    sx_model_free(model);
    sx_keras_free(keras);
    return status;
}

static void check_hostile(const char *path) {
    const char *name = sx_path_base(path);
    sx_error err = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(cases[i].file, name) != 0) continue;
        sx_status status = open_and_build(path, &err);
        bool good = cases[i].words ? status != SX_OK && strstr(err.text, cases[i].words) : status == SX_OK;
        if (!good) fail_msg("%s: status %d: %s", name, (int)status, err.text);
        return;
    }
    fail_msg("%s is in no case", name);
}

static void harm_is_refused_by_name(void **state) {
    (void)state;
    assert_int_equal(each_model(hostile, check_hostile), sizeof cases / sizeof *cases);
}

static void a_folder_is_refused(void **state) {
    (void)state;
    sx_keras *keras = NULL;
    sx_error err = {0};
    assert_int_equal(sx_keras_open(models, SX_ORDER_UNKNOWN, &keras, &err), SX_E_UNSUPPORTED);
    says(err.text, "SavedModel");
    assert_int_equal(sx_keras_open("/nowhere.keras", SX_ORDER_UNKNOWN, &keras, &err), SX_E_FILE);
    assert_null(keras);
}

/* --- damage ----------------------------------------------------------------------------------------- */

static void read_bytes(const char *folder, const char *name, unsigned char **bytes, size_t *size) {
    char *path = sx_path_join(folder, name);
    sx_error err = {0};
    if (sx_file_read(path, 0, bytes, size, &err) != SX_OK) fail_msg("%s", err.text);
    sx_free(path);
}

static const char damaged[] = "damaged_by_test.keras";

static sx_status open_damaged(const unsigned char *bytes, size_t size) {
    sx_error err = {0};
    assert_int_equal(sx_file_write(damaged, bytes, size, &err), SX_OK);
    return open_and_build(damaged, &err);
}

/* As Keras stores it, packed, and a legacy file: the first and the last .keras, and the first .h5. */
static void each_kind(void (*check)(const char *name, unsigned char *bytes, size_t size)) {
    char **names = NULL, *kinds[3] = {NULL};
    size_t count = 0;
    assert_int_equal(sx_folder_list(models, &names, &count, NULL), SX_OK);
    for (size_t i = 0; i < count; i++) {
        if (strstr(names[i], ".keras")) kinds[kinds[0] ? 1 : 0] = names[i];
        if (strstr(names[i], ".h5") && !kinds[2]) kinds[2] = names[i];
    }
    for (size_t i = 0; i < 3; i++) {
        unsigned char *bytes = NULL;
        size_t size = 0;
        assert_non_null(kinds[i]);
        read_bytes(models, kinds[i], &bytes, &size);
        check(kinds[i], bytes, size);
        sx_free(bytes);
    }
    sx_names_free(names, count);
    assert_int_equal(sx_file_remove(damaged, NULL), SX_OK);
}

static void cut(const char *name, unsigned char *bytes, size_t size) {
    for (size_t left = 0; left < size; left += 1024)
        if (open_damaged(bytes, left) == SX_OK) fail_msg("%s is read from %zu bytes", name, left);
    if (open_damaged(bytes, size - 1) == SX_OK) fail_msg("%s is read without its last byte", name);
}

static void a_file_cut_short_is_an_error(void **state) {
    (void)state;
    each_kind(cut);
}

static size_t refused, tried;

static void flip(const char *name, unsigned char *bytes, size_t size) {
    (void)name;
    for (uint32_t i = 0; i < 60; i++, tried++) {
        uint32_t mixed = (i + 1) * 2654435761u;
        unsigned char *at = &bytes[mixed % size], bit = (unsigned char)(1u << (mixed >> 29));
        *at ^= bit;
        refused += open_damaged(bytes, size) != SX_OK;
        *at ^= bit;
    }
}

/* A flipped bit may be in a weight and go unseen; it must end well either way. */
static void flipped_bits_end_well(void **state) {
    (void)state;
    each_kind(flip);
    assert_in_range(refused, 1, tried);
}

/* Of the largest child so far; address sanitizers keep what was freed for a while, and all of it counts. */
static void harm_took_little_memory(void **state) {
    (void)state;
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
    if (usage.ru_maxrss > 1 << 20) fail_msg("a child took %ld KiB", usage.ru_maxrss);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(harm_is_refused_by_name),      cmocka_unit_test(a_folder_is_refused),
        cmocka_unit_test(a_file_cut_short_is_an_error), cmocka_unit_test(flipped_bits_end_well),
        cmocka_unit_test(harm_took_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
