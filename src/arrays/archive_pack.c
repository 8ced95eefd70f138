/* archive_pack.c: a zip archive of stored members, written by hand: libzip dates members by the local clock,
 * and what we write shall be the same bytes everywhere. APPNOTE.TXT 6.3, sections 4.3 and 4.4. */
#include "archive.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdint.h>
#include <string.h>

enum {
    LOCAL_BYTES = 30,
    CENTRAL_BYTES = 46,
    END_BYTES = 22,
    VERSION = 20,
    FLAG_UTF8 = 0x800,
    DATE_1980 = 0x21 /* 1 January */
};

static const size_t most_bytes = (size_t)1 << 31;

static uint32_t crc32_of(const unsigned char *bytes, size_t size) {
    uint32_t table[256], crc = 0xffffffffu;
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++)
            value = value & 1u ? value >> 1 ^ 0xedb88320u : value >> 1;
        table[i] = value;
    }
    for (size_t i = 0; i < size; i++)
        crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xffu];
    return ~crc;
}

typedef struct cursor {
    unsigned char *at;
} cursor;

static void put(cursor *out, size_t bytes, size_t value) {
    for (size_t i = 0; i < bytes; i++)
        *out->at++ = (unsigned char)(value >> (8 * i));
}

static void put_bytes(cursor *out, const void *bytes, size_t size) {
    if (size > 0) memcpy(out->at, bytes, size);
    out->at += size;
}

/* What a local header and the directory say alike. */
static void put_about(cursor *out, const sx_archive_member *member, uint32_t crc) {
    put(out, 2, VERSION);
    put(out, 2, FLAG_UTF8);
    put(out, 2, 0); /* stored */
    put(out, 2, 0); /* midnight */
    put(out, 2, DATE_1980);
    put(out, 4, crc);
    put(out, 4, member->size);
    put(out, 4, member->size);
    put(out, 2, strlen(member->name));
    put(out, 2, 0); /* no extra field */
}

static void put_local(cursor *out, const sx_archive_member *member, uint32_t crc) {
    put(out, 4, 0x04034b50u);
    put_about(out, member, crc);
    put_bytes(out, member->name, strlen(member->name));
    put_bytes(out, member->bytes, member->size);
}

static void put_central(cursor *out, const sx_archive_member *member, uint32_t crc, size_t offset) {
    put(out, 4, 0x02014b50u);
    put(out, 2, VERSION);
    put_about(out, member, crc);
    put(out, 2, 0); /* no comment */
    put(out, 2, 0); /* disk */
    put(out, 2, 0);
    put(out, 4, 0);
    put(out, 4, offset);
    put_bytes(out, member->name, strlen(member->name));
}

static void put_end(cursor *out, size_t count, size_t directory_bytes, size_t offset) {
    put(out, 4, 0x06054b50u);
    put(out, 4, 0); /* disks */
    put(out, 2, count);
    put(out, 2, count);
    put(out, 4, directory_bytes);
    put(out, 4, offset);
    put(out, 2, 0);
}

static sx_status total_bytes(const sx_archive_member *members, size_t count, size_t *total, sx_error *err) {
    *total = END_BYTES;
    for (size_t i = 0; i < count; i++) {
        size_t name = strlen(members[i].name);
        if (count > 65535 || name > 65535 || members[i].size > most_bytes || *total > most_bytes)
            return sx_fail(err, SX_E_ARGUMENT, "cannot pack %zu members in one archive of at most 2 GiB",
                           count);
        *total += LOCAL_BYTES + CENTRAL_BYTES + 2 * name + members[i].size;
    }
    if (*total > most_bytes)
        return sx_fail(err, SX_E_ARGUMENT, "cannot pack %zu bytes in one archive of at most 2 GiB", *total);
    return SX_OK;
}

sx_status sx_archive_pack(const sx_archive_member *members, size_t count, unsigned char **bytes, size_t *size,
                          sx_error *err) {
    size_t total = 0;
    sx_status status = total_bytes(members, count, &total, err);
    if (status != SX_OK) return status;
    unsigned char *block = sx_alloc(total, 1);
    if (block == NULL) return sx_fail_memory(err, total);
    cursor out = {block};
    for (size_t i = 0; i < count; i++)
        put_local(&out, &members[i], crc32_of(members[i].bytes, members[i].size));
    size_t directory = (size_t)(out.at - block), offset = 0;
    for (size_t i = 0; i < count; i++) {
        put_central(&out, &members[i], crc32_of(members[i].bytes, members[i].size), offset);
        offset += LOCAL_BYTES + strlen(members[i].name) + members[i].size;
    }
    put_end(&out, count, (size_t)(out.at - block) - directory, directory);
    *bytes = block;
    *size = total;
    return SX_OK;
}
