/* net.h: a built model as training sees it: run forward and backward, reach weights and gradients as one
 * block each. */
#ifndef MODEL_NET_H
#define MODEL_NET_H

#include "layers/layer.h"
#include "sonaxis/model.h"

/* Trainable weights lie in one block, gradients in a twin block: an optimiser is one loop. */
float *sx_model_weights(sx_model *model);   /* trainable, sx_model_trainable_count floats */
float *sx_model_gradients(sx_model *model); /* NULL unless built for training */
size_t sx_model_trainable_count(const sx_model *model);
float *sx_model_statistics(sx_model *model); /* every moving mean and variance, one block */
size_t sx_model_statistics_count(const sx_model *model);

size_t sx_model_layer_count(const sx_model *model);
const char *sx_model_layer_name(const sx_model *model, size_t layer);
const sx_layer_plan *sx_model_layer_plan(const sx_model *model, size_t layer);
/* Weight w of a layer, inside one of the blocks above. */
float *sx_model_layer_weight(sx_model *model, size_t layer, int weight);
/* The pool the model runs on; borrowed. */
sx_pool *sx_model_pool(sx_model *model);
size_t sx_model_batch(const sx_model *model);
uint64_t sx_model_seed(const sx_model *model);
const sx_model_spec *sx_model_get_spec(const sx_model *model);

/* Where to put `batch` standardised examples before a forward call. */
float *sx_model_input(sx_model *model);
/* Packs weights again; call after they were changed from outside. Training steps and loads do it themselves
 * through this. */
void sx_model_weights_changed(sx_model *model);
/* Logits (count * classes) of the examples in sx_model_input; valid until the next call. A trailing softmax
 * or sigmoid activation layer is left out: losses and predictions apply their own. TRAIN: seed and step
 * choose dropout. */
const float *sx_model_forward(sx_model *model, size_t count, sx_run_mode mode, uint32_t step);
/* After a TRAIN forward: gradients of the loss whose gradient by the logits is given; overwrites
 * sx_model_gradients. */
void sx_model_backward(sx_model *model, size_t count, const float *logit_gradient, uint32_t step);
/* True where a normalisation can be measured: in a net built for training, or exact, or a twin. Another net
 * that only infers has its statistics within its weights; its twin is the same net with the same weights, to
 * be measured. Free it with sx_model_free. */
bool sx_model_can_measure(const sx_model *model);
SX_MUST_USE sx_status sx_model_measuring_twin(sx_model *model, sx_model **out, sx_error *err);
/* MEASURE forward up to and including `layer`, whose sums go to measure; the rest is not computed. */
void sx_model_measure(sx_model *model, size_t count, size_t layer, sx_measure *measure);
/* INFER forward up to and including `layer`. Of a net built `exact`, the layer's inputs and output then hold
 * what went in and came out, until the next call. */
void sx_model_forward_to(sx_model *model, size_t count, size_t layer);
sx_shape sx_model_layer_input_shape(const sx_model *model, size_t layer); /* of its first input */
const float *sx_model_layer_input(const sx_model *model, size_t layer);
const float *sx_model_layer_output(const sx_model *model, size_t layer);
/* First layer, in order, whose output holds a NaN or infinity after the last forward; NULL = none. Not after
 * backward, whose gradients take the place of outputs. */
const char *sx_model_find_nonfinite(const sx_model *model, size_t count);

#endif
