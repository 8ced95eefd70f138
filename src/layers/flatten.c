/* flatten.c: Keras's Flatten: (time, frequency, channels) as one row of channels. The values stay where they
 * are, so in place there is nothing to do. */
#include "layers/axes.h"
#include "layers/shard.h"

typedef struct flatten_options {
    bool unused; /* C has no empty struct */
} flatten_options;

static sx_status flatten_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    (void)spec;
    (void)where;
    (void)err;
    *(flatten_options *)options = (flatten_options){false};
    return SX_OK;
}

static sx_status flatten_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                              sx_layer_plan *plan, sx_error *err) {
    (void)options;
    (void)input_count;
    (void)batch;
    (void)err;
    *plan = (sx_layer_plan){
        .output = {1, 1, sx_shape_count(inputs[0])}, .in_place = true, .fixed = SX_AXES_OF_EXAMPLE};
    return SX_OK;
}

static const char *const keys[] = {NULL};

const sx_layer_ops sx_layer_flatten = {.type = "flatten",
                                       .options_size = sizeof(flatten_options),
                                       .keys = keys,
                                       .min_inputs = 1,
                                       .max_inputs = 1,
                                       .read = flatten_read,
                                       .plan = flatten_plan,
                                       .forward = sx_copy_forward,
                                       .backward = sx_copy_backward};
