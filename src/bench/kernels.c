/* kernels.c: the loops that nets spend their time in, on one core, for the shapes that nets have. Products
 * are told as a share of the multiply-add peak measured in the same minute, everything else in bytes that a
 * pass must read and write once. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/memory.h"
#include "bench/peak.h"
#include "kernels/kernels.h"

#include <stdio.h>

enum { EXAMPLES = 8, BLOCKS = 12 };

typedef struct kernel_job {
    const sx_bench *bench;
    const sx_kernels *k;
    double peak;
    sx_conv_sizes conv;
    sx_norm_sizes norm;
    sx_pool_sizes pool;
    size_t in, out;
    sx_arena arena;
    float *x, *y, *dx, *dy, *w, *dw, *packed, *back, *scratch;
    double *sums;
    uint32_t *winner;
} kernel_job;

/* --- what is timed ---------------------------------------------------------------------------------- */

static void forward(void *context) {
    kernel_job *j = context;
    j->k->conv_forward(&j->conv, EXAMPLES, j->x, j->packed, NULL, j->y, j->scratch);
}

static void backward(void *context) {
    kernel_job *j = context;
    j->k->conv_backward(&j->conv, EXAMPLES, j->dy, j->back, j->dx, j->scratch);
}

static void gradient(void *context) {
    kernel_job *j = context;
    j->k->conv_gradient(&j->conv, EXAMPLES, j->x, j->dy, j->dw, NULL, j->scratch);
}

static void depthwise(void *context) {
    kernel_job *j = context;
    j->k->depthwise_forward(&j->conv, EXAMPLES, j->x, j->w, NULL, j->y);
}

static void depthwise_backward(void *context) {
    kernel_job *j = context;
    j->k->depthwise_backward(&j->conv, EXAMPLES, j->dy, j->w, j->dx);
}

static void depthwise_gradient(void *context) {
    kernel_job *j = context;
    j->k->depthwise_gradient(&j->conv, EXAMPLES, j->x, j->dy, j->dw, NULL);
}

static void norm_sums(void *context) {
    kernel_job *j = context;
    j->k->norm_sums(&j->norm, EXAMPLES, j->x, j->w, j->sums, j->sums + j->norm.groups);
}

static void norm_apply(void *context) {
    kernel_job *j = context;
    j->k->norm_apply(&j->norm, EXAMPLES, j->x, j->w, j->w, j->y);
}

static void norm_gradient_sums(void *context) {
    kernel_job *j = context;
    j->k->norm_gradient_sums(&j->norm, EXAMPLES, j->x, j->dy, j->w, j->w, j->sums, j->sums + j->norm.groups);
}

static void norm_backward(void *context) {
    kernel_job *j = context;
    j->k->norm_backward(&j->norm, EXAMPLES, j->x, j->dy, j->w, j->w, j->w, j->dx);
}

static sx_norm_relu relu_tables(const kernel_job *j) {
    return (sx_norm_relu){j->w, j->w, j->w, j->w, j->w, j->w, j->w};
}

static void norm_relu(void *context) {
    kernel_job *j = context;
    const sx_norm_relu tables = relu_tables(j);
    j->k->norm_relu_forward(&j->norm, EXAMPLES, j->x, &tables, j->y);
}

static void norm_relu_gradient_sums(void *context) {
    kernel_job *j = context;
    const sx_norm_relu tables = relu_tables(j);
    j->k->norm_relu_gradient_sums(&j->norm, EXAMPLES, j->x, j->dy, &tables, j->sums,
                                  j->sums + j->norm.groups);
}

static void norm_relu_backward(void *context) {
    kernel_job *j = context;
    const sx_norm_relu tables = relu_tables(j);
    j->k->norm_relu_backward(&j->norm, EXAMPLES, j->x, j->dy, &tables, j->dx);
}

static void relu(void *context) {
    kernel_job *j = context;
    j->k->activation_forward(SX_RELU, 0.0f, EXAMPLES * j->in, j->x, j->y);
}

static void relu_backward(void *context) {
    kernel_job *j = context;
    j->k->activation_backward(SX_RELU, 0.0f, EXAMPLES * j->in, j->x, j->y, j->dy, j->dx);
}

static void silu(void *context) {
    kernel_job *j = context;
    j->k->activation_forward(SX_SILU, 0.0f, EXAMPLES * j->in, j->x, j->y);
}

static void pool(void *context) {
    kernel_job *j = context;
    j->k->max_pool_forward(&j->pool, EXAMPLES, j->x, j->y, j->winner);
}

