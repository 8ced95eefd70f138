/* compare.h: the main job: train every axis fairly and say which wins, which are equivalent, or what is
 * undecided. */
#ifndef SONAXIS_COMPARE_H
#define SONAXIS_COMPARE_H

#include "sonaxis/folds.h"
#include "sonaxis/net.h"
#include "sonaxis/train.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SX_MAX_AXES = 3, SX_MAX_PAIRS = 3, SX_MAX_TRIED = 8, SX_MOST_LOOKS = 32 };

/* Equal tuning: every axis tries the same learning rates (times the same momenta) on every fold. A trial is
 * trained on the training part and judged on the validation part of its fold by the verdict's statistics; the
 * best accuracy is taken for that axis and fold, among equals the one nearest to train.learning_rate and the
 * net's own momentum. The test part of a fold is never looked at, and the choice is made fold by fold, since
 * a fold's test items are in the other folds' training and validation parts. Trials draw by a seed that no
 * run of the study has. */
typedef struct sx_tune_options {
    double rates[SX_MAX_TRIED];   /* learning rates, each > 0 */
    size_t rate_count;            /* 0 = train.learning_rate for all; else a validation part is needed */
    double momenta[SX_MAX_TRIED]; /* of the moving statistics, each in [0, 1): only with statistics moving */
    size_t momentum_count;        /* 0 = the net's own */
} sx_tune_options;

/* A study that grows, and its share of work. All zero = a study of fixed size. */
typedef struct sx_growth_options {
    int add_seeds; /* so many seeds more than the finished study in the folder has; 0 = options.seeds in all
                    */
    bool until_decided; /* add seeds, look, go on: group-sequential, so that the error rate holds over all
                           looks */
    double budget_s; /* with until_decided: about so long may this call take; 0 = most_seeds decides alone */
    int most_seeds;  /* with until_decided: the planned end, at most 1000; 0 = what the budget allows, else 30
                      */
    int shard, shards; /* only part `shard` of 1 to `shards`; 0 of 0 = everything */
} sx_growth_options;

typedef struct sx_compare_options {
    const char *model;     /* built-in name, path of a spec that has "$axis", or a model file of Keras */
    const sx_keras *keras; /* that file, read already; NULL = it is read here */
    const char *vary;      /* names of layers that vary, comma between; NULL or "all" = all. The others of a
                              spec keep channels, those of Keras what they have */
    sx_axis_order order;   /* which axis of arrays is time, for the words; UNKNOWN = as the net says */
    bool from_weights;     /* Keras: begin with the file's weights where they are not under test */
    const char *training_notes; /* of sx_net_training, to be kept with the study; NULL = none */
    sx_axis axes[SX_MAX_AXES];  /* channels, frequency, time */
    size_t axis_count;          /* 2 or 3 */
    sx_fold_options folds;
    int seeds; /* 1 to 1000 repetitions of every fold */
    sx_train_options
        train;            /* seed = base seed; run seed = f(base, repetition, fold), the same for all axes */
    sx_tune_options tune; /* nothing: one learning rate for all axes */
    double
        moving_momentum; /* of every normalisation's moving statistics, [0, 1); below 0 = as the net says */
    sx_statistics statistics; /* what the verdict rests on: recomputed */
    double margin;            /* practical equivalence, in accuracy: 0.01 = 1 point; fixed before the run */
    double confidence;        /* 0.95 */
    const char *folder;       /* where study.sqlite goes; created; continued if the same study is in it */
    int jobs;                 /* runs side by side; 0 = chosen from the sizes */
    int threads;              /* cores to use in all; 0 = all */
    sx_growth_options growth;
} sx_compare_options;

typedef struct sx_scores {
    double accuracy, balanced_accuracy, macro_f1, loss;
} sx_scores;

typedef struct sx_run {
    size_t axis; /* index into options.axes */
    size_t fold; /* index into fold_names */
    int repetition;
    sx_scores scores[SX_STATISTICS_COUNT]; /* on the test fold, by sx_statistics */
    double train_accuracy;                 /* last epoch while fitting */
    double train_accuracy_moving;          /* on the training part with moving statistics */
    sx_epoch *epochs;
    size_t epoch_count;
    sx_lag *lags; /* epoch by epoch, lag_layer_count of the comparison each; NULL where they are not known */
    uint32_t *confusion; /* label_count squared, with the verdict's statistics */
    double wall_s;
} sx_run;

