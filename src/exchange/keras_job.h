/* keras_job.h: a Keras model on its way to a native spec; everything here runs in the child that reads it.
 *
 * source (file -> JSON and weights) -> graph (layers in the order they run) -> layers (each as one or two
 * native layers) -> weights -> answer, which goes back to the parent. */
#ifndef EXCHANGE_KERAS_JOB_H
#define EXCHANGE_KERAS_JOB_H

#include "arrays/h5.h"
#include "base/json.h"
#include "layers/layer.h"

#include <stdbool.h>
#include <stdint.h>

enum { KERAS_NAME_CHARS = 64, KERAS_WHERE_CHARS = 200, KERAS_AXES = 3 };

#define KERAS_TOP SIZE_MAX

/* What a file holds. */
typedef struct sx_keras_source {
    sx_json *model;    /* {"class_name": ..., "config": ...} */
    sx_json *training; /* NULL where it was never compiled */
    sx_h5 *weights;
    bool legacy; /* HDF5: weights by their names; else by class and number */
    bool old;    /* written by Keras 2, some of whose layers compute something else */
    char version[32];
} sx_keras_source;

typedef struct sx_keras_layer {
    const sx_json *stored;          /* as in the file */
    const sx_json *config;          /* its options */
    const char *class_name;         /* borrowed */
    const char *own;                /* borrowed: its name in the model it lies in */
    char name[KERAS_WHERE_CHARS];   /* "conv", and "block/conv" in the model "block" within the model */
    size_t scope;                   /* the layer that is that model; KERAS_TOP */
    bool is_model;                  /* it does nothing but pass on what its layer `exit` gives */
    size_t entry, exit;             /* while the graph is read */
    char where[KERAS_WHERE_CHARS];  /* 'layer "conv1" (Conv2D)', for errors */
    char group[KERAS_NAME_CHARS];   /* in a .keras file: "conv2d_1" */
    size_t inputs[SX_LAYER_INPUTS]; /* layers */
    int input_count;
    int rank;                      /* of its output, batch counted */
    char native[KERAS_NAME_CHARS]; /* native layer that does the main part, and takes the weights */
    char output[KERAS_NAME_CHARS]; /* native layer whose output is its own, or "input" */
    bool has_weights;
} sx_keras_layer;

typedef struct sx_keras_job {
    const sx_keras_source *source;
    sx_keras_layer *layers; /* in an order in which they can run; the output is the last */
    size_t count;
    int input_rank;
    int64_t input_dims[KERAS_AXES];  /* without the batch; -1 = any */
    char previous[KERAS_NAME_CHARS]; /* native layer written last */
    sx_json *native;                 /* list of native layers */
    sx_json *norms;                  /* what is said of each normalisation */
    sx_json *dropped;                /* what training leaves out: {"kind", "layer", "text"} each */
    sx_json *weights;                /* which native layer takes how many floats, in order */
    float *floats;
    size_t float_count, float_capacity;
} sx_keras_job;

/* --- keras_source.c --- */
SX_MUST_USE sx_status sx_keras_source_open(const unsigned char *bytes, size_t size, sx_keras_source *out,
                                           sx_error *err);
void sx_keras_source_close(sx_keras_source *source);

/* --- keras_graph.c --- */
/* "SeparableConv2D" -> "separable_conv2d": what Keras calls the group of its weights. */
void sx_keras_snake_case(const char *name, char out[KERAS_NAME_CHARS]);
SX_MUST_USE sx_status sx_keras_graph_read(sx_keras_job *job, sx_error *err);

/* --- keras_groups.c --- */
void sx_keras_name_groups(sx_keras_job *job, size_t scope);

/* --- keras_layers.c --- */
/* Every layer of the graph into job->native and job->norms. */
SX_MUST_USE sx_status sx_keras_layers_translate(sx_keras_job *job, sx_error *err);
/* Whether a class is known at all. */
bool sx_keras_class_known(const char *class_name);
/* Where Lambda, a custom object or an unknown class stands. */
SX_MUST_USE sx_status sx_keras_refuse_class(const sx_keras_layer *layer, sx_error *err);

/* --- keras_weights.c --- */
/* The floats of the layer's weight number `index`; SX_E_FORMAT where missing. Free out->values. */
SX_MUST_USE sx_status sx_keras_weight_read(const sx_keras_job *job, const sx_keras_layer *layer, size_t index,
                                           sx_h5_array *out, sx_error *err);
/* Every layer's weights into job->floats and job->weights. */
SX_MUST_USE sx_status sx_keras_weights_read(sx_keras_job *job, sx_error *err);

/* --- keras_answer.c --- */
/* The whole work of the child: context is a sx_keras_request. */
typedef struct sx_keras_request {
    const unsigned char *bytes;
    size_t size;
    const char *path;
} sx_keras_request;
SX_MUST_USE sx_status sx_keras_answer(void *context, unsigned char **answer, size_t *size, sx_error *err);

#endif
