/* keras_options.h: options of one Keras layer, read and checked, and set in its native layer. */
#ifndef EXCHANGE_KERAS_OPTIONS_H
#define EXCHANGE_KERAS_OPTIONS_H

#include "exchange/keras_job.h"

/* A value that cannot be translated: 'layer "conv" (Conv2D): padding is "reflect"; ...'. */
SX_MUST_USE sx_status sx_keras_refuse(const sx_keras_layer *layer, const char *option, const char *advice,
                                      sx_error *err);
bool sx_keras_has(const sx_keras_layer *layer, const char *option); /* there and not null */
double sx_keras_number(const sx_keras_layer *layer, const char *option, double missing);
int64_t sx_keras_integer(const sx_keras_layer *layer, const char *option, int64_t missing);
bool sx_keras_flag(const sx_keras_layer *layer, const char *option, bool missing);
const char *sx_keras_text(const sx_keras_layer *layer, const char *option, const char *missing);

/* An integer or a list of `axes` integers, as [time, frequency]; a layer along time alone has 1 axis and
 * gives [n, other]. Missing or null: nothing is set. */
SX_MUST_USE sx_status sx_keras_set_pair(const sx_keras_layer *layer, const char *option, int axes,
                                        int64_t other, sx_json *native, const char *key, sx_error *err);
/* One integer, or a list of one. */
SX_MUST_USE sx_status sx_keras_set_single(const sx_keras_layer *layer, const char *option, sx_json *native,
                                          const char *key, sx_error *err);
SX_MUST_USE sx_status sx_keras_set_count(const sx_keras_layer *layer, const char *option, sx_json *native,
                                         const char *key, sx_error *err);
/* Keras's 1-D layers run along time. */
bool sx_keras_along_time(const sx_keras_layer *layer);
/* "channels_first" is refused. */
SX_MUST_USE sx_status sx_keras_check_format(const sx_keras_layer *layer, sx_error *err);

/* Keras's axis of a tensor of that rank as "time", "frequency" or "channels", in `axis` (1 and up); NULL
 * where it has none. */
const char *sx_keras_axis_name(int rank, int64_t axis);
int64_t sx_keras_axis_positive(int rank, int64_t axis);
/* Option axis: an integer or a list, as numbers from 1 up. */
SX_MUST_USE sx_status sx_keras_read_axes(const sx_keras_layer *layer, const char *option, int rank,
                                         int64_t missing, int64_t axes[KERAS_AXES], int *count,
                                         sx_error *err);

/* --- keras_activation.c: an activation as a native layer --- */
/* value: a name or an object, as layers and Activation keep it. Nothing is set for "linear" and none. */
SX_MUST_USE sx_status sx_keras_activation(const sx_keras_job *job, const sx_keras_layer *layer,
                                          const sx_json *value, sx_json *native, sx_error *err);
/* The options of an activation layer (ReLU, LeakyReLU, ELU, Softmax, PReLU ...). */
SX_MUST_USE sx_status sx_keras_activation_layer(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                                sx_error *err);

/* --- keras_dropped.c --- */
/* Regularisers, constraints and frozen weights into job->dropped. */
void sx_keras_note_dropped(sx_keras_job *job, const sx_keras_layer *layer);
SX_MUST_USE sx_status sx_keras_refuse_quantised(const sx_keras_layer *layer, sx_error *err);

/* --- keras_windows.c --- */
SX_MUST_USE sx_status sx_keras_conv2d(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                      sx_error *err);
SX_MUST_USE sx_status sx_keras_conv1d(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                      sx_error *err);
SX_MUST_USE sx_status sx_keras_depthwise(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                         sx_error *err);
SX_MUST_USE sx_status sx_keras_separable(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                         sx_error *err);
SX_MUST_USE sx_status sx_keras_dense(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                     sx_error *err);
SX_MUST_USE sx_status sx_keras_pool(sx_keras_job *job, sx_keras_layer *layer, sx_json *native, sx_error *err);
SX_MUST_USE sx_status sx_keras_global_pool(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                           sx_error *err);

/* --- keras_norm.c --- */
SX_MUST_USE sx_status sx_keras_batch_norm(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                          sx_error *err);
SX_MUST_USE sx_status sx_keras_layer_norm(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                          sx_error *err);
SX_MUST_USE sx_status sx_keras_group_norm(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                          sx_error *err);
SX_MUST_USE sx_status sx_keras_standardise(sx_keras_job *job, sx_keras_layer *layer, sx_json *native,
                                           sx_error *err);

#endif