/* One training of the tuning. */
typedef struct sx_trial {
    size_t axis, fold;
    double learning_rate;
    double momentum;       /* of the moving statistics */
    double accuracy, loss; /* on the validation part; NaN where the training ran away */
    bool chosen;           /* the runs of this axis on this fold train so */
} sx_trial;

typedef struct sx_interval {
    double mean, low, high;
} sx_interval;

typedef struct sx_axis_result {
    sx_axis axis;
    size_t runs;
    sx_interval accuracy; /* by the verdict's statistics */
    sx_interval by_statistics[SX_STATISTICS_COUNT];
    double balanced_accuracy, macro_f1, loss;
    sx_interval balanced_accuracy_interval, macro_f1_interval, loss_interval;
    bool moving_disagrees; /* moving and recomputed accuracy differ by more than 2 margins on average */
} sx_axis_result;

/* How two axes are compared. */
typedef enum sx_pair_method {
    SX_PAIRS_CORRECTED_T, /* corrected resampled t: runs of several folds, or few seeds */
    SX_PAIRS_SIGN_FLIP /* one split with many seeds: permutation of signs, BCa bootstrap for the intervals */
} sx_pair_method;
SX_API const char *sx_pair_method_name(sx_pair_method method); /* "corrected-t", "sign-flip" */

typedef struct sx_pair_result {
    sx_axis a, b;
    double difference, low, high; /* accuracy a - b, by the comparison's method */
    double p, p_holm;             /* NaN where they cannot be computed */
    double p_equivalent; /* two one-sided tests against the margin; below 1 - confidence: equivalent */
    size_t more_runs; /* further (fold, seed) pairs that would decide it; 0 = decided; SIZE_MAX = no number of
                         seeds does: more recordings or groups are needed */
    double p_holm_control; /* corrected for the pairs with channels only; NaN for the pair without */
    double low_together, high_together;    /* intervals of all pairs that hold together with the confidence */
    double a_better, equivalent, b_better; /* probabilities that a - b is above the margin, within it, below
                                              it; Bayesian correlated t test */
    double deviation;                      /* of the differences, pair by pair */
    double smallest; /* the smallest true difference so many pairs find with probability SX_POWER */
} sx_pair_result;

typedef enum sx_verdict_kind {
    SX_VERDICT_WINNER,
    SX_VERDICT_EQUIVALENT,
    SX_VERDICT_UNDECIDED
} sx_verdict_kind;

typedef struct sx_verdict {
    sx_verdict_kind kind;
    sx_axis axis;    /* winner: it; equivalent: channels or the simplest left; undecided: the best so far */
    char text[2048]; /* one plain-English paragraph, with Keras's number */
    char warning[2048]; /* empty, or: the moving averages had not settled, and what that would have made of it
                         */
} sx_verdict;

/* Why a study that grows until decided ended. */
typedef enum sx_growth_end {
    SX_GROWTH_NONE,    /* it is of fixed size, or not at its end */
    SX_GROWTH_DECIDED, /* winner or equivalent */
    SX_GROWTH_PLANNED, /* all planned seeds are there */
    SX_GROWTH_FUTILE,  /* the planned end would hardly decide it */
    SX_GROWTH_BUDGET   /* the next seeds would not fit into the budget */
} sx_growth_end;

/* "none", "decided", "planned", "futile" or "budget". */
SX_API const char *sx_growth_end_name(sx_growth_end end);

/* The looks at a study, this one included. With `sequential`, p and intervals of the pairs hold over all of
 * them: repeated confidence intervals (Jennison and Turnbull, JRSS B 51, 1989) on the error-spending boundary
 * of Lan and DeMets (Biometrika 70, 1983). */
typedef struct sx_growth {
    bool sequential;
    size_t look_count;        /* 0 or 1 = looked at once */
    int looks[SX_MOST_LOOKS]; /* seeds at each look, rising; the last one is this one */
    int most_seeds;           /* sequential: the planned end */
    double information;       /* sequential: share of the planned information seen, 1 at the planned end */
    double level;             /* sequential: level of this look's tests, in place of 1 - confidence */
    double chance; /* sequential, undecided: that the planned end decides, if what is seen is true */
    sx_growth_end end;
} sx_growth;

/* Two nets on the same recordings: those of two axes with one seed, on each fold its own. Recordings are
 * counted, not runs, so this speaks of these nets only, not of what training gives by chance. */
