/* kernels.c: how fast the kernels are on this machine, one core, for the shapes that nets have.
 *
 *   bench_kernels [table ...]
 *
 * prints GF/s and the share of the FMA peak measured in the same run for products, GB/s (what is read and
 * written once) for the rest; best of several runs. A busy machine shows less. */
#include "kernels/kernels.h"
#include "peak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXAMPLES = 8 };
static const double BUDGET_S = 0.12;

typedef struct job {
    const sx_kernels *k;
    sx_conv_sizes conv;
    sx_norm_sizes norm;
    sx_pool_sizes pool;
    size_t in, out;
    float *x, *y, *dx, *dy, *w, *dw, *packed, *back, *scratch;
    double *sums;
    uint32_t *winner;
} job;

typedef void work(job *j);

static double best_time(work *run, job *j) {
    double best = 1e9, begin = bench_now();
    run(j);
    while (bench_now() - begin < BUDGET_S) {
        double start = bench_now();
        run(j);
        double took = bench_now() - start;
        if (took < best) best = took;
    }
    return best;
}

/* Aligned as a net's arena is. */
static float *filled(size_t count) {
    float *block = aligned_alloc(64, (count / 16 + 1) * 64);
    if (!block) exit(1);
    for (size_t i = 0; i < count; i++)
        block[i] = (float)(i * 2654435761u % 1000) / 1000.0f - 0.5f;
    return block;
}

static void forward(job *j) {
    j->k->conv_forward(&j->conv, EXAMPLES, j->x, j->packed, NULL, j->y, j->scratch);
}

static void backward(job *j) { j->k->conv_backward(&j->conv, EXAMPLES, j->dy, j->back, j->dx, j->scratch); }

static void gradient(job *j) {
    j->k->conv_gradient(&j->conv, EXAMPLES, j->x, j->dy, j->dw, NULL, j->scratch);
}

static void depthwise(job *j) { j->k->depthwise_forward(&j->conv, EXAMPLES, j->x, j->w, NULL, j->y); }

static void depthwise_back(job *j) { j->k->depthwise_backward(&j->conv, EXAMPLES, j->dy, j->w, j->dx); }

static void depthwise_weights(job *j) {
    j->k->depthwise_gradient(&j->conv, EXAMPLES, j->x, j->dy, j->dw, NULL);
}

static void sums(job *j) {
    j->k->norm_sums(&j->norm, EXAMPLES, j->x, j->w, j->sums, j->sums + j->norm.groups);
}

static void apply(job *j) { j->k->norm_apply(&j->norm, EXAMPLES, j->x, j->w, j->w, j->y); }

static void gradient_sums(job *j) {
    j->k->norm_gradient_sums(&j->norm, EXAMPLES, j->x, j->dy, j->w, j->w, j->sums, j->sums + j->norm.groups);
}

static void norm_back(job *j) {
    j->k->norm_backward(&j->norm, EXAMPLES, j->x, j->dy, j->w, j->w, j->w, j->dx);
}

static void relu(job *j) { j->k->activation_forward(SX_RELU, 0.0f, EXAMPLES * j->in, j->x, j->y); }

static void relu_back(job *j) {
    j->k->activation_backward(SX_RELU, 0.0f, EXAMPLES * j->in, j->x, j->y, j->dy, j->dy);
}

static void silu(job *j) { j->k->activation_forward(SX_SILU, 0.0f, EXAMPLES * j->in, j->x, j->y); }

static void pool(job *j) { j->k->max_pool_forward(&j->pool, EXAMPLES, j->x, j->y, j->winner); }

static void pool_back(job *j) { j->k->max_pool_backward(&j->pool, EXAMPLES, j->dy, j->winner, j->dx); }

static void adam(job *j) {
    sx_adam_step step = {0.9, 0.999, 1e-7f, 1e-6f, 0.0f};
    j->k->adam(&step, j->in, j->dy, j->w, j->dx, j->y);
}

static void free_job(job *j) {
    free(j->x), free(j->y), free(j->dx), free(j->dy), free(j->w), free(j->dw);
    free(j->packed), free(j->back), free(j->scratch), free(j->sums), free(j->winner);
}

static job conv_job(const sx_kernels *k, sx_conv_sizes s) {
    size_t weights = s.kernel_time * s.kernel_frequency * s.in_channels * s.out_channels;
    job j = {.k = k, .conv = s};
    j.in = s.in_time * s.in_frequency * s.in_channels;
    j.out = s.out_time * s.out_frequency * s.out_channels;
    j.x = filled(EXAMPLES * j.in), j.dx = filled(EXAMPLES * j.in);
    j.y = filled(EXAMPLES * j.out), j.dy = filled(EXAMPLES * j.out);
    j.w = filled(weights), j.dw = filled(weights);
    j.packed = filled(sx_conv_packed_floats(&s)), j.back = filled(sx_conv_packed_backward_floats(&s));
    j.scratch = filled(sx_conv_scratch_floats(&s));
    k->conv_pack(&s, j.w, j.packed);
    k->conv_pack_backward(&s, j.w, j.back);
    return j;
}

static sx_conv_sizes same(size_t time, size_t frequency, size_t in, size_t out, size_t kernel) {
    return (sx_conv_sizes){time, frequency, in, time, frequency,  out,        kernel, kernel,
                           1,    1,         1,  1,    kernel / 2, kernel / 2, false};
}

static void print_rate(double flops, double seconds, double peak) {
    printf("  %7.1f", flops / seconds * 1e-9);
    if (peak > 0.0) printf(" %3.0f %%", 100.0 * flops / seconds / peak);
}

