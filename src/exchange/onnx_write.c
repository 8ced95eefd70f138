/* onnx_write.c: a whole ONNX model: input, standardisation, layers, scores, and what must be known about it.
 */
#include "exchange/onnx.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "exchange/fold.h"
#include "exchange/onnx_frontend.h"
#include "exchange/onnx_layers.h"

#include <inttypes.h>
#include <string.h>

enum { MODEL_IR = 1, MODEL_PRODUCER = 2, MODEL_PRODUCER_VERSION = 3, MODEL_GRAPH = 7, MODEL_OPSET = 8 };
enum { MODEL_METADATA = 14, OPSET_VERSION = 2, METADATA_KEY = 1, METADATA_VALUE = 2 };
enum { GRAPH_NAME = 2, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12, INFO_NAME = 1, INFO_TYPE = 2 };
enum { TYPE_TENSOR = 1, TENSOR_ELEMENT = 1, TENSOR_SHAPE = 2, SHAPE_DIM = 1, DIM_VALUE = 1, DIM_NAME = 2 };

static const char features_name[] = "features", samples_name[] = "samples";

/* --- input and output ------------------------------------------------------------------------------- */

/* (N, dims...) of floats. */
static void add_info(sx_text *graph, int field, const char *name, const size_t *dims, int rank) {
    sx_text shape = {0}, dim = {0}, tensor = {0}, type = {0}, info = {0};
    sx_pb_text(&dim, DIM_NAME, "N");
    sx_pb_message(&shape, SHAPE_DIM, &dim);
    for (int i = 0; i < rank; i++) {
        sx_pb_integer(&dim, DIM_VALUE, (int64_t)dims[i]);
        sx_pb_message(&shape, SHAPE_DIM, &dim);
    }
    sx_pb_integer(&tensor, TENSOR_ELEMENT, SX_ONNX_FLOAT);
    sx_pb_message(&tensor, TENSOR_SHAPE, &shape);
    sx_pb_message(&type, TYPE_TENSOR, &tensor);
    sx_pb_text(&info, INFO_NAME, name);
    sx_pb_message(&info, INFO_TYPE, &type);
    sx_pb_message(graph, field, &info);
}

static void add_input(const sx_export_job *job, sx_text *graph) {
    sx_shape in = job->model->options.input;
    size_t features[3];
    int axes = sx_export_input_dims(job->model, features);
    const size_t samples[] = {sx_export_clip_samples(job->card), in.channels};
    if (job->options->with_front_end)
        add_info(graph, GRAPH_INPUT, samples_name, samples, in.channels > 1 ? 2 : 1);
    else
        add_info(graph, GRAPH_INPUT, features_name, features, axes);
}

static const char *output_name(const sx_export_job *job) {
    return job->options->logits ? "logits" : "scores";
}

static void add_standardisation(sx_onnx_graph *graph, const sx_standardise *standardise, sx_onnx_value *x) {
    graph->layer = "standardise";
    graph->serial = 0;
    if (standardise->mean != 0) {
        sx_onnx_value mean = sx_onnx_scalar(graph, "mean", standardise->mean);
        *x = sx_onnx_apply(graph, "Sub", x, &mean);
    }
    if (standardise->deviation != 1) {
        sx_onnx_value deviation = sx_onnx_scalar(graph, "deviation", standardise->deviation);
        *x = sx_onnx_apply(graph, "Div", x, &deviation);
    }
}

/* (N, channels) and (N, time, channels) lack axes that have one place. */
static sx_onnx_value add_axes(sx_onnx_graph *graph, const sx_onnx_value *x, int rank) {
    static const int64_t axes[] = {1, 2};
    const size_t count = (size_t)(4 - rank);
    if (count == 0) return *x;
    sx_onnx_value added = sx_onnx_int64s(graph, "axes", axes + 2 - count, &count, 1);
    return sx_onnx_apply(graph, "Unsqueeze", x, &added);
}