typedef struct sx_duel {
    sx_axis a, b;
    int seed;              /* repetition + 1 */
    size_t items;          /* test recordings of all folds; 0 = the study does not hold the predictions */
    size_t only_a, only_b; /* recordings that one of them alone named rightly */
    double p;              /* exact McNemar */
    double difference, low, high; /* accuracy a - b; interval from drawing whole groups, NaN below 2 groups */
    size_t groups;
} sx_duel;

typedef struct sx_comparison {
    sx_verdict verdict;
    sx_axis_result axes[SX_MAX_AXES];
    size_t axis_count;
    sx_pair_result pairs[SX_MAX_PAIRS];
    size_t pair_count;
    sx_pair_method method;
    sx_run *runs; /* ordered by axis, fold, repetition */
    size_t run_count, runs_planned;
    sx_trial *trials; /* ordered by axis, fold, learning rate, momentum; NULL where nothing was tuned */
    size_t trial_count;
    char **lag_layers; /* normalisations that keep moving statistics, in the net's order */
    size_t lag_layer_count;
    char **fold_names;
    size_t fold_count;
    int seeds;
    sx_statistics statistics;
    double margin, confidence;
    double test_train_ratio; /* n_test / n_train, mean over folds: the correction of the t test */
    char model[128];
    size_t parameters[SX_MAX_AXES];
    sx_train_options train;   /* checkpoint is NULL here */
    size_t steps;             /* optimiser steps of one run */
    double momentum;          /* of the moving statistics, the slowest layer's */
    char schedule_note[256];  /* "2 runs side by side, 1 thread each: ..." */
    double wall_s;            /* of this call */
    double run_wall_s;        /* sum over runs, also of earlier calls */
    struct sx_answer *answer; /* NULL until sx_answer_add (answer.h) makes one; owned */
    sx_axis_order order;      /* of the words: sx_axis_word(order, axis) */
    sx_net_about *net;        /* of a Keras file; NULL = the net is not one */
    sx_growth growth;
    sx_duel duels[SX_MAX_PAIRS]; /* pair by pair, first seed */
    size_t duel_count;
} sx_comparison;

/* What a study is able to see, from numbers that are known before it: folds, seeds, axes, and how much the
 * differences between paired runs will spread. */
typedef struct sx_study_design {
    size_t folds;
    int seeds;
    size_t axes;             /* 2 or 3; every pair is tested */
    double test_train_ratio; /* test items for each training item, mean over folds */
    double deviation;  /* of the difference of two axes' accuracies, pair by pair: assumed or measured */
    double confidence; /* 0.95 */
} sx_study_design;

#define SX_POWER 0.8 /* the probability with which what is there shall be found */

/* The smallest true difference in accuracy that the study finds with probability SX_POWER at the strictest
 * level of Holm's correction; proportional to the deviation. NaN below 2 runs an axis. */
SX_API double sx_study_resolves(const sx_study_design *design);
/* The fewest seeds with which that difference is found so; SIZE_MAX = no number is enough, since the runs
 * share their recordings. The design's own seeds do not matter. */
SX_API size_t sx_study_seeds_for(const sx_study_design *design, double difference);
/* One sentence for before the runs, cut to `size`. */
SX_API void sx_study_promise(const sx_study_design *design, char *text, size_t size);

SX_API void sx_compare_default(sx_compare_options *options);
/* Each finished run is in FOLDER/study.sqlite before the next begins. Interrupted (through the watch or by a
 * crash), the same call continues; another study in the folder is SX_E_ARGUMENT naming what differs. Several
 * processes may work on one study at once: each run is made by one of them. On SX_E_CANCELLED *out is NULL;
 * with growth.shards too, since a part has no verdict: join the parts with sx_study_merge. */
SX_API SX_MUST_USE sx_status sx_compare(const sx_features *features, const sx_compare_options *options,
                                        const sx_watch *watch, sx_comparison **out, sx_error *err);
SX_API void sx_comparison_free(sx_comparison *comparison);

/* After the runs: the largest of the pairs' `smallest`; NaN where it cannot be told. */
SX_API double sx_comparison_resolves(const sx_comparison *comparison);

/* The document of `compare --json` ("schema": "sonaxis-compare-1"), and the text of the terminal. Free with
 * sx_free_text; NULL when out of memory. skipped: the features' skips. */
SX_API char *sx_comparison_json(const sx_comparison *comparison, const sx_features *features);
SX_API char *sx_comparison_text(const sx_comparison *comparison, const sx_features *features);

#ifdef __cplusplus
}
#endif
#endif
