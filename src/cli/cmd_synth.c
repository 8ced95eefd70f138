/* cmd_synth.c: recordings made from a seed, to try everything without a download. */
#include "host.h"
#include "nearest.h"
#include "options.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What was given; the rest is the kind's default. */
typedef struct settings {
    const char *folder;
    uint64_t seed;
    int labels, groups, takes, rate_hz;
    double duration_s;
} settings;

static const cli_option options[] = {
    {"output", 'o', CLI_TEXT, offsetof(settings, folder), "DIR", 0, 0, NULL, "Folder to write into. Needed."},
    {"seed", 's', CLI_SEED, offsetof(settings, seed), "N", 0, 0, NULL, "Seed."},
    {"labels", 0, CLI_INTEGER, offsetof(settings, labels), "N", 2, 10, NULL, "Labels."},
    {"groups", 0, CLI_INTEGER, offsetof(settings, groups), "N", 1, 50, NULL, "Speakers."},
    {"takes", 0, CLI_INTEGER, offsetof(settings, takes), "N", 1, 1000, NULL,
     "Recordings a label and speaker."},
    {"rate", 0, CLI_INTEGER, offsetof(settings, rate_hz), "HZ", 8000, 48000, NULL, "Sample rate."},
    {"duration", 0, CLI_NUMBER, offsetof(settings, duration_s), "S", 0.2, 10, NULL, "Longest recording."},
};

static void take_given(const settings *given, sx_synth_options *to) {
    to->seed = given->seed;
    if (given->labels >= 0) to->label_count = given->labels;
    if (given->groups >= 0) to->group_count = given->groups;
    if (given->takes >= 0) to->takes = given->takes;
    if (given->rate_hz >= 0) to->rate_hz = given->rate_hz;
    if (!isnan(given->duration_s)) to->duration_s = given->duration_s;
}

static int synth(cli_session *cli, const char *kind, const settings *given) {
    sx_error err = {0};
    sx_synth_options made;
    if (!given->folder) return cli_misuse(cli, "synth", "say where to write: -o DIR");
    sx_status status = sx_synth_default(kind, &made, &err);
    if (status) return cli_give_up(cli, &err, NULL);
    take_given(given, &made);
    status = sx_synth_write(&made, given->folder, &cli->watch, &err);
    if (status) return cli_give_up(cli, &err, NULL);
    cli_note(cli, "%d recordings: %d labels x %d speakers x %d takes; try: sonaxis compare %s/manifest.csv",
             made.label_count * made.group_count * made.takes, made.label_count, made.group_count, made.takes,
             given->folder);
    if (cli->bar) sx_progress_bar_finish(cli->bar);
    printf("%s/manifest.csv\n", given->folder);
    return CLI_OK;
}

static int run(cli_session *cli, int argc, char **argv) {
    settings given = {.labels = -1, .groups = -1, .takes = -1, .rate_hz = -1, .duration_s = NAN};
    cli_line line = {.cli = cli, .command = &cli_synth, .least = 1, .most = 1};
    cli_add_group(&line, "Synthesis", options, sizeof options / sizeof *options, &given);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = synth(cli, line.values[0], &given);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_synth = {
    "synth",
    "Make recordings from a seed, some with a planted truth",
    "KIND -o DIR",
    "sonaxis synth speech -o words\n"
    "sonaxis synth bands -o bands --seed 7 --labels 4 --takes 20\n",
    "KIND is speech (spoken-word-like, speakers as groups), bands (the label lies in\n"
    "absolute frequency), onsets (the label lies in absolute time) or nothing (labels\n"
    "are random). Writes DIR/<label>_<group>_<take>.wav and DIR/manifest.csv; the same\n"
    "options give the same bytes.",
    run};
