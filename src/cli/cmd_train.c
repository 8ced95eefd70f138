/* cmd_train.c: fit one net and keep it, with all it needs to be used, in one file. */
#include "host.h"
#include "json_out.h"
#include "load.h"
#include "net_options.h"
#include "say.h"
#include "split.h"
#include "train_options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    const char *output, *axis, *history;
    double validation;
    int statistics, threads;
    bool by_group, json;
} settings;

static const char *const statistics_names[] = {"moving", "recomputed", NULL};

static const cli_option options[] = {
    {"output", 'o', CLI_TEXT, offsetof(settings, output), "FILE.sxm", 0, 0, NULL, "Model file. Needed."},
    {"axis", 'a', CLI_TEXT, offsetof(settings, axis), "AXIS", 0, 0, NULL,
     "Axis every normalisation keeps: channels (default; of a Keras model: as it is), frequency, time, or "
     "Keras's -1, 2, 1."},
    {"validation", 0, CLI_NUMBER, offsetof(settings, validation), "SHARE", 0, 0.5, NULL,
     "Share of the recordings set aside to watch the fit (one in round(1 / SHARE))."},
    {"validation-by-group", 0, CLI_FLAG, offsetof(settings, by_group), NULL, 0, 0, NULL,
     "Set whole groups aside."},
    {"statistics", 0, CLI_CHOICE, offsetof(settings, statistics), "HOW", 0, 0, statistics_names,
     "Mean and variance kept in the file: Keras's moving averages, or exact ones over the training part."},
    {"history", 0, CLI_TEXT, offsetof(settings, history), "FILE.csv", 0, 0, NULL,
     "Write the epochs as Keras's CSVLogger does."},
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "Result as JSON on stdout."},
    {"threads", 't', CLI_INTEGER, offsetof(settings, threads), "N", 0, 1024, NULL, "Threads; 0 = all cores."},
};

/* What one training works with. */
typedef struct job {
    cli_session *cli;
    const settings *wanted;
    const cli_net *net;
    sx_train_options train;
    const sx_features *features;
    cli_split split;
    sx_standardise standardise;
    sx_axis axis;
    bool axis_used;
    sx_model_spec *spec;
    sx_model *model;
    sx_history history;
} job;

static void print_epoch(void *context, size_t epoch, const sx_epoch *values) {
    job *work = context;
    char validation[80] = "";
    if (isfinite(values->validation_loss)) {
        snprintf(validation, sizeof validation, " - val_loss: %.4f - val_accuracy: %.4f",
                 values->validation_loss, values->validation_accuracy);
    }
    cli_note(work->cli, "Epoch %zu/%d - %.1fs - loss: %.4f - accuracy: %.4f%s", epoch + 1, work->train.epochs,
             values->seconds, values->loss, values->accuracy, validation);
}

/* The net of a Keras file: what it takes is checked by the data. */
static sx_status open_keras(job *work, sx_error *err) {
    sx_axis axis = work->axis_used ? work->axis : SX_AXIS_BATCH;
    sx_status status =
        sx_net_keras_spec(work->net->keras, work->features, work->net->vary, axis, &work->spec, err);
    if (status) {
        char *text = cli_text("%s: %s", work->net->model, err->text);
        snprintf(err->text, sizeof err->text, "%s", text);
        free(text);
    }
    return status;
}

static sx_status open_spec(job *work, sx_error *err) {
    const char *axis = work->wanted->axis ? work->wanted->axis : "channels";
    sx_status status = sx_axis_parse_word(cli_net_order(work->net), axis, &work->axis, err);
    if (!status && work->net->keras) {
        work->axis_used = work->wanted->axis != NULL;
        return SX_OK;
    }
    if (!status) status = sx_model_spec_open(work->net->model, &work->spec, err);
    if (!status && sx_model_spec_needs_axis(work->spec)) {
        work->axis_used = true;
        const char *vary = work->net->vary && strcmp(work->net->vary, "all") != 0 ? work->net->vary : NULL;
        status = sx_model_spec_set_axis(work->spec, work->axis, vary, err);
        if (!status && sx_model_spec_needs_axis(work->spec))
            status = sx_model_spec_set_axis(work->spec, SX_AXIS_CHANNELS, NULL, err);
    } else if (!status && work->wanted->axis) {
        cli_note(work->cli, "--axis %s changes nothing: the net names its axes itself, without \"$axis\"",
                 axis);
    }
    return status;
}

static sx_status build(job *work, sx_error *err) {
    sx_model_options building = {.input = work->features->shape,
                                 .classes = work->features->label_count,
                                 .batch = (size_t)work->train.batch,
                                 .training = true,
                                 .seed = work->train.seed,
                                 .threads = work->train.threads,
                                 .exact = work->train.exact};
    return sx_model_build(work->spec, &building, &work->model, err);
}

