/* cmd_compare.c: the main job: which normalisation axis suits these recordings? */
#include "answer_words.h"
#include "host.h"
#include "load.h"
#include "net_options.h"
#include "say.h"
#include "session.h"
#include "growth_options.h"
#include "study_options.h"
#include "train_options.h"
#include "tune_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    const char *folder, *axes, *folds;
    int seeds, statistics, jobs, threads;
    double margin, confidence, validation;
    uint64_t fold_seed;
    bool by_group, json;
    cli_growth growth;
} settings;

static const char *const statistics_names[] = {"moving", "recomputed", "batch", NULL};

static const cli_option options[] = {
    {"output", 'o', CLI_TEXT, offsetof(settings, folder), "DIR", 0, 0, NULL,
     "Folder for report.html, report.md, tables/, compare.json, options.txt, frontend.json and study.sqlite, "
     "from which an "
     "interrupted comparison continues."},
    {"axes", 'a', CLI_TEXT, offsetof(settings, axes), "LIST", 0, 0, NULL,
     "Axes to compare, two or three, names or Keras's numbers."},
    {"folds", 'f', CLI_TEXT, offsetof(settings, folds), "K|KIND", 0, 0, NULL,
     "auto, group, stratified or official; a number of folds; or both: group:4. auto takes the manifest's "
     "folds, else groups, else stratified."},
    {"fold-seed", 0, CLI_SEED, offsetof(settings, fold_seed), "N", 0, 0, NULL, "Seed of the division."},
    {"seeds", 'n', CLI_INTEGER, offsetof(settings, seeds), "N", 1, 1000, NULL, "Repetitions of every fold."},
    {"validation", 0, CLI_NUMBER, offsetof(settings, validation), "SHARE", 0, 0.5, NULL,
     "Share of each training part set aside for early stopping (--patience)."},
    {"validation-by-group", 0, CLI_FLAG, offsetof(settings, by_group), NULL, 0, 0, NULL,
     "Set whole groups aside."},
    {"statistics", 0, CLI_CHOICE, offsetof(settings, statistics), "HOW", 0, 0, statistics_names,
     "Mean and variance the verdict's scores rest on; all three are shown."},
    {"margin", 0, CLI_NUMBER, offsetof(settings, margin), "X", 0, 0.5, NULL,
     "Difference in accuracy that does not matter in practice."},
    {"confidence", 0, CLI_NUMBER, offsetof(settings, confidence), "X", 0.5, 0.9999, NULL,
     "Of the intervals and tests."},
    {"jobs", 'j', CLI_INTEGER, offsetof(settings, jobs), "N", 0, 1024, NULL,
     "Runs side by side; 0 = chosen from the sizes."},
    {"threads", 't', CLI_INTEGER, offsetof(settings, threads), "N", 0, 1024, NULL,
     "Cores to use in all; 0 = all."},
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "One JSON document instead of text."},
};

/* What one comparison works with. */
typedef struct job {
    cli_session *cli;
    const cli_line *line;
    settings *wanted;
    const cli_tune *tune;
    const cli_net *net;
    const char *path;
    cli_source source;
    sx_compare_options options;
    sx_comparison *comparison;
    sx_inspection *inspection;
} job;

static sx_status read_options(job *work, const sx_train_options *train, sx_error *err) {
    const settings *wanted = work->wanted;
    sx_compare_options *to = &work->options;
    cli_net_apply(work->net, to);
    to->seeds = wanted->seeds;
    to->train = *train;
    to->statistics = (sx_statistics)wanted->statistics;
    to->margin = wanted->margin;
    to->confidence = wanted->confidence;
    to->folder = wanted->folder;
    to->jobs = wanted->jobs;
    to->threads = wanted->threads;
    to->folds.seed = wanted->fold_seed;
    to->folds.validation = wanted->validation;
    to->folds.validation_by_group = wanted->by_group;
    sx_status status = cli_read_axes(wanted->axes, cli_net_order(work->net), to, err);
    if (!status) status = cli_read_folds(wanted->folds, &to->folds, err);
    if (!status) status = cli_read_growth(&wanted->growth, &to->growth, err);
    if (!status) status = sx_train_check(train, err);
    if (!status) status = cli_read_tune(work->cli, work->tune, to, err);
    if (!status && train->patience && to->folds.validation <= 0) {
        status = cli_bad_option(err, "--patience needs a validation part, such as --validation %s", "0.1");
    }
    return status;
}

