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

/* Shapes of real nets and known corners: time, frequency, channels in, channels out, kernel, stride. */
static const size_t fixed_cases[][8] = {
    {20, 13, 1, 16, 3, 3, 1, 1},  {12, 5, 64, 64, 3, 3, 1, 1}, {25, 5, 16, 64, 1, 1, 1, 1},
    {49, 10, 1, 64, 10, 4, 2, 2}, {1, 1, 3, 70, 3, 5, 1, 1},   {30, 1, 17, 33, 9, 1, 2, 1},
    {9, 9, 2, 6, 1, 1, 3, 3},
};

/* The fixed ones, then a fixed random mixture. */
static inline bool conv_case(size_t index, sx_conv_sizes *s) {
    size_t fixed_count = sizeof fixed_cases / sizeof fixed_cases[0];
    size_t choices = sizeof channel_choices / sizeof channel_choices[0];
    uint64_t state = index * 7919 + 3;
    next_random(&state);
    if (index < fixed_count) {
        const size_t *row = fixed_cases[index];
        *s = (sx_conv_sizes){.in_time = row[0],
                             .in_frequency = row[1],
                             .in_channels = row[2],
                             .out_channels = row[3],
                             .kernel_time = row[4],
                             .kernel_frequency = row[5],
                             .stride_time = row[6],
                             .stride_frequency = row[7],
                             .dilation_time = 1,
                             .dilation_frequency = 1};
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