static void bench_conv(const sx_kernels *k, double peak, sx_conv_sizes s) {
    job j = conv_job(k, s);
    double flops = 2.0 * EXAMPLES * (double)(s.out_time * s.out_frequency * s.out_channels) *
                   (double)(s.kernel_time * s.kernel_frequency * s.in_channels);
    printf("%-7s %s %zux%zu %3zux%-2zu %3zu > %-3zu", k->name, s.winograd ? "wino" : "conv", s.kernel_time,
           s.kernel_frequency, s.in_time, s.in_frequency, s.in_channels, s.out_channels);
    print_rate(flops, best_time(forward, &j), peak);
    print_rate(flops, best_time(backward, &j), peak);
    print_rate(flops, best_time(gradient, &j), peak);
    printf("  GF/s\n");
    free_job(&j);
}

static void bench_depthwise(const sx_kernels *k, double peak, sx_conv_sizes s) {
    job j = conv_job(k, s);
    double flops = 2.0 * EXAMPLES * (double)j.out * (double)(s.kernel_time * s.kernel_frequency);
    printf("%-7s depthwise %zux%zu %zux%zu %zu", k->name, s.kernel_time, s.kernel_frequency, s.in_time,
           s.in_frequency, s.in_channels);
    print_rate(flops, best_time(depthwise, &j), peak);
    print_rate(flops, best_time(depthwise_back, &j), peak);
    print_rate(flops, best_time(depthwise_weights, &j), peak);
    printf("  GF/s\n");
    free_job(&j);
}

static job map_job(const sx_kernels *k, size_t time, size_t frequency, size_t channels) {
    job j = {.k = k, .in = time * frequency * channels};
    j.norm = (sx_norm_sizes){.time = time, .frequency = frequency, .channels = channels};
    j.pool = (sx_pool_sizes){time, frequency, channels, time / 2, frequency / 2, 2, 2, 2, 2, 0, 0};
    size_t count = EXAMPLES * j.in;
    j.x = filled(count), j.y = filled(count), j.dx = filled(count), j.dy = filled(count), j.w = filled(count);
    j.sums = calloc(2 * j.in, sizeof *j.sums);
    j.winner = calloc(count, sizeof *j.winner);
    if (!j.sums || !j.winner) exit(1);
    return j;
}

static void print_bytes(const char *what, work *run, job *j, double arrays) {
    double bytes = arrays * 4.0 * EXAMPLES * (double)j->in;
    printf("  %s %.0f", what, bytes / best_time(run, j) * 1e-9);
}

static void bench_norm(job *j, const char *kept, size_t time, size_t frequency, size_t channels,
                       size_t groups) {
    j->norm.step_time = time, j->norm.step_frequency = frequency, j->norm.step_channels = channels;
    j->norm.groups = groups;
    printf("%-7s norm, kept %-9s", j->k->name, kept);
    print_bytes("sums", sums, j, 1);
    print_bytes("apply", apply, j, 2);
    print_bytes("gradient sums", gradient_sums, j, 2);
    print_bytes("backward", norm_back, j, 3);
    printf("  GB/s\n");
}

static void bench_maps(const sx_kernels *k) {
    job j = map_job(k, 49, 20, 32);
    printf("%-7s maps of %dx49x20x32\n", k->name, EXAMPLES);
    bench_norm(&j, "channels", 0, 0, 1, 32);
    bench_norm(&j, "frequency", 0, 1, 0, 20);
    bench_norm(&j, "time", 1, 0, 0, 49);
    printf("%-7s", k->name);
    print_bytes("relu", relu, &j, 2);
    print_bytes("relu backward", relu_back, &j, 3);
    print_bytes("silu", silu, &j, 2);
    print_bytes("max pool", pool, &j, 1.5);
    print_bytes("backward", pool_back, &j, 1.5);
    print_bytes("adam", adam, &j, 7.0 / EXAMPLES);
    printf("  GB/s\n");
    free_job(&j);
}

static void bench_table(const sx_kernels *k) {
    static const size_t shapes[][5] = {{98, 40, 1, 16, 3},   {49, 20, 16, 32, 3},  {24, 10, 32, 64, 3},
                                       {12, 5, 64, 64, 3},   {98, 64, 1, 32, 3},   {49, 32, 32, 64, 3},
                                       {24, 16, 64, 128, 3}, {12, 8, 128, 128, 3}, {25, 5, 64, 64, 1},
                                       {98, 40, 3, 16, 3},   {40, 20, 10, 24, 3}};
    double peak = bench_peak(k->name);
    printf("%s: FMA peak %.1f GF/s on one core; columns: forward, backward, weight gradient\n", k->name,
           peak * 1e-9);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const size_t *p = shapes[i];
        sx_conv_sizes sizes = same(p[0], p[1], p[2], p[3], p[4]);
        bench_conv(k, peak, sizes);
        sizes.winograd = sx_conv_suits_winograd(&sizes) && strcmp(k->name, "plain") != 0;
        if (sizes.winograd) bench_conv(k, peak, sizes);
    }
    bench_depthwise(k, peak, same(25, 5, 64, 64, 3));
    bench_maps(k);
}

int main(int count, char **names) {
    if (count < 2) bench_table(sx_kernels_get());
    for (int i = 1; i < count; i++) {
        const sx_kernels *k = sx_kernels_named(names[i]);
        if (k) bench_table(k);
        if (!k) fprintf(stderr, "this machine or build has no kernels named %s\n", names[i]);
    }
    return 0;
}
