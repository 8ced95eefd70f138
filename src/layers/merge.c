/* merge.c: Keras's Add, Subtract, Multiply, Average, Maximum and Minimum: inputs joined value by value. Along
 * an axis where an input has a single place while another has more, that place stands for all (broadcast).
 *
 * Keras joins pairs from the first input on; of equal values the earlier one is the maximum and gets the
 * whole gradient. */
#include "base/error.h"
#include "layers/shard.h"
#include "layers/window.h"

#include <string.h>

typedef enum merge_kind { ADD, SUBTRACT, MULTIPLY, AVERAGE, MAXIMUM, MINIMUM } merge_kind;

typedef struct merge_options {
    merge_kind kind;
} merge_options;

static bool broadcast(size_t *length, size_t input) {
    if (*length == 1) *length = input;
    return input == 1 || input == *length;
}

static sx_status merge_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                            sx_layer_plan *plan, sx_error *err) {
    sx_shape out = inputs[0];
    (void)options;
    (void)batch;
    for (int i = 1; i < input_count; i++) {
        sx_shape in = inputs[i], before = out;
        if (broadcast(&out.time, in.time) && broadcast(&out.frequency, in.frequency) &&
            broadcast(&out.channels, in.channels))
            continue;
        return sx_fail(
            err, SX_E_SHAPE,
            "input %d of shape %zux%zux%zu does not fit %zux%zux%zu, the shape of those before it; "
            "along each axis sizes must be equal, or 1",
            i + 1, in.time, in.frequency, in.channels, before.time, before.frequency, before.channels);
    }
    sx_status status = sx_shape_check(out, err);
    if (status == SX_OK) *plan = (sx_layer_plan){.output = out};
    return status;
}

/* --- where values lie ------------------------------------------------------------------------------- */

/* How far apart places along an axis are; 0 where one place stands for all. */
typedef struct steps {
    size_t time, frequency, channels;
} steps;

static steps steps_of(sx_shape shape) {
    return (steps){.time = shape.time == 1 ? 0 : shape.frequency * shape.channels,
                   .frequency = shape.frequency == 1 ? 0 : shape.channels,
                   .channels = shape.channels == 1 ? 0 : 1};
}

static bool is_whole(const sx_layer_call *call, int input) {
    return sx_shape_count(call->input_shapes[input]) == sx_shape_count(call->output_shape);
}

/* --- forward ---------------------------------------------------------------------------------------- */

static float joined(merge_kind kind, float a, float b) {
    switch (kind) {
    case SUBTRACT:
        return a - b;
    case MULTIPLY:
        return a * b;
    case MAXIMUM:
        return a >= b || a != a ? a : b;
    case MINIMUM:
        return a <= b || a != a ? a : b;
    default:
        return a + b;
    }
}

/* y = y joined with x, or x alone where it is the first. */
static void join_example(merge_kind kind, bool first, sx_shape in, const float *x, sx_shape out, float *y) {
    steps step = steps_of(in);
    for (size_t t = 0; t < out.time; t++)
        for (size_t f = 0; f < out.frequency; f++) {
            const float *row = x + t * step.time + f * step.frequency;
            float *to = y + (t * out.frequency + f) * out.channels;
            for (size_t c = 0; c < out.channels; c++)
                to[c] = first ? row[c * step.channels] : joined(kind, to[c], row[c * step.channels]);
        }
}

static void add_whole(const sx_layer_call *call, sx_shard part) {
    size_t example = sx_shape_count(call->output_shape);
    const float *sum = part.x;
    for (int i = 1; i < call->input_count; i++) {
        call->kernels->add(part.count * example, sum, call->inputs[i] + part.first * example, part.y);
        sum = part.y;
    }
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const merge_options *o = options;
    size_t example = sx_shape_count(call->output_shape);
    bool whole = o->kind == ADD;
    (void)shard;
    for (int i = 0; i < call->input_count; i++)
        whole = whole && is_whole(call, i);
    if (whole) {
        add_whole(call, part);
        return;
    }
    for (size_t e = 0; e < part.count; e++)
        for (int i = 0; i < call->input_count; i++) {
            const float *x = call->inputs[i] + (part.first + e) * sx_shape_count(call->input_shapes[i]);
            join_example(o->kind, i == 0, call->input_shapes[i], x, call->output_shape, part.y + e * example);
        }
    if (o->kind == AVERAGE)
        for (size_t k = 0; k < part.count * example; k++)
            part.y[k] /= (float)call->input_count;
}

static void merge_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

/* --- backward --------------------------------------------------------------------------------------- */

static float value_at(const sx_layer_call *call, int input, size_t example, size_t t, size_t f, size_t c) {
    steps step = steps_of(call->input_shapes[input]);
    return call->inputs[input][example * sx_shape_count(call->input_shapes[input]) + t * step.time +
                               f * step.frequency + c * step.channels];
}

