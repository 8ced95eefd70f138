/* name_pattern_test.c: patterns read strictly, names matched in one way or not at all. */
#include "fixture.h"

#include "data/name_pattern.h"

static void assert_piece(sx_name_piece piece, const char *expected) {
    assert_int_equal(piece.length, strlen(expected));
    assert_memory_equal(piece.start, expected, piece.length);
}

static void names_are_taken_apart(void **state) {
    (void)state;
    sx_name_pattern pattern;
    sx_error err = {SX_OK, ""};
    sx_name_piece pieces[SX_FIELD_COUNT];
    assert_ok(sx_name_pattern_read("{label}_{group}_{take}", &pattern, &err), &err);
    assert_true(sx_name_pattern_match(&pattern, "7_jackson_31.wav", pieces));
    assert_piece(pieces[SX_FIELD_LABEL], "7");
    assert_piece(pieces[SX_FIELD_GROUP], "jackson");
    assert_piece(pieces[SX_FIELD_TAKE], "31");
    assert_int_equal(pieces[SX_FIELD_FOLD].length, 0);
    const char *wrong[] = {"7_jackson.wav", "7_jackson_.wav", "_jackson_1.wav",
                           "7__1.wav",      "7_a_b_1.wav",    "x.wav"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (sx_name_pattern_match(&pattern, wrong[i], pieces)) fail_msg("%s matches", wrong[i]);
    }
    sx_name_pattern_clear(&pattern);
}

static void literals_and_folds_are_read(void **state) {
    (void)state;
    sx_name_pattern pattern;
    sx_error err = {SX_OK, ""};
    sx_name_piece pieces[SX_FIELD_COUNT];
    assert_ok(sx_name_pattern_read("{fold}-{any}-{take}-{label}.wav", &pattern, &err), &err);
    assert_true(sx_name_pattern_match(&pattern, "1-100032-A-0.wav", pieces));
    assert_piece(pieces[SX_FIELD_FOLD], "1");
    assert_piece(pieces[SX_FIELD_LABEL], "0");
    assert_false(sx_name_pattern_match(&pattern, "1-100032-A-0.flac", pieces));
    sx_name_pattern_clear(&pattern);

    assert_ok(sx_name_pattern_read("{label}/{group}_nohash_{take}", &pattern, &err), &err);
    assert_true(pattern.has_folder);
    assert_true(sx_name_pattern_match(&pattern, "yes/0a7c2a8d_nohash_1.wav", pieces));
    assert_piece(pieces[SX_FIELD_LABEL], "yes");
    assert_piece(pieces[SX_FIELD_GROUP], "0a7c2a8d");
    assert_false(sx_name_pattern_match(&pattern, "yes_nohash_1.wav", pieces));
    sx_name_pattern_clear(&pattern);
}

static void wrong_patterns_are_refused(void **state) {
    (void)state;
    const struct {
        const char *pattern, *part;
    } cases[] = {{"{group}_{take}", "needs {label}"},
                 {"{lable}_{take}", "did you mean {label}"},
                 {"{label}_{label}", "twice"},
                 {"{label}{group}", "text between"},
                 {"{label", "never closed"},
                 {"label}", "without its '{'"},
                 {"{label}/{group}/{take}", "one '/'"},
                 {"", "needs {label}"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_name_pattern pattern;
        sx_error err = {SX_OK, ""};
        assert_fails(sx_name_pattern_read(cases[i].pattern, &pattern, &err), SX_E_ARGUMENT, &err,
                     cases[i].part);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_taken_apart),
        cmocka_unit_test(literals_and_folds_are_read),
        cmocka_unit_test(wrong_patterns_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
