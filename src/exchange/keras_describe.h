/* keras_describe.h: normalisations of an imported model with what the file and the built net say of them. */
#ifndef EXCHANGE_KERAS_DESCRIBE_H
#define EXCHANGE_KERAS_DESCRIBE_H

#include "base/text.h"
#include "exchange/keras.h"
#include "model/graph.h"

typedef struct sx_keras_norm {
    const char *name, *class_name;
    int rank;                /* of its Keras tensor, batch counted */
    const sx_json *axes;     /* Keras's numbers, 1 and up */
    const sx_json *momentum; /* NULL where it has none */
    const sx_node *node;
} sx_keras_norm;

/* False where the net has no such layer any more. */
bool sx_keras_norm_at(const sx_keras *keras, const sx_model *model, size_t index, sx_keras_norm *out);
sx_axis sx_keras_norm_axis(const sx_keras_norm *norm, size_t index);
/* Axes that keep statistics of their own. */
sx_axes sx_keras_norm_kept(const sx_keras_norm *norm);
size_t sx_keras_norm_parameters(const sx_keras_norm *norm);
/* "axis=1", "axis=[1, 2]". */
void sx_keras_norm_axis_text(const sx_keras_norm *norm, sx_text *text);
/* "time, channels" in the user's words. */
void sx_keras_add_axes(sx_text *text, sx_axis_order order, int rank, sx_axes axes);
/* "(batch, time 40, frequency 30, channels 8)". */
void sx_keras_add_shape(sx_text *text, const sx_keras *keras, int rank, sx_shape shape);

/* What looks like an accident: a list of {"kind": ..., "layer": ..., "text": a sentence}. */
sx_json *sx_keras_accidents(const sx_keras *keras, const sx_model *model);

#endif
