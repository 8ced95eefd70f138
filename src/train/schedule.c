/* schedule.c: constant, step and cosine learning rates with a linear warm-up, all by step.
 *
 * Own power and cosine: the rate reaches every weight, so it must not depend on the C library. */
#include "train/schedule.h"

#include <math.h>

double sx_power(double base, uint64_t exponent) {
    double result = 1;
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1) result *= base;
        base *= base;
    }
    return result;
}

/* (1 + cos(pi x)) / 2 for x in [0, 1]: the squared cosine of half the angle, by its series. */
static double half_cosine(double x) {
    const double angle = 0.5 * 3.14159265358979323846 * x, square = angle * angle;
    double term = 1, cosine = 1;
    for (int i = 1; i <= 12; i++) {
        term *= -square / (double)((2 * i - 1) * (2 * i));
        cosine += term;
    }
    return cosine * cosine;
}

double sx_schedule_rate(const sx_train_options *options, uint64_t step, uint64_t steps_per_epoch) {
    const double rate = options->learning_rate, position = (double)step;
    const double warmup = floor(options->warmup_epochs * (double)steps_per_epoch + 0.5);
    if (position < warmup) return rate * position / warmup;
    if (options->schedule == SX_SCHEDULE_STEP) {
        uint64_t drops = step / ((uint64_t)options->step_epochs * steps_per_epoch);
        return rate * sx_power(options->step_factor, drops);
    }
    if (options->schedule == SX_SCHEDULE_COSINE) {
        double falling = (double)options->epochs * (double)steps_per_epoch - warmup;
        double done = falling > 0 ? (position - warmup) / falling : 1;
        return rate * half_cosine(done < 1 ? done : 1);
    }
    return rate;
}
