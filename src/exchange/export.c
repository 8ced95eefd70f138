/* export.c: write beside the place, read back, compare, and only then put it there. */
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "exchange/examples.h"

#include <math.h>
#include <string.h>

enum { MOST_EXAMPLES = 4096 };

void sx_export_default(sx_export_options *options) {
    *options = (sx_export_options){.examples = 32, .tolerance = 1e-5};
}

void sx_export_report_clear(sx_export_report *report) {
    sx_free(report->weights_path);
    sx_free(report->input);
    sx_free(report->output);
    *report = (sx_export_report){0};
}

static sx_status check(const sx_export_job *job, const sx_export_format *format, sx_error *err) {
    const sx_export_options *o = job->options;
    if (o->examples < 1 || o->examples > MOST_EXAMPLES)
        return sx_fail(err, SX_E_ARGUMENT, "%zu examples to compare; it must be 1 to %d", o->examples,
                       MOST_EXAMPLES);
    if (!(o->tolerance >= 0 && o->tolerance <= 1))
        return sx_fail(err, SX_E_ARGUMENT, "a tolerance of %g; it must be 0 to 1", o->tolerance);
    if (o->with_front_end && !format->takes_front_end)
        return sx_fail(err, SX_E_UNSUPPORTED, "a front-end cannot be put into a file of format %s",
                       format->name);
    if (o->with_front_end && job->card->from_arrays)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "the net was trained on arrays and has no front-end to put into the file");
    return SX_OK;
}

/* --- comparison ------------------------------------------------------------------------------------- */

static size_t best_of(const float *row, size_t count) {
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (row[i] > row[best]) best = i;
    return best;
}

/* Adds rows to the report; *largest grows to the largest value. NaN stays in the difference. */
static void compare_rows(const float *ours, const float *theirs, size_t rows, size_t classes,
                         sx_export_report *report, double *largest) {
    for (size_t i = 0; i < rows * classes; i++) {
        double difference = fabs((double)ours[i] - (double)theirs[i]);
        if (!(difference <= report->largest_difference)) report->largest_difference = difference;
        *largest = fmax(*largest, fabs((double)ours[i]));
    }
    for (size_t i = 0; i < rows; i++)
        report->same_label += best_of(ours + i * classes, classes) == best_of(theirs + i * classes, classes);
}

typedef struct comparison {
    const sx_export_job *job;
    const sx_export_format *format;
    const sx_examples *examples;
    float *ours, *theirs; /* of one batch */
    double largest;
} comparison;

static sx_status compare_batch(comparison *c, const char *path, size_t first, size_t count,
                               sx_export_report *report, sx_error *err) {
    sx_model *model = c->job->model;
    size_t classes = model->options.classes, example = sx_shape_count(model->options.input);
    size_t clip = c->examples->clip * model->options.input.channels;
    const float *features = c->examples->features + first * example;
    const float *x = c->job->options->with_front_end ? c->examples->samples + first * clip : features;
    sx_standardise_apply(&c->job->card->standardise, features, count * example, model->input);
    memcpy(c->ours, sx_model_forward(model, count, SX_RUN_INFER, 0), count * classes * sizeof *c->ours);
    sx_export_apply_score(sx_export_score(c->job), count, classes, c->ours);
    sx_status status = c->format->predict(c->job, path, x, count, c->theirs, err);
    if (status == SX_OK) compare_rows(c->ours, c->theirs, count, classes, report, &c->largest);
    return status;
}

/* path: the file that is read back. */
static sx_status compare(const sx_export_job *job, const sx_export_format *format, const char *path,
                         const sx_examples *examples, sx_export_report *report, sx_error *err) {
    size_t batch = job->model->options.batch, classes = job->model->options.classes;
    if (batch > examples->count) batch = examples->count;
    comparison c = {.job = job, .format = format, .examples = examples};
    c.ours = sx_alloc(2 * batch * classes, sizeof *c.ours);
    if (!c.ours) return sx_fail_memory(err, 2 * batch * classes * sizeof *c.ours);
    c.theirs = c.ours + batch * classes;
    sx_status status = SX_OK;
    for (size_t first = 0; status == SX_OK && first < examples->count; first += batch) {
        size_t count = examples->count - first < batch ? examples->count - first : batch;
        status = compare_batch(&c, path, first, count, report, err);
    }
    sx_free(c.ours);
    report->relative = report->largest_difference / (c.largest > 0 ? c.largest : 1);
    if (status == SX_OK && !(report->relative <= job->options->tolerance))
        return sx_fail(err, SX_E_NUMERIC,
                       "the file read back gives other values: largest difference %.3g, %.3g of the largest "
                       "value, where %.3g is allowed; %zu of %zu labels agree; nothing is written",
                       report->largest_difference, report->relative, job->options->tolerance,
                       report->same_label, examples->count);
    return status;
}

