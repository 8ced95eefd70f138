/* conv_groups.c: convolution whose channels fall into groups that do not see each other. */
#include "layers/conv.h"

#include <string.h>

typedef struct group_sizes {
    sx_conv_sizes all;
    size_t groups, in, out; /* channels a group */
} group_sizes;

static group_sizes sizes_of(const sx_conv_options *o, sx_shape in) {
    return (group_sizes){.all = sx_window_conv_sizes(&o->window, in, o->filters),
                         .groups = o->groups,
                         .in = in.channels / o->groups,
                         .out = o->filters / o->groups};
}

/* Place of the input that a tap of the kernel sees from place `out`; false in the padding. */
static bool seen(size_t out, size_t tap, size_t stride, size_t dilation, size_t pad, size_t length,
                 size_t *in) {
    size_t at = out * stride + tap * dilation;
    *in = at - pad;
    return at >= pad && at - pad < length;
}

static void forward_tap(const group_sizes *sizes, const float *x, const float *w, float *y) {
    for (size_t g = 0; g < sizes->groups; g++)
        for (size_t i = 0; i < sizes->in; i++) {
            const float value = x[g * sizes->in + i], *row = w + i * sizes->all.out_channels + g * sizes->out;
            for (size_t o = 0; o < sizes->out; o++)
                y[g * sizes->out + o] += value * row[o];
        }
}

static void backward_tap(const group_sizes *sizes, float *dx, const float *w, const float *dy) {
    for (size_t g = 0; g < sizes->groups; g++)
        for (size_t i = 0; i < sizes->in; i++) {
            const float *row = w + i * sizes->all.out_channels + g * sizes->out;
            float sum = 0;
            for (size_t o = 0; o < sizes->out; o++)
                sum += dy[g * sizes->out + o] * row[o];
            dx[g * sizes->in + i] += sum;
        }
}

static void gradient_tap(const group_sizes *sizes, const float *x, float *dw, const float *dy) {
    for (size_t g = 0; g < sizes->groups; g++)
        for (size_t i = 0; i < sizes->in; i++) {
            const float value = x[g * sizes->in + i];
            float *row = dw + i * sizes->all.out_channels + g * sizes->out;
            for (size_t o = 0; o < sizes->out; o++)
                row[o] += value * dy[g * sizes->out + o];
        }
}

/* Offsets, in floats, of a place of the output, of the input it sees through a tap, and of the tap's weights.
 */
typedef struct meeting {
    size_t out, in, weights;
} meeting;

/* Every place of the output with every tap that sees the map, in order. Start with {0} in `next`. */
static bool next_meeting(const group_sizes *sizes, size_t *next, meeting *found) {
    const sx_conv_sizes *s = &sizes->all;
    size_t taps = s->kernel_time * s->kernel_frequency, places = s->out_time * s->out_frequency;
    while (*next < taps * places) {
        size_t place = *next / taps, tap = *next % taps, t, f;
        ++*next;
        if (!seen(place / s->out_frequency, tap / s->kernel_frequency, s->stride_time, s->dilation_time,
                  s->pad_time, s->in_time, &t) ||
            !seen(place % s->out_frequency, tap % s->kernel_frequency, s->stride_frequency,
                  s->dilation_frequency, s->pad_frequency, s->in_frequency, &f))
            continue;
        *found = (meeting){.out = place * s->out_channels,
                           .in = (t * s->in_frequency + f) * s->in_channels,
                           .weights = tap * sizes->in * s->out_channels};
        return true;
    }
    return false;
}

static void start_output(const group_sizes *sizes, const float *bias, float *y) {
    size_t places = sizes->all.out_time * sizes->all.out_frequency, channels = sizes->all.out_channels;
    for (size_t place = 0; place < places; place++)
        for (size_t c = 0; c < channels; c++)
            y[place * channels + c] = bias ? bias[c] : 0;
}

void sx_conv_groups_forward(const sx_conv_options *options, const sx_layer_call *call, sx_shard part) {
    group_sizes sizes = sizes_of(options, call->input_shapes[0]);
    size_t in = sx_shape_count(call->input_shapes[0]);
    size_t out = sizes.all.out_time * sizes.all.out_frequency * sizes.all.out_channels;
    for (size_t e = 0; e < part.count; e++) {
        size_t next = 0;
        meeting m;
        start_output(&sizes, options->use_bias ? call->weights[1] : NULL, part.y + e * out);
        while (next_meeting(&sizes, &next, &m))
            forward_tap(&sizes, part.x + e * in + m.in, call->weights[0] + m.weights,
                        part.y + e * out + m.out);
    }
}

static void add_bias_gradient(const group_sizes *sizes, const float *dy, float *db) {
    size_t places = sizes->all.out_time * sizes->all.out_frequency, channels = sizes->all.out_channels;
    for (size_t place = 0; place < places; place++)
        for (size_t c = 0; c < channels; c++)
            db[c] += dy[place * channels + c];
}

void sx_conv_groups_backward(const sx_conv_options *options, const sx_layer_call *call, size_t shard,
                             sx_shard part) {
    group_sizes sizes = sizes_of(options, call->input_shapes[0]);
    size_t in = sx_shape_count(call->input_shapes[0]);
    size_t out = sizes.all.out_time * sizes.all.out_frequency * sizes.all.out_channels;
    float *dw = sx_shard_gradient(call, shard, 0);
    if (part.dx) memset(part.dx, 0, part.count * in * sizeof(float));
    for (size_t e = 0; e < part.count; e++) {
        size_t next = 0;
        meeting m;
        if (options->use_bias)
            add_bias_gradient(&sizes, part.dy + e * out, sx_shard_gradient(call, shard, 1));
        while (next_meeting(&sizes, &next, &m)) {
            const float *dy = part.dy + e * out + m.out;
            gradient_tap(&sizes, part.x + e * in + m.in, dw + m.weights, dy);
            if (part.dx) backward_tap(&sizes, part.dx + e * in + m.in, call->weights[0] + m.weights, dy);
        }
    }
}
