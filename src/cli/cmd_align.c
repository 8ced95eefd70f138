/* cmd_align.c: must these recordings be aligned in time, and if so, aligned. */
#include "host.h"
#include "load.h"
#include "say.h"
#include "session.h"
#include "study_options.h"
#include "train_options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    const char *folder, *model, *axes, *folds;
    int to, seeds, statistics, jobs, threads;
    double lag_ms, margin, confidence;
    uint64_t fold_seed;
    bool study, wav, json;
} settings;

static const char *const to_names[] = {"loudest", "onset", "correlation", NULL};
static const char *const statistics_names[] = {"moving", "recomputed", NULL};

static const cli_option options[] = {
    {"output", 'o', CLI_TEXT, offsetof(settings, folder), "DIR", 0, 0, NULL,
     "Folder for align.html and align.json; needed for --to and --study, which keep their files there too."},
    {"to", 0, CLI_CHOICE, offsetof(settings, to), "MOMENT", 0, 0, to_names,
     "Move the recordings: manifest.csv and shifts.csv in DIR, the index before and after."},
    {"wav", 0, CLI_FLAG, offsetof(settings, wav), NULL, 0, 0, NULL,
     "Write the moved recordings too, as 16-bit WAV in DIR/wav; the manifest then names those."},
    {"study", 0, CLI_FLAG, offsetof(settings, study), NULL, 0, 0, NULL,
     "Train nets of each axis as is and with jitter, and test them as is, jittered and late."},
    {"lag", 0, CLI_NUMBER, offsetof(settings, lag_ms), "MS", 1, 60000, NULL,
     "Longest lag of the test recordings."},
    {"model", 'm', CLI_TEXT, offsetof(settings, model), "NET", 0, 0, NULL,
     "Built-in net (sonaxis model names them) or the path of a JSON spec that has \"$axis\"."},
    {"axes", 'a', CLI_TEXT, offsetof(settings, axes), "LIST", 0, 0, NULL,
     "Axes to train, two or three, names or Keras's numbers."},
    {"folds", 'f', CLI_TEXT, offsetof(settings, folds), "K|KIND", 0, 0, NULL,
     "auto, group, stratified or official; a number of folds; or both: group:4."},
    {"fold-seed", 0, CLI_SEED, offsetof(settings, fold_seed), "N", 0, 0, NULL, "Seed of the division."},
    {"seeds", 'n', CLI_INTEGER, offsetof(settings, seeds), "N", 1, 1000, NULL, "Repetitions of every fold."},
    {"statistics", 0, CLI_CHOICE, offsetof(settings, statistics), "HOW", 0, 0, statistics_names,
     "Mean and variance the scores rest on."},
    {"margin", 0, CLI_NUMBER, offsetof(settings, margin), "X", 0, 0.5, NULL,
     "Loss of accuracy that counts: 0.01 = 1 point."},
    {"confidence", 0, CLI_NUMBER, offsetof(settings, confidence), "X", 0.5, 0.9999, NULL,
     "Of the intervals."},
    {"jobs", 'j', CLI_INTEGER, offsetof(settings, jobs), "N", 0, 1024, NULL,
     "Runs side by side; 0 = chosen from the sizes."},
    {"threads", 't', CLI_INTEGER, offsetof(settings, threads), "N", 0, 1024, NULL,
     "Cores to use in all; 0 = all."},
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "One JSON document instead of text."},
};

/* What one call works with. */
typedef struct job {
    cli_session *cli;
    const settings *wanted;
    const char *path;
    cli_source source, moved;
    sx_features_options making;
    sx_align_options options;
    sx_align_index index, index_after;
    sx_align_moves *moves;
    sx_align_study *study;
} job;

static sx_status read_study(job *work, const sx_train_options *train, sx_error *err) {
    const settings *wanted = work->wanted;
    sx_compare_options *to = &work->options.compare;
    work->options.lag_ms = wanted->lag_ms;
    work->options.jitter_ms = train->jitter_ms;
    to->model = wanted->model;
    to->seeds = wanted->seeds;
    to->train = *train;
    to->train.jitter_ms = 0; /* both ways are trained */
    to->statistics = (sx_statistics)wanted->statistics;
    to->margin = wanted->margin;
    to->confidence = wanted->confidence;
    to->folder = wanted->folder;
    to->jobs = wanted->jobs;
    to->threads = wanted->threads;
    to->folds.seed = wanted->fold_seed;
    sx_status status = cli_read_axes(wanted->axes, SX_ORDER_TIME_FREQUENCY, to, err);
    return status ? status : cli_read_folds(wanted->folds, &to->folds, err);
}

/* The moved recordings with their features; the clip's length, if none was asked for, is theirs, so that
 * before and after can be compared. */
static sx_status move(job *work, sx_error *err) {
    const settings *wanted = work->wanted;
    const sx_watch *watch = &work->cli->watch;
    const sx_dataset *dataset = work->source.dataset;
    sx_dataset_options listing;
    sx_dataset_default(&listing);
    char *manifest = cli_text("%s/manifest.csv", wanted->folder);
    sx_status status =
        sx_align_find(dataset, (sx_align_to)wanted->to, wanted->threads, watch, &work->moves, err);
    if (!status) status = sx_align_write(dataset, work->moves, wanted->folder, wanted->wav, watch, err);
    if (!status) status = cli_source_open(work->cli, manifest, &listing, &work->making, &work->moved, err);
    if (!status) {
        work->making.duration_s = work->moved.features->duration_s;
        status = sx_align_index_compute(work->moved.features, wanted->confidence, work->making.seed,
                                        &work->index_after, err);
    }
    free(manifest);
    return status;
}

