/* bench.h: how fast this build is on this machine: the machine itself, kernels, training, inference,
 * front-end, a whole job.
 *
 * Every measurement is warmed up once and then repeated for `seconds`, at least `repetitions` times; a row
 * gives its median, its best and its spread. On a machine that does other work too, only a ratio to something
 * measured in the same minutes means anything: bench/peers measures that way. */
#ifndef SONAXIS_BENCH_H
#define SONAXIS_BENCH_H

#include "sonaxis/axis.h"
#include "sonaxis/watch.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sx_bench_options {
    int threads;        /* 0 = all cores; kernels are measured on one core whatever it says */
    double seconds;     /* of each measurement, 0 to 3600 */
    int repetitions;    /* fewest of each measurement, 1 to 100000 */
    const char *net;    /* built-in name or path of a spec; NULL = every built-in net */
    sx_axes axes;       /* axes to measure, as bits; 0 = channels, frequency and time */
    size_t batch;       /* of a training step; 0 = 64 and 1 */
    sx_shape input;     /* of one example; all 0 = what the built-in net is meant for */
    const char *folder; /* where the whole job writes; NULL makes that case SX_E_ARGUMENT */
} sx_bench_options;

typedef struct sx_bench_row {
    const char
        *what; /* "fma_peak", "bandwidth", "kernel", "train_step", "inference", "front_end", "whole_job" */
    char impl[32];    /* "sonaxis-avx512": the kernels that ran */
    char name[64];    /* the net; else the kernel, front-end preset or job */
    const char *axis; /* that every normalisation keeps; NULL where there is none */
    size_t batch;     /* 0 where there is none */
    int threads;
    size_t count;            /* timed repetitions */
    double median_s, best_s; /* of one repetition: a step, an inference, a clip, a call */
    double spread;           /* (75th - 25th percentile) / median */
    double flops;            /* floating-point operations of a repetition; 0 = not counted */
    double bytes;            /* read and written by a repetition, each once; 0 = not counted */
    double peak;             /* operations a second that one core can do with these vectors; 0 = not known */
    size_t frames;           /* front-end: frames of a repetition */
} sx_bench_row;

/* Called once a row, in the thread of the caller; the row lasts for the call. */
typedef void (*sx_bench_hook)(void *context, const sx_bench_row *row);

/* all cores, half a second, 5 repetitions, every net and axis, batches 64 and 1. */
SX_API void sx_bench_default(sx_bench_options *options);
/* Names of the cases, NULL at the end: machine, kernels, train, inference, frontend, whole. */
SX_API const char *const *sx_bench_cases(void);
/* One line on a case; NULL if unknown. */
SX_API const char *sx_bench_case_help(const char *name);
/* Runs these cases, or all where count is 0 (the whole job only where a folder is given). An unknown name is
 * SX_E_ARGUMENT with the nearest one. */
SX_API SX_MUST_USE sx_status sx_bench_run(const char *const *cases, size_t count,
                                          const sx_bench_options *options, const sx_watch *watch,
                                          sx_bench_hook hook, void *context, sx_error *err);

/* One line without newline, as JSON object or as text; free with sx_free_text; NULL when out of memory. */
SX_API char *sx_bench_row_json(const sx_bench_row *row);
SX_API char *sx_bench_row_text(const sx_bench_row *row);

#ifdef __cplusplus
}
#endif
#endif
