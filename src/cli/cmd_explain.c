/* cmd_explain.c: why an axis wins: the nets of a study, or one model, looked into. */
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
    const char *folder, *folds;
    double validation, confidence;
    uint64_t fold_seed, clip_seed;
    int nets, items, seeds, threads;
    bool by_group, deep, quick, json;
} settings;

static const cli_option options[] = {
    {"output", 'o', CLI_TEXT, offsetof(settings, folder), "DIR", 0, 0, NULL,
     "Folder for explain.html and explain.json."},
    {"deep", 0, CLI_FLAG, offsetof(settings, deep), NULL, 0, 0, NULL,
     "Also train: statistics against gamma and beta, and cures for new groups. Takes a while."},
    {"quick", 0, CLI_FLAG, offsetof(settings, quick), NULL, 0, 0, NULL,
     "Leave out the probes (shifts, gains, equalisers, noise)."},
    {"nets", 0, CLI_INTEGER, offsetof(settings, nets), "N", 1, 64, NULL, "Nets of each axis to look into."},
    {"items", 0, CLI_INTEGER, offsetof(settings, items), "N", 8, 100000, NULL,
     "Recordings to look at with each net where all would be slow."},
    {"seeds", 'n', CLI_INTEGER, offsetof(settings, seeds), "N", 1, 100, NULL,
     "Seeds of --deep on each of at most four folds."},
    {"folds", 'f', CLI_TEXT, offsetof(settings, folds), "K|KIND", 0, 0, NULL,
     "How the study divided the recordings; a study's options.txt says it."},
    {"fold-seed", 0, CLI_SEED, offsetof(settings, fold_seed), "N", 0, 0, NULL, "Seed of the division."},
    {"validation", 0, CLI_NUMBER, offsetof(settings, validation), "SHARE", 0, 0.5, NULL,
     "Share of each training part the study set aside."},
    {"validation-by-group", 0, CLI_FLAG, offsetof(settings, by_group), NULL, 0, 0, NULL,
     "The study set whole groups aside."},
    {"clip-seed", 0, CLI_SEED, offsetof(settings, clip_seed), "N", 0, 0, NULL,
     "Seed of the offsets where the study took --clip random."},
    {"confidence", 0, CLI_NUMBER, offsetof(settings, confidence), "X", 0.5, 0.9999, NULL,
     "Of the intervals."},
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "One JSON document instead of text."},
    {"threads", 't', CLI_INTEGER, offsetof(settings, threads), "N", 0, 1024, NULL, "Threads; 0 = all cores."},
};

typedef struct job {
    cli_session *cli;
    const settings *wanted;
    const char *model, *data;
    const cli_data *listing;
    cli_source source, pcen;
    sx_explain_options options;
    sx_explanation *explanation;
} job;

/* --- what the study says of itself ------------------------------------------------------------------ */

/* options.txt of a study folder, or of the one a model lies in. NULL where there is none; free with free. */
static char *study_settings(const char *path) {
    char *text = NULL, *folder = cli_text("%s", path), *slash = strrchr(folder, '/');
    char *inside = cli_text("%s/options.txt", path);
    if (slash) *slash = '\0';
    char *above = cli_text("%s/../options.txt", slash ? folder : ".");
    sx_error err = {0};
    const char *file = cli_is_folder(path) ? inside : above;
    if (cli_read_file(file, &text, &err)) text = NULL;
    free(inside);
    free(above);
    free(folder);
    return text;
}

/* Options of the study that this command has too, before the command line is read. The text must live on. */
static int apply_settings(cli_line *line, char *text) {
    int status = CLI_GO_ON;
    for (char *next, *at = text; at && *at && status == CLI_GO_ON; at = next) {
        next = strchr(at, '\n');
        if (next) *next++ = '\0';
        char *equals = strstr(at, " = ");
        void *target = NULL;
        if (*at == '#' || !equals) continue;
        *equals = '\0';
        const cli_option *option = cli_find_option(line, at, strlen(at), &target);
        if (!option || strcmp(at, "output") == 0 || strcmp(at, "threads") == 0 || strcmp(at, "seeds") == 0)
            continue;
        if (option->kind == CLI_FLAG)
            *(bool *)((char *)target + option->offset) = strcmp(equals + 3, "yes") == 0;
        else
            status = cli_set_option(line, option, target, "the study's options.txt", equals + 3);
    }
    return status;
}

/* --- work ------------------------------------------------------------------------------------------- */

static sx_status open_features(job *work, sx_error *err) {
    cli_trained trained = {0};
    char *first = NULL;
    sx_features_options making;
    const settings *wanted = work->wanted;
    sx_dataset_options listing = cli_dataset_options(work->listing);
    sx_status status = sx_explain_first_model(work->model, &first, err);
    if (!status) status = cli_trained_open(first, wanted->threads, &trained, err);
    if (!status) {
        cli_trained_features(&trained, wanted->threads, &making);
        making.seed = wanted->clip_seed;
        status = cli_source_open(work->cli, work->data, &listing, &making, &work->source, err);
    }
    if (!status) status = cli_trained_check(&trained, work->source.features, err);
    /* The same through PCEN, where the front-end had power to begin with. */
    if (!status && wanted->deep && !work->source.features->from_arrays &&
        making.frontend.compression != SX_COMPRESS_PCEN) {
        making.frontend.compression = SX_COMPRESS_PCEN;
        status = cli_source_open(work->cli, work->data, &listing, &making, &work->pcen, err);
    }
    cli_trained_clear(&trained);
    sx_free_text(first);
    return status;
}

