/* keras_write.c: the formats .keras and .h5: written, and read back as any model of Keras is. */
#include "exchange/keras_config.h"

#include "arrays/archive.h"
#include "base/error.h"
#include "base/file.h"
#include "sonaxis/exchange.h"

#include <string.h>

/* --- .keras ----------------------------------------------------------------------------------------- */

/* metadata.json; its member "sonaxis" is ours, which Keras does not look at. */
static char *metadata_text(const sx_export_job *job) {
    sx_json *root = sx_json_object();
    sx_json_set_text(root, "keras_version", SX_KERAS_VERSION);
    sx_json_set(root, "sonaxis", sx_keras_about(job));
    char *text = sx_json_dump(root, 0);
    sx_json_free(root);
    return text;
}

static sx_archive_member text_member(const char *name, const char *text) {
    return (sx_archive_member){name, (const unsigned char *)text, strlen(text)};
}

static sx_status pack_archive(const sx_export_job *job, sx_out_net *net, unsigned char **bytes, size_t *size,
                              sx_error *err) {
    unsigned char *weights = NULL;
    size_t weights_size = 0;
    sx_status status = sx_keras_pack_weights(net, &weights, &weights_size, err);
    if (status != SX_OK) return status;
    sx_json *model = sx_keras_config(net, false);
    char *config = sx_json_dump(model, 0), *metadata = metadata_text(job);
    sx_json_free(model);
    if (config && metadata) {
        const sx_archive_member members[] = {text_member("metadata.json", metadata),
                                             text_member("config.json", config),
                                             {"model.weights.h5", weights, weights_size}};
        status = sx_archive_pack(members, 3, bytes, size, err);
    } else {
        status = sx_fail_memory(err, 4096);
    }
    sx_free(weights);
    sx_free(metadata);
    sx_free(config);
    return status;
}

/* --- .h5 -------------------------------------------------------------------------------------------- */

static sx_status pack_old(const sx_export_job *job, sx_out_net *net, unsigned char **bytes, size_t *size,
                          sx_error *err) {
    sx_json *model = sx_keras_config(net, true), *about = sx_keras_about(job);
    char *config = sx_json_dump(model, 0), *words = sx_json_dump(about, 0);
    sx_json_free(model);
    sx_json_free(about);
    sx_status status =
        config && words ? sx_keras_pack_old(net, config, words, bytes, size, err) : sx_fail_memory(err, 4096);
    sx_free(config);
    sx_free(words);
    return status;
}

/* --- either ----------------------------------------------------------------------------------------- */

static sx_status write_model(const sx_export_job *job, bool old, const char *path, sx_error *err) {
    sx_out_net net = {0};
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status =
        sx_out_net_make(job->model, &job->card->standardise, sx_export_end(job), old, &net, err);
    if (status == SX_OK)
        status = old ? pack_old(job, &net, &bytes, &size, err) : pack_archive(job, &net, &bytes, &size, err);
    if (status == SX_OK) status = sx_file_write(path, bytes, size, err);
    sx_free(bytes);
    sx_out_net_clear(&net);
    return status;
}

static sx_status write_archive(const sx_export_job *job, const char *path, sx_error *err) {
    return write_model(job, false, path, err);
}

static sx_status write_old(const sx_export_job *job, const char *path, sx_error *err) {
    return write_model(job, true, path, err);
}

/* The reader knows nothing of the writer. */
static sx_status predict_file(const sx_export_job *job, const char *path, const float *x, size_t count,
                              float *scores, sx_error *err) {
    const sx_model_options options = {
        .input = job->model->options.input, .batch = count, .threads = job->model->options.threads};
    sx_keras *keras = NULL;
    sx_model *net = NULL;
    sx_status status = sx_keras_open(path, SX_ORDER_UNKNOWN, &keras, err);
    if (status == SX_OK) status = sx_keras_build(keras, &options, &net, err);
    if (status == SX_OK && net->options.classes != job->model->options.classes)
        status = sx_fail(err, SX_E_SHAPE, "%s: read back it gives %zu values, not %zu", path,
                         net->options.classes, job->model->options.classes);
    if (status == SX_OK) {
        sx_model_run(net, x, count, scores);
        sx_output_apply(sx_model_output(net), scores, count, net->options.classes);
    }
    sx_model_free(net);
    sx_keras_free(keras);
    return status;
}

const sx_export_format sx_export_keras = {.name = "keras",
                                          .suffix = ".keras",
                                          .summary = "Keras 3's own archive",
                                          .write = write_archive,
                                          .predict = predict_file};
const sx_export_format sx_export_h5 = {.name = "h5",
                                       .suffix = ".h5",
                                       .summary = "HDF5 of a whole model, for Keras 2 and 3",
                                       .write = write_old,
                                       .predict = predict_file};
