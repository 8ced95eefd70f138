/* keras.h: inside of an imported model, in the parent. */
#ifndef EXCHANGE_KERAS_H
#define EXCHANGE_KERAS_H

#include "base/json.h"
#include "sonaxis/exchange.h"

struct sx_keras {
    sx_model_spec *spec;
    sx_json *about; /* spec, input, norms, weights, training, version */
    unsigned char *answer;
    const float *floats; /* inside of answer */
};

/* Floats of native layer `name`: its first is at floats[*first], counts is the list of sizes; NULL where it
 * has none. */
const sx_json *sx_keras_layer_counts(const sx_keras *keras, const char *name, size_t *first);

#endif
