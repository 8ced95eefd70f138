/* keras_answer.c: the child's work from the first byte to the last. The answer is 8 bytes (size of the JSON),
 * the JSON, zeros up to a multiple of 8, and the weights as floats of this machine. */
#include "exchange/keras_job.h"
#include "exchange/keras_training.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static sx_json *spec_json(const sx_keras_job *job) {
    const char *name = sx_json_text(sx_json_get(sx_json_get(job->source->model, "config"), "name"));
    sx_json *spec = sx_json_object();
    sx_json_set_text(spec, "name", name ? name : "keras");
    if (job->input_rank < KERAS_AXES + 1) sx_json_set_integer(spec, "rank", job->input_rank);
    sx_json_set(spec, "layers", job->native);
    return spec;
}

/* Takes over native, norms, dropped and weights. */
static sx_json *about_json(sx_keras_job *job) {
    sx_json *about = sx_json_object(), *input = sx_json_array();
    for (int i = 0; i + 1 < job->input_rank; i++)
        sx_json_append_integer(input, job->input_dims[i]);
    sx_json_set(about, "spec", spec_json(job));
    sx_json_set(about, "input", input);
    sx_json_set(about, "norms", job->norms);
    sx_json_set(about, "dropped", job->dropped);
    sx_json_set(about, "weights", job->weights);
    sx_json_set(about, "training", sx_keras_training_read(job->source->training));
    sx_json_set_text(about, "version", job->source->version);
    job->native = job->norms = job->dropped = job->weights = NULL;
    return about;
}

static sx_status pack(const char *json, const sx_keras_job *job, unsigned char **answer, size_t *size,
                      sx_error *err) {
    uint64_t length = strlen(json);
    size_t start = (8 + (size_t)length + 7) / 8 * 8, floats = job->float_count * sizeof *job->floats;
    unsigned char *block = sx_alloc(start + floats, 1);
    if (!block) return sx_fail_memory(err, start + floats);
    memcpy(block, &length, sizeof length);
    memcpy(block + 8, json, (size_t)length);
    if (floats > 0) memcpy(block + start, job->floats, floats);
    *answer = block;
    *size = start + floats;
    return SX_OK;
}

static sx_status pack_answer(sx_keras_job *job, unsigned char **answer, size_t *size, sx_error *err) {
    sx_json *about = about_json(job);
    char *json = sx_json_dump(about, 0);
    sx_json_free(about);
    sx_status status = json ? pack(json, job, answer, size, err) : sx_fail_memory(err, 4096);
    sx_free(json);
    return status;
}

static sx_status read_model(const sx_keras_source *source, unsigned char **answer, size_t *size,
                            sx_error *err) {
    sx_keras_job job = {.source = source,
                        .native = sx_json_array(),
                        .norms = sx_json_array(),
                        .dropped = sx_json_array(),
                        .weights = sx_json_array()};
    sx_status status = sx_keras_graph_read(&job, err);
    if (status == SX_OK) status = sx_keras_layers_translate(&job, err);
    if (status == SX_OK) status = sx_keras_weights_read(&job, err);
    if (status == SX_OK) status = pack_answer(&job, answer, size, err);
    sx_json_free(job.native);
    sx_json_free(job.norms);
    sx_json_free(job.dropped);
    sx_json_free(job.weights);
    sx_free(job.layers);
    sx_free(job.floats);
    return status;
}

sx_status sx_keras_answer(void *context, unsigned char **answer, size_t *size, sx_error *err) {
    const sx_keras_request *request = context;
    sx_keras_source source = {0};
    sx_status status = sx_keras_source_open(request->bytes, request->size, &source, err);
    if (status == SX_OK) status = read_model(&source, answer, size, err);
    if (status != SX_OK) sx_error_prefix(err, "%s", request->path);
    sx_keras_source_close(&source);
    return status;
}
