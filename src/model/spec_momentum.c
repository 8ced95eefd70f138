/* spec_momentum.c: one momentum for the moving statistics of every normalisation. */
#include "base/error.h"
#include "model/spec.h"

#include <string.h>

sx_status sx_model_spec_set_momentum(sx_model_spec *spec, double momentum, sx_error *err) {
    if (!(momentum >= 0 && momentum <= 1))
        return sx_fail(err, SX_E_ARGUMENT, "momentum of the moving statistics is %g, must be 0 to 1",
                       momentum);
    sx_model_spec *copy = sx_model_spec_copy(spec);
    if (!copy) return sx_fail_memory(err, 4096);
    for (size_t i = 0; i < sx_spec_layer_count(copy); i++)
        if (strcmp(sx_spec_layer_ops(copy, i)->type, "normalisation") == 0)
            sx_json_set_number(sx_spec_layer(copy, i), "momentum", momentum);
    return sx_spec_take(spec, copy, err);
}
