/* onnx_read.c: an ONNX file as a graph. Field numbers are those of onnx.proto3; unknown fields are passed
 * over; every length is compared with the bytes that are left. */
#include "exchange/onnx_read.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <string.h>

static const size_t file_limit = (size_t)1 << 31;
enum { VALUE_LIMIT = 1 << 16 };

/* --- fields ----------------------------------------------------------------------------------------- */

typedef struct field {
    unsigned number, wire;
    uint64_t value; /* varint, or the bits of a fixed number */
    sx_bytes bytes; /* wire 2 */
} field;

static bool take_varint(sx_bytes *rest, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; shift < 64 && rest->size > 0; shift += 7) {
        unsigned char byte = *rest->at;
        rest->at++;
        rest->size--;
        *value |= (uint64_t)(byte & 127) << shift;
        if (!(byte & 128)) return true;
    }
    return false;
}

static bool take_fixed(sx_bytes *rest, size_t size, uint64_t *value) {
    if (rest->size < size) return false;
    *value = 0;
    for (size_t i = 0; i < size; i++)
        *value |= (uint64_t)rest->at[i] << (8 * i);
    rest->at += size;
    rest->size -= size;
    return true;
}

static bool take_bytes(sx_bytes *rest, sx_bytes *out) {
    uint64_t size = 0;
    if (!take_varint(rest, &size) || size > rest->size) return false;
    *out = (sx_bytes){rest->at, (size_t)size};
    rest->at += size;
    rest->size -= (size_t)size;
    return true;
}

/* False at the end, and where the bytes are no field (*damaged). */
static bool next_field(sx_bytes *rest, field *out, bool *damaged) {
    uint64_t key = 0;
    if (rest->size == 0) return false;
    *out = (field){0};
    bool good = take_varint(rest, &key);
    out->number = (unsigned)(key >> 3);
    out->wire = (unsigned)(key & 7);
    if (good && out->wire == 0) good = take_varint(rest, &out->value);
    if (good && out->wire == 1) good = take_fixed(rest, 8, &out->value);
    if (good && out->wire == 2) good = take_bytes(rest, &out->bytes);
    if (good && out->wire == 5) good = take_fixed(rest, 4, &out->value);
    if (out->wire == 3 || out->wire == 4 || out->wire > 5) good = false;
    if (!good) *damaged = true;
    return good;
}

bool sx_bytes_equal(sx_bytes bytes, const char *text) {
    return bytes.size == strlen(text) && memcmp(bytes.at, text, bytes.size) == 0;
}

/* --- attributes ------------------------------------------------------------------------------------- */

enum { NODE_ATTRIBUTE = 5 };

/* The attribute's message; size 0 where there is none. */
static sx_bytes find_attribute(const sx_read_node *node, const char *name) {
    sx_bytes rest = node->attributes, inner;
    field one, part;
    bool damaged = false;
    while (next_field(&rest, &one, &damaged)) {
        if (one.number != NODE_ATTRIBUTE || one.wire != 2) continue;
        inner = one.bytes;
        while (next_field(&inner, &part, &damaged))
            if (part.number == 1 && part.wire == 2 && sx_bytes_equal(part.bytes, name)) return one.bytes;
    }
    return (sx_bytes){0};
}

static float float_of_bits(uint64_t bits) {
    uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
}

/* Numbers of a repeated field, one by one or packed. */
static size_t add_ints(const field *part, int64_t *numbers, size_t count, size_t most) {
    sx_bytes packed = part->bytes;
    uint64_t value = 0;
    if (part->wire == 0) {
        if (count < most) numbers[count++] = (int64_t)part->value;
        return count;
    }
    while (count < most && take_varint(&packed, &value))
        numbers[count++] = (int64_t)value;
    return count;
}

size_t sx_read_ints(const sx_read_node *node, const char *name, int64_t *numbers, size_t most) {
    sx_bytes attribute = find_attribute(node, name);
    field part;
    bool damaged = false;
    size_t count = 0;
    while (next_field(&attribute, &part, &damaged))
        if (part.number == 8) count = add_ints(&part, numbers, count, most);
    return count;
}

