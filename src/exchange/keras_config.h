/* keras_config.h: a net as the JSON that Keras keeps of it. */
#ifndef EXCHANGE_KERAS_CONFIG_H
#define EXCHANGE_KERAS_CONFIG_H

#include "exchange/keras_out.h"

/* {"class_name": "Functional", "config": ...}: as Keras 3 has it in a .keras archive, or, with old, as Keras
 * 2 has it in an HDF5 file and Keras 3 reads it too. Takes the layers' options out of the net. NULL when out
 * of memory. */
sx_json *sx_keras_config(sx_out_net *net, bool old);
/* What a file of Keras says of the model besides: labels, front-end and its hash, standardisation. Free with
 * sx_json_free; NULL when out of memory. */
sx_json *sx_keras_about(const sx_export_job *job);

/* The weights as a file of HDF5: with old, of the whole model, config (text) inside; else model.weights.h5.
 * Free bytes with sx_free. */
SX_MUST_USE sx_status sx_keras_pack_weights(const sx_out_net *net, unsigned char **bytes, size_t *size,
                                            sx_error *err);
SX_MUST_USE sx_status sx_keras_pack_old(const sx_out_net *net, const char *config, const char *about,
                                        unsigned char **bytes, size_t *size, sx_error *err);

/* The version that files say they were written by: what they hold has been the same since. */
#define SX_KERAS_VERSION "3.0.0"

#endif
