/* speed.c: a trained net on arrays through the library: seconds for all examples in batches of 64 on all
 * cores, and for one example at a time on one core. Prints both, the median of some repetitions. Usage: speed
 * MODEL.sxm X.npy, where X is float32, C order, examples as the net takes them. */
#define _POSIX_C_SOURCE 200809L
#include "sonaxis/sonaxis.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { HEADER = 10, REPETITIONS = 7 };

static void give_up(const char *why) {
    fprintf(stderr, "speed: %s\n", why);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What follows the header of an .npy file of version 1. */
static float *read_floats(const char *path, size_t *count) {
    unsigned char head[HEADER];
    FILE *file = fopen(path, "rb");
    if (!file || fread(head, 1, HEADER, file) != HEADER) give_up("cannot read the arrays");
    long start = HEADER + head[8] + 256L * head[9];
    fseek(file, 0, SEEK_END);
    *count = (size_t)(ftell(file) - start) / sizeof(float);
    float *values = malloc(*count * sizeof *values);
    fseek(file, start, SEEK_SET);
    if (!values || fread(values, sizeof *values, *count, file) != *count) give_up("cannot read the arrays");
    fclose(file);
    return values;
}

static double seconds(const char *path, const float *values, size_t floats, size_t batch, int threads) {
    sx_error err = {0};
    sx_model *model = NULL;
    sx_model_card card = {0};
    double taken[REPETITIONS];
    if (sx_model_load(path, batch, threads, &model, &card, &err)) give_up(err.text);
    const sx_shape shape = sx_model_input_shape(model);
    const size_t size = shape.time * shape.frequency * shape.channels, count = floats / size;
    float *logits = malloc(batch * sx_model_class_count(model) * sizeof *logits);
    if (!logits) give_up("out of memory");
    for (int r = 0; r < REPETITIONS; r++) {
        double start = now();
        for (size_t i = 0; i < count; i += batch)
            sx_model_run(model, values + i * size, count - i < batch ? count - i : batch, logits);
        taken[r] = now() - start;
    }
    free(logits);
    sx_model_card_clear(&card);
    sx_model_free(model);
    qsort(taken, REPETITIONS, sizeof *taken, by_size);
    return taken[REPETITIONS / 2];
}

int main(int argc, char **argv) {
    size_t floats = 0;
    if (argc != 3) give_up("usage: speed MODEL.sxm X.npy");
    float *values = read_floats(argv[2], &floats);
    double all = seconds(argv[1], values, floats, 64, 0), one = seconds(argv[1], values, floats, 1, 1);
    printf("%.6f %.6f\n", all, one);
    free(values);
    return 0;
}
