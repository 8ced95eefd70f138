/* format.c: the table of formats, and what they share. */
#include "exchange/format.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "sonaxis/exchange.h"

#include <math.h>
#include <string.h>

const sx_export_format *const sx_export_formats[] = {&sx_export_onnx,   &sx_export_keras, &sx_export_h5,
                                                     &sx_export_python, &sx_export_npz,   NULL};

enum { MOST_FORMATS = sizeof sx_export_formats / sizeof *sx_export_formats };

const char *const *sx_export_format_names(void) {
    static const char *names[MOST_FORMATS];
    for (int i = 0; sx_export_formats[i]; i++)
        names[i] = sx_export_formats[i]->name;
    return names;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

static bool matches(const sx_export_format *format, const char *name, const char *path) {
    return name ? strcmp(format->name, name) == 0 : ends_with(path, format->suffix);
}

static sx_status fail_unknown(const char *name, const char *path, sx_error *err) {
    sx_text known = {0};
    for (int i = 0; sx_export_formats[i]; i++)
        sx_text_format(&known, "%s%s (%s)", i ? ", " : "", sx_export_formats[i]->name,
                       sx_export_formats[i]->suffix);
    sx_status status = sx_fail(err, SX_E_ARGUMENT,
                               name ? "there is no format '%.100s'; there are %s"
                                    : "%.300s: its name does not end as a format does; there are %s",
                               name ? name : path, known.chars ? known.chars : "");
    sx_text_clear(&known);
    return status;
}

sx_status sx_export_find_format(const char *name, const char *path, const sx_export_format **out,
                                sx_error *err) {
    for (int i = 0; sx_export_formats[i]; i++) {
        if (!matches(sx_export_formats[i], name, path)) continue;
        *out = sx_export_formats[i];
        return SX_OK;
    }
    return fail_unknown(name, path, err);
}

const char *sx_export_score(const sx_export_job *job) {
    static const char *const names[] = {NULL, "softmax", "sigmoid"};
    if (job->options->logits) return NULL;
    if (job->options->as_is) return names[sx_model_output(job->model)];
    return job->card->sigmoid ? "sigmoid" : "softmax";
}

const char *sx_export_end(const sx_export_job *job) {
    if (job->options->logits) return "linear";
    return job->options->as_is ? NULL : sx_export_score(job);
}

int sx_export_input_rank(const sx_model *model) {
    const sx_json *rank = sx_json_get(model->spec->root, "rank");
    const sx_shape in = model->options.input;
    int wanted = rank ? (int)sx_json_integer(rank) : 4;
    if (wanted < 4 && in.frequency != 1) return 4;
    return wanted < 3 && in.time != 1 ? 3 : wanted;
}

int sx_export_input_dims(const sx_model *model, size_t dims[3]) {
    const sx_shape in = model->options.input;
    int rank = sx_export_input_rank(model), count = 0;
    if (rank > 2) dims[count++] = in.time;
    if (rank > 3) dims[count++] = in.frequency;
    dims[count++] = in.channels;
    return count;
}

static void softmax(size_t count, float *row) {
    double largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, (double)row[i]);
    for (size_t i = 0; i < count; i++)
        sum += exp((double)row[i] - largest);
    for (size_t i = 0; i < count; i++)
        row[i] = (float)(exp((double)row[i] - largest) / sum);
}

void sx_export_apply_score(const char *score, size_t rows, size_t classes, float *values) {
    if (!score) return;
    for (size_t i = 0; i < rows; i++) {
        float *row = values + i * classes;
        if (strcmp(score, "softmax") == 0) {
            softmax(classes, row);
            continue;
        }
        for (size_t k = 0; k < classes; k++)
            row[k] = (float)(1 / (1 + exp(-(double)row[k])));
    }
}

char *sx_export_weights_path(const char *path) {
    const char *base = sx_path_base(path), *dot = strrchr(base, '.');
    sx_text text = {0};
    sx_text_add_bytes(&text, path, dot && dot > base ? (size_t)(dot - path) : strlen(path));
    sx_text_add(&text, ".weights.npz");
    return sx_text_take(&text);
}
