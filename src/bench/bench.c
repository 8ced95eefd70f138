/* bench.c: the list of cases, and which of them run. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

typedef struct bench_case {
    const char *name, *help;
    sx_status (*run)(const sx_bench *bench, sx_error *err);
} bench_case;

static const bench_case cases[] = {
    {"machine", "fused multiply-adds a second with each set of vectors, and memory bandwidth",
     sx_bench_machine},
    {"kernels", "convolution, normalisation and pooling on one core, as a share of the peak",
     sx_bench_kernels},
    {"train", "training steps: forward, backward, Adam, with the batch loaded", sx_bench_training},
    {"inference", "one example at a time", sx_bench_inference},
    {"frontend", "spectrograms of ten seconds of noise with every preset", sx_bench_frontend},
    {"whole", "recordings made, spectrograms computed, axes compared, page written", sx_bench_whole},
};
enum { CASE_COUNT = sizeof cases / sizeof cases[0] };

const char *const *sx_bench_cases(void) {
    static const char *const names[] = {"machine",  "kernels", "train", "inference",
                                        "frontend", "whole",   NULL};
    return names;
}

static const bench_case *find(const char *name) {
    for (size_t i = 0; i < CASE_COUNT; i++) {
        if (strcmp(cases[i].name, name) == 0) return &cases[i];
    }
    return NULL;
}

const char *sx_bench_case_help(const char *name) {
    const bench_case *found = find(name);
    return found ? found->help : NULL;
}

void sx_bench_default(sx_bench_options *options) {
    *options = (sx_bench_options){.seconds = 0.5, .repetitions = 5};
}

static sx_status check_options(const sx_bench_options *options, sx_error *err) {
    const sx_axes known = 1u << SX_AXIS_TIME | 1u << SX_AXIS_FREQUENCY | 1u << SX_AXIS_CHANNELS;
    const sx_shape input = options->input;
    if (!(options->seconds >= 0 && options->seconds <= 3600))
        return sx_fail(err, SX_E_ARGUMENT, "seconds: %g is not from 0 to 3600", options->seconds);
    if (options->repetitions < 1 || options->repetitions > 100000)
        return sx_fail(err, SX_E_ARGUMENT, "repetitions: %d is not from 1 to 100000", options->repetitions);
    if (options->threads < 0 || options->threads > 1024)
        return sx_fail(err, SX_E_ARGUMENT, "threads: %d is not from 0 to 1024", options->threads);
    if (options->batch > 65536)
        return sx_fail(err, SX_E_ARGUMENT, "batch: %zu is not from 0 to 65536", options->batch);
    if (options->axes & ~known)
        return sx_fail(err, SX_E_ARGUMENT, "axes: only channels, frequency and time can be kept");
    const bool none = !input.time && !input.frequency && !input.channels;
    if (!none && !(input.time && input.frequency && input.channels))
        return sx_fail(err, SX_E_ARGUMENT, "input: %zu x %zu x %zu has an empty extent", input.time,
                       input.frequency, input.channels);
    return SX_OK;
}

static sx_status check_names(const char *const *names, size_t count, sx_error *err) {
    for (size_t i = 0; i < count; i++) {
        if (find(names[i])) continue;
        const char *near = sx_text_nearest(names[i], sx_bench_cases());
        return sx_fail(err, SX_E_ARGUMENT, "there is no case '%s'%s%s%s", names[i],
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    return SX_OK;
}

sx_status sx_bench_run(const char *const *names, size_t count, const sx_bench_options *options,
                       const sx_watch *watch, sx_bench_hook hook, void *context, sx_error *err) {
    const sx_bench bench = {options, watch, hook, context};
    sx_status status = check_options(options, err);
    if (!status) status = check_names(names, count, err);
    for (size_t i = 0; i < count && !status; i++)
        status = find(names[i])->run(&bench, err);
    for (size_t i = 0; i < CASE_COUNT && !count && !status; i++) {
        if (cases[i].run == sx_bench_whole && !options->folder) continue;
        status = cases[i].run(&bench, err);
    }
    return status;
}