static sx_status read_options(job *work, const sx_train_options *train, sx_error *err) {
    const settings *wanted = work->wanted;
    sx_explain_options *to = &work->options;
    to->deep = wanted->deep;
    to->probes = !wanted->quick;
    to->most_nets = (size_t)wanted->nets;
    to->most_items = (size_t)wanted->items;
    to->seeds = wanted->seeds;
    to->threads = wanted->threads;
    to->confidence = wanted->confidence;
    to->train = *train;
    to->folds.seed = wanted->fold_seed;
    to->folds.validation = wanted->validation;
    to->folds.validation_by_group = wanted->by_group;
    return cli_read_folds(wanted->folds, &to->folds, err);
}

static sx_status write_page(const job *work, sx_error *err) {
    char *path = cli_text("%s/explain.html", work->wanted->folder);
    char *command = cli_command_line(work->cli), *title = cli_title_of(work->data);
    const sx_explain_page page = {title, command, work->source.dataset};
    sx_status status = sx_report_explain(work->explanation, work->source.features, &page, path, err);
    free(path);
    free(command);
    free(title);
    return status;
}

static sx_status write_and_print(const job *work, sx_error *err) {
    char *json = sx_explanation_json(work->explanation, work->source.features);
    char *text = sx_explanation_text(work->explanation);
    char *path = cli_text("%s/explain.json", work->wanted->folder);
    sx_status status = json && text ? cli_make_folder(work->wanted->folder, err) : cli_out_of_memory(err);
    if (!status) status = cli_write_file(path, json, err);
    if (!status) status = write_page(work, err);
    if (!status) {
        if (work->cli->bar) sx_progress_bar_finish(work->cli->bar);
        printf("%s%s", work->wanted->json ? json : text, work->wanted->json ? "\n" : "");
        if (!work->wanted->json) printf("\npage: %s/explain.html\n", work->wanted->folder);
    }
    free(path);
    sx_free_text(json);
    sx_free_text(text);
    return status;
}

static int explain(cli_session *cli, const cli_line *line, const settings *wanted, const cli_data *data,
                   const sx_train_options *train) {
    sx_error err = {0};
    job work = {
        .cli = cli, .wanted = wanted, .model = line->values[0], .data = line->values[1], .listing = data};
    if (!wanted->folder) return cli_misuse(cli, "explain", "say where to write: -o DIR");
    sx_explain_default(&work.options);
    sx_status status = read_options(&work, train, &err);
    if (!status) status = open_features(&work, &err);
    work.options.pcen = work.pcen.features;
    if (!status)
        status =
            sx_explain(work.model, work.source.features, &work.options, &cli->watch, &work.explanation, &err);
    if (!status) status = write_and_print(&work, &err);
    int result = status
                     ? cli_give_up(cli, &err, NULL)
                     : cli_report_skips(cli, work.source.features->skips, work.source.features->skip_count);
    sx_explanation_free(work.explanation);
    cli_source_clear(&work.source);
    cli_source_clear(&work.pcen);
    return result;
}

/* The first argument that is a study or lies in one gives the settings. */
static char *settings_of_arguments(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        char *text = argv[i][0] == '-' ? NULL : study_settings(argv[i]);
        if (text) return text;
    }
    return NULL;
}

static int run(cli_session *cli, int argc, char **argv) {
    sx_explain_options defaults;
    sx_explain_default(&defaults);
    settings wanted = {.folds = "auto",
                       .nets = (int)defaults.most_nets,
                       .items = (int)defaults.most_items,
                       .seeds = defaults.seeds,
                       .confidence = defaults.confidence};
    sx_train_options train = defaults.train;
    cli_data data;
    cli_data_default(&data);
    cli_line line = {.cli = cli, .command = &cli_explain, .least = 2, .most = 2};
    cli_add_group(&line, "Explanation", options, sizeof options / sizeof *options, &wanted);
    cli_add_train_options(&line, &train);
    cli_add_source_options(&line, &data);
    char *text = settings_of_arguments(argc, argv);
    int result = text ? apply_settings(&line, text) : CLI_GO_ON;
    if (result == CLI_GO_ON) result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = explain(cli, &line, &wanted, &data, &train);
    cli_line_clear(&line);
    free(text);
    return result;
}

const cli_command cli_explain = {
    "explain",
    "Look into the nets of a comparison, or one model, and say why an axis wins",
    "STUDY|MODEL.sxm DATA -o DIR",
    "sonaxis explain out recordings -o why\n"
    "sonaxis explain model.sxm recordings --name '{label}_{group}_{take}' -o why\n"
    "sonaxis explain out recordings --deep --epochs 15 -o why\n",
    "STUDY is the folder of a comparison with its nets in models/; how it divided the\n"
    "recordings and trained is read from its options.txt. The options of training matter\n"
    "to --deep alone. Ends with 3 where some recordings could not be used.",
    run};
