/* bench.h: what the cases of the bench share: repeated timing, and where finished rows go. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "sonaxis/bench.h"
#include "sonaxis/model.h"

typedef struct sx_bench {
    const sx_bench_options *options;
    const sx_watch *watch;
    sx_bench_hook hook;
    void *context;
} sx_bench;

/* --- timing ----------------------------------------------------------------------------------------- */

/* Times of repetitions. Start with {0}; clear with sx_samples_clear. */
typedef struct sx_samples {
    double *seconds;
    size_t count, capacity;
    double sum;
    bool failed; /* out of memory */
} sx_samples;

void sx_samples_add(sx_samples *samples, double seconds);
void sx_samples_clear(sx_samples *samples);
/* True once the options' seconds and repetitions are reached, or nothing more can be noted. */
bool sx_samples_enough(const sx_samples *samples, const sx_bench_options *options);
/* What is compared is measured in turns of a tenth of the options' seconds, so that a change of the machine's
 * clock falls on all of it: the sum of times at which a turn ends that begins now. One alone has one turn. */
double sx_samples_turn(const sx_samples *samples, const sx_bench_options *options, size_t compared);
/* Sorts them and fills count, median, best and spread of the row. At least one sample. */
void sx_samples_sum_up(sx_samples *samples, sx_bench_row *row);

bool sx_bench_cancelled(const sx_bench *bench);
/* Calls work until it was measured often enough, fills the row's times and hands it to the hook. */
SX_MUST_USE sx_status sx_bench_measure(const sx_bench *bench, void (*work)(void *context), void *context,
                                       sx_bench_row *row, sx_error *err);
/* The same for `count` contexts, in turns. */
SX_MUST_USE sx_status sx_bench_measure_in_turns(const sx_bench *bench, void (*work)(void *context),
                                                void *const *contexts, sx_bench_row *rows, size_t count,
                                                sx_error *err);
/* The same for times that were taken elsewhere. */
SX_MUST_USE sx_status sx_bench_finish(const sx_bench *bench, sx_samples *samples, sx_bench_row *row,
                                      sx_error *err);
/* A row of the kernels in use: what, impl, name and threads set. */
sx_bench_row sx_bench_row_for(const char *what, const char *name, int threads);
/* The cores to use. */
int sx_bench_threads(const sx_bench *bench);
/* Numbers between -0.5 and 0.5 that are the same every time. */
void sx_bench_fill(float *values, size_t count);

/* --- nets ------------------------------------------------------------------------------------------- */

enum { SX_BENCH_AXES = 3 };

/* A net that keeps one axis: the spec has it filled. */
typedef struct sx_bench_net {
    const char *name;
    sx_model_spec *spec;
    sx_axis axis;
    sx_shape input;
    size_t classes;
} sx_bench_net;

/* Called for every net that the options ask for, with one for each of their axes, which differ in that alone.
 */
typedef sx_status sx_bench_case(const sx_bench *bench, const sx_bench_net *nets, size_t count, sx_error *err);
SX_MUST_USE sx_status sx_bench_each_net(const sx_bench *bench, sx_bench_case *run, sx_error *err);

/* --- cases ------------------------------------------------------------------------------------------ */

SX_MUST_USE sx_status sx_bench_machine(const sx_bench *bench, sx_error *err);
SX_MUST_USE sx_status sx_bench_kernels(const sx_bench *bench, sx_error *err);
SX_MUST_USE sx_status sx_bench_training(const sx_bench *bench, sx_error *err);
SX_MUST_USE sx_status sx_bench_inference(const sx_bench *bench, sx_error *err);
SX_MUST_USE sx_status sx_bench_frontend(const sx_bench *bench, sx_error *err);
SX_MUST_USE sx_status sx_bench_whole(const sx_bench *bench, sx_error *err);

#endif
