/* load.h: a path from the command line to features, and a model file to a model that takes them. */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "data_options.h"

#include "sonaxis/exchange.h"

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
    sx_model *model; /* NULL while a Keras model waits for data, since it takes any number of frames */
    sx_model_card card;
    sx_keras *keras; /* NULL where it is a model of ours */
} cli_trained;

enum { CLI_BATCH = 16 };

/* A .sxm file, or a model of Keras: its labels are "0", "1" ... and it takes arrays. */
SX_MUST_USE sx_status cli_trained_open(const char *path, int threads, cli_trained *out, sx_error *err);
/* The same with sizes for a Keras model that takes any: data may be NULL, then it is built when
 * cli_trained_fit gets some. */
SX_MUST_USE sx_status cli_trained_open_loosely(const char *path, int threads, cli_trained *out,
                                               sx_error *err);
SX_MUST_USE sx_status cli_trained_fit(cli_trained *trained, sx_shape data, int threads, sx_error *err);
void cli_trained_clear(cli_trained *trained);
/* The features' options the model was trained with. */
void cli_trained_features(const cli_trained *trained, int threads, sx_features_options *options);
/* Refuses features of another shape, and a model without label names. */
SX_MUST_USE sx_status cli_trained_check(const cli_trained *trained, const sx_features *features,
                                        sx_error *err);

#endif
