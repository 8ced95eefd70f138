/* npy_values.c: elements of an array as floats, numbers or labels; see npy.h. */
#include "npy.h"

#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- numbers ---------------------------------------------------------------------------------------- */

/* IEEE binary16: 1 sign, 5 exponent, 10 fraction bits. */
static double half_to_double(uint16_t half) {
    int exponent = half >> 10 & 31, fraction = half & 1023;
    double size = exponent == 31  ? (fraction != 0 ? (double)NAN : (double)INFINITY)
                  : exponent == 0 ? ldexp(fraction, -24)
                                  : ldexp(fraction + 1024, exponent - 25);
    return half >> 15 ? -size : size;
}

static double read_float(const unsigned char *bytes, size_t size) {
    uint16_t half;
    float single;
    double number;
    switch (size) {
    case 2:
        memcpy(&half, bytes, sizeof half);
        return half_to_double(half);
    case 4:
        memcpy(&single, bytes, sizeof single);
        return (double)single;
    default:
        memcpy(&number, bytes, sizeof number);
        return number;
    }
}

static uint64_t read_unsigned(const unsigned char *bytes, size_t size) {
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (size) {
    case 1:
        return bytes[0];
    case 2:
        memcpy(&two, bytes, sizeof two);
        return two;
    case 4:
        memcpy(&four, bytes, sizeof four);
        return four;
    default:
        memcpy(&eight, bytes, sizeof eight);
        return eight;
    }
}

static int64_t read_integer(const unsigned char *bytes, size_t size) {
    uint64_t bits = read_unsigned(bytes, size);
    unsigned unused = 64 - 8 * (unsigned)size;
    int64_t number;
    bits <<= unused;
    memcpy(&number, &bits, sizeof number);
    return number >> unused; /* arithmetic on every compiler we build with: spreads the sign */
}

double sx_npy_number(const sx_npy *array, size_t index) {
    assert(index < array->count && sx_npy_is_number(array));
    const unsigned char *bytes = array->bytes + index * array->item_size;
    switch (array->kind) {
    case SX_NPY_FLOAT:
        return read_float(bytes, array->item_size);
    case SX_NPY_INTEGER:
        return (double)read_integer(bytes, array->item_size);
    case SX_NPY_BOOL:
        return bytes[0] != 0;
    default:
        return (double)read_unsigned(bytes, array->item_size);
    }
}

void sx_npy_floats(const sx_npy *array, size_t first, size_t count, float *out) {
    assert(first <= array->count && count <= array->count - first);
    if (array->kind == SX_NPY_FLOAT && array->item_size == sizeof *out) {
        memcpy(out, array->bytes + first * sizeof *out, count * sizeof *out);
        return;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = (float)sx_npy_number(array, first + i);
}

/* --- labels ----------------------------------------------------------------------------------------- */

static void add_utf8(sx_text *text, uint32_t code) {
    char chars[4];
    size_t length;
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) code = 0xfffd;
    if (code < 0x80) {
        chars[0] = (char)code;
        length = 1;
    } else if (code < 0x800) {
        chars[0] = (char)(0xc0 | code >> 6);
        length = 2;
    } else if (code < 0x10000) {
        chars[0] = (char)(0xe0 | code >> 12);
        length = 3;
    } else {
        chars[0] = (char)(0xf0 | code >> 18);
        length = 4;
    }
    for (size_t i = 1; i < length; i++)
        chars[i] = (char)(0x80 | (code >> (6 * (length - 1 - i)) & 0x3f));
    sx_text_add_bytes(text, chars, length);
}

/* NumPy pads with zeros at the end; a zero within would cut a C string short, so the text ends there too. */
static char *unicode_label(const unsigned char *bytes, size_t size) {
    sx_text text = {0};
    for (size_t at = 0; at + 4 <= size; at += 4) {
        uint32_t code;
        memcpy(&code, bytes + at, sizeof code);
        if (code == 0) break;
        add_utf8(&text, code);
    }
    return sx_text_take(&text);
}

static char *bytes_label(const unsigned char *bytes, size_t size) {
    sx_text text = {0};
    size_t length = 0;
    while (length < size && bytes[length] != 0)
        length++;
    sx_text_add_bytes(&text, (const char *)bytes, length);
    return sx_text_take(&text);
}

/* The fewest digits that read back as the same number of that size. */
static char *float_label(double number, size_t item_size) {
    char digits[40];
    double back = 0;
    if (fabs(number) < 1e15 && number == floor(number)) {
        sx_print(digits, sizeof digits, "%.0f", number == 0 ? 0.0 : number);
        return sx_copy_text(digits);
    }
    for (int precision = 1; precision <= 17; precision++) {
        sx_print(digits, sizeof digits, "%.*g", precision, number);
        if (!sx_text_to_double(digits, &back)) continue;
        if (item_size < 8 ? (float)back == (float)number : back == number) break;
    }
    return sx_copy_text(digits);
}

char *sx_npy_label(const sx_npy *array, size_t index) {
    assert(index < array->count);
    const unsigned char *bytes = array->bytes + index * array->item_size;
    char digits[24];
    switch (array->kind) {
    case SX_NPY_UNICODE:
        return unicode_label(bytes, array->item_size);
    case SX_NPY_BYTES:
        return bytes_label(bytes, array->item_size);
    case SX_NPY_BOOL:
        return sx_copy_text(bytes[0] != 0 ? "True" : "False");
    case SX_NPY_FLOAT:
        return float_label(read_float(bytes, array->item_size), array->item_size);
    case SX_NPY_INTEGER:
        snprintf(digits, sizeof digits, "%lld", (long long)read_integer(bytes, array->item_size));
        return sx_copy_text(digits);
    default:
        snprintf(digits, sizeof digits, "%llu", (unsigned long long)read_unsigned(bytes, array->item_size));
        return sx_copy_text(digits);
    }
}
