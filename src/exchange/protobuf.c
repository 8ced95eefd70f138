/* protobuf.c: see protobuf.h. */
#include "exchange/protobuf.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_BYTES = 2, WIRE_32_BITS = 5 };

/* Seven bits a byte, lowest first; the top bit says that more follow. */
static void add_varint(sx_text *message, uint64_t number) {
    char bytes[10];
    size_t count = 0;
    do {
        unsigned low = (unsigned)(number & 127);
        number >>= 7;
        bytes[count++] = (char)(unsigned char)(number ? low | 128 : low);
    } while (number);
    sx_text_add_bytes(message, bytes, count);
}

static void add_key(sx_text *message, int field, unsigned wire) {
    add_varint(message, (uint64_t)field << 3 | wire);
}

static void add_little_endian(sx_text *raw, uint64_t bits, size_t size) {
    char bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(unsigned char)(bits >> (8 * i));
    sx_text_add_bytes(raw, bytes, size);
}

void sx_pb_integer(sx_text *message, int field, int64_t number) {
    add_key(message, field, WIRE_VARINT);
    add_varint(message, (uint64_t)number);
}

void sx_pb_float(sx_text *message, int field, float number) {
    add_key(message, field, WIRE_32_BITS);
    sx_pb_raw_floats(message, &number, 1);
}

void sx_pb_bytes(sx_text *message, int field, const void *bytes, size_t size) {
    add_key(message, field, WIRE_BYTES);
    add_varint(message, size);
    sx_text_add_bytes(message, bytes, size);
}

void sx_pb_text(sx_text *message, int field, const char *text) {
    sx_pb_bytes(message, field, text, strlen(text));
}

void sx_pb_message(sx_text *message, int field, sx_text *inner) {
    if (inner->failed) message->failed = true;
    sx_pb_bytes(message, field, inner->length ? inner->chars : "", inner->length);
    sx_text_clear(inner);
}

void sx_pb_raw_floats(sx_text *raw, const float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        add_little_endian(raw, bits, sizeof bits);
    }
}

void sx_pb_raw_doubles(sx_text *raw, const double *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        add_little_endian(raw, bits, sizeof bits);
    }
}

void sx_pb_raw_integers(sx_text *raw, const int64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        add_little_endian(raw, (uint64_t)values[i], sizeof *values);
}
