/* initialiser.h: Keras's named initialisers as an option of layers. */
#ifndef LAYERS_INITIALISER_H
#define LAYERS_INITIALISER_H

#include "layers/layer.h"

typedef enum sx_initialiser_kind {
    SX_DRAW_DEFAULT, /* what the weight's plan says already */
    SX_DRAW_CONSTANT,
    SX_DRAW_UNIFORM,
    SX_DRAW_NORMAL,
    SX_DRAW_TRUNCATED,
    SX_DRAW_GLOROT_UNIFORM,
    SX_DRAW_SCALED_UNIFORM, /* variance scaling, by fans */
    SX_DRAW_SCALED_NORMAL
} sx_initialiser_kind;

typedef struct sx_initialiser {
    sx_initialiser_kind kind;
    double a, b; /* value; low, high; mean, deviation */
    double scale;
    bool fan_out; /* scaled: by the mean of both fans, not by fan_in */
} sx_initialiser;

/* A name, or an object with "name" and its numbers; left alone where the key is missing. */
SX_MUST_USE sx_status sx_initialiser_read(const sx_json *spec, const char *key, const char *where,
                                          sx_initialiser *initialiser, sx_error *err);
/* Uses the weight's fans. */
void sx_initialiser_apply(const sx_initialiser *initialiser, sx_weight_plan *weight);
/* Weight "bias" of so many channels: zeros, unless the initialiser says otherwise. */
sx_weight_plan sx_bias_plan(size_t channels, const sx_initialiser *initialiser);

#endif
