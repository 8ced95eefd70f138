/* step.c: how long a training step of the built-in nets takes: each kept axis, 1 and 2 threads, batch 64.
 *
 *   bench_step [net ...]
 *
 * prints milliseconds: forward, backward, both; the lowest of several runs, axes in turn. */
#include "model/net.h"
#include "peak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 64, CLASSES = 10, RUNS = 9, AXES = 3 };
static const sx_axis axes[AXES] = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME};

typedef struct times {
    double forward, backward, both, infer;
} times;

static sx_shape input_of(const char *net) {
    if (strcmp(net, "kwsL") == 0) return (sx_shape){98, 64, 1};
    if (strcmp(net, "esc") == 0) return (sx_shape){216, 64, 1};
    if (strcmp(net, "dscnn") == 0) return (sx_shape){49, 10, 1};
    return (sx_shape){98, 40, 1};
}

static sx_model *build(const char *net, sx_axis axis, int threads) {
    sx_model_spec *spec = NULL;
    sx_model *model = NULL;
    sx_error err = {0};
    sx_model_options options = {.input = input_of(net),
                                .classes = CLASSES,
                                .batch = BATCH,
                                .training = true,
                                .seed = 1,
                                .threads = threads};
    sx_status status = sx_model_spec_open(net, &spec, &err);
    if (status == SX_OK) status = sx_model_spec_set_axis(spec, axis, NULL, &err);
    if (status == SX_OK) status = sx_model_build(spec, &options, &model, &err);
    sx_model_spec_free(spec);
    if (status != SX_OK) fprintf(stderr, "%s\n", err.text);
    if (status != SX_OK) exit(1);
    float *x = sx_model_input(model);
    for (size_t i = 0; i < BATCH * sx_shape_count(options.input); i++)
        x[i] = (float)(i * 2654435761u % 1000) / 500.0f - 1.0f;
    return model;
}

static void lower(double *least, double value) {
    if (*least == 0 || value < *least) *least = value;
}

static void run(sx_model *model, uint32_t step, times *least) {
    float gradient[BATCH * CLASSES];
    for (size_t i = 0; i < BATCH * CLASSES; i++)
        gradient[i] = (float)(i % 7) * 0.01f - 0.03f;
    double start = bench_now();
    sx_model_weights_changed(model);
    sx_model_forward(model, BATCH, SX_RUN_TRAIN, step);
    double middle = bench_now();
    sx_model_backward(model, BATCH, gradient, step);
    double end = bench_now();
    lower(&least->forward, middle - start);
    lower(&least->backward, end - middle);
    lower(&least->both, end - start);
    start = bench_now();
    sx_model_forward(model, BATCH, SX_RUN_INFER, step);
    lower(&least->infer, bench_now() - start);
}

static void bench_net(const char *net, int threads) {
    sx_model *models[AXES];
    times least[AXES] = {{0}};
    for (size_t i = 0; i < AXES; i++)
        models[i] = build(net, axes[i], threads);
    for (uint32_t step = 0; step < RUNS; step++)
        for (size_t i = 0; i < AXES; i++)
            run(models[i], step, &least[i]);
    for (size_t i = 0; i < AXES; i++) {
        const times *t = &least[i];
        printf("%-6s %d thread%s %-9s  step %7.2f ms = %7.2f forward + %7.2f backward; x %.3f of channels; "
               "inference %7.2f\n",
               net, threads, threads > 1 ? "s" : " ", sx_axis_name(axes[i]), t->both * 1e3, t->forward * 1e3,
               t->backward * 1e3, t->both / least[0].both, t->infer * 1e3);
        sx_model_free(models[i]);
    }
}

int main(int count, char **names) {
    static const char *const usual[] = {"small", "kws", "kwsL"};
    printf("kernels %s, batch %d\n", sx_kernels_get()->name, BATCH);
    for (int threads = 1; threads <= 2; threads++) {
        for (int i = 1; i < count; i++)
            bench_net(names[i], threads);
        for (size_t i = 0; count < 2 && i < sizeof usual / sizeof usual[0]; i++)
            bench_net(usual[i], threads);
    }
    return 0;
}
