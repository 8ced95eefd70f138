/* load.c: paths to features, files to models. */
#include "load.h"

#include <stdio.h>

sx_status cli_source_open(cli_session *cli, const char *path, const sx_dataset_options *listing,
                          const sx_features_options *options, cli_source *out, sx_error *err) {
    cli_source opened = {0};
    sx_status status = sx_dataset_open(path, listing, &opened.dataset, err);
    if (status == SX_OK && options) {
        status = sx_features_compute(opened.dataset, options, &cli->watch, &opened.features, err);
    }
    if (status)
        cli_source_clear(&opened);
    else
        *out = opened;
    return status;
}

void cli_source_clear(cli_source *source) {
    sx_features_free(source->features);
    sx_dataset_free(source->dataset);
    *source = (cli_source){0};
}

sx_status cli_trained_open(const char *path, int threads, cli_trained *out, sx_error *err) {
    return sx_model_load(path, CLI_BATCH, threads, &out->model, &out->card, err);
}

void cli_trained_clear(cli_trained *trained) {
    if (!trained->model) return;
    sx_model_free(trained->model);
    sx_model_card_clear(&trained->card);
    trained->model = NULL;
}

void cli_trained_features(const cli_trained *trained, int threads, sx_features_options *options) {
    const sx_model_card *card = &trained->card;
    sx_features_default(options);
    if (!card->from_arrays) options->frontend = card->frontend;
    options->rate_is_fixed = true;
    options->duration_s = card->duration_s;
    options->clip = card->clip;
    options->channels = card->channels;
    options->channel_index = card->channel_index;
    options->threads = threads;
}

sx_status cli_trained_check(const cli_trained *trained, const sx_features *features, sx_error *err) {
    sx_shape wanted = sx_model_input_shape(trained->model), got = features->shape;
    if (wanted.time == got.time && wanted.frequency == got.frequency && wanted.channels == got.channels) {
        return SX_OK;
    }
    err->status = SX_E_SHAPE;
    snprintf(err->text, sizeof err->text,
             "the model takes %zu frames x %zu bands x %zu channels, the data has %zu x %zu x %zu",
             wanted.time, wanted.frequency, wanted.channels, got.time, got.frequency, got.channels);
    return SX_E_SHAPE;
}
