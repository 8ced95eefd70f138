/* cmd_predict.c: labels for recordings that have none. */
#include "host.h"
#include "json_out.h"
#include "load.h"
#include "rows.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    const char *scores;
    bool json;
    int top, threads;
} settings;

static const cli_option options[] = {
    {"scores", 0, CLI_TEXT, offsetof(settings, scores), "FILE.npy", 0, 0, NULL,
     "Also write what the net gives, one row a recording or example, as NumPy array."},
    {"top-k", 'k', CLI_INTEGER, offsetof(settings, top), "N", 1, 65536, NULL,
     "How many labels a recording, best first."},
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "One JSON document instead of CSV."},
    {"threads", 't', CLI_INTEGER, offsetof(settings, threads), "N", 0, 1024, NULL, "Threads; 0 = all cores."},
};

/* What was skipped of all paths, kept until the end. */
typedef struct job {
    cli_session *cli;
    cli_trained trained;
    const settings *wanted;
    const char *model;
    size_t classes, top, written;
    bool begun;       /* the head is printed */
    sx_output output; /* what is applied to the net's last values */
    float *scores;    /* of one batch */
    cli_rows rows;    /* for --scores */
    sx_skip *skips;
    size_t skip_count;
} job;

/* Takes the best remaining label out of the row. */
static size_t take_best(float *row, size_t count, float *score) {
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        if (row[i] > row[best]) best = i;
    }
    *score = row[best];
    row[best] = -INFINITY;
    return best;
}

static void print_csv(job *work, const char *path, float *row) {
    cli_csv_text(path);
    for (size_t i = 0; i < work->top; i++) {
        float score = 0;
        size_t label = take_best(row, work->classes, &score);
        putchar(',');
        cli_csv_text(work->trained.card.label_names[label]);
        printf(",%.6f", (double)score);
    }
    putchar('\n');
}

static void print_json(job *work, const char *path, float *row) {
    fputs(work->written ? ",\n  {\"path\": " : "\n  {\"path\": ", stdout);
    cli_json_text(path);
    for (size_t i = 0; i < work->top; i++) {
        float score = 0;
        size_t label = take_best(row, work->classes, &score);
        fputs(i == 0 ? ", \"top\": [" : ", ", stdout);
        fputs("{\"label\": ", stdout);
        cli_json_text(work->trained.card.label_names[label]);
        printf(", \"score\": %.6f}", (double)score);
    }
    fputs("]}", stdout);
}

static void print_batch(job *work, const sx_features *features, size_t first, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float *row = work->scores + i * work->classes;
        if (work->wanted->json)
            print_json(work, features->paths[first + i], row);
        else
            print_csv(work, features->paths[first + i], row);
        work->written++;
    }
}

/* Once, and not before the first recordings are there: a call that fails at once prints nothing. */
static void print_head(job *work) {
    if (work->begun) return;
    work->begun = true;
    if (work->wanted->json) {
        fputs("{\"schema\": \"sonaxis-predict-1\", \"model\": ", stdout);
        cli_json_text(work->model);
        fputs(", \"predictions\": [", stdout);
        return;
    }
    fputs("path,label,score", stdout);
    for (size_t i = 2; i <= work->top; i++)
        printf(",label_%zu,score_%zu", i, i);
    putchar('\n');
}

/* Once the model is there: a Keras model may have waited for the size of the data. */
static sx_status get_ready(job *work, sx_shape shape, sx_error *err) {
    sx_status status = cli_trained_fit(&work->trained, shape, work->wanted->threads, err);
    if (status || work->scores) return status;
    work->classes = sx_model_class_count(work->trained.model);
    work->top = (size_t)work->wanted->top < work->classes ? (size_t)work->wanted->top : work->classes;
    work->scores = cli_alloc(CLI_BATCH * work->classes, sizeof *work->scores);
    work->rows.width = work->classes;
    if (work->trained.keras)
        work->output = sx_model_output(work->trained.model);
    else
        work->output = work->trained.card.sigmoid ? SX_OUTPUT_SIGMOID : SX_OUTPUT_SOFTMAX;
    return SX_OK;
}

/* Rows of NaN up to that many. */
static void fill_rows(job *work, size_t count) {
    while (work->rows.count < count)
        cli_rows_add(&work->rows, NULL);
}

/* "X.npy[7]" is row 7, whatever could not be used before it. */
static void keep_rows(job *work, const sx_features *features, size_t first, size_t count,
                      size_t rows_before) {
    for (size_t i = 0; i < count; i++) {
        const char *bracket = strrchr(features->paths[first + i], '[');
        if (features->from_arrays && bracket)
            fill_rows(work, rows_before + (size_t)strtoull(bracket + 1, NULL, 10));
        cli_rows_add(&work->rows, work->scores + i * work->classes);
    }
}

