/* conv_cases.h: sizes of convolutions to test, and the definition of 'same' and 'valid'. */
#ifndef TESTS_KERNELS_CONV_CASES_H
#define TESTS_KERNELS_CONV_CASES_H

#include "check.h"

/* One axis as Keras pads it: 'same' gives ceil(in / stride) outputs, zeros split with the odd one behind. */
static inline void pad_axis(bool same, size_t in, size_t kernel, size_t stride, size_t dilation, size_t *out,
                            size_t *pad) {
    size_t reach = (kernel - 1) * dilation + 1;
    if (!same) {
        *out = in < reach ? 0 : (in - reach) / stride + 1;
        *pad = 0;
        return;
    }
    *out = (in + stride - 1) / stride;
    size_t need = (*out - 1) * stride + reach;
    *pad = need > in ? (need - in) / 2 : 0;
}

static inline bool complete_sizes(sx_conv_sizes *s, bool same) {
    pad_axis(same, s->in_time, s->kernel_time, s->stride_time, s->dilation_time, &s->out_time, &s->pad_time);
    pad_axis(same, s->in_frequency, s->kernel_frequency, s->stride_frequency, s->dilation_frequency,
             &s->out_frequency, &s->pad_frequency);
    return s->out_time > 0 && s->out_frequency > 0;
}

static const size_t channel_choices[] = {1,  2,  3,  4,  5,  8,  16, 17, 33, 7,
                                         10, 12, 20, 24, 32, 40, 48, 64, 70, 65};

/* The first ones are shapes of real nets and known corners, then a fixed random mixture. */
static inline bool conv_case(size_t index, sx_conv_sizes *s) {
    static const sx_conv_sizes fixed[] = {
        {.in_time = 20,
         .in_frequency = 13,
         .in_channels = 1,
         .out_channels = 16,
         .kernel_time = 3,
         .kernel_frequency = 3,
         .stride_time = 1,
         .stride_frequency = 1},
        {.in_time = 12,
         .in_frequency = 5,
         .in_channels = 64,
         .out_channels = 64,
         .kernel_time = 3,
         .kernel_frequency = 3,
         .stride_time = 1,
         .stride_frequency = 1},
        {.in_time = 25,
         .in_frequency = 5,
         .in_channels = 16,
         .out_channels = 64,
         .kernel_time = 1,
         .kernel_frequency = 1,
         .stride_time = 1,
         .stride_frequency = 1},
        {.in_time = 49,
         .in_frequency = 10,
         .in_channels = 1,
         .out_channels = 64,
         .kernel_time = 10,
         .kernel_frequency = 4,
         .stride_time = 2,
         .stride_frequency = 2},
        {.in_time = 1,
         .in_frequency = 1,
         .in_channels = 3,
         .out_channels = 70,
         .kernel_time = 3,
         .kernel_frequency = 5,
         .stride_time = 1,
         .stride_frequency = 1},
        {.in_time = 30,
         .in_frequency = 1,
         .in_channels = 17,
         .out_channels = 33,
         .kernel_time = 9,
         .kernel_frequency = 1,
         .stride_time = 2,
         .stride_frequency = 1},
        {.in_time = 9,
         .in_frequency = 9,
         .in_channels = 2,
         .out_channels = 6,
         .kernel_time = 1,
         .kernel_frequency = 1,
         .stride_time = 3,
         .stride_frequency = 3},
    };
    size_t fixed_count = sizeof fixed / sizeof fixed[0];
    size_t choices = sizeof channel_choices / sizeof channel_choices[0];
    uint64_t state = index * 7919 + 3;
    next_random(&state);
    if (index < fixed_count) {
        *s = fixed[index];
        s->dilation_time = s->dilation_frequency = 1;
        return complete_sizes(s, true);
    }
    *s = (sx_conv_sizes){.in_time = 1 + next_below(&state, 14), .in_frequency = 1 + next_below(&state, 14)};
    s->in_channels = channel_choices[index % 9];
    s->out_channels = channel_choices[next_below(&state, choices)];
    s->kernel_time = 1 + next_below(&state, 4);
    s->kernel_frequency = 1 + next_below(&state, 4);
    s->stride_time = 1 + next_below(&state, 3);
    s->stride_frequency = 1 + next_below(&state, 3);
    s->dilation_time = s->stride_time == 1 ? 1 + next_below(&state, 3) : 1;
    s->dilation_frequency = s->stride_frequency == 1 ? 1 + next_below(&state, 3) : 1;
    return complete_sizes(s, next_below(&state, 2) == 0);
}

static inline const char *describe(const char *kernel, const sx_conv_sizes *s) {
    static char text[256];
    snprintf(
        text, sizeof text,
        "%s of %zux%zux%zu to %zux%zux%zu, kernel %zux%zu, stride %zux%zu, dilation %zux%zu, pad %zu,%zu",
        kernel, s->in_time, s->in_frequency, s->in_channels, s->out_time, s->out_frequency, s->out_channels,
        s->kernel_time, s->kernel_frequency, s->stride_time, s->stride_frequency, s->dilation_time,
        s->dilation_frequency, s->pad_time, s->pad_frequency);
    return text;
}

#endif
