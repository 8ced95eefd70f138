/* standardisation.c: Keras's preprocessing layer Normalization: (x - mean) / max(sqrt(variance), 1e-7) with a
 * mean and a variance, given once and never moved, for every place on the kept axes; or, inverted, the way
 * back. packed: the divisors. */
#include "layers/axes.h"
#include "layers/numbers.h"
#include "layers/shard.h"

#include <float.h>
#include <math.h>

typedef struct standardisation_options {
    sx_axes keep;
    bool invert;
    const sx_json *mean, *variance; /* NULL: 0, 1 */
} standardisation_options;

static sx_status standardisation_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    standardisation_options *o = options;
    *o = (standardisation_options){.keep = 1U << SX_AXIS_CHANNELS};
    sx_status status = sx_read_axes(spec, "keep", where, false, &o->keep, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "invert", where, &o->invert, err);
    if (status == SX_OK) status = sx_read_numbers(spec, "mean", -FLT_MAX, where, &o->mean, err);
    if (status == SX_OK) status = sx_read_numbers(spec, "variance", 0, where, &o->variance, err);
    return status;
}

static sx_status standardisation_plan(const void *options, const sx_shape *inputs, int input_count,
                                      size_t batch, sx_layer_plan *plan, sx_error *err) {
    const standardisation_options *o = options;
    size_t places = sx_kept_groups(inputs[0], o->keep).groups;
    (void)input_count;
    (void)batch;
    sx_status status = sx_numbers_check(o->mean, "mean", places, err);
    if (status == SX_OK) status = sx_numbers_check(o->variance, "variance", places, err);
    if (status != SX_OK) return status;
    *plan = (sx_layer_plan){.output = inputs[0],
                            .weight_count = 2,
                            .packed_bytes = places * sizeof(float),
                            .in_place = true,
                            .fixed = o->keep};
    plan->weights[0] = sx_kept_weight("mean", o->keep, inputs[0]);
    plan->weights[0].numbers = o->mean;
    plan->weights[1] = sx_kept_weight("variance", o->keep, inputs[0]);
    plan->weights[1].initial = SX_INITIAL_ONES;
    plan->weights[1].numbers = o->variance;
    return SX_OK;
}

static void standardisation_prepare(const void *options, const sx_layer_call *call) {
    const float *variance = call->weights[1];
    float *divisor = call->packed;
    (void)options;
    for (size_t g = 0; g < call->weight_counts[1]; g++) {
        float deviation = sqrtf(variance[g]);
        divisor[g] = deviation > 1e-7f ? deviation : 1e-7f;
    }
}

/* Rows of channels of one shard, with the mean and divisor of their first channel. */
typedef void (*row_run)(size_t channels, size_t step, const float *x, const float *mean, const float *divisor,
                        float *y);

static void run_rows(const standardisation_options *o, const sx_layer_call *call, size_t count,
                     const float *x, float *y, row_run run) {
    sx_norm_sizes sizes = sx_kept_groups(call->output_shape, o->keep);
    size_t rows = sizes.time * sizes.frequency;
    for (size_t i = 0; i < count * rows; i++) {
        size_t g = sx_group_of_row(&sizes, i % rows);
        run(sizes.channels, sizes.step_channels, x + i * sizes.channels, call->weights[0] + g,
            (const float *)call->packed + g, y + i * sizes.channels);
    }
}

static void standardise(size_t channels, size_t step, const float *x, const float *mean, const float *divisor,
                        float *y) {
    for (size_t c = 0; c < channels; c++)
        y[c] = (x[c] - mean[c * step]) / divisor[c * step];
}

static void restore(size_t channels, size_t step, const float *x, const float *mean, const float *divisor,
                    float *y) {
    for (size_t c = 0; c < channels; c++)
        y[c] = mean[c * step] + x[c] * divisor[c * step];
}

static void divide(size_t channels, size_t step, const float *x, const float *mean, const float *divisor,
                   float *y) {
    (void)mean;
    for (size_t c = 0; c < channels; c++)
        y[c] = x[c] / divisor[c * step];
}

static void multiply(size_t channels, size_t step, const float *x, const float *mean, const float *divisor,
                     float *y) {
    (void)mean;
    for (size_t c = 0; c < channels; c++)
        y[c] = x[c] * divisor[c * step];
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const standardisation_options *o = options;
    (void)shard;
    run_rows(o, call, part.count, part.x, part.y, o->invert ? restore : standardise);
}

static void standardisation_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const standardisation_options *o = options;
    (void)shard;
    run_rows(o, call, part.count, part.dy, part.dx, o->invert ? multiply : divide);
}

static void standardisation_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"keep", "mean", "variance", "invert", NULL};

const sx_layer_ops sx_layer_standardisation = {.type = "standardisation",
                                               .options_size = sizeof(standardisation_options),
                                               .keys = keys,
                                               .min_inputs = 1,
                                               .max_inputs = 1,
                                               .read = standardisation_read,
                                               .plan = standardisation_plan,
                                               .prepare = standardisation_prepare,
                                               .forward = standardisation_forward,
                                               .backward = standardisation_backward};
