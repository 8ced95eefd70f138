/* rescaling.c: Keras's Rescaling: x * scale + offset, one pair for all or one for every channel. packed:
 * scales, then offsets, by channel. */
#include "layers/numbers.h"
#include "layers/shard.h"

#include <float.h>

typedef struct rescaling_options {
    const sx_json *scale, *offset; /* NULL: 1, 0 */
} rescaling_options;

static sx_status rescaling_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    rescaling_options *o = options;
    *o = (rescaling_options){NULL, NULL};
    sx_status status = sx_read_numbers(spec, "scale", -FLT_MAX, where, &o->scale, err);
    if (status == SX_OK) status = sx_read_numbers(spec, "offset", -FLT_MAX, where, &o->offset, err);
    return status;
}

static sx_status rescaling_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                sx_layer_plan *plan, sx_error *err) {
    const rescaling_options *o = options;
    (void)input_count;
    (void)batch;
    sx_status status = sx_numbers_check(o->scale, "scale", inputs[0].channels, err);
    if (status == SX_OK) status = sx_numbers_check(o->offset, "offset", inputs[0].channels, err);
    if (status != SX_OK) return status;
    *plan = (sx_layer_plan){
        .output = inputs[0], .packed_bytes = 2 * inputs[0].channels * sizeof(float), .in_place = true};
    return SX_OK;
}

static void rescaling_prepare(const void *options, const sx_layer_call *call) {
    const rescaling_options *o = options;
    size_t channels = call->output_shape.channels;
    float *scale = call->packed, *offset = scale + channels;
    for (size_t c = 0; c < channels; c++) {
        scale[c] = (float)sx_number_at(o->scale, c, 1);
        offset[c] = (float)sx_number_at(o->offset, c, 0);
    }
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    size_t channels = call->output_shape.channels, count = part.count * sx_shape_count(call->output_shape);
    const float *scale = call->packed, *offset = scale + channels;
    (void)options;
    (void)shard;
    for (size_t i = 0; i < count; i += channels)
        for (size_t c = 0; c < channels; c++)
            part.y[i + c] = part.x[i + c] * scale[c] + offset[c];
}

static void rescaling_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    size_t channels = call->output_shape.channels, count = part.count * sx_shape_count(call->output_shape);
    const float *scale = call->packed;
    (void)options;
    (void)shard;
    for (size_t i = 0; i < count; i += channels)
        for (size_t c = 0; c < channels; c++)
            part.dx[i + c] = part.dy[i + c] * scale[c];
}

static void rescaling_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"scale", "offset", NULL};

const sx_layer_ops sx_layer_rescaling = {.type = "rescaling",
                                         .options_size = sizeof(rescaling_options),
                                         .keys = keys,
                                         .min_inputs = 1,
                                         .max_inputs = 1,
                                         .read = rescaling_read,
                                         .plan = rescaling_plan,
                                         .prepare = rescaling_prepare,
                                         .forward = rescaling_forward,
                                         .backward = rescaling_backward};