static void pool_backward(void *context) {
    kernel_job *j = context;
    j->k->max_pool_backward(&j->pool, EXAMPLES, j->dy, j->winner, j->dx);
}

static void adam(void *context) {
    kernel_job *j = context;
    const sx_adam_step step = {0.9, 0.999, 1e-7f, 1e-6f, 0.0f};
    j->k->adam(&step, EXAMPLES * j->in, j->dy, j->x, j->dx, j->y);
}

/* --- memory ----------------------------------------------------------------------------------------- */

static float *take(kernel_job *j, size_t count) {
    float *values = sx_arena_take(&j->arena, count, sizeof *values);
    sx_bench_fill(values, count);
    return values;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* One arena, as a net has; x, y, their gradients and all that a convolution or normalisation wants besides.
 */
static sx_status prepare(kernel_job *j, size_t weights, size_t packed, size_t back, size_t scratch,
                         sx_error *err) {
    const size_t maps = EXAMPLES * larger(j->in, j->out), sums = 2 * larger(j->in, 1);
    const size_t need = 4 * sx_arena_need(maps, sizeof(float)) + 2 * sx_arena_need(weights, sizeof(float)) +
                        sx_arena_need(packed, sizeof(float)) + sx_arena_need(back, sizeof(float)) +
                        sx_arena_need(scratch, sizeof(float)) + sx_arena_need(sums, sizeof(double)) +
                        sx_arena_need(maps, sizeof(uint32_t)) + BLOCKS * SX_ARENA_ALIGNMENT;
    sx_status status = sx_arena_init(&j->arena, need, err);
    if (status) return status;
    j->x = take(j, maps), j->y = take(j, maps), j->dx = take(j, maps), j->dy = take(j, maps);
    j->w = take(j, weights), j->dw = take(j, weights);
    j->packed = take(j, packed), j->back = take(j, back), j->scratch = take(j, scratch);
    j->sums = sx_arena_take(&j->arena, sums, sizeof(double));
    j->winner = sx_arena_take(&j->arena, maps, sizeof(uint32_t));
    return SX_OK;
}

/* --- rows ------------------------------------------------------------------------------------------- */

static sx_status row(kernel_job *j, const char *name, void (*work)(void *), double flops, double bytes,
                     sx_error *err) {
    sx_bench_row made = sx_bench_row_for("kernel", name, 1);
    made.batch = EXAMPLES;
    made.flops = flops;
    made.bytes = bytes;
    made.peak = j->peak;
    return sx_bench_measure(j->bench, work, j, &made, err);
}

static sx_status three_rows(kernel_job *j, const char *name, void (*const work[3])(void *), double flops,
                            sx_error *err) {
    static const char *const parts[] = {"forward", "backward", "gradient"};
    sx_status status = SX_OK;
    for (size_t i = 0; i < 3 && !status; i++) {
        char full[64];
        snprintf(full, sizeof full, "%s %s", name, parts[i]);
        status = row(j, full, work[i], flops, 0, err);
    }
    return status;
}

typedef enum conv_way { DIRECT, WINOGRAD, DEPTHWISE } conv_way;

static sx_conv_sizes sizes_of(const size_t p[5]) {
    return (sx_conv_sizes){.in_time = p[0],
                           .in_frequency = p[1],
                           .in_channels = p[2],
                           .out_time = p[0],
                           .out_frequency = p[1],
                           .out_channels = p[3],
                           .kernel_time = p[4],
                           .kernel_frequency = p[4],
                           .stride_time = 1,
                           .stride_frequency = 1,
                           .dilation_time = 1,
                           .dilation_frequency = 1,
                           .pad_time = p[4] / 2,
                           .pad_frequency = p[4] / 2};
}

/* Flops are those of the direct way, so that the ways compare by time. */
static sx_status measure_conv(const kernel_job *base, const size_t p[5], conv_way way, sx_error *err) {
    static const char *const ways[] = {"conv", "winograd", "depthwise"};
    const bool is_depthwise = way == DEPTHWISE;
    static void (*const conv_work[3])(void *) = {forward, backward, gradient};
    static void (*const depthwise_work[3])(void *) = {depthwise, depthwise_backward, depthwise_gradient};
    kernel_job j = *base;
    j.conv = sizes_of(p);
    j.conv.winograd = way == WINOGRAD;
    const sx_conv_sizes *s = &j.conv;
    j.in = p[0] * p[1] * p[2], j.out = p[0] * p[1] * p[3];
    const size_t taps = p[4] * p[4] * (is_depthwise ? 1 : p[2]);
    const double flops = 2.0 * EXAMPLES * (double)j.out * (double)taps;
    sx_status status = prepare(&j, taps * p[3], sx_conv_packed_floats(s), sx_conv_packed_backward_floats(s),
                               sx_conv_scratch_floats(s), err);
    if (status) return status;
    if (!is_depthwise) {
        j.k->conv_pack(s, j.w, j.packed);
        j.k->conv_pack_backward(s, j.w, j.back);
    }
    char name[48];
    snprintf(name, sizeof name, "%s%zux%zu %zux%zu %zu>%zu", ways[way], p[4], p[4], p[0], p[1], p[2], p[3]);
    status = three_rows(&j, name, is_depthwise ? depthwise_work : conv_work, flops, err);
    sx_arena_clear(&j.arena);
    return status;
}

static sx_status measure_norm(kernel_job *j, sx_axis axis, double map, sx_error *err) {
    static const struct {
        const char *name;
        void (*work)(void *);
        double maps;
    } parts[] = {{"sums", norm_sums, 1},
                 {"apply", norm_apply, 2},
                 {"gradient sums", norm_gradient_sums, 2},
                 {"backward", norm_backward, 3},
                 {"relu", norm_relu, 2},
                 {"relu gradient sums", norm_relu_gradient_sums, 2},
                 {"relu backward", norm_relu_backward, 3}};
    sx_norm_sizes *n = &j->norm;
    n->step_time = axis == SX_AXIS_TIME;
    n->step_frequency = axis == SX_AXIS_FREQUENCY;
    n->step_channels = axis == SX_AXIS_CHANNELS;
    n->groups = n->step_time ? n->time : n->step_frequency ? n->frequency : n->channels;
    sx_status status = SX_OK;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && !status; i++) {
        char name[64];
        snprintf(name, sizeof name, "norm %s %s", sx_axis_name(axis), parts[i].name);
        status = row(j, name, parts[i].work, 0, parts[i].maps * map, err);
    }
    return status;
}

