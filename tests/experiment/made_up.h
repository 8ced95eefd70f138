/* made_up.h: comparisons whose runs are made up. Include after cmocka.h. */
#ifndef TESTS_EXPERIMENT_MADE_UP_H
#define TESTS_EXPERIMENT_MADE_UP_H

#include "base/memory.h"
#include "base/random.h"
#include "experiment/verdict.h"

enum { MADE_UP_STEPS = 360 };

typedef struct made_up {
    size_t axis_count, folds;
    int seeds;
    double accuracy[SX_MAX_AXES]; /* mean of each axis, in the order channels, frequency, time */
    double noise;                 /* deviation of a run, beside what its fold has in common */
    double moving_loss;           /* how much less the moving statistics score for the last axis */
    uint64_t seed;
} made_up;

/* Free with sx_comparison_free. */
static inline sx_comparison *made_up_runs(const made_up *how) {
    static const sx_axis axes[] = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME};
    sx_comparison *made = sx_alloc(1, sizeof *made);
    assert_non_null(made);
    made->axis_count = how->axis_count;
    made->fold_count = how->folds;
    made->seeds = how->seeds;
    made->statistics = SX_STATISTICS_RECOMPUTED;
    made->margin = 0.01;
    made->confidence = 0.95;
    made->steps = MADE_UP_STEPS;
    made->momentum = 0.99;
    made->run_count = how->axis_count * how->folds * (size_t)how->seeds;
    made->runs = sx_alloc(made->run_count, sizeof *made->runs);
    assert_non_null(made->runs);
    sx_stream stream = {.seed = how->seed, .purpose = SX_PURPOSE_TEST};
    for (size_t i = 0; i < made->run_count; i++) {
        sx_run *run = &made->runs[i];
        run->axis = i / (size_t)how->seeds / how->folds;
        run->fold = i / (size_t)how->seeds % how->folds;
        run->repetition = (int)(i % (size_t)how->seeds);
        made->axes[run->axis].axis = axes[run->axis];
        double accuracy = how->accuracy[run->axis] + 0.03 * ((double)run->fold - (double)how->folds / 2) +
                          how->noise * sx_random_normal(&stream, i);
        for (int s = 0; s < SX_STATISTICS_COUNT; s++) {
            bool lower = s == SX_STATISTICS_MOVING && run->axis + 1 == how->axis_count;
            double got = accuracy - (lower ? how->moving_loss : 0);
            run->scores[s] = (sx_scores){got, got - 0.01, got - 0.02, 1 - got};
        }
    }
    return made;
}

/* The verdict on made-up runs, each tested on 500 items, a quarter as many as it was trained on. */
static inline sx_comparison *made_up_verdict(const made_up *how) {
    const sx_basis basis = {.test_train_ratio = 0.25, .test_count = 500};
    sx_error err = {0};
    sx_comparison *made = made_up_runs(how);
    if (sx_results_fill(made, &basis, &err) != SX_OK || sx_verdict_fill(made, &basis, &err) != SX_OK)
        fail_msg("%s", err.text);
    return made;
}

#endif
