/* XXH64 against the values of the xxHash project's own sanity test (sanity buffer: the top byte of a 64-bit
 * generator), with seed 0 and the prime 2654435761. */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static void matches_published_values(void **state) {
    (void)state;
    static const struct {
        size_t size;
        uint64_t plain, seeded;
    } cases[] = {
        {0, 0xEF46DB3751D8E999u, 0xAC75FDA2929B17EFu},   {1, 0xE934A84ADB052768u, 0x5014607643A9B4C3u},
        {4, 0x9136A0DCA57457EEu, 0xCAAB286BD8E9FDB5u},   {14, 0x8282DCC4994E35C8u, 0xC3BD6BF63DEB6DF0u},
        {222, 0xB641AE8CB691C174u, 0x20CB8AB7AE10C14Au},
    };
    unsigned char buffer[222];
    uint64_t generator = 2654435761u;
    for (size_t i = 0; i < sizeof buffer; i++) {
        buffer[i] = (unsigned char)(generator >> 56);
        generator *= 11400714785074694797u;
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(sx_hash(buffer, cases[i].size, 0) == cases[i].plain);
        assert_true(sx_hash(buffer, cases[i].size, 2654435761u) == cases[i].seeded);
    }
    assert_true(sx_hash("abc", 3, 0) == 0x44BC2CF5AD770999u);
}

static void every_byte_matters(void **state) {
    (void)state;
    unsigned char bytes[100] = {0};
    uint64_t before = sx_hash(bytes, sizeof bytes, 0);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] ^= 1;
        assert_true(sx_hash(bytes, sizeof bytes, 0) != before);
        bytes[i] ^= 1;
    }
}

/* The bytes may start anywhere. */
static void alignment_does_not_matter(void **state) {
    (void)state;
    unsigned char block[80];
    const char *text = "sixty-four characters of text, so that whole stripes are read too";
    size_t size = strlen(text);
    for (size_t offset = 0; offset < 8; offset++) {
        memcpy(block + offset, text, size);
        assert_true(sx_hash(block + offset, size, 1) == sx_hash(text, size, 1));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_published_values),
        cmocka_unit_test(every_byte_matters),
        cmocka_unit_test(alignment_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