/* The net's input as a map, standardised. */
static sx_status write_input(const sx_export_job *job, sx_onnx_graph *graph, sx_onnx_value *x,
                             sx_error *err) {
    static const int64_t channels_first[] = {0, 3, 1, 2};
    if (job->options->with_front_end) {
        const sx_onnx_value samples = {.name = "samples"};
        sx_status status =
            sx_onnx_write_frontend(graph, job->card, job->model->options.input, &samples, x, err);
        if (status != SX_OK) return status;
    } else {
        const sx_onnx_value features = {.name = "features"};
        graph->layer = "input";
        sx_onnx_value map = add_axes(graph, &features, sx_export_input_rank(job->model));
        *x = sx_onnx_transpose(graph, &map, channels_first, 4);
    }
    add_standardisation(graph, &job->card->standardise, x);
    return SX_OK;
}

static void write_output(const sx_export_job *job, sx_onnx_graph *graph, const sx_onnx_value *logits) {
    const char *score = sx_export_score(job);
    bool softmax = score && strcmp(score, "softmax") == 0;
    sx_onnx_node node = sx_onnx_begin(!score ? "Identity" : softmax ? "Softmax" : "Sigmoid");
    sx_onnx_input(&node, logits);
    if (softmax) sx_onnx_integer(&node, "axis", 1);
    sx_onnx_end_as(graph, &node, output_name(job));
}

/* --- what must be known ----------------------------------------------------------------------------- */

static void add_metadata(sx_text *model, const char *key, const char *value) {
    sx_text entry = {0};
    sx_pb_text(&entry, METADATA_KEY, key);
    sx_pb_text(&entry, METADATA_VALUE, value);
    sx_pb_message(model, MODEL_METADATA, &entry);
}

/* Takes the text over; NULL is out of memory, remembered in model. */
static void add_taken(sx_text *model, const char *key, char *value) {
    if (value)
        add_metadata(model, key, value);
    else
        model->failed = true;
    sx_free(value);
}

static void add_number(sx_text *model, const char *key, double number) {
    sx_text text = {0};
    sx_text_add_number(&text, number);
    add_taken(model, key, sx_text_take(&text));
}

static void add_frontend(sx_text *model, const sx_model_card *card) {
    char *json = sx_frontend_to_json(&card->frontend);
    sx_text hash = {0};
    if (json) sx_text_format(&hash, "%016" PRIx64, sx_hash(json, strlen(json), 0));
    add_taken(model, "frontend", json);
    add_taken(model, "frontend_hash", sx_text_take(&hash));
    add_number(model, "sample_rate_hz", card->frontend.rate_hz);
    add_number(model, "duration_s", card->duration_s);
    add_metadata(model, "clip", sx_clip_policy_name(card->clip));
}

static void add_all_metadata(const sx_export_job *job, sx_text *model) {
    const sx_model_card *card = job->card;
    sx_json *labels = sx_json_array();
    for (size_t i = 0; i < card->label_count; i++)
        sx_json_append_text(labels, card->label_names[i]);
    add_taken(model, "labels", sx_json_dump(labels, 0));
    sx_json_free(labels);
    if (!card->from_arrays) add_frontend(model, card);
    add_metadata(model, "front_end_inside", job->options->with_front_end ? "true" : "false");
    add_metadata(model, "standardised_inside", "true");
    add_number(model, "standardise_mean", card->standardise.mean);
    add_number(model, "standardise_deviation", card->standardise.deviation);
    add_taken(model, "net", sx_model_spec_json(job->model->spec));
    add_metadata(model, "provenance", card->provenance);
    add_metadata(model, "sonaxis_version", sx_version());
}

/* --- all -------------------------------------------------------------------------------------------- */

static sx_status init_writer(const sx_export_job *job, sx_onnx_writer *writer, sx_error *err) {
    const sx_model *model = job->model;
    size_t count = model->node_count;
    *writer = (sx_onnx_writer){.model = model};
    writer->outputs = sx_alloc(count, sizeof *writer->outputs);
    writer->folded = sx_alloc(count, sizeof *writer->folded);
    if (!writer->outputs || !writer->folded) return sx_fail_memory(err, count * sizeof *writer->outputs);
    for (size_t i = 0; i < count; i++)
        writer->folded[i] = -1;
    for (size_t i = 0; i < model->run_count && job->options->norm == SX_EXPORT_NORM_FOLD; i++) {
        int lead = sx_fold_lead(model, i);
        if (lead >= 0) writer->folded[lead] = (int)i;
    }
    return SX_OK;
}

