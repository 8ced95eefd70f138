/* optimiser.c: Keras 3's update rules: keras/src/optimizers/{base_optimizer,sgd,adam,adamw}.py.
 *
 * Weight decay is decoupled there for every optimiser: w -= w * decay * rate before the step. Adam's epsilon
 * is the paper's "epsilon hat": it is added after the bias correction was moved into the rate. */
#include "train/optimiser.h"

#include "base/error.h"
#include "base/memory.h"
#include "train/schedule.h"

#include <math.h>

enum { TASK_FLOATS = 16384 }; /* a fixed split: two arrays of it fit in a core's second cache */

sx_status sx_slots_init(sx_slots *slots, sx_optimiser optimiser, size_t count, sx_error *err) {
    *slots = (sx_slots){.count = count};
    slots->first = sx_alloc(count, sizeof(float));
    if (optimiser != SX_OPTIMISER_SGD) slots->second = sx_alloc(count, sizeof(float));
    if (!slots->first || (optimiser != SX_OPTIMISER_SGD && !slots->second))
        return sx_fail_memory(err, count * sizeof(float));
    return SX_OK;
}

void sx_slots_clear(sx_slots *slots) {
    sx_free(slots->first);
    sx_free(slots->second);
    *slots = (sx_slots){0};
}

typedef struct step_call {
    const sx_train_options *options;
    const sx_kernels *kernels;
    sx_adam_step adam;
    float rate, decay;
    const float *gradients;
    float *weights;
    const sx_slots *slots;
} step_call;

/* Keras takes powers and correction in float32, of betas rounded to float32, but 1 - beta from the double:
 * its rate is 6e-6 off the textbook's at first. So is this one. */
static sx_adam_step adam_constants(const sx_train_options *options, float rate, float decay, uint64_t step) {
    const double rounded1 = (double)(float)options->beta1, rounded2 = (double)(float)options->beta2;
    const float power1 = (float)sx_power(rounded1, step), power2 = (float)sx_power(rounded2, step);
    return (sx_adam_step){.beta1 = options->beta1,
                          .beta2 = options->beta2,
                          .epsilon = (float)options->epsilon,
                          .corrected_rate = rate * sqrtf(1.0f - power2) / (1.0f - power1),
                          .decay = decay};
}

static void step_task(void *context, size_t index, int worker) {
    const step_call *call = context;
    const size_t first = index * TASK_FLOATS, rest = call->slots->count - first;
    const size_t count = rest < TASK_FLOATS ? rest : TASK_FLOATS;
    (void)worker;
    if (call->options->optimiser == SX_OPTIMISER_SGD)
        call->kernels->sgd(call->rate, (float)call->options->momentum, call->options->nesterov, call->decay,
                           count, call->gradients + first, call->weights + first, call->slots->first + first);
    else
        call->kernels->adam(&call->adam, count, call->gradients + first, call->weights + first,
                            call->slots->first + first, call->slots->second + first);
}

void sx_optimiser_step(const sx_train_options *options, double rate, uint64_t step, const sx_kernels *kernels,
                       sx_pool *pool, const float *gradients, float *weights, const sx_slots *slots) {
    const float rate32 = (float)rate, decay = (float)options->weight_decay * rate32;
    step_call call = {.options = options,
                      .kernels = kernels,
                      .adam = adam_constants(options, rate32, decay, step),
                      .rate = rate32,
                      .decay = decay,
                      .gradients = gradients,
                      .weights = weights,
                      .slots = slots};
    sx_pool_run(pool, (slots->count + TASK_FLOATS - 1) / TASK_FLOATS, step_task, &call);
}
