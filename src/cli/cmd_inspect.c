/* cmd_inspect.c: what is in a data set, before anything is trained. */
#include "host.h"
#include "load.h"
#include "say.h"

#include <stdio.h>

typedef struct settings {
    bool json;
    int threads;
} settings;

static const cli_option options[] = {
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "One JSON document instead of text."},
    {"threads", 't', CLI_INTEGER, offsetof(settings, threads), "N", 0, 1024, NULL, "Threads; 0 = all cores."},
};

static int inspect(cli_session *cli, const char *path, const cli_data *data, const settings *wanted) {
    sx_error err = {0};
    cli_source source = {0};
    sx_inspection *seen = NULL;
    sx_dataset_options listing = cli_dataset_options(data);
    sx_status status = cli_source_open(cli, path, &listing, NULL, &source, &err);
    if (!status) status = sx_dataset_inspect(source.dataset, wanted->threads, &cli->watch, &seen, &err);
    cli_source_clear(&source);
    if (status) return cli_give_up(cli, &err, NULL);
    char *text = wanted->json ? sx_inspection_json(seen) : sx_inspection_text(seen);
    if (cli->bar) sx_progress_bar_finish(cli->bar);
    if (text)
        printf("%s%s", text, wanted->json ? "\n" : "");
    else
        cli_error(cli, "out of memory");
    int result = text ? cli_report_skips(cli, seen->skips, seen->skip_count) : CLI_FAILED;
    sx_free_text(text);
    sx_inspection_free(seen);
    return result;
}

static int run(cli_session *cli, int argc, char **argv) {
    settings wanted = {false, 0};
    cli_data data;
    cli_data_default(&data);
    cli_line line = {.cli = cli, .command = &cli_inspect, .least = 1, .most = 1};
    cli_add_source_options(&line, &data);
    cli_add_group(&line, "Inspection", options, sizeof options / sizeof *options, &wanted);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = inspect(cli, line.values[0], &data, &wanted);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_inspect = {
    "inspect",
    "Look at a data set: counts, lengths, rates, groups, duplicates, silent and clipped files",
    "DATA",
    "sonaxis inspect recordings\n"
    "sonaxis inspect recordings --name '{label}_{group}_{take}'\n"
    "sonaxis inspect manifest.csv --json\n",
    "DATA is a folder with one sub-folder a label, a flat folder with --name, a manifest\n"
    "(.csv, .tsv, .jsonl) or arrays (.npy, .npz). Every recording is decoded once.\n"
    "Ends with 3 where some could not be used.",
    run};