static sx_status write_named(const job *work, const char *name, const char *text, sx_error *err) {
    char *path = cli_text("%s/%s", work->wanted->folder, name);
    sx_status status = cli_write_file(path, text, err);
    free(path);
    return status;
}

static sx_status write_report(const job *work, sx_error *err) {
    char *command = cli_command_line(work->cli), *title = cli_title_of(work->path);
    const sx_report_options about = {title, command, work->inspection, work->source.dataset};
    sx_status status =
        sx_report_write_all(work->comparison, work->source.features, &about, work->wanted->folder, err);
    free(command);
    free(title);
    return status;
}

/* The front-end as it was used, for --frontend. */
static sx_status write_frontend(const job *work, sx_error *err) {
    if (work->source.features->from_arrays) return SX_OK;
    char *json = sx_frontend_to_json(&work->source.features->frontend);
    sx_status status = json ? write_named(work, "frontend.json", json, err) : cli_out_of_memory(err);
    sx_free_text(json);
    return status;
}

/* Why, what it costs, what to do next: from the nets that were kept. */
static sx_status add_answer(const job *work, const cli_data *data, sx_error *err) {
    const sx_features *features = work->source.features;
    cli_answer_words words = cli_answer_words_of(work->path, data, &work->options, features);
    const sx_answer_options how = {words.data, words.folder, words.model, words.features, words.training};
    sx_status status =
        sx_answer_add(work->comparison, features, &work->options, &how, &work->cli->watch, err);
    cli_answer_words_clear(&words);
    return status;
}

static sx_status write_all(const job *work, sx_error *err) {
    char *json = sx_comparison_json(work->comparison, work->source.features);
    char *settings_text = cli_write_settings(work->line);
    sx_status status = json ? write_named(work, "compare.json", json, err) : cli_out_of_memory(err);
    if (!status) status = write_named(work, "options.txt", settings_text, err);
    if (!status) status = write_frontend(work, err);
    if (!status) status = write_report(work, err);
    free(settings_text);
    sx_free_text(json);
    return status;
}

static sx_status print_result(const job *work, sx_error *err) {
    bool json = work->wanted->json;
    char *text = json ? sx_comparison_json(work->comparison, work->source.features)
                      : sx_comparison_text(work->comparison, work->source.features);
    if (!text) return cli_out_of_memory(err);
    if (work->cli->bar) sx_progress_bar_finish(work->cli->bar);
    printf("%s%s", text, json ? "\n" : "");
    if (!json) printf("\nreport: %s/report.html\n", work->wanted->folder);
    sx_free_text(text);
    return SX_OK;
}

/* The same recording under two names may come to lie in a training and in a test part. */
static void warn_of_duplicates(const job *work) {
    const sx_inspection *seen = work->inspection;
    if (!seen || !seen->duplicate_count) return;
    cli_note(work->cli,
             "%zu recording%s the same samples as another, such as %s (%s): a net that is tested on what it "
             "was trained on scores too high",
             seen->duplicate_count, seen->duplicate_count == 1 ? " holds" : "s hold",
             seen->duplicates[0].path, seen->duplicates[0].reason);
}

/* A part has no verdict. */
static void print_part(const job *work) {
    const sx_growth_options *growth = &work->options.growth;
    if (work->cli->bar) sx_progress_bar_finish(work->cli->bar);
    if (work->wanted->json)
        printf("{\"schema\": \"sonaxis-shard-1\", \"shard\": %d, \"shards\": %d}\n", growth->shard,
               growth->shards);
    else
        printf("part %d of %d is finished: %s/study.sqlite\n"
               "'sonaxis study merge FOLDER... -o FOLDER' joins the parts; 'sonaxis study show' then has the "
               "verdict\n",
               growth->shard, growth->shards, work->wanted->folder);
}

/* options.txt says what leads to this comparison from nothing, however it grew. */
static void settle_growth(job *work) {
    work->wanted->growth.add_seeds = 0;
    if (!work->wanted->growth.until) work->wanted->seeds = work->comparison->seeds;
}

