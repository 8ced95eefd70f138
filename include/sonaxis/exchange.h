/* exchange.h: models of Keras: read, understood, run, compared, and written back.
 *
 * A .keras archive or a legacy HDF5 file becomes a native spec and its weights. Tensors keep the order they
 * have in Keras, so its axis numbers stay what they are: axis 1 is the first axis after the batch. Which of
 * time and frequency that is, the file seldom says; sx_axis_order (axis.h) does, and changes words only.
 *
 * The file is a stranger's: it is read in a child process (a crash, a loop, too much memory there is an error
 * here), and what comes back is checked like any spec. No program in it is ever run. Linux and other systems
 * with fork. */
#ifndef SONAXIS_EXCHANGE_H
#define SONAXIS_EXCHANGE_H

#include "sonaxis/model.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* True for names that end in .keras, .h5 or .hdf5. */
SX_API bool sx_keras_is_path(const char *path);

typedef struct sx_keras sx_keras;

/* SX_E_UNSUPPORTED names the layer, its class and what to do. order UNKNOWN: taken from the file where one
 * axis of the input may have any size, which is time. Files of up to 1 GiB. */
SX_API SX_MUST_USE sx_status sx_keras_open(const char *path, sx_axis_order order, sx_keras **out,
                                           sx_error *err);
SX_API void sx_keras_free(sx_keras *keras); /* NULL is fine */

/* Borrowed. Layers have Keras's names; Conv2D(activation="relu") called "conv1" is "conv1" and "conv1/relu".
 */
SX_API const sx_model_spec *sx_keras_spec(const sx_keras *keras);
/* The input's axes as the net has them (time is axis 1, whatever it means); 0 where any size goes. */
SX_API sx_shape sx_keras_input(const sx_keras *keras);
SX_API sx_axis_order sx_keras_order(const sx_keras *keras);
SX_API const char *sx_keras_version(const sx_keras *keras); /* of the Keras that wrote it; "" = not said */

/* What it was compiled with; numbers that are not said are NaN, names "". */
typedef struct sx_keras_training {
    char optimiser[32]; /* Keras's name: "Adam", "SGD", "AdamW" */
    char schedule[48];  /* class of a learning-rate schedule; learning_rate is then its first */
    char loss[48];      /* "sparse_categorical_crossentropy" */
    double learning_rate, momentum, beta_1, beta_2, epsilon, weight_decay, label_smoothing;
    bool nesterov;
} sx_keras_training;
SX_API sx_keras_training sx_keras_get_training(const sx_keras *keras);

/* What a model's outputs are before anything is applied to them. sx_model_run leaves out a softmax or sigmoid
 * at the very end; this says which. */
typedef enum sx_output { SX_OUTPUT_RAW, SX_OUTPUT_SOFTMAX, SX_OUTPUT_SIGMOID } sx_output;
SX_API sx_output sx_model_output(const sx_model *model);
/* In place, count rows of `classes`: what Keras's predict() gives. */
SX_API void sx_output_apply(sx_output output, float *values, size_t count, size_t classes);

/* A built net with the file's weights. options->input: an axis of 0 is taken from the file, another must fit
 * it; options->classes 0 = as many as the net has. */
SX_API SX_MUST_USE sx_status sx_keras_build(const sx_keras *keras, const sx_model_options *options,
                                            sx_model **out, sx_error *err);
/* The file's weights into a net of its spec, perhaps with other axes kept: layers whose weights still have
 * the file's sizes take them, the others stay as they are. *taken: layers that did; may be NULL. */
SX_API SX_MUST_USE sx_status sx_keras_take_weights(const sx_keras *keras, sx_model *model, size_t *taken,
                                                   sx_error *err);

/* Of every normalisation: input, Keras's axis, kept axis in words, pooled axes, parameters; then what looks
 * like an accident, each "warning: ...". model: from sx_keras_build. Free with sx_free_text; NULL when out of
 * memory. */
SX_API char *sx_keras_describe(const sx_keras *keras, const sx_model *model);
/* The same as a JSON document, which holds the net's own summary as member "net". */
SX_API char *sx_keras_describe_json(const sx_keras *keras, const sx_model *model);

#ifdef __cplusplus
}
#endif
#endif