static void clear_writer(sx_onnx_writer *writer) {
    sx_onnx_graph_clear(&writer->graph);
    sx_free(writer->outputs);
    sx_free(writer->folded);
}

static sx_status write_graph(const sx_export_job *job, sx_onnx_writer *writer, sx_error *err) {
    sx_onnx_value input, logits;
    sx_status status = write_input(job, &writer->graph, &input, err);
    if (status == SX_OK) status = sx_onnx_write_layers(writer, &input, &logits, err);
    if (status == SX_OK) write_output(job, &writer->graph, &logits);
    return status;
}

static void put_together(const sx_export_job *job, const sx_onnx_graph *written, sx_text *model) {
    const size_t classes = job->model->options.classes;
    sx_text graph = {0}, opset = {0};
    graph.failed = written->nodes.failed || written->initializers.failed;
    sx_text_add_bytes(&graph, written->nodes.chars, written->nodes.length);
    sx_pb_text(&graph, GRAPH_NAME, sx_model_spec_name(job->model->spec));
    sx_text_add_bytes(&graph, written->initializers.length ? written->initializers.chars : "",
                      written->initializers.length);
    add_input(job, &graph);
    add_info(&graph, GRAPH_OUTPUT, output_name(job), &classes, 1);
    sx_pb_integer(model, MODEL_IR, SX_ONNX_IR_VERSION);
    sx_pb_text(model, MODEL_PRODUCER, "sonaxis");
    sx_pb_text(model, MODEL_PRODUCER_VERSION, sx_version());
    sx_pb_message(model, MODEL_GRAPH, &graph);
    sx_pb_integer(&opset, OPSET_VERSION, SX_ONNX_OPSET);
    sx_pb_message(model, MODEL_OPSET, &opset);
    add_all_metadata(job, model);
}

sx_status sx_onnx_write(const sx_export_job *job, sx_text *out, sx_error *err) {
    sx_onnx_writer writer;
    sx_text model = {0};
    sx_status status = init_writer(job, &writer, err);
    if (status == SX_OK) status = write_graph(job, &writer, err);
    if (status == SX_OK) put_together(job, &writer.graph, &model);
    clear_writer(&writer);
    if (status == SX_OK && model.failed) status = sx_fail_memory(err, model.capacity);
    if (status == SX_OK)
        *out = model;
    else
        sx_text_clear(&model);
    return status;
}

static sx_status write_file(const sx_export_job *job, const char *path, sx_error *err) {
    sx_text bytes = {0};
    sx_status status = sx_onnx_write(job, &bytes, err);
    if (status == SX_OK) status = sx_file_write(path, bytes.chars, bytes.length, err);
    sx_text_clear(&bytes);
    return status;
}

static sx_status predict_file(const sx_export_job *job, const char *path, const float *x, size_t count,
                              float *scores, sx_error *err) {
    enum { AT_ONCE = 8 }; /* the reader keeps its maps in double */
    sx_shape in = job->model->options.input;
    size_t classes = job->model->options.classes;
    size_t example =
        job->options->with_front_end ? sx_export_clip_samples(job->card) * in.channels : sx_shape_count(in);
    sx_onnx_net *net = NULL;
    sx_status status = sx_onnx_open(path, &net, err);
    for (size_t first = 0; status == SX_OK && first < count; first += AT_ONCE) {
        size_t now = count - first < AT_ONCE ? count - first : AT_ONCE;
        status = sx_onnx_run(net, x + first * example, now, example, scores + first * classes, classes, err);
    }
    sx_onnx_close(net);
    return status;
}

const sx_export_format sx_export_onnx = {.name = "onnx",
                                         .suffix = ".onnx",
                                         .summary = "ONNX, opset 17",
                                         .takes_front_end = true,
                                         .write = write_file,
                                         .predict = predict_file};
