/* cmd_bench.c: how fast this build is on this machine. */
#include "host.h"
#include "options.h"
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    int threads, repetitions, batch;
    double seconds;
    const char *net, *axis, *input, *folder;
    bool json;
} settings;

static const cli_option options[] = {
    {"threads", 't', CLI_INTEGER, offsetof(settings, threads), "N", 0, 1024, NULL, "Threads; 0 = all cores."},
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "One JSON object a line."},
    {"net", 'm', CLI_TEXT, offsetof(settings, net), "NET", 0, 0, NULL,
     "Train and infer this net only: built-in, or the path of a JSON spec."},
    {"axis", 'a', CLI_TEXT, offsetof(settings, axis), "AXIS", 0, 0, NULL, "Keep this axis only."},
    {"batch", 'b', CLI_INTEGER, offsetof(settings, batch), "N", 0, 65536, NULL,
     "Examples a training step; 0 = 64, and then 1."},
    {"input", 0, CLI_TEXT, offsetof(settings, input), "T,F,C", 0, 0, NULL,
     "Frames, bands and channels of an example; else what the net is meant for."},
    {"seconds", 's', CLI_NUMBER, offsetof(settings, seconds), "S", 0, 3600, NULL, "Of each measurement."},
    {"repetitions", 'n', CLI_INTEGER, offsetof(settings, repetitions), "N", 1, 100000, NULL,
     "Fewest of each measurement."},
    {"output", 'o', CLI_TEXT, offsetof(settings, folder), "DIR", 0, 0, NULL,
     "Folder for what the whole job writes; else a temporary one that is deleted."},
};

typedef struct output {
    bool json, failed;
} output;

static void print_row(void *context, const sx_bench_row *row) {
    output *out = context;
    char *line = out->json ? sx_bench_row_json(row) : sx_bench_row_text(row);
    if (line)
        printf("%s\n", line);
    else
        out->failed = true;
    fflush(stdout);
    sx_free_text(line);
}

static int read_input(cli_session *cli, const char *text, sx_shape *shape) {
    char rest = 0;
    if (!text) return CLI_GO_ON;
    int count = sscanf(text, "%zu,%zu,%zu%c", &shape->time, &shape->frequency, &shape->channels, &rest);
    if (count == 3 && !strchr(text, '-') && shape->time && shape->frequency && shape->channels) {
        return CLI_GO_ON;
    }
    return cli_misuse(cli, "bench", "--input: '%s' is not three numbers such as 98,40,1", text);
}

/* The bench with its own progress kept quiet: words beside a measurement disturb it. */
static sx_status measure(cli_session *cli, const cli_line *line, const sx_bench_options *wanted, bool json,
                         sx_error *err) {
    const sx_watch watch = {.cancelled = cli->watch.cancelled, .context = cli->watch.context};
    output out = {json, false};
    sx_status status = sx_bench_run(line->values, line->value_count, wanted, &watch, print_row, &out, err);
    if (status || !out.failed) return status;
    *err = (sx_error){SX_E_MEMORY, "out of memory"};
    return SX_E_MEMORY;
}

static int bench(cli_session *cli, const cli_line *line, const settings *wanted) {
    sx_error err = {0};
    sx_bench_options to;
    sx_axis axis = SX_AXIS_CHANNELS;
    sx_bench_default(&to);
    to.threads = wanted->threads;
    to.seconds = wanted->seconds;
    to.repetitions = wanted->repetitions;
    to.net = wanted->net;
    to.batch = (size_t)wanted->batch;
    int result = read_input(cli, wanted->input, &to.input);
    if (result != CLI_GO_ON) return result;
    sx_status status = wanted->axis ? sx_axis_parse(wanted->axis, &axis, &err) : SX_OK;
    if (wanted->axis) to.axes = 1u << axis;
    char *temporary = NULL;
    if (!status && !wanted->folder) status = cli_temporary_folder(&temporary, &err);
    to.folder = wanted->folder ? wanted->folder : temporary;
    if (!status) status = measure(cli, line, &to, wanted->json, &err);
    if (temporary) cli_remove_folder(temporary);
    free(temporary);
    return status ? cli_give_up(cli, &err, NULL) : CLI_OK;
}

static int run(cli_session *cli, int argc, char **argv) {
    sx_bench_options defaults;
    sx_bench_default(&defaults);
    settings wanted = {.seconds = defaults.seconds, .repetitions = defaults.repetitions};
    cli_line line = {.cli = cli, .command = &cli_bench, .least = 0, .most = 16};
    cli_add_group(&line, "Bench", options, sizeof options / sizeof *options, &wanted);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = bench(cli, &line, &wanted);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_bench = {
    "bench",
    "Measure this machine, the kernels, training, inference, front-end and a whole job",
    "[CASE...]",
    "sonaxis bench\n"
    "sonaxis bench train --net kws --batch 64 --threads 2\n"
    "sonaxis bench machine kernels --json\n",
    "CASE is machine (multiply-adds and memory bandwidth), kernels (as a share of the\n"
    "machine's peak, one core), train, inference, frontend or whole; without one, all.\n"
    "A row is a median, a best and a spread (middle half over median) of repetitions. On\n"
    "a machine with other work only a ratio measured side by side counts: bench/peers.",
    run};
