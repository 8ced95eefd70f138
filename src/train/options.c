/* options.c: the defaults and legal ranges of training. */
#include "base/error.h"
#include "sonaxis/train.h"

#include <math.h>

void sx_train_default(sx_train_options *options) {
    *options = (sx_train_options){.epochs = 15,
                                  .batch = 64,
                                  .loss = SX_LOSS_SOFTMAX,
                                  .optimiser = SX_OPTIMISER_ADAM,
                                  .learning_rate = 1e-3,
                                  .beta1 = 0.9,
                                  .beta2 = 0.999,
                                  .epsilon = 1e-7,
                                  .schedule = SX_SCHEDULE_CONSTANT,
                                  .step_factor = 0.1,
                                  .step_epochs = 10};
}

typedef struct range {
    const char *name;
    double value, low, high;
    bool open_low, open_high; /* the end itself is not allowed */
} range;

static bool is_inside(const range *r) {
    bool above = r->open_low ? r->value > r->low : r->value >= r->low;
    bool below = r->open_high ? r->value < r->high : r->value <= r->high;
    return above && below; /* false for NaN */
}

static sx_status check_ranges(const range *ranges, size_t count, sx_error *err) {
    for (size_t i = 0; i < count; i++) {
        const range *r = &ranges[i];
        if (is_inside(r)) continue;
        return sx_fail(err, SX_E_ARGUMENT, "%s is %g; it must be %s %g and %s %g", r->name, r->value,
                       r->open_low ? "above" : "at least", r->low, r->open_high ? "below" : "at most",
                       r->high);
    }
    return SX_OK;
}

static sx_status check_choices(const sx_train_options *options, sx_error *err) {
    if (options->loss != SX_LOSS_SOFTMAX && options->loss != SX_LOSS_SIGMOID)
        return sx_fail(err, SX_E_ARGUMENT, "loss %d is none of softmax and sigmoid", (int)options->loss);
    if (options->optimiser != SX_OPTIMISER_SGD && options->optimiser != SX_OPTIMISER_ADAM &&
        options->optimiser != SX_OPTIMISER_ADAMW)
        return sx_fail(err, SX_E_ARGUMENT, "optimiser %d is none of sgd, adam and adamw",
                       (int)options->optimiser);
    if (options->schedule != SX_SCHEDULE_CONSTANT && options->schedule != SX_SCHEDULE_STEP &&
        options->schedule != SX_SCHEDULE_COSINE)
        return sx_fail(err, SX_E_ARGUMENT, "schedule %d is none of constant, step and cosine",
                       (int)options->schedule);
    return SX_OK;
}

sx_status sx_train_check(const sx_train_options *options, sx_error *err) {
    sx_status status = check_choices(options, err);
    if (status != SX_OK) return status;
    const range always[] = {
        {"epochs", options->epochs, 1, 100000, false, false},
        {"batch", options->batch, 1, 65536, false, false},
        {"learning_rate", options->learning_rate, 0, 1e6, true, false},
        {"weight_decay", options->weight_decay, 0, 1e6, false, false},
        {"warmup_epochs", options->warmup_epochs, 0, options->epochs, false, false},
        {"patience", options->patience, 0, 100000, false, false},
        {"jitter_ms", options->jitter_ms, 0, 60000, false, false},
        {"threads", options->threads, 0, 4096, false, false},
    };
    const range sgd[] = {{"momentum", options->momentum, 0, 1, false, true}};
    const range adam[] = {
        {"beta1", options->beta1, 0, 1, false, true},
        {"beta2", options->beta2, 0, 1, false, true},
        {"epsilon", options->epsilon, 0, 1e6, true, false},
    };
    const range step[] = {
        {"step_factor", options->step_factor, 0, 1, true, false},
        {"step_epochs", options->step_epochs, 1, 100000, false, false},
    };
    status = check_ranges(always, sizeof always / sizeof always[0], err);
    if (status == SX_OK && options->optimiser == SX_OPTIMISER_SGD)
        status = check_ranges(sgd, sizeof sgd / sizeof sgd[0], err);
    if (status == SX_OK && options->optimiser != SX_OPTIMISER_SGD)
        status = check_ranges(adam, sizeof adam / sizeof adam[0], err);
    if (status == SX_OK && options->schedule == SX_SCHEDULE_STEP)
        status = check_ranges(step, sizeof step / sizeof step[0], err);
    return status;
}
