/* Every type NumPy wrote, labels, damaged headers, and our own files against NumPy's bytes. */
#include "arrays/npy.h"
#include "base/file.h"
#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char place[256];

static const char *golden(const char *name) {
    snprintf(place, sizeof place, "%s/arrays/%s.npy", SX_GOLDEN, name);
    return place;
}

static sx_npy read_good(const char *name) {
    sx_npy array = {0};
    sx_error err = {0};
    if (sx_npy_read(golden(name), &array, &err) != SX_OK) fail_msg("%s", err.text);
    return array;
}

static void assert_says(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("\"%s\" lacks \"%s\"", text, part);
}

static void every_number_type(void **state) {
    (void)state;
    static const struct {
        const char *name, *type;
        double factor;
    } cases[] = {{"f2", "float16", 1},      {"f4", "float32", 1},         {"f8", "float64", 1},
                 {"i1", "int8", 1},         {"i2", "int16", 1},           {"i4", "int32", 1},
                 {"i8", "int64", 1},        {"u1", "uint8", 1},           {"u2", "uint16", 1},
                 {"u4", "uint32", 1},       {"u8", "uint64", 1},          {"big_f4", "float32", 1},
                 {"big_i2", "int16", -1},   {"fortran_f8", "float64", 1}, {"version2", "float32", 1},
                 {"version3", "float32", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_npy array = read_good(cases[i].name);
        float floats[12];
        assert_string_equal(sx_npy_type_name(&array), cases[i].type);
        assert_true(sx_npy_is_number(&array) && !sx_npy_is_text(&array));
        assert_int_equal(array.rank, 3);
        assert_true(array.dims[0] == 2 && array.dims[1] == 3 && array.dims[2] == 2 && array.count == 12);
        sx_npy_floats(&array, 0, 12, floats);
        for (size_t k = 0; k < 12; k++) {
            if (sx_npy_number(&array, k) != cases[i].factor * (double)k ||
                (double)floats[k] != cases[i].factor * (double)k)
                fail_msg("%s: element %zu is %g", cases[i].name, k, sx_npy_number(&array, k));
        }
        sx_npy_clear(&array);
    }
}

static void bools_halves_and_shapes(void **state) {
    (void)state;
    sx_npy array = read_good("b1");
    for (size_t k = 0; k < 12; k++)
        assert_true(sx_npy_number(&array, k) == (double)(k % 2));
    char *label = sx_npy_label(&array, 1);
    assert_string_equal(label, "True");
    sx_free(label);
    sx_npy_clear(&array);
    array = read_good("halves");
    static const double halves[] = {1.5, -2, 65504, 5.9604644775390625e-08};
    for (size_t k = 0; k < 4; k++)
        assert_true(sx_npy_number(&array, k) == halves[k]);
    assert_true(isinf(sx_npy_number(&array, 4)) && sx_npy_number(&array, 5) < 0);
    assert_true(isnan(sx_npy_number(&array, 6)));
    assert_true(fabs(sx_npy_number(&array, 7) - 0.1) < 1e-4);
    sx_npy_clear(&array);
    array = read_good("scalar");
    assert_true(array.rank == 0 && array.count == 1 && sx_npy_number(&array, 0) == 2.5);
    sx_npy_clear(&array);
    array = read_good("empty");
    assert_true(array.rank == 2 && array.count == 0 && array.dims[0] == 0 && array.dims[1] == 4);
    sx_npy_clear(&array);
}

static void assert_labels(const char *name, const char *const *wanted) {
    sx_npy array = read_good(name);
    for (size_t i = 0; i < array.count; i++) {
        char *label = sx_npy_label(&array, i);
        assert_string_equal(label, wanted[i]);
        sx_free(label);
    }
    sx_npy_clear(&array);
}

static void labels(void **state) {
    (void)state;
    static const char *const words[] = {
        "yes", "no", "J\xc3\xbcrgen", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x98\x80", ""};
    static const char *const bytes[] = {"cat", "", "elephant"};
    static const char *const numbers[] = {"7", "-3.5", "0.1", "1e+20", "0"};
    static const char *const counted[] = {"0",  "-1", "-2", "-3", "-4",  "-5",
                                          "-6", "-7", "-8", "-9", "-10", "-11"};
    assert_labels("unicode", words);
    assert_labels("big_unicode", words);
    assert_labels("bytes", bytes);
    assert_labels("numbers", numbers);
    assert_labels("big_i2", counted);
}

static void refused_types(void **state) {
    (void)state;
    static const struct {
        const char *name, *says;
    } cases[] = {{"refused_object", "Python objects"},
                 {"refused_complex", "'<c8' is not read"},
                 {"refused_date", "'<M8[s]' is not read"},
                 {"refused_record", "records of several fields"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_npy array = {.rank = 5};
        sx_error err = {0};
        assert_int_equal(sx_npy_read(golden(cases[i].name), &array, &err), SX_E_UNSUPPORTED);
        assert_says(err.text, cases[i].says);
        assert_says(err.text, cases[i].name);
        assert_int_equal(array.rank, 5);
    }
    assert_int_equal(sx_npy_read(golden("missing"), &(sx_npy){0}, NULL), SX_E_FILE);
}

/* --- damaged headers -------------------------------------------------------------------------------- */

static sx_status parse(const char *dictionary, size_t data_bytes, sx_error *err) {
    unsigned char bytes[1024] = "\x93NUMPY\1\0";
    size_t length = strlen(dictionary);
    bytes[8] = (unsigned char)length;
    memcpy(bytes + 10, dictionary, length);
    sx_npy array = {0};
    sx_status status = sx_npy_parse(bytes, 10 + length + data_bytes, "it", &array, err);
    sx_npy_clear(&array);
    return status;
}

static void headers(void **state) {
    (void)state;
    static const struct {
        const char *dictionary;
        size_t data_bytes;
        sx_status status;
        const char *says;
    } cases[] = {
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24, SX_OK, ""},
        {"{\"shape\": (2,3),\"fortran_order\":False,\"descr\":\"<f4\"}\n", 24, SX_OK, ""},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }", 24, SX_OK, ""},
        {"{'descr': '<U0', 'fortran_order': True, 'shape': (2, 3), }", 0, SX_OK, ""},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 23, SX_E_FORMAT, "promises 24 bytes"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 25, SX_E_FORMAT, "1 bytes follow"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 9), }", 8, SX_E_FORMAT,
         "memory"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999,), }", 8, SX_E_FORMAT,
         "'shape'"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }", 4, SX_E_FORMAT,
         "at most 8"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 4, SX_E_FORMAT, "'shape'"},
        {"{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }", 4, SX_E_FORMAT, "fortran_order"},
        {"{'descr': '<f4', 'shape': (1,), }", 4, SX_E_FORMAT, "lacks"},
        {"{'descr': '<f4', 'order': (1,), }", 4, SX_E_FORMAT, "unknown key 'order'"},
        {"{'descr': '<f3', 'fortran_order': False, 'shape': (1,), }", 3, SX_E_UNSUPPORTED, "'<f3'"},
        {"{'descr': '<f16', 'fortran_order': False, 'shape': (1,), }", 16, SX_E_UNSUPPORTED, "'<f16'"},
        {"{'descr': '', 'fortran_order': False, 'shape': (1,), }", 4, SX_E_UNSUPPORTED, "element type"},
        {"{'descr': '<U99999999999', 'fortran_order': False, 'shape': (1,), }", 4, SX_E_UNSUPPORTED,
         "not read"},
        {"{'descr': '<f4", 4, SX_E_FORMAT, "'descr'"},
        {"{'descr': '<f4', ", 4, SX_E_FORMAT, "dictionary"},
        {"[1, 2]", 4, SX_E_FORMAT, "not a dictionary"},
        {"", 0, SX_E_FORMAT, "truncated"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_error err = {0};
        sx_status status = parse(cases[i].dictionary, cases[i].data_bytes, &err);
        if (status != cases[i].status)
            fail_msg("%s: %s \"%s\"", cases[i].dictionary, sx_status_name(status), err.text);
        assert_says(err.text, cases[i].says);
    }
}

