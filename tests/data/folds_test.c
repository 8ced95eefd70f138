/* folds_test.c: every item tested once, groups and recordings whole, shares kept, leaks named. */
#include "fixture.h"

#include "sonaxis/folds.h"

enum { MOST_ITEMS = 400 };

/* A data set that only has what folds look at. */
static struct {
    sx_features features;
    int labels[MOST_ITEMS], groups[MOST_ITEMS], folds[MOST_ITEMS];
    sx_part parts[MOST_ITEMS];
    char paths[MOST_ITEMS][32], *path_pointers[MOST_ITEMS];
    char label_names[10][32], *label_pointers[10];
    char group_names[50][32], *group_pointers[50];
} set;

/* Labels go round; groups 0 = none, else each item belongs to one of the groups, scattered. */
static void make_set(size_t count, size_t labels, size_t groups) {
    memset(&set, 0, sizeof set);
    for (size_t i = 0; i < count; i++) {
        set.labels[i] = (int)(i % labels);
        set.groups[i] = groups == 0 ? -1 : (int)((uint32_t)(i * 2654435761u) / 65536 % groups);
        set.folds[i] = -1;
        snprintf(set.paths[i], sizeof set.paths[i], "%04zu.wav", i);
        set.path_pointers[i] = set.paths[i];
    }
    for (size_t i = 0; i < 10; i++) {
        snprintf(set.label_names[i], sizeof set.label_names[i], "label%zu", i);
        set.label_pointers[i] = set.label_names[i];
    }
    for (size_t i = 0; i < 50; i++) {
        snprintf(set.group_names[i], sizeof set.group_names[i], "group%02zu", i);
        set.group_pointers[i] = set.group_names[i];
    }
    set.features = (sx_features){.count = count,
                                 .labels = set.labels,
                                 .groups = set.groups,
                                 .folds = set.folds,
                                 .parts = set.parts,
                                 .paths = set.path_pointers,
                                 .label_names = set.label_pointers,
                                 .label_count = labels,
                                 .group_names = set.group_pointers,
                                 .group_count = groups};
}

static sx_fold_options options_of(sx_fold_kind kind, int count, double validation) {
    sx_fold_options options;
    sx_folds_default(&options);
    options.kind = kind;
    options.count = count;
    options.validation = validation;
    return options;
}

static sx_folds *make(const sx_fold_options *options) {
    sx_folds *folds = NULL;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_folds_make(&set.features, options, &folds, &err), &err);
    return folds;
}

static void assert_make_fails(const sx_fold_options *options, sx_status expected, const char *part) {
    sx_folds *folds = NULL;
    sx_error err = {SX_OK, ""};
    assert_fails(sx_folds_make(&set.features, options, &folds, &err), expected, &err, part);
    assert_null(folds);
}

static void mark(const size_t *items, size_t count, int part, int *parts) {
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || items[i - 1] < items[i]); /* ascending */
        assert_int_equal(parts[items[i]], 0);           /* in one part only */
        parts[items[i]] = part;
    }
}

enum { TRAIN = 1, VALIDATION, TEST };

/* Each fold uses every item once, and every item is tested in exactly one fold. parts: of the last fold. */
static void assert_partition(const sx_folds *folds, int *parts) {
    int tested[MOST_ITEMS] = {0};
    for (size_t f = 0; f < folds->count; f++) {
        const sx_fold *fold = &folds->folds[f];
        memset(parts, 0, MOST_ITEMS * sizeof *parts);
        mark(fold->train, fold->train_count, TRAIN, parts);
        mark(fold->validation, fold->validation_count, VALIDATION, parts);
        mark(fold->test, fold->test_count, TEST, parts);
        assert_int_equal(fold->train_count + fold->validation_count + fold->test_count, set.features.count);
        for (size_t i = 0; i < fold->test_count; i++)
            tested[fold->test[i]]++;
    }
    for (size_t i = 0; i < set.features.count; i++)
        assert_int_equal(tested[i], 1);
}

static void assert_groups_whole(const sx_folds *folds) {
    for (size_t f = 0; f < folds->count; f++) {
        bool in_test[50] = {false};
        const sx_fold *fold = &folds->folds[f];
        for (size_t i = 0; i < fold->test_count; i++)
            in_test[set.groups[fold->test[i]]] = true;
        for (size_t i = 0; i < fold->train_count; i++)
            assert_false(in_test[set.groups[fold->train[i]]]);
        for (size_t i = 0; i < fold->validation_count; i++)
            assert_false(in_test[set.groups[fold->validation[i]]]);
    }
}

static void one_fold_a_group(void **state) {
    (void)state;
    int parts[MOST_ITEMS];
    make_set(200, 4, 5);
    sx_fold_options options = options_of(SX_FOLDS_AUTO, 0, 0);
    sx_folds *folds = make(&options);
    assert_int_equal(folds->kind, SX_FOLDS_GROUP);
    assert_int_equal(folds->count, 5);
    assert_string_equal(folds->folds[3].name, "group03");
    assert_partition(folds, parts);
    assert_groups_whole(folds);
    assert_int_equal(set.groups[folds->folds[3].test[0]], 3);
    sx_folds_free(folds);
}

