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

/* --- models ----------------------------------------------------------------------------------------- */

sx_status cli_trained_fit(cli_trained *trained, sx_shape data, int threads, sx_error *err) {
    sx_model_options options = {.input = data, .batch = CLI_BATCH, .threads = threads};
    if (trained->model) return SX_OK;
    sx_shape own = sx_keras_input(trained->keras);
    /* (n, time, frequency) arrays of a net with two axes: its channels are the frequencies. */
    if (own.frequency == 1 && data.channels == 1 && data.frequency > 1)
        options.input = (sx_shape){data.time, 1, data.frequency};
    sx_status status = sx_keras_build(trained->keras, &options, &trained->model, err);
    if (status != SX_OK) return status;
    return sx_model_card_for_arrays(sx_model_class_count(trained->model),
                                    sx_model_output(trained->model) == SX_OUTPUT_SIGMOID, &trained->card,
                                    err);
}

sx_status cli_trained_open_loosely(const char *path, int threads, cli_trained *out, sx_error *err) {
    if (!sx_keras_is_path(path)) return sx_model_load(path, CLI_BATCH, threads, &out->model, &out->card, err);
    sx_status status = sx_keras_open(path, SX_ORDER_UNKNOWN, &out->keras, err);
    sx_shape own = status == SX_OK ? sx_keras_input(out->keras) : (sx_shape){0, 0, 0};
    if (status == SX_OK && own.time && own.frequency && own.channels)
        status = cli_trained_fit(out, own, threads, err);
    if (status != SX_OK) cli_trained_clear(out);
    return status;
}

sx_status cli_trained_open(const char *path, int threads, cli_trained *out, sx_error *err) {
    sx_status status = cli_trained_open_loosely(path, threads, out, err);
    if (status != SX_OK || out->model) return status;
    status = cli_trained_fit(out, (sx_shape){0, 0, 0}, threads, err); /* says what is not known */
    cli_trained_clear(out);
    return status;
}

void cli_trained_clear(cli_trained *trained) {
    sx_model_free(trained->model);
    sx_model_card_clear(&trained->card);
    sx_keras_free(trained->keras);
    *trained = (cli_trained){0};
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
    if (trained->model) options->channel_count = (int)sx_model_input_shape(trained->model).channels;
    options->threads = threads;
}

sx_status cli_trained_check(const cli_trained *trained, const sx_features *features, sx_error *err) {
    sx_shape wanted = sx_model_input_shape(trained->model), got = features->shape;
    if (trained->keras && wanted.frequency == 1 && got.channels == 1)
        got = (sx_shape){got.time, 1, got.frequency};
    if (trained->card.from_arrays && !features->from_arrays) {
        err->status = SX_E_DATA;
        snprintf(
            err->text, sizeof err->text,
            "the model was trained on arrays and does not know how their spectrograms were made; give it "
            "arrays too (.npy, .npz)");
        return SX_E_DATA;
    }
    if (trained->card.label_count != sx_model_class_count(trained->model)) {
        err->status = SX_E_DATA;
        snprintf(err->text, sizeof err->text, "the model file holds no names for its %zu labels",
                 sx_model_class_count(trained->model));
        return SX_E_DATA;
    }
    if (wanted.time == got.time && wanted.frequency == got.frequency && wanted.channels == got.channels) {
        return SX_OK;
    }
    err->status = SX_E_SHAPE;
    snprintf(err->text, sizeof err->text,
             "the model takes %zu frames x %zu bands x %zu channels, the data has %zu x %zu x %zu",
             wanted.time, wanted.frequency, wanted.channels, got.time, got.frequency, got.channels);
    return SX_E_SHAPE;
}