/* Before the time is spent. */
static void warn_of_settling(const job *work) {
    const size_t batch = (size_t)work->train.batch;
    const sx_settling settling = sx_train_settling((work->split.train_count + batch - 1) / batch,
                                                   work->train.epochs, sx_model_moving_momentum(work->model));
    char text[512];
    if (settling.settled) return;
    sx_settling_say(&settling, text, sizeof text);
    cli_note(work->cli, "%s%s", text,
             work->wanted->statistics == SX_STATISTICS_RECOMPUTED
                 ? " (they are recomputed after the training, so this net does not suffer)"
                 : " (or --statistics recomputed)");
}

static sx_status fit(job *work, sx_error *err) {
    const cli_split *split = &work->split;
    warn_of_settling(work);
    if (work->net->keras)
        sx_net_keras_standardise(work->features, split->train, split->train_count, &work->standardise);
    else
        sx_standardise_fit(work->features, split->train, split->train_count, &work->standardise);
    sx_status status = sx_train_fit(work->model, work->features, &work->standardise, split->train,
                                    split->train_count, split->validation, split->validation_count,
                                    &work->train, &work->cli->watch, print_epoch, work, &work->history, err);
    if (!status && work->wanted->statistics == SX_STATISTICS_RECOMPUTED) {
        status = sx_train_recompute(work->model, work->features, &work->standardise, split->train,
                                    split->train_count, &work->cli->watch, err);
    }
    return status;
}

static sx_status save(job *work, sx_error *err) {
    sx_model_card card = {0};
    sx_status status = sx_model_card_from_features(work->features, &work->standardise, &card, err);
    if (status) return status;
    card.sigmoid = work->train.loss == SX_LOSS_SIGMOID;
    card.seed = work->train.seed;
    snprintf(card.provenance, sizeof card.provenance,
             "sonaxis %s; net %.60s; %s%s; %zu epochs, batch %d; seed %llu; %s statistics", sx_version(),
             work->net->model, work->axis_used ? "keeps " : "axes as in the spec",
             work->axis_used ? sx_axis_name(work->axis) : "", work->history.count, work->train.batch,
             (unsigned long long)work->train.seed,
             sx_statistics_name((sx_statistics)work->wanted->statistics));
    status = sx_model_save(work->model, &card, work->wanted->output, err);
    sx_model_card_clear(&card);
    if (!status && work->wanted->history) {
        status = sx_history_write_csv(&work->history, work->wanted->history, err);
    }
    return status;
}

/* Accuracy of the saved model on a part; NaN where the part is empty. */
static sx_status score_part(job *work, const size_t *items, size_t count, double *accuracy, sx_error *err) {
    sx_score score = {0};
    *accuracy = NAN;
    if (!count) return SX_OK;
    sx_status status = sx_evaluate(work->model, work->features, &work->standardise, items, count,
                                   work->train.loss == SX_LOSS_SIGMOID, NULL, &score, err);
    if (!status) *accuracy = score.accuracy;
    sx_score_clear(&score);
    return status;
}

static void print_json(const job *work, double train, double validation) {
    fputs("{\"schema\": \"sonaxis-train-1\", \"model\": ", stdout);
    cli_json_text(work->wanted->output);
    if (work->axis_used)
        printf(", \"axis\": \"%s\", \"keras_axis\": %d", sx_axis_name(work->axis), sx_axis_keras(work->axis));
    else
        fputs(", \"axis\": null, \"keras_axis\": null", stdout);
    printf(", \"epochs\": %zu, \"parameters\": %zu, \"train_count\": %zu, \"validation_count\": %zu, "
           "\"train_accuracy\": ",
           work->history.count, sx_model_parameter_count(work->model), work->split.train_count,
           work->split.validation_count);
    cli_json_number(train);
    fputs(", \"validation_accuracy\": ", stdout);
    cli_json_number(validation);
    fputs(", ", stdout);
    cli_json_skips(work->features->skips, work->features->skip_count);
    fputs("}\n", stdout);
}

static sx_status tell(job *work, sx_error *err) {
    double train = NAN, validation = NAN;
    const cli_split *split = &work->split;
    sx_status status = score_part(work, split->train, split->train_count, &train, err);
    if (!status) status = score_part(work, split->validation, split->validation_count, &validation, err);
    if (status) return status;
    if (work->cli->bar) sx_progress_bar_finish(work->cli->bar);
    if (work->wanted->json) {
        print_json(work, train, validation);
        return SX_OK;
    }
    printf("%s: %zu epochs on %zu recordings, accuracy on them %.2f %%", work->wanted->output,
           work->history.count, split->train_count, 100 * train);
    if (isfinite(validation)) {
        printf("; on %zu for validation %.2f %%", split->validation_count, 100 * validation);
    }
    putchar('\n');
    return SX_OK;
}