static void many_groups_are_joined(void **state) {
    (void)state;
    int parts[MOST_ITEMS];
    make_set(400, 4, 37);
    for (int count = 0; count <= 7; count += 7) {
        sx_fold_options options = options_of(SX_FOLDS_GROUP, count, 0.2);
        sx_folds *folds = make(&options);
        assert_int_equal(folds->count, count == 0 ? 10 : 7);
        assert_string_equal(folds->folds[1].name, "fold 2");
        assert_partition(folds, parts);
        assert_groups_whole(folds);
        for (size_t f = 0; f < folds->count; f++) { /* balanced: within half of the fair share */
            double fair = 400.0 / (double)folds->count;
            assert_true(fabs((double)folds->folds[f].test_count - fair) < 0.5 * fair);
        }
        sx_folds_free(folds);
    }
}

static void label_shares_are_kept(void **state) {
    (void)state;
    int parts[MOST_ITEMS];
    make_set(330, 3, 0);
    for (size_t i = 0; i < 330; i++)
        set.labels[i] = i < 200 ? 0 : i < 300 ? 1 : 2; /* 200, 100, 30 */
    sx_fold_options options = options_of(SX_FOLDS_AUTO, 0, 0.1);
    sx_folds *folds = make(&options);
    assert_int_equal(folds->kind, SX_FOLDS_STRATIFIED);
    assert_int_equal(folds->count, 5);
    assert_partition(folds, parts);
    for (size_t f = 0; f < 5; f++) {
        size_t test[3] = {0}, validation[3] = {0};
        for (size_t i = 0; i < folds->folds[f].test_count; i++)
            test[set.labels[folds->folds[f].test[i]]]++;
        for (size_t i = 0; i < folds->folds[f].validation_count; i++) {
            validation[set.labels[folds->folds[f].validation[i]]]++;
        }
        assert_int_equal(test[0], 40);
        assert_int_equal(test[1], 20);
        assert_int_equal(test[2], 6);
        assert_int_equal(validation[0], 16); /* 10 % of 160, 80, 24 */
        assert_int_equal(validation[1], 8);
        assert_int_equal(validation[2], 2);
    }
    sx_folds_free(folds);
}

static void one_seed_one_division(void **state) {
    (void)state;
    make_set(120, 3, 0);
    sx_fold_options options = options_of(SX_FOLDS_STRATIFIED, 4, 0.25);
    sx_folds *a = make(&options), *b = make(&options);
    options.seed = 1;
    sx_folds *c = make(&options);
    size_t size = a->folds[0].test_count * sizeof(size_t);
    assert_memory_equal(a->folds[0].test, b->folds[0].test, size);
    assert_memory_equal(a->folds[0].validation, b->folds[0].validation,
                        a->folds[0].validation_count * sizeof(size_t));
    assert_memory_not_equal(a->folds[0].test, c->folds[0].test, size);
    sx_folds_free(a);
    sx_folds_free(b);
    sx_folds_free(c);
}

/* Pieces of one recording never come to both sides, whatever the kind. */
static void pieces_stay_together(void **state) {
    (void)state;
    int parts[MOST_ITEMS];
    make_set(120, 2, 0);
    for (size_t i = 0; i < 120; i++) {
        snprintf(set.paths[i], sizeof set.paths[i], "%04zu.wav", i / 4);
        set.labels[i] = (int)(i / 4 % 2);
    }
    sx_fold_options options = options_of(SX_FOLDS_STRATIFIED, 3, 0.2);
    sx_folds *folds = make(&options);
    for (size_t f = 0; f < 3; f++) {
        sx_folds one = {.kind = folds->kind, .folds = &folds->folds[f], .count = 1};
        memset(parts, 0, sizeof parts);
        mark(one.folds->train, one.folds->train_count, TRAIN, parts);
        mark(one.folds->validation, one.folds->validation_count, VALIDATION, parts);
        mark(one.folds->test, one.folds->test_count, TEST, parts);
        for (size_t i = 0; i < 120; i++)
            assert_int_equal(parts[i], parts[i / 4 * 4]);
    }
    sx_folds_free(folds);

    make_set(40, 2, 4);
    snprintf(set.paths[1], sizeof set.paths[1], "0000.wav"); /* two speakers in one recording */
    set.groups[0] = 0;
    set.groups[1] = 1;
    options = options_of(SX_FOLDS_GROUP, 0, 0);
    assert_make_fails(&options, SX_E_DATA, "recording '0000.wav' is on both sides");
}