static sx_status measure_maps(const kernel_job *base, sx_error *err) {
    static const struct {
        const char *name;
        void (*work)(void *);
        double maps;
    } parts[] = {
        {"relu forward", relu, 2},       {"relu backward", relu_backward, 3},       {"silu forward", silu, 2},
        {"max pool forward", pool, 1.5}, {"max pool backward", pool_backward, 1.5}, {"adam", adam, 7}};
    const size_t time = 49, frequency = 20, channels = 32;
    kernel_job j = *base;
    j.in = j.out = time * frequency * channels;
    j.norm = (sx_norm_sizes){.time = time, .frequency = frequency, .channels = channels};
    j.pool = (sx_pool_sizes){time, frequency, channels, time / 2, frequency / 2, 2, 2, 2, 2, 0, 0};
    const double map = 4.0 * EXAMPLES * (double)j.in;
    sx_status status = prepare(&j, j.in, 1, 1, 1, err);
    if (status) return status;
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS && !status; axis++)
        status = measure_norm(&j, (sx_axis)axis, map, err);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && !status; i++)
        status = row(&j, parts[i].name, parts[i].work, 0, parts[i].maps * map, err);
    sx_arena_clear(&j.arena);
    return status;
}

sx_status sx_bench_kernels(const sx_bench *bench, sx_error *err) {
    static const size_t shapes[][5] = {{98, 40, 1, 16, 3},   {49, 20, 16, 32, 3},  {24, 10, 32, 64, 3},
                                       {12, 5, 64, 64, 3},   {98, 64, 1, 32, 3},   {49, 32, 32, 64, 3},
                                       {24, 16, 64, 128, 3}, {12, 8, 128, 128, 3}, {108, 32, 32, 64, 3},
                                       {25, 5, 64, 64, 1},   {98, 40, 3, 16, 3},   {40, 20, 10, 24, 3}};
    static const size_t depthwise_shape[5] = {25, 5, 64, 64, 3};
    const sx_kernels *k = sx_kernels_get();
    const kernel_job base = {.bench = bench, .k = k, .peak = sx_peak_of(k->name)};
    sx_status status = SX_OK;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && !status; i++)
        status = measure_conv(&base, shapes[i], DIRECT, err);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && !status; i++) {
        const sx_conv_sizes sizes = sizes_of(shapes[i]);
        if (sx_conv_suits_winograd(&sizes)) status = measure_conv(&base, shapes[i], WINOGRAD, err);
    }
    if (!status) status = measure_conv(&base, depthwise_shape, DEPTHWISE, err);
    if (!status) status = measure_maps(&base, err);
    return status;
}