static float product_of_others(const sx_layer_call *call, int input, size_t example, size_t t, size_t f,
                               size_t c) {
    float product = 1;
    for (int i = 0; i < call->input_count; i++)
        if (i != input) product *= value_at(call, i, example, t, f, c);
    return product;
}

static bool is_chosen(const sx_layer_call *call, merge_kind kind, int input, size_t example, size_t t,
                      size_t f, size_t c) {
    float best = value_at(call, 0, example, t, f, c);
    int winner = 0;
    for (int i = 1; i < call->input_count; i++) {
        float value = value_at(call, i, example, t, f, c);
        if (kind == MAXIMUM ? best >= value : best <= value) continue;
        best = value;
        winner = i;
    }
    return winner == input;
}

/* Change of the output at a place with the input's value there. */
static float slope_at(const sx_layer_call *call, merge_kind kind, int input, size_t example, size_t t,
                      size_t f, size_t c) {
    switch (kind) {
    case SUBTRACT:
        return input == 0 ? 1.0f : -1.0f;
    case MULTIPLY:
        return product_of_others(call, input, example, t, f, c);
    case AVERAGE:
        return 1.0f / (float)call->input_count;
    case MAXIMUM:
    case MINIMUM:
        return is_chosen(call, kind, input, example, t, f, c) ? 1.0f : 0.0f;
    default:
        return 1.0f;
    }
}

/* Sum over the places that one value of an input stood for. */
static float gradient_of(const sx_layer_call *call, merge_kind kind, int input, size_t example, sx_shape from,
                         sx_shape to) {
    sx_shape out = call->output_shape;
    const float *dy = call->output_gradient + example * sx_shape_count(out);
    double sum = 0;
    for (size_t t = from.time; t < to.time; t++)
        for (size_t f = from.frequency; f < to.frequency; f++)
            for (size_t c = from.channels; c < to.channels; c++)
                sum += (double)(dy[(t * out.frequency + f) * out.channels + c] *
                                slope_at(call, kind, input, example, t, f, c));
    return (float)sum;
}

static size_t end_of(size_t place, size_t in, size_t out) { return in == 1 ? out : place + 1; }

static void backward_example(const sx_layer_call *call, merge_kind kind, int input, size_t example) {
    sx_shape in = call->input_shapes[input], out = call->output_shape;
    float *dx = call->input_gradients[input] + example * sx_shape_count(in);
    for (size_t t = 0; t < in.time; t++)
        for (size_t f = 0; f < in.frequency; f++)
            for (size_t c = 0; c < in.channels; c++) {
                sx_shape from = {t, f, c},
                         to = {end_of(t, in.time, out.time), end_of(f, in.frequency, out.frequency),
                               end_of(c, in.channels, out.channels)};
                *dx++ = gradient_of(call, kind, input, example, from, to);
            }
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const merge_options *o = options;
    (void)shard;
    size_t example = sx_shape_count(call->output_shape);
    for (int i = 0; i < call->input_count; i++) {
        if (!call->input_gradients[i]) continue;
        if (o->kind == ADD && is_whole(call, i)) {
            memcpy(call->input_gradients[i] + part.first * example, part.dy,
                   part.count * example * sizeof(float));
            continue;
        }
        for (size_t e = 0; e < part.count; e++)
            backward_example(call, o->kind, i, part.first + e);
    }
}

static void merge_backward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, backward_part);
}

/* --- the layers ------------------------------------------------------------------------------------- */

static const char *const keys[] = {NULL};

/* clang-format off */
#define SX_MERGE_LIST(X) \
    X(add, ADD, SX_LAYER_INPUTS) \
    X(subtract, SUBTRACT, 2) \
    X(multiply, MULTIPLY, SX_LAYER_INPUTS) \
    X(average, AVERAGE, SX_LAYER_INPUTS) \
    X(maximum, MAXIMUM, SX_LAYER_INPUTS) \
    X(minimum, MINIMUM, SX_LAYER_INPUTS)
/* clang-format on */

#define SX_MERGE_DEFINE(id, kind, most)                                                                      \
    static sx_status id##_read(const sx_json *spec, const char *where, void *options, sx_error *err) {       \
        (void)spec;                                                                                          \
        (void)where;                                                                                         \
        (void)err;                                                                                           \
        *(merge_options *)options = (merge_options){kind};                                                   \
        return SX_OK;                                                                                        \
    }                                                                                                        \
    const sx_layer_ops sx_layer_##id = {.type = #id,                                                         \
                                        .options_size = sizeof(merge_options),                               \
                                        .keys = keys,                                                        \
                                        .min_inputs = 2,                                                     \
                                        .max_inputs = most,                                                  \
                                        .read = id##_read,                                                   \
                                        .plan = merge_plan,                                                  \
                                        .forward = merge_forward,                                            \
                                        .backward = merge_backward};
SX_MERGE_LIST(SX_MERGE_DEFINE)
#undef SX_MERGE_DEFINE
