/* up_sampling.c: Keras's UpSampling2D: every place becomes size.time x size.frequency places, either all
 * equal to it or on straight lines between the centres of places (held constant beyond the outermost). */
#include "base/error.h"
#include "layers/shard.h"
#include "layers/window.h"

#include <string.h>

typedef struct up_sampling_options {
    sx_pair size;
    bool bilinear;
} up_sampling_options;

static sx_status up_sampling_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    static const char *const names[] = {"nearest", "bilinear", NULL};
    up_sampling_options *o = options;
    int index = 0;
    *o = (up_sampling_options){.size = {2, 2}};
    sx_status status = sx_read_pair(spec, "size", where, &o->size, err);
    if (status == SX_OK) status = sx_json_read_name(spec, "interpolation", names, where, &index, err);
    o->bilinear = index == 1;
    return status;
}

static sx_status up_sampling_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                  sx_layer_plan *plan, sx_error *err) {
    const up_sampling_options *o = options;
    (void)input_count;
    (void)batch;
    sx_shape out = {inputs[0].time * o->size.time, inputs[0].frequency * o->size.frequency,
                    inputs[0].channels};
    sx_status status = sx_shape_check(out, err);
    if (status == SX_OK) *plan = (sx_layer_plan){.output = out};
    return status;
}

/* The two places an output lies between; share: of the second. */
typedef struct between {
    size_t first, second;
    float share;
} between;

static between source_of(size_t place, size_t size, size_t length, bool bilinear) {
    if (!bilinear) return (between){place / size, place / size, 0};
    float centre = ((float)place + 0.5f) / (float)size - 0.5f;
    if (centre < 0) return (between){0, 0, 0};
    size_t first = (size_t)centre;
    return (between){first, first + 1 < length ? first + 1 : first, centre - (float)first};
}

/* A place of the small map that an output takes a share of. */
typedef struct corner {
    size_t at;
    float weight;
} corner;

static void corners_of(const up_sampling_options *o, sx_shape in, size_t t, size_t f, corner corners[4]) {
    between time = source_of(t, o->size.time, in.time, o->bilinear);
    between frequency = source_of(f, o->size.frequency, in.frequency, o->bilinear);
    const size_t rows[2] = {time.first, time.second}, columns[2] = {frequency.first, frequency.second};
    const float row_weights[2] = {1 - time.share, time.share};
    const float column_weights[2] = {1 - frequency.share, frequency.share};
    for (size_t k = 0; k < 4; k++)
        corners[k] = (corner){(rows[k / 2] * in.frequency + columns[k % 2]) * in.channels,
                              row_weights[k / 2] * column_weights[k % 2]};
}

static void forward_example(const up_sampling_options *o, sx_shape in, sx_shape out, const float *x,
                            float *y) {
    corner corners[4];
    for (size_t t = 0; t < out.time; t++)
        for (size_t f = 0; f < out.frequency; f++, y += out.channels) {
            corners_of(o, in, t, f, corners);
            memset(y, 0, out.channels * sizeof *y);
            for (size_t k = 0; k < 4; k++)
                for (size_t c = 0; corners[k].weight > 0 && c < out.channels; c++)
                    y[c] += corners[k].weight * x[corners[k].at + c];
        }
}

static void backward_example(const up_sampling_options *o, sx_shape in, sx_shape out, const float *dy,
                             float *dx) {
    corner corners[4];
    memset(dx, 0, sx_shape_count(in) * sizeof *dx);
    for (size_t t = 0; t < out.time; t++)
        for (size_t f = 0; f < out.frequency; f++, dy += out.channels) {
            corners_of(o, in, t, f, corners);
            for (size_t k = 0; k < 4; k++)
                for (size_t c = 0; corners[k].weight > 0 && c < out.channels; c++)
                    dx[corners[k].at + c] += corners[k].weight * dy[c];
        }
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    sx_shape in = call->input_shapes[0], out = call->output_shape;
    (void)shard;
    for (size_t e = 0; e < part.count; e++)
        forward_example(options, in, out, part.x + e * sx_shape_count(in), part.y + e * sx_shape_count(out));
}

static void up_sampling_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    sx_shape in = call->input_shapes[0], out = call->output_shape;
    (void)shard;
    for (size_t e = 0; e < part.count; e++)
        backward_example(options, in, out, part.dy + e * sx_shape_count(out),
                         part.dx + e * sx_shape_count(in));
}

static void up_sampling_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"size", "interpolation", NULL};

const sx_layer_ops sx_layer_up_sampling = {.type = "up_sampling",
                                           .options_size = sizeof(up_sampling_options),
                                           .keys = keys,
                                           .min_inputs = 1,
                                           .max_inputs = 1,
                                           .read = up_sampling_read,
                                           .plan = up_sampling_plan,
                                           .forward = up_sampling_forward,
                                           .backward = up_sampling_backward};