static bool find_part(const sx_read_node *node, const char *name, unsigned number, field *part) {
    sx_bytes attribute = find_attribute(node, name);
    bool damaged = false;
    while (next_field(&attribute, part, &damaged))
        if (part->number == number) return true;
    return false;
}

int64_t sx_read_integer(const sx_read_node *node, const char *name, int64_t otherwise) {
    field part;
    return find_part(node, name, 3, &part) ? (int64_t)part.value : otherwise;
}

double sx_read_number(const sx_read_node *node, const char *name, double otherwise) {
    field part;
    return find_part(node, name, 2, &part) ? (double)float_of_bits(part.value) : otherwise;
}

bool sx_read_word_is(const sx_read_node *node, const char *name, const char *word) {
    field part;
    return find_part(node, name, 4, &part) && sx_bytes_equal(part.bytes, word);
}

/* --- tensors ---------------------------------------------------------------------------------------- */

sx_status sx_tensor_create(sx_element element, const size_t *dims, int rank, sx_tensor *out, sx_error *err) {
    const size_t limit = (size_t)1 << 30;
    sx_tensor tensor = {.element = element, .rank = rank, .count = 1};
    for (int i = 0; i < rank; i++) {
        if (dims[i] > limit || (dims[i] > 0 && tensor.count > limit / dims[i]))
            return sx_fail(err, SX_E_SHAPE, "a tensor of more than 2^30 values");
        tensor.dims[i] = dims[i];
        tensor.count *= dims[i];
    }
    tensor.values = sx_alloc(tensor.count, sizeof *tensor.values);
    if (!tensor.values) return sx_fail_memory(err, tensor.count * sizeof *tensor.values);
    *out = tensor;
    return SX_OK;
}

void sx_tensor_clear(sx_tensor *tensor) {
    sx_free(tensor->values);
    *tensor = (sx_tensor){0};
}

