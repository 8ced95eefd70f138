/* model_header.c: header of a model file, written and checked. */
#include "base/error.h"
#include "base/hash.h"
#include "model/model_file.h"

#include <string.h>

enum { VERSION_AT = 8, HEADER_SIZE_AT = 12, FILE_SIZE_AT = 16, SECTIONS_AT = 24, CHECKSUM_AT = 88 };

static const unsigned char magic[8] = {0x89, 'S', 'X', 'M', '\r', '\n', 0x1a, '\n'};

static void put(unsigned char *bytes, uint64_t number, int size) {
    for (int i = 0; i < size; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
}

static uint64_t get(const unsigned char *bytes, int size) {
    uint64_t number = 0;
    for (int i = 0; i < size; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

void sx_model_header_write(const sx_span sections[SX_SECTION_COUNT],
                           unsigned char header[SX_MODEL_FILE_HEADER]) {
    uint64_t size = SX_MODEL_FILE_HEADER;
    memset(header, 0, SX_MODEL_FILE_HEADER);
    memcpy(header, magic, sizeof magic);
    put(header + VERSION_AT, SX_MODEL_FILE_VERSION, 4);
    put(header + HEADER_SIZE_AT, SX_MODEL_FILE_HEADER, 4);
    for (int i = 0; i < SX_SECTION_COUNT; i++) {
        put(header + SECTIONS_AT + 16 * i, sections[i].size, 8);
        put(header + SECTIONS_AT + 16 * i + 8, sx_hash(sections[i].bytes, sections[i].size, 0), 8);
        size += sections[i].size;
    }
    put(header + FILE_SIZE_AT, size, 8);
    put(header + CHECKSUM_AT, sx_hash(header, CHECKSUM_AT, 0), 8);
}

static sx_status check_header(const char *path, const unsigned char *bytes, size_t size, sx_error *err) {
    if (size < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
        return sx_fail(err, SX_E_FORMAT, "%s: is not a sonaxis model (its first 8 bytes are other ones)",
                       path);
    if (size < SX_MODEL_FILE_HEADER)
        return sx_fail(err, SX_E_FORMAT, "%s: ends after %zu bytes, within its header of %d", path, size,
                       SX_MODEL_FILE_HEADER);
    uint64_t version = get(bytes + VERSION_AT, 4);
    if (version > SX_MODEL_FILE_VERSION)
        return sx_fail(err, SX_E_VERSION, "%s: is a model of format version %u; this program reads up to %d",
                       path, (unsigned)version, SX_MODEL_FILE_VERSION);
    if (get(bytes + CHECKSUM_AT, 8) != sx_hash(bytes, CHECKSUM_AT, 0))
        return sx_fail(err, SX_E_FORMAT, "%s: its header is damaged (checksum)", path);
    if (version < 1 || get(bytes + HEADER_SIZE_AT, 4) != SX_MODEL_FILE_HEADER)
        return sx_fail(err, SX_E_FORMAT, "%s: its header is not one of format version 1", path);
    if (get(bytes + FILE_SIZE_AT, 8) != size)
        return sx_fail(err, SX_E_FORMAT, "%s: has %zu bytes, but was written with %llu", path, size,
                       (unsigned long long)get(bytes + FILE_SIZE_AT, 8));
    return SX_OK;
}

sx_status sx_model_header_read(const char *path, const unsigned char *bytes, size_t size,
                               sx_span sections[SX_SECTION_COUNT], sx_error *err) {
    static const char *const names[SX_SECTION_COUNT] = {"card", "spec", "weights", "moving statistics"};
    sx_span found[SX_SECTION_COUNT];
    size_t at = SX_MODEL_FILE_HEADER;
    sx_status status = check_header(path, bytes, size, err);
    if (status != SX_OK) return status;
    for (int i = 0; i < SX_SECTION_COUNT; i++) {
        const unsigned char *entry = bytes + SECTIONS_AT + 16 * i;
        if (get(entry, 8) > size - at)
            return sx_fail(err, SX_E_FORMAT, "%s: its %s do not fit into the file", path, names[i]);
        found[i] = (sx_span){bytes + at, (size_t)get(entry, 8)};
        at += found[i].size;
        if (get(entry + 8, 8) != sx_hash(found[i].bytes, found[i].size, 0))
            return sx_fail(err, SX_E_FORMAT, "%s: its section of %s is damaged (checksum)", path, names[i]);
    }
    if (at != size) return sx_fail(err, SX_E_FORMAT, "%s: holds %zu bytes behind its end", path, size - at);
    memcpy(sections, found, sizeof found);
    return SX_OK;
}