static void first_bytes(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        sx_status status;
        const char *says;
    } cases[] = {{"not NUMPY at all", SX_E_FORMAT, "not a .npy array"},
                 {"\x93NUMPY\4\0xxxxxxxx", SX_E_VERSION, "version 4.0"},
                 {"\x93NUMPY\1\0\xff\xffxxxx", SX_E_FORMAT, "header is 65535 bytes long, 6 are there"},
                 {"\x93NUMPY\2\0\xff\xff\xff\xffxx", SX_E_FORMAT, "header is 4294967295 bytes long"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sx_npy array = {0};
        sx_error err = {0};
        assert_int_equal(sx_npy_parse((const unsigned char *)cases[i].bytes, 16, "it", &array, &err),
                         cases[i].status);
        assert_says(err.text, cases[i].says);
    }
    assert_int_equal(sx_npy_parse((const unsigned char *)"\x93NUMPY\1", 7, "it", &(sx_npy){0}, NULL),
                     SX_E_FORMAT);
}

/* Every cut of a good file is refused. */
static void every_cut(void **state) {
    (void)state;
    unsigned char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(sx_file_read(golden("f4"), 0, &bytes, &size, NULL), SX_OK);
    for (size_t cut = 0; cut < size; cut++) {
        unsigned char *part = test_malloc(cut + 1); /* so that ASan sees a read behind the cut */
        unsigned char *start = part + 1;
        sx_npy array = {0};
        memcpy(start, bytes, cut);
        assert_int_equal(sx_npy_parse(start, cut, "it", &array, NULL), SX_E_FORMAT);
        test_free(part);
    }
    sx_free(bytes);
}

