/* edges.c: Keras's ZeroPadding2D and Cropping2D: a frame of zeros around the map, or a frame cut off it.
 * Either is the other's gradient. */
#include "base/error.h"
#include "layers/shard.h"
#include "layers/window.h"

#include <string.h>

typedef struct edge_options {
    bool crop;
    sx_pair before, after;
} edge_options;

/* --- options ---------------------------------------------------------------------------------------- */

static bool read_edge(const sx_json *value, size_t *edge) {
    int64_t number = sx_json_integer(value);
    if (!sx_json_is_integer(value) || number < 0 || number > SX_WINDOW_LIMIT) return false;
    *edge = (size_t)number;
    return true;
}

/* An integer for both ends of an axis, or [before, after]. */
static bool read_ends(const sx_json *value, size_t *before, size_t *after) {
    if (!sx_json_is_array(value)) return read_edge(value, before) && read_edge(value, after);
    return sx_json_count(value) == 2 && read_edge(sx_json_at(value, 0), before) &&
           read_edge(sx_json_at(value, 1), after);
}

static bool read_frame(const sx_json *value, edge_options *o) {
    bool both = sx_json_is_array(value);
    if (both && sx_json_count(value) != 2) return false;
    return read_ends(both ? sx_json_at(value, 0) : value, &o->before.time, &o->after.time) &&
           read_ends(both ? sx_json_at(value, 1) : value, &o->before.frequency, &o->after.frequency);
}

static sx_status edge_read(const sx_json *spec, const char *key, const char *where, edge_options *o,
                           sx_error *err) {
    const sx_json *value = sx_json_get(spec, key);
    if (!value || read_frame(value, o)) return SX_OK;
    return sx_fail(
        err, SX_E_FORMAT,
        "%s: %s must be an integer, [time, frequency], or [[before, after], [before, after]], each "
        "from 0 to %d",
        where, key, SX_WINDOW_LIMIT);
}

static sx_status padding_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    *(edge_options *)options = (edge_options){.before = {1, 1}, .after = {1, 1}};
    return edge_read(spec, "padding", where, options, err);
}

static sx_status cropping_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    *(edge_options *)options = (edge_options){.crop = true};
    return edge_read(spec, "cropping", where, options, err);
}

/* --- shapes ----------------------------------------------------------------------------------------- */

static sx_status padding_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                              sx_layer_plan *plan, sx_error *err) {
    const edge_options *o = options;
    (void)input_count;
    (void)batch;
    sx_shape out = {inputs[0].time + o->before.time + o->after.time,
                    inputs[0].frequency + o->before.frequency + o->after.frequency, inputs[0].channels};
    sx_status status = sx_shape_check(out, err);
    if (status == SX_OK) *plan = (sx_layer_plan){.output = out};
    return status;
}

static sx_status cropping_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                               sx_layer_plan *plan, sx_error *err) {
    const edge_options *o = options;
    (void)input_count;
    (void)batch;
    size_t time = o->before.time + o->after.time, frequency = o->before.frequency + o->after.frequency;
    if (time >= inputs[0].time || frequency >= inputs[0].frequency)
        return sx_fail(err, SX_E_SHAPE,
                       "cropping %zu and %zu places off a %zux%zu map (time x frequency) leaves nothing",
                       time, frequency, inputs[0].time, inputs[0].frequency);
    *plan = (sx_layer_plan){
        .output = {inputs[0].time - time, inputs[0].frequency - frequency, inputs[0].channels}};
    return SX_OK;
}

/* --- runs ------------------------------------------------------------------------------------------- */

/* Floats of the large example before the small one's row t. */
static size_t row_start(const edge_options *o, sx_shape large, size_t t) {
    return ((t + o->before.time) * large.frequency + o->before.frequency) * large.channels;
}

static void cut(const edge_options *o, sx_shape large, sx_shape small, size_t count, const float *from,
                float *to) {
    size_t row = small.frequency * small.channels;
    for (size_t e = 0; e < count; e++)
        for (size_t t = 0; t < small.time; t++)
            memcpy(to + (e * small.time + t) * row, from + e * sx_shape_count(large) + row_start(o, large, t),
                   row * sizeof(float));
}

static void frame(const edge_options *o, sx_shape large, sx_shape small, size_t count, const float *from,
                  float *to) {
    size_t row = small.frequency * small.channels;
    memset(to, 0, count * sx_shape_count(large) * sizeof(float));
    for (size_t e = 0; e < count; e++)
        for (size_t t = 0; t < small.time; t++)
            memcpy(to + e * sx_shape_count(large) + row_start(o, large, t), from + (e * small.time + t) * row,
                   row * sizeof(float));
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const edge_options *o = options;
    (void)shard;
    if (o->crop)
        cut(o, call->input_shapes[0], call->output_shape, part.count, part.x, part.y);
    else
        frame(o, call->output_shape, call->input_shapes[0], part.count, part.x, part.y);
}

static void edge_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const edge_options *o = options;
    (void)shard;
    if (o->crop)
        frame(o, call->input_shapes[0], call->output_shape, part.count, part.dy, part.dx);
    else
        cut(o, call->output_shape, call->input_shapes[0], part.count, part.dy, part.dx);
}

static void edge_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

static const char *const padding_keys[] = {"padding", NULL};
static const char *const cropping_keys[] = {"cropping", NULL};

const sx_layer_ops sx_layer_zero_padding = {.type = "zero_padding",
                                            .options_size = sizeof(edge_options),
                                            .keys = padding_keys,
                                            .min_inputs = 1,
                                            .max_inputs = 1,
                                            .read = padding_read,
                                            .plan = padding_plan,
                                            .forward = edge_forward,
                                            .backward = edge_backward};

const sx_layer_ops sx_layer_cropping = {.type = "cropping",
                                        .options_size = sizeof(edge_options),
                                        .keys = cropping_keys,
                                        .min_inputs = 1,
                                        .max_inputs = 1,
                                        .read = cropping_read,
                                        .plan = cropping_plan,
                                        .forward = edge_forward,
                                        .backward = edge_backward};
