/* checkpoint.c: header (magic, version, byte order, sizes, checksums), identity text, then the state.
 *
 * The state is a fixed list of spans of memory: writing joins them, reading copies them back once everything
 * was checked. Numbers are in the byte order of the machine, which the header tells. */
#include "train/checkpoint.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"

#include <string.h>

enum { VERSION = 2, BYTE_ORDER_MARK = 0x01020304, SPAN_COUNT = 10 };

typedef struct header {
    char magic[8];
    uint32_t version, byte_order;
    uint64_t identity_size, state_size;
    uint64_t body_hash;   /* of identity and state */
    uint64_t header_hash; /* of everything before it */
} header;

static const char MAGIC[8] = {'S', 'X', 'T', 'R', 'A', 'I', 'N', '\n'};

typedef struct span {
    void *bytes;
    size_t size;
} span;

static uint64_t hash_header(const header *head) { return sx_hash(head, offsetof(header, header_hash), 0); }

/* The counters come first: they tell how many epochs follow. */
static size_t list_spans(sx_state *state, uint64_t epochs, span spans[SPAN_COUNT]) {
    const size_t weights = state->weight_count * sizeof(float);
    const size_t statistics = state->statistics_count * sizeof(float);
    const span list[SPAN_COUNT] = {
        {&state->counters, sizeof state->counters},
        {state->epochs, (size_t)epochs * sizeof *state->epochs},
        {state->weights, weights},
        {state->statistics, statistics},
        {state->slots.first, weights},
        {state->slots.second, state->slots.second ? weights : 0},
        {state->best_weights, state->best_weights ? weights : 0},
        {state->best_statistics, state->best_statistics ? statistics : 0},
        {state->lag_sums, state->statistics_count * sizeof *state->lag_sums},
        {state->lags, (size_t)epochs * state->lag_layers * sizeof *state->lags},
    };
    size_t total = 0;
    for (int i = 0; i < SPAN_COUNT; i++) {
        spans[i] = list[i];
        total += list[i].size;
    }
    return total;
}

sx_status sx_checkpoint_write(const char *path, const char *identity, const sx_state *state, sx_error *err) {
    span spans[SPAN_COUNT];
    sx_state view = *state; /* its memory is only read here */
    header head = {.version = VERSION, .byte_order = BYTE_ORDER_MARK, .identity_size = strlen(identity)};
    head.state_size = list_spans(&view, state->counters.epoch, spans);
    memcpy(head.magic, MAGIC, sizeof MAGIC);
    const size_t body_size = (size_t)(head.identity_size + head.state_size);
    unsigned char *file = sx_alloc(sizeof head + body_size, 1);
    if (!file) return sx_fail_memory(err, sizeof head + body_size);
    unsigned char *end = file + sizeof head;
    memcpy(end, identity, (size_t)head.identity_size);
    end += head.identity_size;
    for (int i = 0; i < SPAN_COUNT; i++) {
        if (spans[i].size) memcpy(end, spans[i].bytes, spans[i].size);
        end += spans[i].size;
    }
    head.body_hash = sx_hash(file + sizeof head, body_size, 0);
    head.header_hash = hash_header(&head);
    memcpy(file, &head, sizeof head);
    sx_status status = sx_file_write(path, file, sizeof head + body_size, err);
    sx_free(file);
    return status;
}

static sx_status check_file(const char *path, const unsigned char *file, size_t size, header *head,
                            sx_error *err) {
    if (size < sizeof *head || memcmp(file, MAGIC, sizeof MAGIC) != 0)
        return sx_fail(err, SX_E_FORMAT, "%s is not a training checkpoint; move it away to start anew", path);
    memcpy(head, file, sizeof *head);
    if (head->byte_order != BYTE_ORDER_MARK)
        return sx_fail(err, SX_E_FORMAT, "%s was written on a machine of another byte order", path);
    if (head->version < VERSION)
        return sx_fail(
            err, SX_E_VERSION,
            "%s has format version %u of an earlier sonaxis, this one has %d; move it away to start anew",
            path, (unsigned)head->version, VERSION);
    if (head->version > VERSION)
        return sx_fail(err, SX_E_VERSION, "%s has format version %u; this build reads up to %d", path,
                       (unsigned)head->version, VERSION);
    const uint64_t body_size = size - sizeof *head;
    if (head->header_hash != hash_header(head) || head->identity_size > body_size ||
        head->state_size != body_size - head->identity_size ||
        head->body_hash != sx_hash(file + sizeof *head, (size_t)body_size, 0))
        return sx_fail(err, SX_E_FORMAT, "%s is damaged (checksum or size); move it away to start anew",
                       path);
    return SX_OK;
}

static size_t line_length(const char *text, size_t size) {
    const char *end = memchr(text, '\n', size);
    return end ? (size_t)(end - text) : size;
}

/* Both texts have the same names in the same order unless the format changed. */
static sx_status compare_identity(const char *path, const char *there, size_t there_size, const char *here,
                                  sx_error *err) {
    size_t here_size = strlen(here);
    while (there_size > 0 || here_size > 0) {
        const size_t a = line_length(there, there_size), b = line_length(here, here_size);
        if (a != b || memcmp(there, here, a) != 0)
            return sx_fail(err, SX_E_ARGUMENT,
                           "%s belongs to another run: it has \"%.*s\", this run has \"%.*s\"; use the same "
                           "settings or move it away",
                           path, (int)a, there, (int)b, here);
        there_size -= a < there_size ? a + 1 : a;
        here_size -= b < here_size ? b + 1 : b;
        there += a + 1;
        here += b + 1;
    }
    return SX_OK;
}

static sx_status fill_state(const char *path, const unsigned char *bytes, size_t size, sx_state *state,
                            sx_error *err) {
    sx_counters counters;
    span spans[SPAN_COUNT];
    if (size < sizeof counters) return sx_fail(err, SX_E_FORMAT, "%s is too short", path);
    memcpy(&counters, bytes, sizeof counters);
    if (counters.epoch > state->epoch_capacity || list_spans(state, counters.epoch, spans) != size)
        return sx_fail(err, SX_E_FORMAT, "%s does not hold what its header says", path);
    for (int i = 0; i < SPAN_COUNT; i++) {
        if (spans[i].size) memcpy(spans[i].bytes, bytes, spans[i].size);
        bytes += spans[i].size;
    }
    return SX_OK;
}

sx_status sx_checkpoint_read(const char *path, const char *identity, sx_state *state, sx_error *err) {
    unsigned char *file;
    size_t size;
    header head;
    sx_status status = sx_file_read(path, 0, &file, &size, err);
    if (status != SX_OK) return status;
    status = check_file(path, file, size, &head, err);
    const unsigned char *body = file + sizeof head;
    if (status == SX_OK)
        status = compare_identity(path, (const char *)body, (size_t)head.identity_size, identity, err);
    if (status == SX_OK)
        status = fill_state(path, body + head.identity_size, (size_t)head.state_size, state, err);
    sx_free(file);
    return status;
}
