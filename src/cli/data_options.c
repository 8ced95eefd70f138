/* data_options.c: where recordings come from, which channels, how long. */
#include "data_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const clip_names[] = {"pad-end", "centre", "random", "loudest", NULL};

static const cli_option source_options[] = {
    {"name", 0, CLI_TEXT, offsetof(cli_data, name), "PATTERN", 0, 0, NULL,
     "What file names in a flat folder say, such as '{label}_{group}_{take}'."},
    {"labels", 0, CLI_TEXT, offsetof(cli_data, labels), "FILE.npy", 0, 0, NULL,
     "Labels of an X.npy given as data."},
    {"groups", 0, CLI_TEXT, offsetof(cli_data, groups), "FILE.npy", 0, 0, NULL,
     "Groups of an X.npy given as data."},
};

static const cli_option clip_options[] = {
    {"channels", 0, CLI_TEXT, offsetof(cli_data, channels), "WHICH", 0, 0, NULL,
     "mix: their mean; keep: all, as channels of the tensor; or one, numbered from 1."},
    {"duration", 0, CLI_NUMBER, offsetof(cli_data, duration_s), "S", 0.001, 3600, NULL,
     "Length of every clip in seconds; else the 95th percentile of the recordings."},
    {"clip", 0, CLI_CHOICE, offsetof(cli_data, clip), "HOW", 0, 0, clip_names,
     "How clips of other lengths are cut or padded."},
    {"random-offset", 0, CLI_NUMBER, offsetof(cli_data, random_offset_ms), "MS", 0, 60000, NULL,
     "Each recording begins up to so much later than --clip says, at random; 0 = as it is."},
    {"clip-seed", 0, CLI_SEED, offsetof(cli_data, clip_seed), "N", 0, 0, NULL,
     "Seed of --clip random and --random-offset."},
};

void cli_data_default(cli_data *data) { *data = (cli_data){.channels = "mix", .duration_s = NAN}; }

void cli_add_source_options(cli_line *line, cli_data *data) {
    cli_add_group(line, "Data", source_options, sizeof source_options / sizeof *source_options, data);
}

void cli_add_clip_options(cli_line *line, cli_data *data) {
    cli_add_group(line, "Clips", clip_options, sizeof clip_options / sizeof *clip_options, data);
}

sx_dataset_options cli_dataset_options(const cli_data *data) {
    sx_dataset_options options;
    sx_dataset_default(&options);
    options.name_pattern = data->name;
    options.labels_path = data->labels;
    options.groups_path = data->groups;
    return options;
}

static sx_status read_channels(const char *text, sx_features_options *options, sx_error *err) {
    char *end = NULL;
    long number = strtol(text, &end, 10);
    if (strcmp(text, "mix") == 0) {
        options->channels = SX_CHANNELS_MIX;
    } else if (strcmp(text, "keep") == 0) {
        options->channels = SX_CHANNELS_KEEP;
    } else if (end != text && !*end && number >= 1 && number <= 1024) {
        options->channels = SX_CHANNELS_PICK;
        options->channel_index = (int)number - 1;
    } else {
        err->status = SX_E_ARGUMENT;
        snprintf(err->text, sizeof err->text,
                 "--channels: '%.100s' is neither mix nor keep nor a number from 1 to 1024", text);
        return SX_E_ARGUMENT;
    }
    return SX_OK;
}

sx_status cli_features_options(const cli_data *data, const cli_frontend *frontend,
                               sx_features_options *options, sx_error *err) {
    sx_features_default(options);
    sx_status status = read_channels(data->channels, options, err);
    if (status) return status;
    options->clip = (sx_clip_policy)data->clip;
    options->random_offset_ms = data->random_offset_ms;
    options->seed = data->clip_seed;
    if (!isnan(data->duration_s)) options->duration_s = data->duration_s;
    return cli_frontend_resolve(frontend, &options->frontend, &options->rate_is_fixed, err);
}
