/* gaussian_noise.c: Keras's GaussianNoise: while training, normal noise of a given deviation is added. What
 * is drawn depends on (stream, item of the step, place within the example) only. */
#include "layers/shard.h"

typedef struct gaussian_noise_options {
    double stddev;
} gaussian_noise_options;

static sx_status gaussian_noise_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    gaussian_noise_options *o = options;
    *o = (gaussian_noise_options){.stddev = 0.1};
    return sx_json_read_double(spec, "stddev", 0, 1e6, where, &o->stddev, err);
}

static sx_status gaussian_noise_plan(const void *options, const sx_shape *inputs, int input_count,
                                     size_t batch, sx_layer_plan *plan, sx_error *err) {
    (void)options;
    (void)input_count;
    (void)batch;
    (void)err;
    *plan = (sx_layer_plan){.output = inputs[0], .in_place = true};
    return SX_OK;
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const gaussian_noise_options *o = options;
    size_t count = sx_shape_count(call->output_shape);
    uint64_t item = (call->first_item + part.first) * count;
    (void)shard;
    for (size_t i = 0; i < part.count * count; i++)
        part.y[i] = part.x[i] + (float)(o->stddev * sx_random_normal(&call->stream, item + i));
}

static void gaussian_noise_forward(const void *options, const sx_layer_call *call) {
    if (call->mode == SX_RUN_TRAIN)
        sx_run_parts(options, call, forward_part);
    else
        sx_copy_forward(options, call);
}

static const char *const keys[] = {"stddev", NULL};

const sx_layer_ops sx_layer_gaussian_noise = {.type = "gaussian_noise",
                                              .options_size = sizeof(gaussian_noise_options),
                                              .keys = keys,
                                              .min_inputs = 1,
                                              .max_inputs = 1,
                                              .read = gaussian_noise_read,
                                              .plan = gaussian_noise_plan,
                                              .forward = gaussian_noise_forward,
                                              .backward = sx_copy_backward};