static sx_alignment alignment_of(const job *work) {
    return (sx_alignment){.index = &work->index,
                          .index_after = work->moves ? &work->index_after : NULL,
                          .study = work->study,
                          .moves = work->moves};
}

static sx_status write_all(const job *work, sx_error *err) {
    sx_alignment found = alignment_of(work);
    char *command = cli_command_line(work->cli), *title = cli_title_of(work->path);
    char *page = cli_text("%s/align.html", work->wanted->folder);
    char *document = cli_text("%s/align.json", work->wanted->folder);
    char *json = sx_alignment_json(&found, work->source.features);
    sx_status status = cli_make_folder(work->wanted->folder, err);
    if (!status && !json) status = cli_out_of_memory(err);
    if (!status) status = cli_write_file(document, json, err);
    if (!status) status = sx_align_report_write(&found, work->source.features, title, command, page, err);
    sx_free_text(json);
    free(document);
    free(page);
    free(title);
    free(command);
    return status;
}

static sx_status print_result(const job *work, sx_error *err) {
    sx_alignment found = alignment_of(work);
    bool json = work->wanted->json;
    char *text = json ? sx_alignment_json(&found, work->source.features) : sx_alignment_text(&found);
    if (!text) return cli_out_of_memory(err);
    if (work->cli->bar) sx_progress_bar_finish(work->cli->bar);
    printf("%s%s", text, json ? "\n" : "");
    if (!json && work->wanted->folder) printf("\nreport: %s/align.html\n", work->wanted->folder);
    if (!json && work->moves) printf("manifest: %s/manifest.csv\n", work->wanted->folder);
    sx_free_text(text);
    return SX_OK;
}

static sx_status work_through(job *work, const cli_data *data, sx_error *err) {
    const settings *wanted = work->wanted;
    sx_dataset_options listing = cli_dataset_options(data);
    sx_status status = sx_dataset_open(work->path, &listing, &work->source.dataset, err);
    if (wanted->study) work->making.room_ms = fmax(wanted->lag_ms, work->options.jitter_ms);
    if (!status && wanted->to >= 0) status = move(work, err);
    if (!status)
        status = sx_features_compute(work->source.dataset, &work->making, &work->cli->watch,
                                     &work->source.features, err);
    if (!status)
        status = sx_align_index_compute(work->source.features, wanted->confidence, work->making.seed,
                                        &work->index, err);
    if (!status && wanted->study)
        status =
            sx_align_study_run(work->source.features, &work->options, &work->cli->watch, &work->study, err);
    if (!status && wanted->folder) status = write_all(work, err);
    return status ? status : print_result(work, err);
}

static int align(cli_session *cli, const char *path, const settings *wanted, const cli_data *data,
                 const cli_frontend *frontend, const sx_train_options *train) {
    sx_error err = {0};
    job work = {.cli = cli, .wanted = wanted, .path = path};
    if (!wanted->folder && (wanted->study || wanted->to >= 0))
        return cli_misuse(cli, "align", "say where to write: -o DIR");
    if (wanted->wav && wanted->to < 0)
        return cli_misuse(cli, "align", "--wav writes moved recordings: say to which moment with --to");
    sx_align_default(&work.options);
    sx_status status = cli_features_options(data, frontend, &work.making, &err);
    work.making.threads = wanted->threads;
    if (!status) status = read_study(&work, train, &err);
    if (!status) status = work_through(&work, data, &err);
    int result = status
                     ? cli_give_up(cli, &err, "finished runs are saved; the same command continues.")
                     : cli_report_skips(cli, work.source.features->skips, work.source.features->skip_count);
    sx_align_study_free(work.study);
    sx_align_moves_free(work.moves);
    cli_source_clear(&work.moved);
    cli_source_clear(&work.source);
    return result;
}

static settings default_settings(const sx_align_options *defaults) {
    const sx_compare_options *compare = &defaults->compare;
    return (settings){.model = compare->model,
                      .axes = "channels,frequency,time",
                      .folds = "auto",
                      .to = -1,
                      .seeds = compare->seeds,
                      .statistics = (int)compare->statistics,
                      .lag_ms = defaults->lag_ms,
                      .margin = compare->margin,
                      .confidence = compare->confidence};
}

static int run(cli_session *cli, int argc, char **argv) {
    sx_align_options defaults;
    sx_align_default(&defaults);
    settings wanted = default_settings(&defaults);
    sx_train_options train = defaults.compare.train;
    train.jitter_ms = defaults.jitter_ms;
    cli_data data;
    cli_frontend frontend;
    cli_data_default(&data);
    cli_frontend_default(&frontend);
    cli_line line = {.cli = cli, .command = &cli_align, .least = 1, .most = 1};
    cli_add_group(&line, "Alignment", options, sizeof options / sizeof *options, &wanted);
    cli_add_train_options(&line, &train);
    cli_add_source_options(&line, &data);
    cli_add_clip_options(&line, &data);
    cli_add_frontend_options(&line, &frontend);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = align(cli, line.values[0], &wanted, &data, &frontend, &train);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_align = {
    "align",
    "Find out whether recordings are aligned in time and must be; and align them",
    "DATA",
    "sonaxis align recordings\n"
    "sonaxis align recordings --to onset -o aligned\n"
    "sonaxis align recordings --name '{label}_{group}_{take}' --folds group --study -o out\n",
    "Without options: the alignment index, which needs no labels and no training. --study\n"
    "trains nets as is and with jitter and says what misalignment costs each axis, and from\n"
    "how many milliseconds. --to loudest, onset or correlation moves the recordings.\n"
    "Ends with 3 where some recordings could not be used.",
    run};
