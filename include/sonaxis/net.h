/* net.h: somebody's own net in a comparison: a model file of Keras, which of its normalisations vary, what
 * its training takes from the file, and what its owner changes in the script afterwards.
 *
 * Only a BatchNormalization on (batch, first, second, channels) with one axis can vary: the others keep what
 * they have, with the reason said. Everything else of the net stays. */
#ifndef SONAXIS_NET_H
#define SONAXIS_NET_H

#include "sonaxis/exchange.h"
#include "sonaxis/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Optimiser, its numbers and loss of `train` as the file was compiled; what the file does not say stays.
 * *notes: one sentence a line on what was taken, what could not be and what stays, without the numbers that
 * may be overridden; free with sx_free_text. A loss that is not there is no error yet: *loss_known is then
 * false and train->loss untouched, since the caller may have one. */
SX_API SX_MUST_USE sx_status sx_net_training(const sx_keras *keras, sx_train_options *train, bool *loss_known,
                                             char **notes, sx_error *err);

/* The net of the file, to be trained on these features: as it is, or with its normalisations that can vary
 * (vary: names, comma between; NULL or "all" = all) keeping `axis`; SX_AXIS_BATCH = as it is. Free with
 * sx_model_spec_free. */
SX_API SX_MUST_USE sx_status sx_net_keras_spec(const sx_keras *keras, const sx_features *features,
                                               const char *vary, sx_axis axis, sx_model_spec **out,
                                               sx_error *err);
/* Arrays go into a net of Keras as they go into it in the script: mean 0, deviation 1. Recordings are
 * standardised by these items. */
SX_API void sx_net_keras_standardise(const sx_features *features, const size_t *items, size_t count,
                                     sx_standardise *out);

/* One normalisation of the file. */
typedef struct sx_net_norm {
    char *layer;      /* Keras's name */
    char *class_name; /* "BatchNormalization" */
    char *axis_text;  /* as the file has it: "axis=-1", "axis=[1, 2]" */
    int axis;         /* the same as a number, -1 for the last; 0 = not one axis */
    char *reason;     /* why it does not vary; NULL = it varies */
} sx_net_norm;

/* What there is to say about a net that came from a Keras file. */
typedef struct sx_net_about {
    char *path;
    char version[32]; /* of Keras; "" = not said */
    sx_net_norm *norms;
    size_t norm_count, vary_count;
    char *training;    /* notes of sx_net_training, a sentence a line; "" = none */
    bool from_weights; /* every axis began with the file's weights, but for the normalisations that vary */
    char **taken;      /* layers that began with them */
    size_t taken_count;
    char **fresh; /* layers with weights that began anew */
    size_t fresh_count;
    char *code[3];     /* Keras code of the net, by the comparison's axes; NULL = cannot be written */
    char *code_reason; /* then why */
    int users;         /* inside: how many hold it */
} sx_net_about;

#ifdef __cplusplus
}
#endif
#endif