/* --- writing ---------------------------------------------------------------------------------------- */

static void same_bytes_as_numpy(void **state) {
    (void)state;
    char path[] = "/tmp/sonaxis_npy_XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    sx_npy array = read_good("f4");
    float values[12];
    unsigned char *mine = NULL, *theirs = NULL;
    size_t my_size = 0, their_size = 0;
    sx_npy_floats(&array, 0, 12, values);
    assert_int_equal(sx_npy_write(path, values, array.dims, array.rank, NULL), SX_OK);
    assert_int_equal(sx_file_read(path, 0, &mine, &my_size, NULL), SX_OK);
    assert_int_equal(sx_file_read(golden("f4"), 0, &theirs, &their_size, NULL), SX_OK);
    assert_int_equal(my_size, their_size);
    assert_memory_equal(mine, theirs, my_size);
    sx_free(mine);
    sx_free(theirs);
    sx_npy_clear(&array);
    unlink(path);
}

static void every_rank_is_read_back(void **state) {
    (void)state;
    char path[] = "/tmp/sonaxis_npy_XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    const float values[2] = {1.25f, -3};
    const size_t dims[SX_NPY_MAX_RANK] = {1, 2, 1, 1, 1, 1, 1, 1};
    for (int rank = 0; rank <= SX_NPY_MAX_RANK; rank++) {
        sx_npy array = {0};
        sx_error err = {0};
        assert_int_equal(sx_npy_write(path, values, dims, rank, NULL), SX_OK);
        if (sx_npy_read(path, &array, &err) != SX_OK) fail_msg("%s", err.text);
        assert_int_equal(array.rank, rank);
        assert_int_equal(array.count, rank < 2 ? 1 : 2);
        assert_true(sx_npy_number(&array, array.count - 1) == (rank < 2 ? 1.25 : -3));
        sx_npy_clear(&array);
    }
    sx_file_fail_from(1);
    assert_int_equal(sx_npy_write(path, values, dims, 2, NULL), SX_E_FILE);
    sx_file_fail_from(0);
    unlink(path);
}

static void out_of_memory(void **state) {
    (void)state;
    sx_npy array = {0};
    sx_status status = SX_E_MEMORY;
    for (size_t n = 1; status != SX_OK; n++) {
        sx_memory_fail_from(n);
        status = sx_npy_read(golden("f4"), &array, NULL);
        sx_memory_fail_from(0);
        assert_true(status == SX_OK || (status == SX_E_MEMORY && array.bytes == NULL));
    }
    sx_npy_clear(&array);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_number_type),
                                       cmocka_unit_test(bools_halves_and_shapes),
                                       cmocka_unit_test(labels),
                                       cmocka_unit_test(refused_types),
                                       cmocka_unit_test(headers),
                                       cmocka_unit_test(first_bytes),
                                       cmocka_unit_test(every_cut),
                                       cmocka_unit_test(same_bytes_as_numpy),
                                       cmocka_unit_test(every_rank_is_read_back),
                                       cmocka_unit_test(out_of_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
