/* spatial_dropout.c: Keras's SpatialDropout: while training, a whole channel of an example is 0 with
 * probability `rate`, else divided by 1 - rate. The draw depends on (stream, item of the step, channel) only.
 * saved: the factors of every example. */
#include "layers/shard.h"

typedef struct spatial_dropout_options {
    double rate;
} spatial_dropout_options;

static sx_status spatial_dropout_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    spatial_dropout_options *o = options;
    *o = (spatial_dropout_options){.rate = 0.5};
    return sx_json_read_double(spec, "rate", 0, 0.999, where, &o->rate, err);
}

static sx_status spatial_dropout_plan(const void *options, const sx_shape *inputs, int input_count,
                                      size_t batch, sx_layer_plan *plan, sx_error *err) {
    (void)options;
    (void)input_count;
    (void)err;
    *plan = (sx_layer_plan){
        .output = inputs[0], .saved_bytes = batch * inputs[0].channels * sizeof(float), .in_place = true};
    return SX_OK;
}

static float *factors_of(const sx_layer_call *call, size_t example) {
    return (float *)call->saved + example * call->output_shape.channels;
}

static void scale_channels(const sx_layer_call *call, sx_shard part, const float *x, float *y) {
    size_t channels = call->output_shape.channels, rows = sx_shape_count(call->output_shape) / channels;
    for (size_t i = 0; i < part.count * rows; i++) {
        const float *factors = factors_of(call, part.first + i / rows);
        for (size_t c = 0; c < channels; c++)
            y[i * channels + c] = x[i * channels + c] * factors[c];
    }
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const spatial_dropout_options *o = options;
    size_t channels = call->output_shape.channels;
    (void)shard;
    for (size_t e = part.first; e < part.first + part.count; e++)
        sx_draw_mask(call, o->rate, (call->first_item + e) * channels, channels, factors_of(call, e));
    scale_channels(call, part, part.x, part.y);
}

static void spatial_dropout_forward(const void *options, const sx_layer_call *call) {
    if (call->mode == SX_RUN_TRAIN)
        sx_run_parts(options, call, forward_part);
    else
        sx_copy_forward(options, call);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    (void)options;
    (void)shard;
    scale_channels(call, part, part.dy, part.dx);
}

static void spatial_dropout_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"rate", NULL};

const sx_layer_ops sx_layer_spatial_dropout = {.type = "spatial_dropout",
                                               .options_size = sizeof(spatial_dropout_options),
                                               .keys = keys,
                                               .min_inputs = 1,
                                               .max_inputs = 1,
                                               .read = spatial_dropout_read,
                                               .plan = spatial_dropout_plan,
                                               .forward = spatial_dropout_forward,
                                               .backward = spatial_dropout_backward};
