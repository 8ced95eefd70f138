/* train.h: fit a net to features, measure it, let it predict. Keras 3 semantics throughout. */
#ifndef SONAXIS_TRAIN_H
#define SONAXIS_TRAIN_H

#include "sonaxis/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sx_optimiser { SX_OPTIMISER_SGD, SX_OPTIMISER_ADAM, SX_OPTIMISER_ADAMW } sx_optimiser;
typedef enum sx_schedule { SX_SCHEDULE_CONSTANT, SX_SCHEDULE_STEP, SX_SCHEDULE_COSINE } sx_schedule;
typedef enum sx_loss { SX_LOSS_SOFTMAX, SX_LOSS_SIGMOID } sx_loss;

typedef struct sx_train_options {
    int epochs; /* 1 to 100000 */
    int batch;  /* 1 to 65536; the last batch of an epoch may be smaller, as in Keras */
    sx_loss loss;
    sx_optimiser optimiser;
    double learning_rate;         /* > 0 */
    double momentum;              /* SGD, [0, 1) */
    bool nesterov;                /* SGD */
    double beta1, beta2, epsilon; /* Adam: .9, .999, 1e-7 (Keras's "epsilon hat") */
    double weight_decay; /* AdamW: w -= w * weight_decay * rate, before the step, as Keras 3; SGD and Adam too
                            if > 0 */
    sx_schedule schedule; /* by step; warm-up rises linearly from 0 over warmup_epochs */
    double warmup_epochs;
    double step_factor; /* step: rate *= step_factor every step_epochs */
    int step_epochs;
    bool class_weights; /* weight each label by count / (labels * its count), on the training part */
    int patience; /* early stopping: epochs without a better validation loss; 0 = off. Best weights restored
                   */
    bool settled_validation; /* the validation part, and so early stopping, is scored with the statistics of
                                the epoch's last batches in place of the moving ones, which trail */
    double jitter_ms; /* 0 = none; else every example begins up to so much later, in whole frames, drawn anew
                         each epoch */
    uint64_t seed;    /* weights, batch order, dropout, jitter: all drawn by counter */
    int threads; /* 0 = all cores: for whoever builds the net; sx_train_fit works on the net's own threads */
    bool exact;  /* for whoever builds the net: sx_model_options.exact */
    const char
        *checkpoint; /* NULL, or a file written after every epoch and read when it exists: exact resume */
} sx_train_options;

typedef struct sx_epoch {
    double loss, accuracy;                       /* running means while fitting, as Keras prints them */
    double validation_loss, validation_accuracy; /* NaN without a validation part */
    double learning_rate;                        /* at the last step */
    double seconds;
} sx_epoch;

/* How far the moving statistics of one normalisation lay from those of the epoch's last batches: medians over
 * the indices it keeps. NaN where that cannot be told (momentum above 0.9999, nothing varies). */
typedef struct sx_lag {
    double mean;      /* |moving mean - mean| in deviations of the batches */
    double deviation; /* |ln(moving deviation / deviation)|: 0.1 is about a tenth off */
} sx_lag;

typedef struct sx_history {
    sx_epoch *epochs; /* free with sx_history_clear */
    size_t count;
    sx_lag *lags;      /* count * lag_layers, epoch by epoch; freed with the epochs */
    size_t lag_layers; /* normalisations that keep moving statistics, in the net's order */
    size_t best;       /* epoch whose weights were kept */
    bool stopped_early;
} sx_history;

/* epochs 15, batch 64, Adam 1e-3, constant, no decay, no early stopping, seed 0. */
SX_API void sx_train_default(sx_train_options *options);
/* Checks ranges; the error names the option. */
SX_API SX_MUST_USE sx_status sx_train_check(const sx_train_options *options, sx_error *err);

/* Whether moving statistics can settle in so many steps. They are averages over about `window` steps that
 * begin at mean 0 and variance 1. */
typedef struct sx_settling {
    size_t steps;           /* of the whole training */
    double momentum;        /* 0 to 1 */
    double left;            /* share of the first value that is still in them: momentum^steps */
    double window;          /* 1 / (1 - momentum) steps */
    bool settled;           /* at most 0.1 % is left and the window is at most a twentieth of the steps */
    double better_momentum; /* the largest usual one, below, with which they would; NaN where none does */
    size_t enough_epochs;   /* with this momentum; 0 where no number is enough */
} sx_settling;

