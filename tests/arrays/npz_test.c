/* Archives NumPy wrote, plain and packed, and archives that lie. */
#include "arrays/npz.h"
#include "base/file.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char place[256];

static const char *golden(const char *name) {
    snprintf(place, sizeof place, "%s/arrays/%s", SX_GOLDEN, name);
    return place;
}

static void assert_refused(const char *file, const char *name, sx_status wanted, const char *part) {
    sx_npy array = {.rank = 5};
    sx_error err = {0};
    sx_status status = sx_npz_read(golden(file), name, &array, &err);
    if (status != wanted) fail_msg("%s: %s \"%s\"", file, sx_status_name(status), err.text);
    if (strstr(err.text, part) == NULL) fail_msg("%s: \"%s\" lacks \"%s\"", file, err.text, part);
    assert_true(array.rank == 5 && array.bytes == NULL);
}

static void names(void **state) {
    (void)state;
    char **list = NULL;
    size_t count = 0;
    sx_error err;
    if (sx_npz_names(golden("plain.npz"), &list, &count, &err) != SX_OK) fail_msg("%s", err.text);
    assert_int_equal(count, 2);
    assert_string_equal(list[0], "X");
    assert_string_equal(list[1], "y");
    assert_null(list[2]);
    sx_names_free(list, count);
    assert_int_equal(sx_npz_names(golden("f4.npy"), &list, &count, NULL), SX_E_FORMAT);
    assert_int_equal(sx_npz_names(golden("missing.npz"), &list, &count, NULL), SX_E_FILE);
    assert_int_equal(sx_npz_names(SX_GOLDEN, &list, &count, NULL), SX_E_FILE);
}

static void members(void **state) {
    (void)state;
    sx_npy array = {0};
    sx_error err;
    if (sx_npz_read(golden("plain.npz"), "X", &array, &err) != SX_OK) fail_msg("%s", err.text);
    assert_true(array.rank == 3 && array.count == 12 && sx_npy_number(&array, 11) == 11);
    sx_npy_clear(&array);
    assert_int_equal(sx_npz_read(golden("plain.npz"), "y", &array, NULL), SX_OK);
    char *label = sx_npy_label(&array, 1);
    assert_string_equal(label, "b");
    sx_free(label);
    sx_npy_clear(&array);
    if (sx_npz_read(golden("packed.npz"), "X", &array, &err) != SX_OK) fail_msg("%s", err.text);
    assert_true(array.rank == 2 && array.count == 120000 && sx_npy_number(&array, 119999) == 0);
    sx_npy_clear(&array);
    assert_int_equal(sx_npz_read(golden("packed.npz"), "y", &array, NULL), SX_OK);
    assert_true(sx_npy_number(&array, 299) == 299);
    sx_npy_clear(&array);
}

static void refused(void **state) {
    (void)state;
    assert_refused("plain.npz", "Z", SX_E_ARGUMENT, "no array \"Z\"; it has X, y");
    assert_refused("not_arrays.npz", "X", SX_E_FORMAT, "not a .npy array");
    assert_refused("not_arrays.npz", "readme", SX_E_ARGUMENT, "it has X");
    assert_refused("lying_header.npz", "X", SX_E_FORMAT, "promises 4000000000 bytes of elements");
    assert_refused("bomb.npz", "X", SX_E_FORMAT, "packed bytes promise to unpack to 3000000000");
    assert_refused("missing.npz", "X", SX_E_FILE, "no such file");
}

static void out_of_memory(void **state) {
    (void)state;
    sx_npy array = {0};
    sx_status status = SX_E_MEMORY;
    size_t failures = 0;
    for (size_t n = 1; status != SX_OK; n++, failures++) {
        sx_memory_fail_from(n);
        status = sx_npz_read(golden("packed.npz"), "X", &array, NULL);
        sx_memory_fail_from(0);
        assert_true(status == SX_OK || (status == SX_E_MEMORY && array.bytes == NULL));
    }
    assert_true(failures >= 4); /* blocks that grow, and the array */
    sx_npy_clear(&array);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names), cmocka_unit_test(members),
                                       cmocka_unit_test(refused), cmocka_unit_test(out_of_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
