/* prelu.c: Keras's PReLU: x above 0, alpha x below, with a learned alpha for every place on the axes that are
 * not shared. Sums of alpha's gradient are taken in double, in scratch. */
#include "layers/axes.h"
#include "layers/shard.h"

#include <string.h>

typedef struct prelu_options {
    sx_axes kept;
} prelu_options;

static sx_status prelu_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    prelu_options *o = options;
    sx_axes shared = 0;
    *o = (prelu_options){SX_AXES_OF_EXAMPLE};
    sx_status status = sx_read_axes(spec, "shared_axes", where, false, &shared, err);
    o->kept = SX_AXES_OF_EXAMPLE & ~shared;
    return status;
}

static sx_status prelu_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                            sx_layer_plan *plan, sx_error *err) {
    const prelu_options *o = options;
    sx_norm_sizes sizes = sx_kept_groups(inputs[0], o->kept);
    (void)input_count;
    (void)batch;
    (void)err;
    *plan = (sx_layer_plan){.output = inputs[0],
                            .weight_count = 1,
                            .scratch_bytes = SX_SHARDS * sizes.groups * sizeof(double),
                            .fixed = o->kept};
    plan->weights[0] = (sx_weight_plan){.name = "alpha",
                                        .dims = {sizes.step_time ? sizes.time : 1,
                                                 sizes.step_frequency ? sizes.frequency : 1,
                                                 sizes.step_channels ? sizes.channels : 1},
                                        .rank = 3,
                                        .count = sizes.groups,
                                        .trainable = true};
    return SX_OK;
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const prelu_options *o = options;
    sx_norm_sizes sizes = sx_kept_groups(call->output_shape, o->kept);
    size_t rows = sizes.time * sizes.frequency;
    (void)shard;
    for (size_t i = 0; i < part.count * rows; i++) {
        const float *alpha = call->weights[0] + sx_group_of_row(&sizes, i % rows);
        const float *x = part.x + i * sizes.channels;
        float *y = part.y + i * sizes.channels;
        for (size_t c = 0; c < sizes.channels; c++)
            y[c] = x[c] < 0 ? alpha[c * sizes.step_channels] * x[c] : x[c];
    }
}

static void prelu_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const prelu_options *o = options;
    sx_norm_sizes sizes = sx_kept_groups(call->output_shape, o->kept);
    size_t rows = sizes.time * sizes.frequency;
    double *sums = (double *)call->scratch + shard * sizes.groups;
    memset(sums, 0, sizes.groups * sizeof *sums);
    for (size_t i = 0; i < part.count * rows; i++) {
        size_t row = sx_group_of_row(&sizes, i % rows);
        const float *alpha = call->weights[0] + row;
        const float *x = part.x + i * sizes.channels, *dy = part.dy + i * sizes.channels;
        for (size_t c = 0; c < sizes.channels; c++) {
            size_t g = c * sizes.step_channels;
            if (x[c] < 0) sums[row + g] += (double)(dy[c] * x[c]);
            if (part.dx) part.dx[i * sizes.channels + c] = x[c] > 0 ? dy[c] : alpha[g] * dy[c];
        }
    }
    for (size_t g = 0; g < sizes.groups; g++)
        sx_shard_gradient(call, shard, 0)[g] = (float)sums[g];
}

static void prelu_backward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"shared_axes", NULL};

const sx_layer_ops sx_layer_prelu = {.type = "prelu",
                                     .options_size = sizeof(prelu_options),
                                     .keys = keys,
                                     .min_inputs = 1,
                                     .max_inputs = 1,
                                     .read = prelu_read,
                                     .plan = prelu_plan,
                                     .forward = prelu_forward,
                                     .backward = prelu_backward};
