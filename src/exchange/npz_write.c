/* npz_write.c: an .npz archive (PKWARE's APPNOTE.TXT, members stored) whose bytes depend on the arrays alone.
 */
#include "exchange/npz.h"

#include "arrays/npy.h"
#include "base/error.h"
#include "base/file.h"
#include "exchange/protobuf.h"

#include <string.h>

enum { LOCAL_SIGNATURE = 0x04034b50, CENTRAL_SIGNATURE = 0x02014b50, END_SIGNATURE = 0x06054b50 };
enum { VERSION = 20, UTF8_NAMES = 1 << 11, NO_DATE = 0, FIRST_DAY = 1 << 5 | 1, NAME_LIMIT = 160 };

static uint32_t crc32_of(const unsigned char *bytes, size_t size) {
    uint32_t crc = 0xffffffffU;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xedb88320U & (0U - (crc & 1U)));
    }
    return ~crc;
}

static void add_number(sx_text *out, uint32_t number, size_t size) {
    char bytes[4];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(unsigned char)(number >> (8 * i));
    sx_text_add_bytes(out, bytes, size);
}

typedef struct archive {
    sx_text members, directory;
    uint32_t count;
} archive;

/* What local header and directory say alike. */
static void add_entry(sx_text *out, uint32_t crc, size_t size, const char *name) {
    add_number(out, VERSION, 2);
    add_number(out, UTF8_NAMES, 2);
    add_number(out, 0, 2); /* stored */
    add_number(out, NO_DATE, 2);
    add_number(out, FIRST_DAY, 2);
    add_number(out, crc, 4);
    add_number(out, (uint32_t)size, 4);
    add_number(out, (uint32_t)size, 4);
    add_number(out, (uint32_t)strlen(name), 2);
    add_number(out, 0, 2); /* no extra field */
}

static void add_member(archive *zip, const char *name, const sx_text *content) {
    uint32_t crc = crc32_of((const unsigned char *)content->chars, content->length);
    uint32_t at = (uint32_t)zip->members.length;
    add_number(&zip->members, LOCAL_SIGNATURE, 4);
    add_entry(&zip->members, crc, content->length, name);
    sx_text_add(&zip->members, name);
    sx_text_add_bytes(&zip->members, content->chars, content->length);
    add_number(&zip->directory, CENTRAL_SIGNATURE, 4);
    add_number(&zip->directory, VERSION, 2);
    add_entry(&zip->directory, crc, content->length, name);
    add_number(&zip->directory, 0, 4); /* comment, disk */
    add_number(&zip->directory, 0, 2);
    add_number(&zip->directory, 0, 4);
    add_number(&zip->directory, at, 4);
    sx_text_add(&zip->directory, name);
    zip->count++;
}

static void end_archive(archive *zip) {
    uint32_t at = (uint32_t)zip->members.length;
    sx_text_add_bytes(&zip->members, zip->directory.length ? zip->directory.chars : "",
                      zip->directory.length);
    if (zip->directory.failed) zip->members.failed = true;
    add_number(&zip->members, END_SIGNATURE, 4);
    add_number(&zip->members, 0, 4);
    add_number(&zip->members, zip->count, 2);
    add_number(&zip->members, zip->count, 2);
    add_number(&zip->members, (uint32_t)zip->directory.length, 4);
    add_number(&zip->members, at, 4);
    add_number(&zip->members, 0, 2);
}

static sx_status add_weight(archive *zip, const sx_node *node, int w, sx_error *err) {
    const sx_weight_plan *plan = &node->plan.weights[w];
    unsigned char header[SX_NPY_HEADER_LIMIT];
    size_t size = 0;
    char name[NAME_LIMIT];
    sx_text content = {0};
    if (!sx_npy_make_header(plan->dims, plan->rank, header, &size)) return sx_fail_memory(err, sizeof header);
    sx_text_add_bytes(&content, (const char *)header, size);
    sx_pb_raw_floats(&content, node->weights[w], plan->count);
    sx_print(name, sizeof name, "%s/%s.npy", node->name, plan->name);
    if (content.failed)
        zip->members.failed = true;
    else
        add_member(zip, name, &content);
    sx_text_clear(&content);
    return SX_OK;
}

sx_status sx_npz_write_weights(const sx_model *model, const char *path, sx_error *err) {
    archive zip = {{0}, {0}, 0};
    sx_status status = SX_OK;
    if (model->trainable_count + model->statistics_count > (size_t)1 << 29)
        return sx_fail(err, SX_E_UNSUPPORTED, "an .npz of more than 2 GB is not written");
    for (size_t i = 0; i < model->node_count; i++)
        for (int w = 0; status == SX_OK && w < model->nodes[i].plan.weight_count; w++)
            status = add_weight(&zip, &model->nodes[i], w, err);
    end_archive(&zip);
    if (status == SX_OK && zip.members.failed) status = sx_fail_memory(err, zip.members.capacity);
    if (status == SX_OK) status = sx_file_write(path, zip.members.chars, zip.members.length, err);
    sx_text_clear(&zip.members);
    sx_text_clear(&zip.directory);
    return status;
}