static sx_status work_through(job *work, const cli_data *data, const cli_frontend *frontend, sx_error *err) {
    sx_features_options making;
    const sx_watch *watch = &work->cli->watch;
    sx_dataset_options listing = cli_dataset_options(data);
    sx_status status = cli_features_options(data, frontend, &making, err);
    making.threads = work->wanted->threads;
    if (!status) status = cli_source_open(work->cli, work->path, &listing, &making, &work->source, err);
    if (!status && !work->source.features->from_arrays) {
        status =
            sx_dataset_inspect(work->source.dataset, work->wanted->threads, watch, &work->inspection, err);
    }
    if (!status) warn_of_duplicates(work);
    if (!status) status = sx_compare(work->source.features, &work->options, watch, &work->comparison, err);
    if (!status && !work->comparison) {
        print_part(work);
        return SX_OK;
    }
    if (!status) settle_growth(work);
    if (!status) status = add_answer(work, data, err);
    if (!status) status = write_all(work, err);
    if (!status) status = print_result(work, err);
    return status;
}

static int compare(cli_session *cli, const cli_line *line, settings *wanted, const cli_net *net,
                   const cli_tune *tune, const cli_data *data, const cli_frontend *frontend,
                   const sx_train_options *train) {
    sx_error err = {0};
    job work = {
        .cli = cli, .line = line, .wanted = wanted, .net = net, .tune = tune, .path = line->values[0]};
    sx_compare_default(&work.options);
    sx_status status = read_options(&work, train, &err);
    if (!status) status = work_through(&work, data, frontend, &err);
    int result = status
                     ? cli_give_up(cli, &err, "finished runs are saved; the same command continues.")
                     : cli_report_skips(cli, work.source.features->skips, work.source.features->skip_count);
    sx_comparison_free(work.comparison);
    sx_inspection_free(work.inspection);
    cli_source_clear(&work.source);
    return result;
}

static settings default_settings(const sx_compare_options *defaults) {
    return (settings){.folder = "sonaxis-report",
                      .axes = "channels,frequency,time",
                      .folds = "auto",
                      .seeds = defaults->seeds,
                      .statistics = (int)defaults->statistics,
                      .margin = defaults->margin,
                      .confidence = defaults->confidence};
}

static int run(cli_session *cli, int argc, char **argv) {
    sx_compare_options defaults;
    sx_compare_default(&defaults);
    settings wanted = default_settings(&defaults);
    cli_net net;
    cli_net_default(&net);
    net.model = defaults.model;
    sx_train_options train = defaults.train;
    cli_tune tune;
    cli_data data;
    cli_frontend frontend;
    cli_data_default(&data);
    cli_frontend_default(&frontend);
    cli_line line = {.cli = cli, .command = &cli_compare, .least = 1, .most = 1};
    cli_add_group(&line, "Comparison", options, sizeof options / sizeof *options, &wanted);
    cli_add_net_options(&line, &net, true);
    cli_add_growth_options(&line, &wanted.growth);
    cli_add_train_options(&line, &train);
    cli_tune_default(&tune);
    cli_add_tune_options(&line, &tune);
    cli_add_source_options(&line, &data);
    cli_add_clip_options(&line, &data);
    cli_add_frontend_options(&line, &frontend);
    int result = cli_net_parse(&line, argc, argv, &net, &train);
    if (result == CLI_GO_ON) result = compare(cli, &line, &wanted, &net, &tune, &data, &frontend, &train);
    cli_net_clear(&net);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_compare = {
    "compare",
    "Find out which normalisation axis suits a set of recordings, and how sure that is",
    "DATA",
    "sonaxis compare recordings -o out\n"
    "sonaxis compare recordings --name '{label}_{group}_{take}' --folds group --seeds 2 --epochs 15 -o out\n"
    "sonaxis compare X.npy --labels y.npy --groups g.npy --model kws --json\n"
    "sonaxis compare X.npy --labels y.npy --model my.keras --epochs 20 -o out\n"
    "sonaxis compare recordings --config out/options.txt -o again\n",
    "Every fold and seed trains all axes with the same split, first weights, batch order\n"
    "and draws. The verdict is a winner, practical equivalence within --margin, or\n"
    "undecided with the number of further runs that would decide it. Interrupted, the\n"
    "same command continues. A model that Keras saved is trained as it was compiled, on\n"
    "arrays as they are; the answer then names the lines of the script to change. Ends\n"
    "with 3 where some recordings could not be used.",
    run};