static sx_status predict_features(job *work, const sx_features *features, sx_error *err) {
    size_t size = features->shape.time * features->shape.frequency * features->shape.channels;
    sx_status status = get_ready(work, features->shape, err);
    if (!status) status = cli_trained_check(&work->trained, features, err);
    if (status) return status;
    float *batch = cli_alloc(CLI_BATCH * size, sizeof *batch);
    size_t rows_before = work->rows.count;
    print_head(work);
    for (size_t first = 0; first < features->count; first += CLI_BATCH) {
        size_t count = features->count - first < CLI_BATCH ? features->count - first : CLI_BATCH;
        sx_standardise_apply(&work->trained.card.standardise, features->values + first * size, count * size,
                             batch);
        sx_model_run(work->trained.model, batch, count, work->scores);
        sx_output_apply(work->output, work->scores, count, work->classes);
        if (work->wanted->scores) keep_rows(work, features, first, count, rows_before);
        print_batch(work, features, first, count);
    }
    if (work->wanted->scores && features->from_arrays)
        fill_rows(work, rows_before + features->count + features->skip_count);
    free(batch);
    return SX_OK;
}

static void keep_skip(job *work, const char *path, const char *reason) {
    sx_skip *all = cli_alloc(work->skip_count + 1, sizeof *all);
    for (size_t i = 0; i < work->skip_count; i++)
        all[i] = work->skips[i];
    all[work->skip_count++] = (sx_skip){cli_text("%s", path), cli_text("%s", cli_reason(path, reason))};
    free(work->skips);
    work->skips = all;
}

/* One path at a time, so that a bad one is a skip and the others go on. */
static sx_status predict_path(job *work, const char *path, bool alone, sx_error *err) {
    cli_source source = {0};
    sx_dataset_options listing;
    sx_features_options making;
    sx_dataset_default(&listing);
    listing.unlabelled = true;
    cli_trained_features(&work->trained, work->wanted->threads, &making);
    sx_status status = cli_source_open(work->cli, path, &listing, &making, &source, err);
    bool skippable = status == SX_E_DATA || status == SX_E_FORMAT || (status == SX_E_FILE && !alone);
    if (skippable) {
        keep_skip(work, path, err->text);
        return SX_OK;
    }
    if (status) return status;
    status = predict_features(work, source.features, err);
    if (!alone && (status == SX_E_SHAPE || status == SX_E_DATA)) { /* what is not for this model */
        keep_skip(work, path, err->text);
        status = SX_OK;
    }
    for (size_t i = 0; i < source.features->skip_count; i++) {
        keep_skip(work, source.features->skips[i].path, source.features->skips[i].reason);
    }
    cli_source_clear(&source);
    return status;
}

static int finish(job *work) {
    print_head(work);
    if (work->wanted->json) {
        fputs("], ", stdout);
        cli_json_skips(work->skips, work->skip_count);
        fputs("}\n", stdout);
    }
    int result = cli_report_skips(work->cli, work->skips, work->skip_count);
    return work->written ? result : CLI_FAILED;
}

static int predict(cli_session *cli, const char *const *values, size_t count, const settings *wanted) {
    sx_error err = {0};
    job work = {.cli = cli, .wanted = wanted, .model = values[0]};
    sx_status status = cli_trained_open_loosely(values[0], wanted->threads, &work.trained, &err);
    if (status) return cli_give_up(cli, &err, NULL);
    for (size_t i = 1; i < count && !status; i++)
        status = predict_path(&work, values[i], count == 2, &err);
    if (!status && wanted->scores) status = cli_rows_write(&work.rows, wanted->scores, &err);
    int result = status ? cli_give_up(cli, &err, NULL) : finish(&work);
    for (size_t i = 0; i < work.skip_count; i++) {
        free(work.skips[i].path);
        free(work.skips[i].reason);
    }
    free(work.skips);
    free(work.scores);
    free(work.rows.values);
    cli_trained_clear(&work.trained);
    return result;
}

static int run(cli_session *cli, int argc, char **argv) {
    settings wanted = {.top = 1};
    cli_line line = {.cli = cli, .command = &cli_predict, .least = 2, .most = (size_t)argc};
    cli_add_group(&line, "Prediction", options, sizeof options / sizeof *options, &wanted);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = predict(cli, line.values, line.value_count, &wanted);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_predict = {
    "predict",
    "Label recordings with a trained model",
    "MODEL RECORDING|FOLDER|ARRAYS...",
    "sonaxis predict model.sxm word.wav\n"
    "sonaxis predict my.keras X.npy --scores y.npy\n"
    "sonaxis predict model.sxm folder --top-k 3 > labels.csv\n"
    "sonaxis predict model.sxm a.wav b.flac --json\n",
    "MODEL is a .sxm file, or a .keras or .h5 model of Keras, which takes arrays (n, time,\n"
    "frequency) or (n, time, frequency, channels) in its own order of axes.\n"
    "Prints CSV: path, label, score, then the next best labels. Scores are probabilities, or\n"
    "what a Keras model gives. Rows of --scores are in the order of the input; an example that\n"
    "could not be used has NaN.\n"
    "Ends with 3 where some recordings could not be used.",
    run};
