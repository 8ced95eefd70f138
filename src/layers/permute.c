/* permute.c: Keras's Permute: axes change places, and their values with them. */
#include "base/error.h"
#include "layers/axes.h"
#include "layers/shard.h"

typedef struct permute_options {
    sx_axis from[3]; /* which axis of the input becomes time, frequency, channels */
} permute_options;

/* [2, 1], as a Keras net says it of (batch, time, channels): the two change places. */
static bool is_swap(const sx_json *list) {
    return sx_json_count(list) == 2 && sx_json_integer(sx_json_at(list, 0)) == 2 &&
           sx_json_integer(sx_json_at(list, 1)) == 1;
}

static sx_status permute_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    permute_options *o = options;
    const sx_json *list = sx_json_get(spec, "dims");
    sx_axes seen = 0;
    *o = (permute_options){{SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME}};
    if (is_swap(list)) return SX_OK;
    for (size_t i = 0; sx_json_is_array(list) && sx_json_count(list) == 3 && i < 3; i++) {
        sx_status status = sx_axis_of_json(sx_json_at(list, i), "dims", where, &o->from[i], err);
        if (status != SX_OK) return status;
        seen |= 1U << o->from[i];
    }
    if (seen == SX_AXES_OF_EXAMPLE) return SX_OK;
    return sx_fail(
        err, SX_E_FORMAT,
        "%s: dims must list time, frequency and channels (or 1, 2, 3), each once, in the order they "
        "get; or be [2, 1]",
        where);
}

static sx_status permute_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                              sx_layer_plan *plan, sx_error *err) {
    const permute_options *o = options;
    (void)input_count;
    (void)batch;
    (void)err;
    /* What comes after may count channels that were frames or bands. */
    *plan = (sx_layer_plan){.output = {sx_axis_extent(inputs[0], o->from[0]),
                                       sx_axis_extent(inputs[0], o->from[1]),
                                       sx_axis_extent(inputs[0], o->from[2])},
                            .fixed = o->from[2] == SX_AXIS_CHANNELS ? 0 : 1U << o->from[2]};
    return SX_OK;
}

/* Steps of the input as time, frequency and channels of the output count on. */
static void input_steps(const permute_options *o, sx_shape in, size_t steps[3]) {
    for (size_t i = 0; i < 3; i++)
        steps[i] = sx_axis_view_of(in, o->from[i]).inner;
}

static void forward_example(const size_t steps[3], sx_shape out, const float *x, float *y) {
    for (size_t t = 0; t < out.time; t++)
        for (size_t f = 0; f < out.frequency; f++)
            for (size_t c = 0; c < out.channels; c++)
                *y++ = x[t * steps[0] + f * steps[1] + c * steps[2]];
}

static void backward_example(const size_t steps[3], sx_shape out, const float *dy, float *dx) {
    for (size_t t = 0; t < out.time; t++)
        for (size_t f = 0; f < out.frequency; f++)
            for (size_t c = 0; c < out.channels; c++)
                dx[t * steps[0] + f * steps[1] + c * steps[2]] = *dy++;
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    size_t steps[3], count = sx_shape_count(call->output_shape);
    (void)shard;
    input_steps(options, call->input_shapes[0], steps);
    for (size_t e = 0; e < part.count; e++)
        forward_example(steps, call->output_shape, part.x + e * count, part.y + e * count);
}

static void permute_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    size_t steps[3], count = sx_shape_count(call->output_shape);
    (void)shard;
    input_steps(options, call->input_shapes[0], steps);
    for (size_t e = 0; e < part.count; e++)
        backward_example(steps, call->output_shape, part.dy + e * count, part.dx + e * count);
}

static void permute_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"dims", NULL};

const sx_layer_ops sx_layer_permute = {.type = "permute",
                                       .options_size = sizeof(permute_options),
                                       .keys = keys,
                                       .min_inputs = 1,
                                       .max_inputs = 1,
                                       .read = permute_read,
                                       .plan = permute_plan,
                                       .forward = permute_forward,
                                       .backward = permute_backward};
