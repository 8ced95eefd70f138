/* load.h: a path from the command line to features, and a model file to a model that takes them. */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "data_options.h"

typedef struct cli_source {
    sx_dataset *dataset;
    sx_features *features;
} cli_source;

/* Lists, decodes, computes. options NULL: list only. Clear with cli_source_clear. */
SX_MUST_USE sx_status cli_source_open(cli_session *cli, const char *path, const sx_dataset_options *listing,
                                      const sx_features_options *options, cli_source *out, sx_error *err);
void cli_source_clear(cli_source *source);

/* A trained model with what travels with it. */
typedef struct cli_trained {
    sx_model *model;
    sx_model_card card;
} cli_trained;

enum { CLI_BATCH = 64 };

SX_MUST_USE sx_status cli_trained_open(const char *path, int threads, cli_trained *out, sx_error *err);
void cli_trained_clear(cli_trained *trained);
/* The features' options the model was trained with. */
void cli_trained_features(const cli_trained *trained, int threads, sx_features_options *options);
/* Refuses features of another shape. */
SX_MUST_USE sx_status cli_trained_check(const cli_trained *trained, const sx_features *features,
                                        sx_error *err);

#endif