/* --- files ------------------------------------------------------------------------------------------ */

static char *describe(const char *name, const size_t *dims, int rank) {
    sx_text text = {0};
    sx_text_format(&text, "%s (N", name);
    for (int i = 0; i < rank; i++)
        sx_text_format(&text, ", %zu", dims[i]);
    sx_text_add(&text, ")");
    return sx_text_take(&text);
}

static sx_status start_report(const sx_export_job *job, const sx_export_format *format,
                              const sx_examples *examples, sx_export_report *report, sx_error *err) {
    sx_shape in = job->model->options.input;
    const size_t samples[] = {examples->clip, in.channels};
    size_t features[3];
    int axes = sx_export_input_dims(job->model, features);
    report->format = format->name;
    report->examples = examples->count;
    report->noise = examples->noise;
    report->input = job->options->with_front_end ? describe("samples", samples, in.channels > 1 ? 2 : 1)
                                                 : describe("features", features, axes);
    report->output = describe(job->options->logits ? "logits" : "scores", &job->model->options.classes, 1);
    if (format->weights) report->weights_path = sx_export_weights_path(job->path);
    bool good = report->input && report->output && (report->weights_path || !format->weights);
    return good ? SX_OK : sx_fail_memory(err, 256);
}

/* Both files, or the one there is; the second holds the weights and is the one read back. */
typedef struct files {
    sx_file_writer *main, *weights;
} files;

static sx_status open_files(const sx_export_job *job, const sx_export_report *report, files *out,
                            sx_error *err) {
    sx_status status = sx_file_writer_open(job->path, &out->main, err);
    if (status == SX_OK && report->weights_path)
        status = sx_file_writer_open(report->weights_path, &out->weights, err);
    return status;
}

static sx_status commit_files(files *out, sx_error *err) {
    sx_status status = out->weights ? sx_file_writer_commit(out->weights, err) : SX_OK;
    out->weights = NULL;
    if (status == SX_OK) {
        status = sx_file_writer_commit(out->main, err);
        out->main = NULL;
    }
    return status;
}

static sx_status fill_files(const sx_export_job *job, const sx_export_format *format,
                            const sx_examples *examples, files *out, sx_export_report *report,
                            sx_error *err) {
    const sx_export_format *second = NULL;
    const char *read_back = sx_file_writer_path(out->main);
    sx_status status = format->write(job, read_back, err);
    if (status == SX_OK && format->weights) {
        read_back = sx_file_writer_path(out->weights);
        status = sx_export_find_format(format->weights, job->path, &second, err);
        if (status == SX_OK) status = second->write(job, read_back, err);
    }
    if (status == SX_OK) status = compare(job, second ? second : format, read_back, examples, report, err);
    return status;
}

static sx_status write_checked(const sx_export_job *job, const sx_export_format *format,
                               sx_export_report *report, sx_error *err) {
    sx_examples examples = {0};
    files out = {NULL, NULL};
    sx_status status = sx_examples_make(job, &examples, err);
    if (status == SX_OK) status = start_report(job, format, &examples, report, err);
    if (status == SX_OK) status = open_files(job, report, &out, err);
    if (status == SX_OK) status = fill_files(job, format, &examples, &out, report, err);
    if (status == SX_OK) status = commit_files(&out, err);
    sx_file_writer_discard(out.main);
    sx_file_writer_discard(out.weights);
    sx_examples_clear(&examples);
    return status;
}

sx_status sx_export_write(sx_model *model, const sx_model_card *card, const char *path,
                          const sx_export_options *options, sx_export_report *report, sx_error *err) {
    const sx_export_job job = {model, card, options, path};
    const sx_export_format *format = NULL;
    sx_export_report made = {0};
    sx_status status = sx_export_find_format(options->format, path, &format, err);
    if (status == SX_OK) status = check(&job, format, err);
    if (status == SX_OK) status = write_checked(&job, format, &made, err);
    if (status == SX_OK && report)
        *report = made;
    else
        sx_export_report_clear(&made);
    return status;
}
