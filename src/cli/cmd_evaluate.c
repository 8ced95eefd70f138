/* cmd_evaluate.c: how well a trained model does on labelled data. */
#include "host.h"
#include "json_out.h"
#include "load.h"
#include "say.h"
#include "score_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    bool json, recompute;
    int threads;
    double random_offset_ms;
    uint64_t clip_seed;
} settings;

static const cli_option options[] = {
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "One JSON document instead of text."},
    {"recompute", 0, CLI_FLAG, offsetof(settings, recompute), NULL, 0, 0, NULL,
     "Let every normalisation use the mean and variance of this data instead of those in the file."},
    {"random-offset", 0, CLI_NUMBER, offsetof(settings, random_offset_ms), "MS", 0, 60000, NULL,
     "Each recording begins up to so much later, at random; 0 = as it is."},
    {"clip-seed", 0, CLI_SEED, offsetof(settings, clip_seed), "N", 0, 0, NULL, "Seed of --random-offset."},
    {"threads", 't', CLI_INTEGER, offsetof(settings, threads), "N", 0, 1024, NULL, "Threads; 0 = all cores."},
};

/* Index of a data label among the model's; -1 if it has none. */
static int model_label(const sx_model_card *card, const char *name) {
    for (size_t i = 0; i < card->label_count; i++) {
        if (strcmp(card->label_names[i], name) == 0) return (int)i;
    }
    return -1;
}

/* The features as the model counts labels. Owns `labels` only. */
static sx_status translate(const sx_model_card *card, const sx_features *features, sx_features *view,
                           int **labels, sx_error *err) {
    *view = *features;
    *labels = cli_alloc(features->count, sizeof **labels);
    for (size_t i = 0; i < features->count; i++) {
        const char *name = features->label_names[features->labels[i]];
        (*labels)[i] = model_label(card, name);
        if ((*labels)[i] >= 0) continue;
        err->status = SX_E_DATA;
        snprintf(err->text, sizeof err->text,
                 "%.200s: its label '%.100s' is not among the model's %zu labels", features->paths[i], name,
                 card->label_count);
        return SX_E_DATA;
    }
    view->labels = *labels;
    view->label_names = card->label_names;
    view->label_count = card->label_count;
    return SX_OK;
}

static sx_status score_all(cli_session *cli, cli_trained *trained, const sx_features *features,
                           const settings *wanted, sx_score *score, sx_error *err) {
    sx_status status = SX_OK;
    const sx_standardise *standardise = &trained->card.standardise;
    size_t *items = cli_alloc(features->count, sizeof *items);
    for (size_t i = 0; i < features->count; i++)
        items[i] = i;
    if (wanted->recompute) {
        status = sx_train_recompute(trained->model, features, standardise, items, features->count,
                                    &cli->watch, err);
    }
    if (!status) {
        status = sx_evaluate(trained->model, features, standardise, items, features->count,
                             trained->card.sigmoid, NULL, score, err);
    }
    free(items);
    return status;
}

static void print_result(const char *path, const sx_score *score, const sx_features *features, bool json) {
    if (!json) {
        cli_print_score(score, features->label_names);
        return;
    }
    fputs("{\"schema\": \"sonaxis-evaluate-1\", \"model\": ", stdout);
    cli_json_text(path);
    fputs(", \"labels\": [", stdout);
    for (size_t i = 0; i < features->label_count; i++) {
        if (i) fputs(", ", stdout);
        cli_json_text(features->label_names[i]);
    }
    fputs("], ", stdout);
    cli_print_score_json(score, features->label_names);
    fputs(", ", stdout);
    cli_json_skips(features->skips, features->skip_count);
    fputs("}\n", stdout);
}

static int evaluate(cli_session *cli, const char *const *paths, const cli_data *data,
                    const settings *wanted) {
    sx_error err = {0};
    cli_trained trained = {0};
    cli_source source = {0};
    sx_features view;
    sx_features_options making;
    int *labels = NULL;
    sx_score score = {0};
    sx_dataset_options listing = cli_dataset_options(data);
    sx_status status = cli_trained_open(paths[0], wanted->threads, &trained, &err);
    if (!status) {
        cli_trained_features(&trained, wanted->threads, &making);
        making.random_offset_ms = wanted->random_offset_ms;
        making.seed = wanted->clip_seed;
        status = cli_source_open(cli, paths[1], &listing, &making, &source, &err);
    }
    if (!status) status = cli_trained_check(&trained, source.features, &err);
    if (!status) status = translate(&trained.card, source.features, &view, &labels, &err);
    if (!status) status = score_all(cli, &trained, &view, wanted, &score, &err);
    int result = CLI_OK;
    if (status) {
        result = cli_give_up(cli, &err, NULL);
    } else {
        if (cli->bar) sx_progress_bar_finish(cli->bar);
        print_result(paths[0], &score, &view, wanted->json);
        result = cli_report_skips(cli, source.features->skips, source.features->skip_count);
    }
    sx_score_clear(&score);
    free(labels);
    cli_source_clear(&source);
    cli_trained_clear(&trained);
    return result;
}

static int run(cli_session *cli, int argc, char **argv) {
    settings wanted = {0};
    cli_data data;
    cli_data_default(&data);
    cli_line line = {.cli = cli, .command = &cli_evaluate, .least = 2, .most = 2};
    cli_add_source_options(&line, &data);
    cli_add_group(&line, "Evaluation", options, sizeof options / sizeof *options, &wanted);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = evaluate(cli, line.values, &data, &wanted);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_evaluate = {
    "evaluate",
    "Score a trained model on labelled recordings",
    "MODEL.sxm DATA",
    "sonaxis evaluate model.sxm recordings --name '{label}_{group}_{take}'\n"
    "sonaxis evaluate model.sxm test.csv --json\n",
    "The model file says how spectrograms are made and standardised; only the data is\n"
    "given here. Ends with 3 where some recordings could not be used.",
    run};
