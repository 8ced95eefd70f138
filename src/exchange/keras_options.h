/* keras_options.h: options of one Keras layer, read and checked, and set in its native layer. */
#ifndef EXCHANGE_KERAS_OPTIONS_H
#define EXCHANGE_KERAS_OPTIONS_H

#include "exchange/keras_job.h"

/* A value that cannot be translated: 'layer "conv" (Conv2D): padding is "reflect"; ...'. */
SX_MUST_USE sx_status keras_refuse(const keras_layer *layer, const char *option, const char *advice,
                                   sx_error *err);
bool keras_has(const keras_layer *layer, const char *option); /* there and not null */
double keras_number(const keras_layer *layer, const char *option, double missing);
int64_t keras_integer(const keras_layer *layer, const char *option, int64_t missing);
bool keras_flag(const keras_layer *layer, const char *option, bool missing);
const char *keras_text(const keras_layer *layer, const char *option, const char *missing);

/* An integer or a list of `axes` integers, as [time, frequency]; a layer along time alone has 1 axis and
 * gives [n, other]. Missing or null: nothing is set. */
SX_MUST_USE sx_status keras_set_pair(const keras_layer *layer, const char *option, int axes, int64_t other,
                                     sx_json *native, const char *key, sx_error *err);
/* One integer, or a list of one. */
SX_MUST_USE sx_status keras_set_single(const keras_layer *layer, const char *option, sx_json *native,
                                       const char *key, sx_error *err);
SX_MUST_USE sx_status keras_set_count(const keras_layer *layer, const char *option, sx_json *native,
                                      const char *key, sx_error *err);
/* "channels_first" is refused. */
SX_MUST_USE sx_status keras_check_format(const keras_layer *layer, sx_error *err);

/* Keras's axis of a tensor of that rank as "time", "frequency" or "channels", in `axis` (1 and up); NULL
 * where it has none. */
const char *keras_axis_name(int rank, int64_t axis);
int64_t keras_axis_positive(int rank, int64_t axis);
/* Option axis: an integer or a list, as numbers from 1 up. */
SX_MUST_USE sx_status keras_read_axes(const keras_layer *layer, const char *option, int rank, int64_t missing,
                                      int64_t axes[KERAS_AXES], int *count, sx_error *err);

/* --- keras_activation.c: an activation as a native layer --- */
/* value: a name or an object, as layers and Activation keep it. Nothing is set for "linear" and none. */
SX_MUST_USE sx_status keras_activation(const keras_job *job, const keras_layer *layer, const sx_json *value,
                                       sx_json *native, sx_error *err);
/* The options of an activation layer (ReLU, LeakyReLU, ELU, Softmax, PReLU ...). */
SX_MUST_USE sx_status keras_activation_layer(keras_job *job, keras_layer *layer, sx_json *native,
                                             sx_error *err);

/* --- keras_norm.c --- */
SX_MUST_USE sx_status keras_batch_norm(keras_job *job, keras_layer *layer, sx_json *native, sx_error *err);
SX_MUST_USE sx_status keras_layer_norm(keras_job *job, keras_layer *layer, sx_json *native, sx_error *err);
SX_MUST_USE sx_status keras_group_norm(keras_job *job, keras_layer *layer, sx_json *native, sx_error *err);
SX_MUST_USE sx_status keras_standardise(keras_job *job, keras_layer *layer, sx_json *native, sx_error *err);

#endif
