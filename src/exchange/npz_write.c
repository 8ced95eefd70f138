/* npz_write.c: the weights of a net as an .npz archive whose bytes depend on the arrays alone. */
#include "exchange/npz.h"

#include "arrays/archive.h"
#include "arrays/npy.h"
#include "base/error.h"
#include "base/file.h"
#include "exchange/protobuf.h"

enum { NAME_LIMIT = 160 };

/* Members with what they point to. */
typedef struct contents {
    sx_archive_member *members;
    char (*names)[NAME_LIMIT];
    sx_text *arrays;
    size_t count;
} contents;

static sx_status take_room(size_t count, contents *out, sx_error *err) {
    out->members = sx_alloc(count, sizeof *out->members);
    out->names = sx_alloc(count, sizeof *out->names);
    out->arrays = sx_alloc(count, sizeof *out->arrays);
    return out->members && out->names && out->arrays ? SX_OK : sx_fail_memory(err, count * NAME_LIMIT);
}

static void clear(contents *of) {
    for (size_t i = 0; i < of->count; i++)
        sx_text_clear(&of->arrays[i]);
    sx_free(of->members);
    sx_free(of->names);
    sx_free(of->arrays);
}

static sx_status add_weight(contents *to, const sx_node *node, int w, sx_error *err) {
    const sx_weight_plan *plan = &node->plan.weights[w];
    unsigned char header[SX_NPY_HEADER_LIMIT];
    size_t size = 0;
    sx_text *array = &to->arrays[to->count];
    char *name = to->names[to->count++];
    if (!sx_npy_make_header(plan->dims, plan->rank, header, &size)) return sx_fail_memory(err, sizeof header);
    sx_text_add_bytes(array, (const char *)header, size);
    sx_pb_raw_floats(array, node->weights[w], plan->count);
    if (array->failed) return sx_fail_memory(err, size + plan->count * sizeof(float));
    sx_print(name, NAME_LIMIT, "%s/%s.npy", node->name, plan->name);
    to->members[to->count - 1] =
        (sx_archive_member){name, (const unsigned char *)array->chars, array->length};
    return SX_OK;
}

static sx_status pack(const sx_model *model, unsigned char **bytes, size_t *size, sx_error *err) {
    contents all = {0};
    size_t count = 0;
    for (size_t i = 0; i < model->node_count; i++)
        count += (size_t)model->nodes[i].plan.weight_count;
    sx_status status = take_room(count, &all, err);
    for (size_t i = 0; i < model->node_count; i++)
        for (int w = 0; status == SX_OK && w < model->nodes[i].plan.weight_count; w++)
            status = add_weight(&all, &model->nodes[i], w, err);
    if (status == SX_OK) status = sx_archive_pack(all.members, all.count, bytes, size, err);
    clear(&all);
    return status;
}

sx_status sx_npz_write_weights(const sx_model *model, const char *path, sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = pack(model, &bytes, &size, err);
    if (status == SX_OK) status = sx_file_write(path, bytes, size, err);
    sx_free(bytes);
    return status;
}