SX_API sx_settling sx_train_settling(size_t steps_per_epoch, int epochs, double momentum);
/* One clause for before a training that is too short, cut to `size`. */
SX_API void sx_settling_say(const sx_settling *settling, char *text, size_t size);

/* Called after each epoch, and may be NULL: for the Keras-like line. */
typedef void (*sx_epoch_hook)(void *context, size_t epoch, const sx_epoch *values);

/* model: built with training = true, batch >= options.batch, on features' shape. train and validation are
 * item indices (validation may be empty). A non-finite loss is SX_E_NUMERIC naming step and layer; an
 * existing checkpoint is then not overwritten. Cancelled through the watch: checkpoint saved, SX_E_CANCELLED.
 */
SX_API SX_MUST_USE sx_status sx_train_fit(sx_model *model, const sx_features *features,
                                          const sx_standardise *standardise, const size_t *train,
                                          size_t train_count, const size_t *validation,
                                          size_t validation_count, const sx_train_options *options,
                                          const sx_watch *watch, sx_epoch_hook hook, void *hook_context,
                                          sx_history *history, sx_error *err);
SX_API void sx_history_clear(sx_history *history);
/* Keras CSVLogger form: epoch, then sorted keys, NA where missing. Atomic. */
SX_API SX_MUST_USE sx_status sx_history_write_csv(const sx_history *history, const char *path, sx_error *err);

/* How a normalisation gets its statistics when a net is scored. */
typedef enum sx_statistics {
    SX_STATISTICS_MOVING,     /* the moving averages, as Keras uses them */
    SX_STATISTICS_RECOMPUTED, /* exact mean and variance over the whole training part, layer by layer */
    SX_STATISTICS_BATCH       /* exact over the items being scored: the test batch's own */
} sx_statistics;
enum { SX_STATISTICS_COUNT = 3 };
SX_API const char *sx_statistics_name(sx_statistics statistics); /* "moving", "recomputed", "batch" */

/* Replaces the moving statistics by exact ones over these items. Costs one partial forward pass a
 * normalisation. */
SX_API SX_MUST_USE sx_status sx_train_recompute(sx_model *model, const sx_features *features,
                                                const sx_standardise *standardise, const size_t *items,
                                                size_t count, const sx_watch *watch, sx_error *err);

/* How well one label is told from all others. What has no value (a label that never occurs has no recall, one
 * that is never guessed no precision) is NaN. */
typedef struct sx_label_score {
    size_t support; /* items that have this label */
    double precision, recall, f1;
    double auroc;             /* area under the ROC curve of this label's probability */
    double average_precision; /* of the same ranking */
} sx_label_score;

/* The same as the net saw them while it was fitted: with options->jitter_ms the items are moved once, drawn
 * by options->seed. */
SX_API SX_MUST_USE sx_status sx_train_recompute_as_fitted(sx_model *model, const sx_features *features,
                                                          const sx_standardise *standardise,
                                                          const size_t *items, size_t count,
                                                          const sx_train_options *options,
                                                          const sx_watch *watch, sx_error *err);

typedef struct sx_score {
    size_t count, label_count;
    double loss, accuracy, balanced_accuracy, macro_f1;
    double auroc, average_precision; /* means over the labels that have one; two labels: the second one's */
    double log_loss;          /* -ln of the true label's probability, cut at 1.2e-7 as scikit-learn does */
    double calibration_error; /* expected, of the largest probability, over 15 bins of equal width */
    sx_label_score *labels;   /* label_count; free with sx_score_clear */
    uint32_t *confusion;      /* label_count * label_count, row = truth; free with sx_score_clear */
} sx_score;

/* Scores with the statistics the model holds now. probabilities: NULL or count * classes. */
SX_API SX_MUST_USE sx_status sx_evaluate(sx_model *model, const sx_features *features,
                                         const sx_standardise *standardise, const size_t *items, size_t count,
                                         bool sigmoid, float *probabilities, sx_score *score, sx_error *err);
SX_API void sx_score_clear(sx_score *score);

#ifdef __cplusplus
}
#endif
#endif