/* What would else be found after the training. */
static sx_status check_first(const job *work, sx_error *err) {
    const sx_features *features = work->features;
    if (features->label_count >= 2) return SX_OK;
    snprintf(err->text, sizeof err->text,
             "all %zu recordings have the label '%.100s'; at least two labels are needed", features->count,
             features->label_count ? features->label_names[0] : "");
    return err->status = SX_E_DATA;
}

static sx_status work_through(job *work, sx_error *err) {
    char *checkpoint = cli_text("%s.checkpoint", work->wanted->output);
    work->train.checkpoint = checkpoint;
    work->train.threads = work->wanted->threads;
    sx_status status = sx_train_check(&work->train, err);
    if (!status) status = check_first(work, err);
    if (!status && work->net->keras) status = open_keras(work, err);
    if (!status) {
        status = cli_split_make(work->cli, work->features, work->wanted->validation, work->wanted->by_group,
                                work->train.seed, &work->split, err);
    }
    /* A batch larger than the training part needs no memory of its size. */
    if (!status && (size_t)work->train.batch > work->split.train_count)
        work->train.batch = (int)work->split.train_count;
    if (!status) status = build(work, err);
    if (!status) status = fit(work, err);
    if (!status) status = save(work, err);
    if (!status) cli_remove_file(checkpoint);
    if (!status) status = tell(work, err);
    free(checkpoint);
    return status;
}

static int train(cli_session *cli, const char *path, const cli_data *data, const cli_frontend *frontend,
                 const settings *wanted, const cli_net *net, const sx_train_options *training) {
    sx_error err = {0};
    sx_features_options making;
    cli_source source = {0};
    job work = {.cli = cli, .wanted = wanted, .net = net, .train = *training};
    if (!wanted->output) return cli_misuse(cli, "train", "say where to write: -o FILE.sxm");
    if (cli_is_folder(wanted->output)) {
        return cli_misuse(cli, "train", "-o %s is a folder; name a file, such as %s/model.sxm",
                          wanted->output, wanted->output);
    }
    if (training->patience && wanted->validation <= 0) {
        cli_note(cli, "--patience needs a validation part: --validation 0.1, or one in the manifest");
    }
    sx_dataset_options listing = cli_dataset_options(data);
    sx_status status = open_spec(&work, &err);
    if (!status) status = cli_features_options(data, frontend, &making, &err);
    making.threads = wanted->threads;
    if (!status) status = cli_source_open(cli, path, &listing, &making, &source, &err);
    work.features = source.features;
    if (!status) status = work_through(&work, &err);
    int result = status ? cli_give_up(cli, &err, "the same command continues after the last whole epoch.")
                        : cli_report_skips(cli, source.features->skips, source.features->skip_count);
    sx_history_clear(&work.history);
    sx_model_free(work.model);
    sx_model_spec_free(work.spec);
    cli_split_clear(&work.split);
    cli_source_clear(&source);
    return result;
}

static int run(cli_session *cli, int argc, char **argv) {
    settings wanted = {.statistics = SX_STATISTICS_RECOMPUTED};
    sx_train_options training;
    cli_data data;
    cli_frontend frontend;
    cli_net net;
    cli_net_default(&net);
    net.model = "small";
    sx_train_default(&training);
    cli_data_default(&data);
    cli_frontend_default(&frontend);
    cli_line line = {.cli = cli, .command = &cli_train, .least = 1, .most = 1};
    cli_add_group(&line, "Model", options, sizeof options / sizeof *options, &wanted);
    cli_add_net_options(&line, &net, false);
    cli_add_train_options(&line, &training);
    cli_add_source_options(&line, &data);
    cli_add_clip_options(&line, &data);
    cli_add_frontend_options(&line, &frontend);
    int result = cli_net_parse(&line, argc, argv, &net, &training);
    if (result == CLI_GO_ON) result = train(cli, line.values[0], &data, &frontend, &wanted, &net, &training);
    cli_net_clear(&net);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_train = {
    "train",
    "Train one net and keep it in one file",
    "DATA -o FILE.sxm",
    "sonaxis train recordings --axis frequency -o model.sxm\n"
    "sonaxis train manifest.csv --model kws --axis 2 --epochs 30 --validation 0.1 --patience 5 -o "
    "model.sxm\n"
    "sonaxis train X.npy --labels y.npy --model my.keras --axis 2 --epochs 20 -o best.sxm\n",
    "Official parts of a manifest (train, validation, test) are honoured. After every\n"
    "epoch FILE.sxm.checkpoint is written: interrupted, the same command continues and\n"
    "ends with the same bytes. The file holds weights, labels, front-end settings and\n"
    "standardisation. Ends with 3 where some recordings could not be used.",
    run};
