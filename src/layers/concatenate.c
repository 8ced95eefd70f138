/* concatenate.c: Keras's Concatenate: inputs one behind the other along an axis. */
#include "base/error.h"
#include "layers/axes.h"
#include "layers/shard.h"
#include "layers/window.h"

#include <string.h>

typedef struct concatenate_options {
    sx_axis axis;
} concatenate_options;

static sx_status concatenate_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    concatenate_options *o = options;
    *o = (concatenate_options){SX_AXIS_CHANNELS};
    return sx_read_axis(spec, "axis", where, &o->axis, err);
}

static sx_status concatenate_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                  sx_layer_plan *plan, sx_error *err) {
    const concatenate_options *o = options;
    sx_shape out = inputs[0];
    size_t *length = o->axis == SX_AXIS_TIME        ? &out.time
                     : o->axis == SX_AXIS_FREQUENCY ? &out.frequency
                                                    : &out.channels;
    (void)batch;
    for (int i = 1; i < input_count; i++) {
        for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
            size_t a = sx_axis_extent(inputs[0], (sx_axis)axis), b = sx_axis_extent(inputs[i], (sx_axis)axis);
            if (axis == (int)o->axis || a == b) continue;
            return sx_fail(err, SX_E_SHAPE,
                           "input %d has %zu places along %s, input 1 has %zu; inputs joined along %s must "
                           "agree along the others",
                           i + 1, b, sx_axis_name((sx_axis)axis), a, sx_axis_name(o->axis));
        }
        *length += sx_axis_extent(inputs[i], o->axis);
    }
    sx_status status = sx_shape_check(out, err);
    if (status == SX_OK) *plan = (sx_layer_plan){.output = out};
    return status;
}

/* Runs of one input within an example of the output: `count` of `length` floats, `stride` apart, from `first`
 * on. */
typedef struct runs {
    size_t first, count, length, stride;
} runs;

static runs runs_of(const concatenate_options *o, const sx_layer_call *call, int input) {
    sx_axis_view out = sx_axis_view_of(call->output_shape, o->axis);
    size_t before = 0;
    for (int i = 0; i < input; i++)
        before += sx_axis_extent(call->input_shapes[i], o->axis);
    return (runs){.first = before * out.inner,
                  .count = out.outer,
                  .length = sx_axis_extent(call->input_shapes[input], o->axis) * out.inner,
                  .stride = out.length * out.inner};
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    (void)shard;
    for (int i = 0; i < call->input_count; i++) {
        runs run = runs_of(options, call, i);
        const float *x = call->inputs[i] + part.first * run.count * run.length;
        for (size_t k = 0; k < part.count * run.count; k++)
            memcpy(part.y + run.first + k * run.stride, x + k * run.length, run.length * sizeof(float));
    }
}

static void concatenate_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    (void)shard;
    for (int i = 0; i < call->input_count; i++) {
        if (!call->input_gradients[i]) continue;
        runs run = runs_of(options, call, i);
        float *dx = call->input_gradients[i] + part.first * run.count * run.length;
        for (size_t k = 0; k < part.count * run.count; k++)
            memcpy(dx + k * run.length, part.dy + run.first + k * run.stride, run.length * sizeof(float));
    }
}

static void concatenate_backward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"axis", NULL};

const sx_layer_ops sx_layer_concatenate = {.type = "concatenate",
                                           .options_size = sizeof(concatenate_options),
                                           .keys = keys,
                                           .min_inputs = 2,
                                           .max_inputs = SX_LAYER_INPUTS,
                                           .read = concatenate_read,
                                           .plan = concatenate_plan,
                                           .forward = concatenate_forward,
                                           .backward = concatenate_backward};