static void validation_by_whole_groups(void **state) {
    (void)state;
    int parts[MOST_ITEMS];
    make_set(240, 3, 6);
    sx_fold_options options = options_of(SX_FOLDS_GROUP, 0, 0.2);
    options.validation_by_group = true;
    sx_folds *folds = make(&options);
    assert_partition(folds, parts);
    assert_groups_whole(folds);
    for (size_t f = 0; f < folds->count; f++) {
        bool validates[50] = {false};
        const sx_fold *fold = &folds->folds[f];
        assert_true(fold->validation_count > 0);
        for (size_t i = 0; i < fold->validation_count; i++)
            validates[set.groups[fold->validation[i]]] = true;
        for (size_t i = 0; i < fold->train_count; i++)
            assert_false(validates[set.groups[fold->train[i]]]);
    }
    sx_folds_free(folds);
    make_set(120, 3, 3); /* two training groups: single recordings instead */
    folds = make(&options);
    assert_partition(folds, parts);
    for (size_t f = 0; f < folds->count; f++)
        assert_true(folds->folds[f].validation_count > 0);
    sx_folds_free(folds);
}

static void official_folds(void **state) {
    (void)state;
    int parts[MOST_ITEMS];
    make_set(60, 2, 0);
    for (size_t i = 0; i < 60; i++)
        set.folds[i] = (int)(i / 2 % 3) * 10;
    sx_fold_options options = options_of(SX_FOLDS_AUTO, 0, 0);
    sx_folds *folds = make(&options);
    assert_int_equal(folds->kind, SX_FOLDS_OFFICIAL);
    assert_int_equal(folds->count, 3);
    assert_string_equal(folds->folds[2].name, "official 20");
    assert_partition(folds, parts);
    for (size_t i = 0; i < folds->folds[1].test_count; i++)
        assert_int_equal(set.folds[folds->folds[1].test[i]], 10);
    sx_folds_free(folds);
    set.folds[7] = -1;
    assert_make_fails(&options, SX_E_DATA, "'0007.wav' has no official fold");
}

static void official_split(void **state) {
    (void)state;
    make_set(60, 2, 0);
    for (size_t i = 0; i < 60; i++) {
        set.parts[i] = i < 40 ? SX_PART_TRAIN : i < 50 ? SX_PART_VALIDATION : SX_PART_TEST;
    }
    sx_fold_options options = options_of(SX_FOLDS_AUTO, 0, 0.5);
    sx_folds *folds = make(&options);
    assert_int_equal(folds->count, 1);
    assert_string_equal(folds->folds[0].name, "official");
    assert_int_equal(folds->folds[0].train_count, 40);
    assert_int_equal(folds->folds[0].validation_count, 10); /* the official one, not half of the rest */
    assert_int_equal(folds->folds[0].test_count, 10);
    assert_int_equal(folds->folds[0].test[0], 50);
    sx_folds_free(folds);
    set.parts[3] = SX_PART_ANY;
    assert_make_fails(&options, SX_E_DATA, "'0003.wav' has no official split");
    make_set(60, 2, 0);
    options.kind = SX_FOLDS_OFFICIAL;
    assert_make_fails(&options, SX_E_DATA, "no official folds");
}

static void leaks_and_gaps_are_named(void **state) {
    (void)state;
    make_set(60, 2, 3);
    for (size_t i = 0; i < 60; i++)
        set.folds[i] = (int)(i / 2 % 3);
    sx_fold_options options = options_of(SX_FOLDS_OFFICIAL, 0, 0);
    assert_make_fails(&options, SX_E_DATA, "is on both sides of a split");

    make_set(60, 2, 3);
    for (size_t i = 0; i < 60; i++)
        set.groups[i] = set.labels[i] == 1 ? 2 : (int)(i / 2 % 2);
    options = options_of(SX_FOLDS_GROUP, 0, 0);
    assert_make_fails(&options, SX_E_DATA,
                      "label 'label1' is missing from the training part of fold 'group02'");

    make_set(60, 2, 3);
    options = options_of(SX_FOLDS_GROUP, 4, 0);
    assert_make_fails(&options, SX_E_DATA, "3 groups cannot make 4 folds");
    options = options_of(SX_FOLDS_GROUP, 0, 0);
    set.groups[9] = -1;
    assert_make_fails(&options, SX_E_DATA, "'0009.wav' has no group");
    make_set(60, 2, 0);
    assert_make_fails(&options, SX_E_DATA, "no recording has a group");

    make_set(60, 1, 0);
    options = options_of(SX_FOLDS_AUTO, 0, 0);
    assert_make_fails(&options, SX_E_DATA, "at least two labels");
    make_set(60, 2, 0);
    set.labels[5] = -1;
    assert_make_fails(&options, SX_E_DATA, "'0005.wav' has no label");
    make_set(4, 2, 0);
    assert_make_fails(&options, SX_E_DATA, "4 recordings cannot fill 5 folds");
    options.count = 1;
    assert_make_fails(&options, SX_E_ARGUMENT, "fold count is 1");
    options = options_of(SX_FOLDS_AUTO, 2, 0.6);
    assert_make_fails(&options, SX_E_ARGUMENT, "validation share is 0.6");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_fold_a_group),         cmocka_unit_test(many_groups_are_joined),
        cmocka_unit_test(label_shares_are_kept),    cmocka_unit_test(one_seed_one_division),
        cmocka_unit_test(pieces_stay_together),     cmocka_unit_test(validation_by_whole_groups),
        cmocka_unit_test(official_folds),           cmocka_unit_test(official_split),
        cmocka_unit_test(leaks_and_gaps_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