static double element_at(sx_element element, const unsigned char *at) {
    uint64_t bits = 0;
    for (int i = 0; i < (element == SX_ELEMENT_FLOAT ? 4 : 8); i++)
        bits |= (uint64_t)at[i] << (8 * i);
    if (element == SX_ELEMENT_FLOAT) return (double)float_of_bits(bits);
    if (element == SX_ELEMENT_INT64) return (double)(int64_t)bits;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

typedef struct tensor_fields {
    int64_t dims[SX_TENSOR_RANK + 1], element;
    size_t rank;
    sx_bytes name, raw;
} tensor_fields;

static bool read_tensor_fields(sx_bytes message, tensor_fields *out) {
    field part;
    bool damaged = false;
    while (next_field(&message, &part, &damaged)) {
        if (part.number == 1) out->rank = add_ints(&part, out->dims, out->rank, SX_TENSOR_RANK + 1);
        if (part.number == 2) out->element = (int64_t)part.value;
        if (part.number == 8) out->name = part.bytes;
        if (part.number == 9) out->raw = part.bytes;
    }
    return !damaged && out->rank <= SX_TENSOR_RANK;
}

static sx_status read_tensor(const tensor_fields *fields, sx_tensor *out, sx_error *err) {
    size_t dims[SX_TENSOR_RANK], size = fields->element == SX_ELEMENT_FLOAT ? 4 : 8, count = 1;
    sx_tensor tensor;
    if (fields->element != SX_ELEMENT_FLOAT && fields->element != SX_ELEMENT_INT64 &&
        fields->element != SX_ELEMENT_DOUBLE)
        return sx_fail(err, SX_E_UNSUPPORTED, "tensor '%.*s' is of type %lld", (int)fields->name.size,
                       (const char *)fields->name.at, (long long)fields->element);
    for (size_t i = 0; i < fields->rank; i++) {
        dims[i] = (size_t)fields->dims[i];
        if (dims[i] > fields->raw.size || (dims[i] > 0 && count > fields->raw.size / dims[i]))
            count = SIZE_MAX;
        if (count != SIZE_MAX) count *= dims[i];
    }
    if (count > fields->raw.size / size || count * size != fields->raw.size)
        return sx_fail(err, SX_E_FORMAT, "tensor '%.*s' has other bytes than its shape asks for",
                       (int)fields->name.size, (const char *)fields->name.at);
    sx_status status = sx_tensor_create((sx_element)fields->element, dims, (int)fields->rank, &tensor, err);
    if (status != SX_OK) return status;
    for (size_t i = 0; i < count; i++)
        tensor.values[i] = element_at(tensor.element, fields->raw.at + i * size);
    *out = tensor;
    return SX_OK;
}

/* --- graph ------------------------------------------------------------------------------------------ */

/* Number of a value by its name; a new one gets the next. -1 where there are too many. */
static int value_of(sx_onnx_net *net, sx_bytes name) {
    for (size_t i = 0; i < net->value_count; i++)
        if (net->names[i].size == name.size && memcmp(net->names[i].at, name.at, name.size) == 0)
            return (int)i;
    if (net->value_count >= VALUE_LIMIT) return -1;
    net->names[net->value_count] = name;
    return (int)net->value_count++;
}

static bool read_node(sx_onnx_net *net, sx_bytes message, sx_read_node *node) {
    sx_bytes rest = message;
    field part;
    bool damaged = false;
    *node = (sx_read_node){.attributes = message, .output = -1};
    while (next_field(&rest, &part, &damaged)) {
        if (part.number == 4) node->op = part.bytes;
        if (part.number == 1 && node->input_count == SX_READ_INPUTS) return false;
        if (part.number == 1) node->inputs[node->input_count++] = value_of(net, part.bytes);
        if (part.number == 2 && node->output < 0) node->output = value_of(net, part.bytes);
    }
    for (int i = 0; i < node->input_count; i++)
        damaged = damaged || node->inputs[i] < 0;
    return !damaged && node->output >= 0;
}

static sx_status read_initializer(sx_onnx_net *net, sx_bytes message, sx_error *err) {
    tensor_fields fields = {0};
    if (!read_tensor_fields(message, &fields)) return sx_fail(err, SX_E_FORMAT, "a tensor is damaged");
    int value = value_of(net, fields.name);
    if (value < 0 || net->constants[value].values)
        return sx_fail(err, SX_E_FORMAT, "tensor '%.*s' is there twice", (int)fields.name.size,
                       (const char *)fields.name.at);
    return read_tensor(&fields, &net->constants[value], err);
}

/* The bytes of nested messages, one field number after the other. */
static sx_bytes inside(sx_bytes message, const unsigned *path, size_t depth) {
    for (size_t i = 0; i < depth; i++) {
        field part = {0};
        bool damaged = false, found = false;
        while (!found && next_field(&message, &part, &damaged))
            found = part.number == path[i] && part.wire == 2;
        message = found ? part.bytes : (sx_bytes){0};
    }
    return message;
}

/* ValueInfoProto: name, type.tensor_type.shape.dim[].dim_value. */
static bool read_input(sx_onnx_net *net, sx_bytes info) {
    static const unsigned to_shape[] = {2, 1, 2}, to_name[] = {1};
    sx_bytes shape = inside(info, to_shape, 3);
    field dim, part;
    bool damaged = false;
    net->input = value_of(net, inside(info, to_name, 1));
    net->input_rank = 0;
    while (next_field(&shape, &dim, &damaged)) {
        size_t size = 0;
        if (net->input_rank == SX_TENSOR_RANK) return false;
        while (next_field(&dim.bytes, &part, &damaged))
            if (part.number == 1 && part.wire == 0) size = (size_t)part.value;
        net->input_dims[net->input_rank++] = size;
    }
    return !damaged && net->input >= 0 && net->input_rank > 0;
}

static sx_status read_graph_field(sx_onnx_net *net, const field *part, sx_error *err) {
    static const unsigned to_name[] = {1};
    bool good = true;
    if (part->number == 5) return read_initializer(net, part->bytes, err);
    if (part->number == 1) good = read_node(net, part->bytes, &net->nodes[net->node_count++]);
    if (part->number == 11) good = net->input < 0 && read_input(net, part->bytes);
    if (part->number == 12 && net->output < 0) net->output = value_of(net, inside(part->bytes, to_name, 1));
    return good ? SX_OK : sx_fail(err, SX_E_FORMAT, "its graph is damaged, or has several inputs");
}

static size_t count_fields(sx_bytes message, unsigned number) {
    field part;
    bool damaged = false;
    size_t count = 0;
    while (next_field(&message, &part, &damaged))
        count += part.number == number;
    return count;
}

static void note_last_uses(sx_onnx_net *net) {
    for (size_t n = 0; n < net->node_count; n++)
        for (int i = 0; i < net->nodes[n].input_count; i++)
            net->last_use[net->nodes[n].inputs[i]] = n;
    net->last_use[net->output] = net->node_count;
}

static sx_status read_graph(sx_onnx_net *net, sx_bytes graph, sx_error *err) {
    field part;
    bool damaged = false;
    sx_status status = SX_OK;
    net->nodes = sx_alloc(count_fields(graph, 1), sizeof *net->nodes);
    net->names = sx_alloc(VALUE_LIMIT, sizeof *net->names);
    net->constants = sx_alloc(VALUE_LIMIT, sizeof *net->constants);
    net->last_use = sx_alloc(VALUE_LIMIT, sizeof *net->last_use);
    if (!net->nodes || !net->names || !net->constants || !net->last_use)
        return sx_fail_memory(err, VALUE_LIMIT * sizeof *net->constants);
    while (status == SX_OK && next_field(&graph, &part, &damaged))
        status = read_graph_field(net, &part, err);
    if (status != SX_OK) return status;
    if (damaged || net->input < 0 || net->output < 0)
        return sx_fail(err, SX_E_FORMAT, "its graph is damaged, or has no input or output");
    note_last_uses(net);
    return SX_OK;
}

sx_status sx_onnx_parse(const unsigned char *bytes, size_t size, const char *source, sx_onnx_net **out,
                        sx_error *err) {
    static const unsigned to_graph[] = {7};
    sx_bytes all = {bytes, size}, rest = all;
    field part;
    bool damaged = false;
    while (next_field(&rest, &part, &damaged)) {
    }
    sx_bytes graph = inside(all, to_graph, 1);
    if (damaged || graph.size == 0)
        return sx_fail(err, SX_E_FORMAT, "%s: is not a readable ONNX file", source);
    sx_onnx_net *net = sx_alloc(1, sizeof *net);
    if (!net) return sx_fail_memory(err, sizeof *net);
    net->input = net->output = -1;
    sx_status status = read_graph(net, graph, err);
    if (status != SX_OK) {
        sx_error_prefix(err, "%s", source);
        sx_onnx_close(net);
        return status;
    }
    *out = net;
    return SX_OK;
}

sx_status sx_onnx_open(const char *path, sx_onnx_net **out, sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = sx_file_read(path, file_limit, &bytes, &size, err);
    if (status != SX_OK) return status;
    status = sx_onnx_parse(bytes, size, path, out, err);
    if (status == SX_OK)
        (*out)->bytes = bytes;
    else
        sx_free(bytes);
    return status;
}

void sx_onnx_close(sx_onnx_net *net) {
    if (!net) return;
    for (size_t i = 0; net->constants && i < net->value_count; i++)
        sx_tensor_clear(&net->constants[i]);
    sx_free(net->last_use);
    sx_free(net->constants);
    sx_free(net->names);
    sx_free(net->nodes);
    sx_free(net->bytes);
    sx_free(net);
}
